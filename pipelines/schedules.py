"""When the chain runs by itself, Viet Nam time."""

from dagster import DefaultScheduleStatus, ScheduleDefinition
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

TIME_ZONE = "Asia/Ho_Chi_Minh"


def schedules(chain_job: UnresolvedAssetJobDefinition) -> list[ScheduleDefinition]:
    """Give the daily chain; the monthly report keeps its own calendar (assets/reporting.py)."""
    return [
        ScheduleDefinition(
            name="hang_ngay",
            job=chain_job,
            cron_schedule="30 5 * * *",
            execution_timezone=TIME_ZONE,
            default_status=DefaultScheduleStatus.RUNNING,
        )
    ]
