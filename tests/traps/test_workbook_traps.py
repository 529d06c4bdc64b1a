"""The traps T1–T10 of the requirements that a workbook or a reported figure can carry.

Two traps no workbook carries: T2 (a document cited under two dates) belongs to the links between
documents, T8 (one centre under six names) to the list of agencies' names. What a text in a cell
becomes is proved one by one in tests/connectors; here stands what a whole table becomes.
"""

import csv
import unicodedata
from pathlib import Path

import duckdb
import jinja2
import pytest

from connectors.vietnamese import NotADateError, parse_date
from pipelines.settings import DBT_PROJECT
from tests.connectors.books import book, cells_of

_ = None
HEAD = [["1. Hồ sơ"], [_, _, _, "Hồ sơ"], [_, "Tiếp nhận", "Giải quyết", "Đúng hạn"]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.xlsx"


def macro(name: str, text: str) -> str:
    """Ask DuckDB what one of the project's text macros makes of a text."""
    source = (DBT_PROJECT / "macros" / "thong_ke.sql").read_text(encoding="utf-8")
    call = "{{ " + name + "(\"'" + text + "'\") }}"
    expression = jinja2.Environment().from_string(source + call).render().strip()
    return str(duckdb.sql(f"select {expression}").fetchall()[0][0])


@pytest.mark.parametrize("text", ["791/903", "7/10"])
def test_t1_t4_a_fraction_or_date_is_asked_about_and_never_a_number(path: Path, text: str) -> None:
    cell = cells_of(book(path, [*HEAD, ["A", text, 1.5, 2.5], ["B", 1.5, 2.5, 3.5]]))["B4"]
    assert (cell.text, cell.value) == (text, None)
    assert cell.doubt.startswith(f"“{text}” là tỷ lệ, ngày hay hai số?")


def test_t3_both_ways_of_grouping_in_one_programme(path: Path) -> None:
    rows = [["A", "5.238.802", "455,450,540", "12,07%"], ["B", 1.5, 2.5, 3.5]]
    cells = cells_of(book(path, [*HEAD, *rows]))
    assert [cells[a].value for a in ("B4", "C4", "D4")] == [5238802, 455450540, 12.07]
    assert cells["D4"].unit == "%"


@pytest.mark.parametrize(
    "text", ["ngày tháng 11 năm 2023", "/11/2023", "tháng 11 năm 2023", "11/2023", "7/10", "2023"]
)
def test_t5_an_incomplete_date_gets_no_default(text: str) -> None:
    with pytest.raises(NotADateError, match="không phải là ngày đầy đủ"):
        parse_date(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hóa chất", "Hoá chất"), ("địa phương", "điạ phương"), ("Thủy sản", "Thuỷ sản")],
)
def test_t6_labels_meet_however_their_marks_are_placed(path: Path, one: str, other: str) -> None:
    decomposed = unicodedata.normalize("NFD", other)
    cells = cells_of(book(path, [*HEAD, [decomposed, 1.5, 2.5, 3.5], [one, 1.5, 2.5, 3.5]]))
    # what is shown stays as it was printed, composed but not corrected
    assert (cells["B4"].item_label, cells["B5"].item_label) == (other, one)
    assert macro("label_key", cells["B4"].item_label) == macro("label_key", one)


def periods(header: str) -> set[tuple[str, int]]:
    """Give the periods that the seeds read in a column's heading: several are not decided."""
    key = macro("header_key", header)
    with (DBT_PROJECT / "seeds" / "thong_ke_periods.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    fitting = [
        row
        for row in rows
        if duckdb.execute("select regexp_matches(?, ?)", [key, row["pattern"]]).fetchall()[0][0]
    ]
    first = min((int(row["priority"]) for row in fitting), default=0)
    return {
        (row["period_type"], int(row["end_month"]))
        for row in fitting
        if int(row["priority"]) == first
    }


def test_t7_overlapping_periods_are_two_periods() -> None:
    assert periods("Quý III năm 2022") == {("quarter", 9)}
    assert periods("9 tháng năm 2022") == {("nine_months", 9)}
    # one column that names both is undecided: the warehouse leaves it unmapped and says why
    for both in ("Quý III và 9 tháng năm 2022", "Quý IV và cả năm 2022", "Quý II, 6 tháng 2022"):
        assert len(periods(both)) == 2


def test_t9_every_indicator_says_whether_it_is_a_stock_or_a_flow() -> None:
    with (DBT_PROJECT / "seeds" / "indicators.csv").open(encoding="utf-8") as file:
        kinds = {row["code"]: row["kind"] for row in csv.DictReader(file)}
    assert kinds and all(kinds.values())


def test_t10_numbers_around_a_table_are_no_figures(path: Path) -> None:
    rows = [
        ["A", 1.5, 2.5, 3.5, _, 99],
        ["B", 1.5, 2.5, 3.5],
        [_, _, _, _, _, "791/903"],
        ["Nguồn: Cổng thông tin; thời gian phản hồi 30s"],
        ["Đánh giá:", _, _, _, _, 4.5],
        [_, _, _, _, 1024],
        ["© 2024 – Tải ứng dụng"],
    ]
    cells = cells_of(book(path, [*HEAD, *rows]))
    figures = {address for address, cell in cells.items() if cell.kind == "body"}
    assert figures == {"B4", "C4", "D4", "B5", "C5", "D5"}
    assert {cells[a].kind for a in ("F4", "F8", "E9")} == {"stray"}
