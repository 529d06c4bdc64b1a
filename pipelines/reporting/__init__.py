"""The monthly report on schedule: looked over, drafted, made final and sent before the 25th.

`mart.report_step` says when, `pipelines.editions` makes, `pipelines.outbox` sends. A turn does what
is due and not yet done, so a tick that was missed is caught up by the next one.
"""
