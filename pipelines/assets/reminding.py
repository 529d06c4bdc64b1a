"""The reminder letters of a working day, as drafts; sent only where the house has said so."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dagster import (
    AssetExecutionContext,
    AssetSelection,
    DefaultScheduleStatus,
    MaterializeResult,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    asset,
    define_asset_job,
)

from pipelines.schedules import TIME_ZONE
from pipelines.working_days import is_working_day


@asset(
    deps=["publication"],
    group_name="publish",
    description="Công văn đôn đốc hôm nay: bản nháp; chỉ gửi khi đặt KHO_REMIND_SEND=1.",
    required_resource_keys={"chain"},
)
def reminders(context: AssetExecutionContext) -> MaterializeResult:
    """Draft the letters that are due, or send them where KHO_REMIND_SEND says so."""
    drafted, sent = context.resources.chain.remind()
    return MaterializeResult(metadata={"drafts": [str(path) for path in drafted], "sent": sent})


def works_then(context: ScheduleEvaluationContext) -> bool:
    """Tell whether offices work on the day of a tick."""
    tick: datetime = context.scheduled_execution_time
    return is_working_day(tick.astimezone(ZoneInfo(TIME_ZONE)).date())


# not with the chain at dawn: where letters are sent, they go out when offices open
reminding_job = define_asset_job("don_doc", AssetSelection.assets(reminders))
reminding_schedule = ScheduleDefinition(
    name="don_doc_hang_ngay",
    job=reminding_job,
    cron_schedule="0 8 * * *",
    execution_timezone=TIME_ZONE,
    should_execute=works_then,
    default_status=DefaultScheduleStatus.RUNNING,
)
