"""When the chain runs by itself, Viet Nam time."""

from dagster import DefaultScheduleStatus, ScheduleDefinition
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

TIME_ZONE = "Asia/Ho_Chi_Minh"


def schedules(
    chain_job: UnresolvedAssetJobDefinition, report_job: UnresolvedAssetJobDefinition
) -> list[ScheduleDefinition]:
    """Give the daily chain and the monthly draft of the report.

    The report must be out before the 25th (Bắc Giang, notice after the meeting of
    10/11/2023); its draft is made on the 20th.
    """
    return [
        ScheduleDefinition(
            name="hang_ngay",
            job=chain_job,
            cron_schedule="30 5 * * *",
            execution_timezone=TIME_ZONE,
            default_status=DefaultScheduleStatus.RUNNING,
        ),
        ScheduleDefinition(
            name="bao_cao_thang",
            job=report_job,
            cron_schedule="0 6 20 * *",
            execution_timezone=TIME_ZONE,
            default_status=DefaultScheduleStatus.RUNNING,
        ),
    ]
