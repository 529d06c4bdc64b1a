"""A province for a year: mail down, a restatement, a kill; each change told once and in order."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from pipelines import province
from pipelines.alerting.telling import tell
from pipelines.chain import Chain
from pipelines.outbox import deliver, store
from pipelines.province import Box
from pipelines.reader import open_reader
from pipelines.settings import Settings
from simulators.workbooks.publish import write_workbooks
from tests.outbox.test_delivering import states
from tests.outbox.test_killed import killed
from tests.support.mail import MailServer

YEAR = 2024
RECORDS = ("ioffice", "dvc", "y_te")
BOX = Box("nghe_an", 0.003, date(YEAR - 1, 10, 1), date(YEAR, 12, 31))
DOWN, KILLED, WRONG = "2024-03", "2024-05", "2024-08"
MENDED_ON = "2024-09-10"
RETAIL = "ban_le_tong_muc__so_cung_ky"
PEOPLE = """\
recipients:
  - {name: all, title: Mọi cảnh báo, channel: mail, address: all@b.vn}
  - {name: chief, title: Lãnh đạo, level: none, is_leader: true, channel: mail, address: c@b.vn}
"""
KINDS = {
    "cảnh báo mới": "firing",
    "nguồn thiếu số liệu": "firing",
    "cảnh báo đã kết thúc": "resolved",
    "nguồn đã đủ số liệu trở lại": "resolved",
    "cảnh báo đã đính chính": "corrected",
}


class Year:
    """One home that is run month after month, and what it should have told by then."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        (home / "recipients.yaml").write_text(PEOPLE, encoding="utf-8")
        self.settings = Settings(home=home, target="duckdb", sim_port=0)
        self.first_look = datetime.max.replace(tzinfo=UTC)
        self.expected: Counter[str] = Counter()
        self.fired: set[str] = set()
        self.ended: set[str] = set()

    def at(self, moment: datetime) -> Settings:
        self.settings = self.settings.model_copy(update={"now": moment})
        return self.settings

    def run(self, paths: list[Path], moment: datetime) -> None:
        Chain(self.at(moment), ["thong_ke"], paths=paths).land("thong_ke")
        chain = Chain(self.settings, RECORDS)
        with own_environment(), province.running(self.settings, BOX):
            for source in chain.chosen:
                chain.land(source)
        assert not chain.outcome.sick
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
        tell(self.settings)

    def expect(self) -> None:
        """Read what the mart says happened since the first look, in a way of the test's own."""
        with open_reader(self.settings) as reader:
            rows = reader.rows(
                "select alert_id, fired_at, resolved_at, is_corrected from mart.alert "
                "where fired_at is not null"
            )
        for row in rows:
            name = row["alert_id"]
            if row["fired_at"] > self.first_look and name not in self.fired:
                self.fired.add(name)
                self.expected["firing"] += 1
            if name in self.fired and row["resolved_at"] and name not in self.ended:
                self.ended.add(name)
                self.expected["corrected" if row["is_corrected"] else "resolved"] += 1


@contextmanager
def own_environment() -> Iterator[None]:
    """Take the addresses of the simulated systems away again."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def told(subjects: list[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for subject in subjects:
        for number, words in re.findall(r"(\d+) ([^\d(,]+?)(?=,| \()", subject):
            found[KINDS[words]] += int(number)
    return found


def wrongly_printed(workbook: Path, folder: Path) -> Path:
    """Save a copy in which retail fell by a fifth."""
    book = openpyxl.load_workbook(workbook)
    (sheet,) = [s for s in book.worksheets if "tongmuc" in s.title.lower().replace(" ", "")]
    for row in sheet.iter_rows():
        if row[0].value == "TỔNG SỐ":
            row[5].value = 80.0
    folder.mkdir()
    book.save(folder / workbook.name)
    return folder / workbook.name


def morning_after(workbook: Path) -> datetime:
    return datetime.combine(date.fromisoformat(workbook.name[:10]), datetime.min.time(), UTC) + (
        timedelta(hours=5)
    )


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_year_is_told_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = write_workbooks(tmp_path / "wb", months=30, last_month=date(YEAR, 12, 1))
    server = MailServer()
    server.start()
    monkeypatch.setenv("KHO_CHANNEL_MAIL", server.url)
    year = Year(tmp_path / "kho")
    past = [book for book in books if book.name < str(YEAR)]
    year.run(past, morning_after(past[-1]))
    year.first_look = year.settings.clock()
    assert deliver(year.settings).sent == 0, "the past is known to who comes new"

    unsure = 0
    for book in [book for book in books if book.name > str(YEAR)]:
        moment, month = morning_after(book), book.name[:7]
        if month == DOWN:
            server.stop()
        year.run([wrongly_printed(book, tmp_path / "bad") if month == WRONG else book], moment)
        year.expect()
        if month == DOWN:
            waiting = [deliver(year.at(moment + timedelta(hours=h))).waiting for h in range(6)]
            assert (
                len(set(waiting)) == 1
                and waiting[0] > 0
                and not server.subjects("all@b.vn")[len(server.subjects("all@b.vn")) :]
            )
            server.start()
            year.at(moment + timedelta(hours=6))
        if month == KILLED:
            killed(year.settings, server, "message")
        left = deliver(year.settings)
        assert left.waiting == 0
        unsure = left.unsure
        if month == WRONG:
            assert retail_state(year) == ("firing", False)
            mended = tmp_path / f"{MENDED_ON}{book.name[10:]}"
            mended.write_bytes(book.read_bytes())
            year.run([mended], morning_after(mended))
            year.expect()
            assert retail_state(year) == ("resolved", True)
            assert deliver(year.settings).waiting == 0

    server.stop()
    subjects = server.subjects("all@b.vn")
    receipts = [mail.receipt for mail in server.mails]
    assert len(set(receipts)) == len(receipts) and unsure == 1
    for address in ("all@b.vn", "c@b.vn"):
        numbers = [int(m.receipt.split("-")[1]) for m in server.mails if m.to == address]
        assert numbers == sorted(numbers) and numbers
    lost = [name for name, state in states(year.settings).items() if state == "unsure"]
    assert len(lost) == 1
    # the mail server had the message of the kill or not; nobody else lacks anything
    assert year.expected["corrected"] >= 1 and year.expected["resolved"] >= 1
    gap = year.expected - told(subjects)
    assert not told(subjects) - year.expected
    assert gap == told(unsure_subjects(year)) or not gap


def unsure_subjects(year: Year) -> list[str]:
    with store.opened(year.settings) as db:
        rows = db.execute("select subject from message where state = 'unsure'").fetchall()
        return [row["subject"] for row in rows]


def retail_state(year: Year) -> tuple[str, bool]:
    with open_reader(year.settings) as reader:
        (row,) = reader.rows(
            "select state, is_corrected from mart.alert where rule_id = ? "
            "and area_key = 'VN-00' and fired_period_start = date '2024-08-01'",
            [RETAIL],
        )
    return row["state"], row["is_corrected"]
