"""A year of monthly reports with faults: each is sent once before the 25th, or somebody is told."""

import os
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from pipelines.editions import editions, make_edition
from pipelines.outbox import deliver
from pipelines.reporting.calendar import months
from pipelines.reporting.record import sent_editions
from pipelines.reporting.turn import send_edition, take_turn
from pipelines.settings import REPOSITORY, Settings
from pipelines.steward.inbox import VIET_NAM
from tests.reporting.conftest import FINALS, Office, lacks
from tests.reporting.test_turn import AGENCY, CHAIRMAN, OPERATOR

pytestmark = pytest.mark.slow

RESTATED = (
    "update mart.indicator_yoy set value = value + 5 where indicator_code = 'xuat_khau_tong'"
    " and period_start = date '2024-05-01' and period_type = 'month'"
)


def test_twelve_reports_are_sent_once_before_the_25th(office: Office) -> None:
    for month in range(1, 13):
        FAULTS.get(month, quiet)(office, month)
        (sent,) = [
            entry
            for entry in office.mail.mails
            if entry.to == CHAIRMAN and entry.subject == f"Báo cáo tháng {month:02}/2024"
        ]
        period = f"2024-{month:02}"
        first = next(one for one in editions(office.settings, period) if one.kind == "final")
        assert dict(sent.attachments) == {p.name: p.read_bytes() for p in first.files}
        assert first.made_at < datetime(2024, month, 25, tzinfo=VIET_NAM)
    assert len(office.got(CHAIRMAN, "Báo cáo tháng")) == 12 + 1
    assert office.got(CHAIRMAN, "bản 2 thay bản 1") == ["Báo cáo tháng 05/2024, bản 2 thay bản 1"]
    # who must act was told in time: what is late, what stands still
    assert len(office.got(AGENCY, "03/2024")) == 1
    assert [s for s in office.mail.subjects(OPERATOR) if "chưa chốt được" in s] == [
        "Cần xử lý ngay: báo cáo tháng 09/2024 chưa chốt được",
        "Cần xử lý ngay: báo cáo tháng 10/2024 chưa chốt được",
    ]


def quiet(office: Office, month: int, until: int = 23) -> None:
    """Let a month go by, looked at every six hours from its 15th."""
    office.publish()
    _look(office, month, 15, FINALS[month], until)


def _look(office: Office, month: int, first: int, last: int, until: int = 23) -> None:
    at = datetime(2024, month, first, 3, tzinfo=VIET_NAM)
    while at <= datetime(2024, month, last, until, tzinfo=VIET_NAM):
        take_turn(_then(office, at))
        deliver(_then(office, at))
        at += timedelta(hours=6)


def _then(office: Office, at: datetime) -> Settings:
    return office.settings.model_copy(update={"now": at})


def late_source(office: Office, month: int) -> None:
    """A department's figures are missing on the last day before the final edition."""
    office.publish()
    _look(office, month, 15, FINALS[month] - 2)
    office.publish(lacks(month, "thiếu biểu xuất khẩu"))
    _look(office, month, FINALS[month] - 1, FINALS[month])


def mail_down(office: Office, month: int) -> None:
    """The mail server is down for six hours from the moment of the final edition."""
    quiet(office, month, until=9)
    office.mail.stop()
    take_turn(office.at(month, FINALS[month], 15))
    deliver(office.at(month, FINALS[month], 18))
    assert office.got(CHAIRMAN, f"{month:02}/2024") == []
    office.mail.start()
    deliver(office.at(month, FINALS[month], 21))


def restated(office: Office, month: int) -> None:
    """A figure is restated on the day after: edition 2, sent by a person's word."""
    quiet(office, month)
    office.publish(RESTATED)
    after = office.at(month, FINALS[month] + 1, 9)
    take_turn(after)
    assert sent_editions(office.settings, f"2024-{month:02}") == [1]
    second = make_edition(after, f"2024-{month:02}", "final", after.clock())
    told = next(one for one in months(after) if one.period == second.period)
    assert second.number == 2 and send_edition(after, told, second) == 2
    deliver(after)


def crashed(office: Office, month: int) -> None:
    """The machine dies while the final edition is laid out."""
    quiet(office, month, until=9)
    at = office.at(month, FINALS[month], 15)
    program = (
        "import os, signal; import pipelines.editions.making as m;"
        "m.store = lambda *a: os.kill(os.getpid(), signal.SIGKILL);"
        "from pipelines.reporting.turn import take_turn;"
        "from pipelines.settings import load_settings; take_turn(load_settings())"
    )
    environment = _environment(at)
    python = str(REPOSITORY / ".venv" / "bin" / "python")
    subprocess.run([python, "-c", program], env=environment, cwd=REPOSITORY, check=False)
    assert [one.kind for one in editions(office.settings, f"2024-{month:02}")] == ["draft"]
    _look(office, month, FINALS[month], FINALS[month])


def two_schedulers(office: Office, month: int) -> None:
    """Two schedulers take the turn of the final edition at the same moment."""
    quiet(office, month, until=9)
    environment = _environment(office.at(month, FINALS[month], 15))
    turn = [str(REPOSITORY / "kho"), "report", "turn"]
    both = [subprocess.Popen(turn, env=environment, stdout=subprocess.DEVNULL) for _ in "ab"]
    assert [process.wait(120) for process in both] == [0, 0]
    _look(office, month, FINALS[month], FINALS[month])


def asleep(office: Office, month: int) -> None:
    """Nothing runs from the 16th to the evening of the final day."""
    office.publish()
    _look(office, month, 15, 15)
    take_turn(office.at(month, FINALS[month], 20))
    deliver(office.at(month, FINALS[month], 20))


def broken_rendering(office: Office, month: int) -> None:
    """The document cannot be laid out until the evening: a table of the mart is gone."""
    _until_mended(office, month, "drop table mart.board_series")


def no_figures(office: Office, month: int) -> None:
    """There is no figure of the month until the evening of the final day."""
    _until_mended(
        office,
        month,
        f"delete from mart.indicator_yoy where period_start = date '2024-{month:02}-01'",
    )


def _until_mended(office: Office, month: int, fault: str) -> None:
    quiet(office, month, until=9)
    office.publish(fault)
    assert take_turn(office.at(month, FINALS[month], 15)).trouble
    deliver(office.at(month, FINALS[month], 16))
    office.publish()
    _look(office, month, FINALS[month], FINALS[month])


def _environment(at: Settings) -> dict[str, str]:
    return {**os.environ, "KHO_HOME": str(at.home), "KHO_NOW": at.clock().isoformat()}


# February, March, August and November have a day off on the 24th besides
FAULTS: dict[int, Callable[[Office, int], None]] = {
    3: late_source,
    4: mail_down,
    5: restated,
    6: crashed,
    7: two_schedulers,
    8: asleep,
    9: broken_rendering,
    10: no_figures,
}
