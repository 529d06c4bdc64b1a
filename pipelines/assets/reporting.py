"""The monthly report on its calendar: looked at every ten minutes, run only when a step is due."""

from collections.abc import Iterator

from dagster import (
    DefaultScheduleStatus,
    Failure,
    OpExecutionContext,
    RunRequest,
    SkipReason,
    job,
    op,
    schedule,
)

from pipelines.errors import UserError
from pipelines.schedules import TIME_ZONE
from pipelines.settings import load_settings


@op(description="Làm những mốc đã đến của báo cáo tháng: rà soát, dự thảo, chốt và gửi.")
def serve_report(context: OpExecutionContext) -> None:
    """Take a turn; a report that cannot be made fails the run, so that Dagster's page shows it."""
    from pipelines.reporting.turn import take_turn

    turn = take_turn(load_settings())
    for done in turn.did:
        context.log.info(done)
    if turn.trouble:
        raise Failure(turn.trouble)


@job(name="bao_cao_thang", description="Báo cáo tháng theo lịch.")
def report_month_job() -> None:
    """Do what is due of the monthly report."""
    serve_report()


# a missed tick is caught up by the next: what is due is asked of the calendar, not of the clock
@schedule(
    name="bao_cao_thang",
    job=report_month_job,
    cron_schedule="*/10 * * * *",
    execution_timezone=TIME_ZONE,
    default_status=DefaultScheduleStatus.RUNNING,
)
def report_month_schedule() -> Iterator[RunRequest | SkipReason]:
    """Start a run only when a step is due."""
    from pipelines.reporting.turn import is_due

    try:
        due = is_due(load_settings())
    except UserError as error:
        yield SkipReason(str(error))
        return
    yield RunRequest() if due else SkipReason("chưa đến mốc nào của báo cáo tháng")
