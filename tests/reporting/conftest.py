"""A home with a published warehouse in small, its calendar of reports, people, and real mail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM
from tests.editions.conftest import publish, settings  # noqa: F401
from tests.support.mail import MailServer

PEOPLE = """\
recipients:
  - {name: chu_tich, title: Chủ tịch, level: none, is_leader: true, report: final, channel: mail, address: ct@x.vn}
  - {name: bien_tap, title: Biên tập, level: none, report: draft, channel: mail, address: bt@x.vn}
  - {name: so_ct, title: Sở Công Thương, level: none, agency_codes: [so_ct], channel: mail, address: ct2@x.vn}
  - {name: truc, title: Trực kho, level: none, is_operator: true, channel: mail, address: truc@x.vn}
"""  # noqa: E501
# the last working day up to the 24th, read off a wall calendar
FINALS = {1: 24, 2: 23, 3: 22, 4: 24, 5: 24, 6: 24, 7: 24, 8: 23, 9: 24, 10: 24, 11: 22, 12: 24}
STEPS = {"preflight": 8, "remind_5": 8, "remind_2": 8, "remind_1": 8, "draft": 6, "final": 15}


def _day(month: int, step: str) -> date:
    final = date(2024, month, FINALS[month])
    if step.startswith("remind"):
        return final - timedelta(days=int(step[-1]))
    return {"preflight": date(2024, month, 15), "draft": date(2024, month, 20), "final": final}.get(
        step, date(2024, month, 25)
    )


def calendar() -> list[str]:
    """Give the statements that make the calendar of 2024 and an empty list of what is missing."""
    rows = []
    for month, last in FINALS.items():
        start = (date(2024, month, 1) - timedelta(days=1)).replace(day=15)
        for step in (*STEPS, "due"):
            rows.append(
                f"('2024-{month:02}', '{month:02}/2024', date '{start}', date '2024-{month:02}-14',"
                f" '{step}', 'Mốc {step}', date '{_day(month, step)}', {STEPS.get(step, 0)},"
                f" date '2024-{month:02}-{last:02}', date '2024-{month:02}-25')"
            )
    return [
        "create table mart.report_step (period text, period_label text, window_start date,"
        " window_end date, step text, step_name text, on_day date, hour integer, final_on date,"
        " due_on date)",
        f"insert into mart.report_step values {', '.join(rows)}",
        "create table mart.report_blocker (period text, agency_code text, agency_name text,"
        " sentence text, is_blocking boolean, needed_by date)",
    ]


def lacks(month: int, sentence: str) -> str:
    """Give the statement with which the Department of Industry and Trade owes something."""
    return (
        f"insert into mart.report_blocker values ('2024-{month:02}', 'so_ct', 'Sở Công Thương',"
        f" '{sentence}', false, date '2024-{month:02}-{FINALS[month] - 1:02}')"
    )


@dataclass
class Office:
    """The home, the mail that left it, and how to publish and look at the clock."""

    settings: Settings
    mail: MailServer
    _publish: Callable[..., None]
    facts: list[str] = field(default_factory=calendar)

    def publish(self, *more: str) -> None:
        """Publish the sample with the calendar and some changes."""
        self._publish(*self.facts, *more)

    def at(self, month: int, day: int, hour: int, minute: int = 5) -> Settings:
        """Give the settings at an hour of 2024, Viet Nam time."""
        now = datetime(2024, month, day, hour, minute, tzinfo=VIET_NAM)
        return self.settings.model_copy(update={"now": now})

    def got(self, address: str, word: str) -> list[str]:
        """Give the subjects that reached an address and hold a word."""
        return [subject for subject in self.mail.subjects(address) if word in subject]


@pytest.fixture
def office(
    settings: Settings,  # noqa: F811
    publish: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Office]:
    """An office with people and a mail server."""
    server = MailServer()
    server.start()
    monkeypatch.setenv("KHO_CHANNEL_MAIL", server.url)
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "recipients.yaml").write_text(PEOPLE, encoding="utf-8")
    yield Office(settings, server, publish)
    server.stop()
