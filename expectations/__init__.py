"""Judging of arrived data at the boundary: rules as data, verdicts per delivery.

Importing this package is cheap; the judging engine is loaded only when something is judged.
"""
