"""Faults injected on purpose: the right score falls by the right amount and comes back.

The inbox names the cell, the agency and the rule; mending the source closes the finding. The
workbooks and the ledger of their faults come from the simulator, so every expected number is
counted without the warehouse.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import Settings
from simulators.workbooks import Fault, ledger_folder, write_workbooks

SEED = 11
NOW = datetime(2025, 9, 20, 3, 0, tzinfo=UTC)
AGENCY = "cuc_thong_ke"
SCORES = ("dung", "du", "sach", "song")

# Faults of whole deliveries, each in a month of its own; those of cells all in the last month,
# because the next workbook prints this month's figures again and so mends them by itself.
OF_DELIVERIES = ["stale_copy@2025-04", "missing_month@2025-05", "late_file@2025-06"]
OF_CELLS = [
    f"{kind}@2025-07"
    for kind in ("unit_flip", "wrong_sum", "new_label", "shifted_column", "text_number")
]
TWICE = "restated@2025-08"
# The correction of the missing month comes after its grace, so that it was missing for a while.
MENDS = ["mend@2025-04", "mend@2025-05:12", "mend@2025-07"]
UNTOUCHED = date(2025, 2, 1)
MENDED = ("stale_copy@2025-04", "missing_month@2025-05", *OF_CELLS)

Row = dict[str, Any]


@dataclass(frozen=True)
class Note:
    """What the simulator's ledger says of a fault in one sheet."""

    fault: str
    month: date
    source_file: str
    sheet: str
    suspects: frozenset[str]
    dimension: str
    rule: str


@dataclass(frozen=True)
class State:
    """The published quality tables after one run, and what the ledger says of it."""

    scores: dict[date, Row]
    issues: list[Row]
    notes: list[Note]

    def of_rule(self, rule: str, month: date) -> list[Row]:
        """Findings of a rule that count for a month."""
        return [i for i in self.issues if (i["rule_id"], i["period"]) == (rule, month)]

    def note(self, kind: str) -> Note:
        """The ledger's note of a kind of fault."""
        return next(note for note in self.notes if note.fault.startswith(f"{kind}@"))


def _run(home: Path, folder: Path, months: int, last: date, faults: list[str]) -> State:
    """Land, judge, build and publish the workbooks with faults, and read what is published."""
    write_workbooks(folder, months, last, SEED, [Fault.parse(text) for text in faults])
    settings = Settings(home=home, target="duckdb", now=NOW)
    chain = Chain(settings, ["thong_ke"], paths=[folder])
    with chain.exclusive():
        for source in chain.chosen:
            chain.land(source)
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    assert not chain.outcome.sick and not chain.outcome.refused
    with open_reader(settings) as reader:
        scores = {
            row["period"]: row
            for row in reader.rows("select * from mart.quality_scorecard")
            if (row["source"], row["agency_code"]) == ("thong_ke", AGENCY)
        }
        issues = reader.rows("select * from mart.quality_issue where source = 'thong_ke'")
    return State(scores, issues, list(_notes(folder)))


def _notes(folder: Path) -> Iterator[Note]:
    path = ledger_folder(folder) / "faults.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            month = date.fromisoformat(f"{line['month']}-01")
            suspects = frozenset(line["suspects"].split())
            yield Note(
                line["fault"], month, line["source_file"], line["sheet"], suspects,
                line["dimension"], line["rule"],
            )  # fmt: skip


def _percent(good: int, total: int) -> Decimal:
    return (Decimal(100 * good) / Decimal(total)).quantize(Decimal("0.0001"), "ROUND_HALF_UP")


def _fallen(before: State, after: State, month: date) -> set[str]:
    """The scores of a month that are lower in one state than in the other."""
    low, high = before.scores[month], after.scores[month]
    pairs = {score: (low[f"{score}_pct"], high[f"{score}_pct"]) for score in SCORES}
    return {s for s, (a, b) in pairs.items() if b is not None and (a is None or a < b)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kho-loi")


@pytest.fixture(scope="module")
def faulty(home: Path) -> State:
    """Sixteen months, eight faults."""
    faults = [*OF_DELIVERIES, *OF_CELLS]
    return _run(home / "kho", home / "loi", 16, date(2025, 7, 1), faults)


@pytest.fixture(scope="module")
def mended(home: Path, faulty: State) -> State:
    """The same after the right workbooks came."""
    faults = [*OF_DELIVERIES, *OF_CELLS, *MENDS]
    return _run(home / "kho", home / "sua", 16, date(2025, 7, 1), faults)


@pytest.mark.slow
@pytest.mark.parametrize("dimension", ["dung", "sach"])
def test_the_score_of_the_cells_falls_by_their_number(
    faulty: State, mended: State, dimension: str
) -> None:
    july = date(2025, 7, 1)
    notes = [n for n in faulty.notes if (n.month, n.dimension) == (july, dimension)]
    bad = sum(len(note.suspects) for note in notes)
    low, high = faulty.scores[july], mended.scores[july]
    assert low[f"{dimension}_bad"] - high[f"{dimension}_bad"] == bad
    total = low[f"{dimension}_total"]
    assert low[f"{dimension}_pct"] == _percent(total - low[f"{dimension}_bad"], total)
    assert high[f"{dimension}_pct"] == _percent(
        high[f"{dimension}_total"] - high[f"{dimension}_bad"], high[f"{dimension}_total"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", OF_CELLS)
def test_the_inbox_names_cell_agency_and_rule(faulty: State, fault: str) -> None:
    note = faulty.note(fault.split("@")[0])
    issues = [
        issue
        for issue in faulty.of_rule(note.rule, note.month)
        if issue["sheet"] == note.sheet and issue["cell"] in note.suspects
    ]
    assert issues, note
    for issue in issues:
        assert (issue["agency_code"], issue["source_file"]) == (AGENCY, note.source_file)
        assert (issue["is_open"], issue["state"], issue["dimension"]) == (
            True,
            "moi",
            note.dimension,
        )
        assert issue["sentence"]
        assert issue["mend"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", MENDED)
def test_mending_closes_the_issue(faulty: State, mended: State, fault: str) -> None:
    note = faulty.note(fault.split("@")[0])
    opened = {i["issue_id"] for i in faulty.of_rule(note.rule, note.month) if i["is_open"]}
    assert opened
    closed = {
        i["issue_id"]: (i["is_open"], i["state"]) for i in mended.issues if i["issue_id"] in opened
    }
    assert set(closed) == opened
    assert set(closed.values()) == {(False, "da_sua_tai_nguon")}


@pytest.mark.slow
@pytest.mark.parametrize("month", [date(2025, 4, 1), date(2025, 7, 1)])
def test_a_mended_month_is_as_good_as_one_without_fault(mended: State, month: date) -> None:
    alike = ("dung_bad", "sach_bad", "du_received", "du_expected", "song_pct")
    assert {k: mended.scores[month][k] for k in alike} == {
        k: mended.scores[UNTOUCHED][k] for k in alike
    }


@pytest.mark.slow
def test_a_missing_month_is_incomplete_and_dead(faulty: State, mended: State) -> None:
    may = date(2025, 5, 1)
    row, came = faulty.scores[may], mended.scores[may]
    assert (row["du_received"], row["du_pct"]) == (0, 0)
    assert row["du_expected"] == mended.scores[UNTOUCHED]["du_expected"]
    assert row["song_pct"] == 0
    assert row["dung_pct"] is row["sach_pct"] is None
    assert came["du_received"] == mended.scores[UNTOUCHED]["du_received"]
    assert came["song_pct"] == _percent(30 - (12 - 9), 30)
    issues = faulty.of_rule("month_missing", may)
    assert {(i["agency_code"], i["is_open"]) for i in issues} == {(AGENCY, True)}


@pytest.mark.slow
def test_a_late_file_loses_a_thirtieth_a_day_after_its_grace(faulty: State) -> None:
    june = date(2025, 6, 1)
    row = faulty.scores[june]
    assert (row["due_on"], row["received_on"]) == (date(2025, 6, 29), date(2025, 7, 11))
    late = row["song_lag_days"] - row["song_promise_days"]
    assert late == 12 - 9
    assert row["song_pct"] == _percent(30 - late, 30)
    march = faulty.scores[date(2025, 3, 1)]
    assert (row["du_received"], row["du_expected"]) == (march["du_received"], march["du_expected"])


@pytest.mark.slow
def test_a_copy_is_held_back_and_counts_as_nothing(faulty: State, mended: State) -> None:
    april = date(2025, 4, 1)
    row = faulty.scores[april]
    note = faulty.note("stale_copy")
    assert (row["du_received"], row["du_pct"], row["song_pct"]) == (0, 0, 0)
    assert row["dung_pct"] is row["sach_pct"] is None, "no figure of it came in"
    (issue,) = faulty.of_rule(note.rule, april)
    assert (issue["agency_code"], issue["source_file"]) == (AGENCY, note.source_file)
    assert mended.scores[april]["dung_pct"] == mended.scores[UNTOUCHED]["dung_pct"]


@pytest.mark.slow
def test_no_other_month_loses_anything(faulty: State, mended: State) -> None:
    struck = {note.month for note in faulty.notes}
    assert not {
        m: _fallen(faulty, mended, m)
        for m in mended.scores.keys() - struck
        if _fallen(faulty, mended, m)
    }


@pytest.mark.slow
def test_a_month_published_twice_until_a_third_says_which_is_right(
    home: Path, mended: State
) -> None:
    august = date(2025, 8, 1)
    faults = [*OF_DELIVERIES, *OF_CELLS, *MENDS, TWICE]
    twice = _run(home / "kho", home / "hai", 17, august, faults)
    note = twice.note("restated")
    issues = [i for i in twice.of_rule(note.rule, august) if i["is_open"]]
    assert {(i["sheet"], i["cell"]) for i in issues} == {(note.sheet, c) for c in note.suspects}
    assert {(i["agency_code"], i["source_file"]) for i in issues} == {(AGENCY, note.source_file)}
    right = _run(home / "kho", home / "ba", 17, august, [*faults, "mend@2025-08"])
    assert twice.scores[august]["dung_bad"] - right.scores[august]["dung_bad"] == len(note.suspects)
    assert _fallen(twice, right, august) == {"dung"}
    assert {i["state"] for i in right.of_rule(note.rule, august)} == {"da_sua_tai_nguon"}


def test_one_fault_from_the_wrong_file_to_the_right_one(tmp_path: Path) -> None:
    """The representative chain: a wrong part in the second of two months, then its correction."""
    month = date(2025, 2, 1)
    faults = ["wrong_sum@2025-02"]
    wrong = _run(tmp_path / "kho", tmp_path / "loi", 2, month, faults)
    right = _run(tmp_path / "kho", tmp_path / "sua", 2, month, [*faults, "mend@2025-02"])
    (note,) = [n for n in right.notes if n.suspects]
    (issue,) = [i for i in wrong.of_rule(note.rule, month) if i["is_open"]]
    assert (issue["agency_code"], issue["sheet"]) == (AGENCY, note.sheet)
    assert issue["cell"] in note.suspects
    assert wrong.scores[month]["dung_bad"] - right.scores[month]["dung_bad"] == len(note.suspects)
    assert _fallen(wrong, right, month) == {"dung"}
    (closed,) = [i for i in right.issues if i["issue_id"] == issue["issue_id"]]
    assert (closed["is_open"], closed["state"]) == (False, "da_sua_tai_nguon")
