"""Telling of alerts after the chain; delivering and watching beside it, without its lock."""

from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    MaterializeResult,
    OpExecutionContext,
    RunRequest,
    SkipReason,
    asset,
    job,
    op,
    schedule,
    sensor,
)

from pipelines.settings import load_settings

_LOOK_SECONDS = 60


@asset(
    deps=["publication"],
    group_name="publish",
    description="Tin về cảnh báo mới, gửi cho những người có trong recipients.yaml.",
    required_resource_keys={"chain"},
)
def alerts(context: AssetExecutionContext) -> MaterializeResult:
    """Tell what is new about alerts."""
    return MaterializeResult(metadata={"alerts": context.resources.chain.alerts()})


@op(description="Gửi các tin đang chờ.")
def deliver_messages(context: OpExecutionContext) -> None:
    """Deliver what is due; what cannot go now waits."""
    from pipelines.outbox import deliver

    done = deliver(load_settings())
    context.log.info(f"{done.sent} đã gửi, {done.waiting} chờ, {done.unsure} không rõ")


@job(name="gui_tin", description="Gửi các tin đang chờ.")
def delivery_job() -> None:
    """Deliver what is due."""
    deliver_messages()


@schedule(
    name="gui_tin_tung_phut",
    job=delivery_job,
    cron_schedule="* * * * *",
    default_status=DefaultScheduleStatus.RUNNING,
)
def delivery_schedule() -> Iterator[RunRequest | SkipReason]:
    """Start a run only when a message is due; otherwise only leave the heartbeat."""
    from pipelines.outbox import is_idle

    if is_idle(load_settings()):
        yield SkipReason("không có tin nào đến lượt")
    else:
        yield RunRequest()


@sensor(
    name="canh_gui_tin",
    minimum_interval_seconds=_LOOK_SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Nói khi việc gửi tin im lặng hoặc tin bị tắc.",
)
def watchdog_sensor() -> SkipReason:
    """Look once; the watchdog that `kho serve` keeps outside Dagster looks more often."""
    from pipelines.alerting.watchdog import look

    said = "; ".join(trouble.words for trouble in look(load_settings()))
    return SkipReason(said or "bình thường")
