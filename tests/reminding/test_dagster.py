"""The letters of the morning: drafted on working days, sent only where the house says so."""

from datetime import UTC, datetime

import pytest
from dagster import DagsterInstance, ResourceDefinition, build_schedule_context

from pipelines.assets.reminding import works_then
from pipelines.chain import Chain
from pipelines.definitions import build_defs
from pipelines.settings import Settings
from pipelines.steward.log import read_log


@pytest.mark.parametrize("sends", [False, True])
def test_the_job_drafts_and_sends_only_when_told(settings: Settings, sends: bool) -> None:
    told = settings.model_copy(update={"remind_send": sends})
    defs = build_defs(ResourceDefinition.hardcoded_resource(Chain(told)))
    with DagsterInstance.ephemeral() as instance:
        done = defs.resolve_job_def("don_doc").execute_in_process(instance=instance)
    assert done.success
    drafts = list((settings.reports / "don-doc" / "2025-03-20").glob("*.docx"))
    assert len(drafts) == 2
    # the agency without a recipient waits for a person
    assert len(read_log(settings.lake).entries) == (1 if sends else 0)


@pytest.mark.parametrize(
    ("utc", "works"),
    [
        # 8 o'clock in Viet Nam: Thursday, Saturday, a Saturday worked for 2 May, Reunification Day
        (datetime(2025, 3, 20, 1, tzinfo=UTC), True),
        (datetime(2025, 3, 22, 1, tzinfo=UTC), False),
        (datetime(2025, 4, 26, 1, tzinfo=UTC), True),
        (datetime(2025, 4, 30, 1, tzinfo=UTC), False),
        # Monday's morning is still Sunday in UTC
        (datetime(2025, 3, 23, 23, tzinfo=UTC), True),
    ],
)
def test_the_schedule_keeps_to_working_days(utc: datetime, works: bool) -> None:
    assert works_then(build_schedule_context(scheduled_execution_time=utc)) is works
