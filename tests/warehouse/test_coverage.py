"""What the 60 real workbooks brought, month by month, and what they did not."""

import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.reader import Reader

pytestmark = pytest.mark.real_data

LAST = date(2025, 1, 1)
# read from the list of files: months between January 2019 and January 2025 without a workbook
MONTHS_WITHOUT_A_FILE = {
    *("05/2020", "11/2020", "04/2021", "10/2021", "03/2022", "08/2022", "02/2023", "06/2023"),
    *("11/2023", "02/2024", "05/2024", "08/2024", "11/2024"),
}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _grid(reader: Reader, family: str) -> dict[str, dict[str, Any]]:
    rows = reader.rows(
        "select * from mart.quality_coverage where family = ? and period <= ?", [family, LAST]
    )
    return {row["period_label"]: row for row in rows}


@pytest.mark.parametrize("family", ["cpi", "iip", "ban_le", "xuat_khau", "fdi", "lao_dong_cn"])
def test_months_without_a_workbook_are_gaps_with_a_reason(
    built_reader: Reader, family: str
) -> None:
    grid = _grid(built_reader, family)
    assert len(grid) == 73
    without = {label for label, row in grid.items() if row["source_file"] is None}
    assert without == MONTHS_WITHOUT_A_FILE
    for label in without:
        row = grid[label]
        assert (row["status"], row["received_fields"], row["coverage_pct"]) == ("khong_co", 0, 0)
        assert row["reason"] == f"Không có tệp nào của tháng {label}"


def test_the_months_after_the_last_workbook_are_owed_up_to_now(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select distinct period, status, due_on, coverage_pct from mart.quality_coverage
        where source = 'thong_ke' and family = 'cpi' and period > ? order by period""",
        [LAST],
    )
    assert [row["period"] for row in rows[:2]] == [date(2025, 2, 1), date(2025, 3, 1)]
    assert (rows[0]["status"], rows[0]["due_on"]) == ("khong_co", date(2025, 2, 28))
    assert {row["status"] for row in rows} <= {"khong_co", "chua_den_han"}
    assert all((row["coverage_pct"] is None) == (row["status"] == "chua_den_han") for row in rows)


def test_a_workbook_without_a_table_shows_the_gap(built_reader: Reader) -> None:
    """The nine-month workbooks of 2023 and 2024 print no industrial labour."""
    grid = _grid(built_reader, "lao_dong_cn")
    gaps = {
        label: row
        for label, row in grid.items()
        if row["status"] == "khong_co" and row["source_file"]
    }
    assert gaps.keys() == {"09/2023", "09/2024"}
    for label, row in gaps.items():
        assert row["reason"] == f"Tệp của tháng {label} không có biểu của nhóm này"
        assert row["received_on"] is None


def test_exports_of_october_2020_lack_their_two_sectors(built_reader: Reader) -> None:
    row = _grid(built_reader, "xuat_khau")["10/2020"]
    assert row["status"] == "thieu"
    assert row["expected_fields"] - row["received_fields"] == 2
    assert row["reason"].startswith(f"Thiếu 2/{row['expected_fields']} chỉ tiêu: ")
    assert "Xuất khẩu của khu vực có vốn đầu tư nước ngoài" in row["reason"]
    assert "Xuất khẩu của khu vực kinh tế trong nước" in row["reason"]
    share = Decimal(100 * row["received_fields"]) / row["expected_fields"]
    assert row["coverage_pct"] == round(share, 4)


def test_december_2024_came_whole(built_reader: Reader) -> None:
    row = _grid(built_reader, "cpi")["12/2024"]
    assert (row["status"], row["coverage_pct"], row["reason"]) == ("du", 100, None)
    assert row["received_fields"] == row["expected_fields"] >= 14
    assert row["source_file"] == "2024-12-29-02.Bieu-T12.2024.xlsx"
    assert (row["received_on"], row["due_on"]) == (date(2024, 12, 29), date(2024, 12, 29))
    assert row["agency_name"] == "Cục Thống kê (Bộ Tài chính)"


def test_families_owe_only_the_months_of_their_cadence(built_reader: Reader) -> None:
    quarterly = _grid(built_reader, "gdp")
    assert {label[:2] for label in quarterly} == {"03", "06", "09", "12"}
    assert len(quarterly) == 24
    assert {label for label, row in quarterly.items() if row["status"] == "khong_co"} == {
        "03/2022",
        "06/2023",
    }
    yearly = _grid(built_reader, "dan_so")
    assert yearly.keys() == {f"12/{year}" for year in range(2019, 2025)}
    assert {row["status"] for row in yearly.values()} <= {"du", "thieu"}


def test_a_series_owes_only_the_months_of_its_season(built_reader: Reader) -> None:
    """Winter-spring rice is planted until May, the year's rice is counted in December."""
    grid = _grid(built_reader, "nong_nghiep")
    assert len(grid) == 73
    came = {label: row for label, row in grid.items() if row["source_file"] is not None}
    assert {row["status"] for row in came.values()} == {"du"}


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ("tieu_thu_ton_kho", "chi so tieu thu"),
        ("khach_quoc_te", "khach quoc te"),
        ("ty_gia_thuong_mai", "ty gia thuong mai"),
    ],
)
def test_families_stand_where_the_titles_do(
    built_reader: Reader, gso_dir: Path, family: str, words: str
) -> None:
    """Another reader looks for the words of the title in every Vietnamese workbook."""
    from python_calamine import CalamineWorkbook

    grid = _grid(built_reader, family)
    for path in sorted(gso_dir.glob("*.xlsx")):
        if path.stem.endswith("EN"):
            continue
        with CalamineWorkbook.from_path(path) as book:
            heads = [
                " ".join(str(cell) for row in rows[:3] for cell in row if cell != "")
                for rows in (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
            ]
        printed = any(words in _folded(head) for head in heads)
        row = grid.get(f"{path.name[5:7]}/{path.name[:4]}")
        assert printed == (row is not None and row["status"] in ("du", "thieu")), path.name


def test_the_ledger_owes_the_workbooks_that_never_came(built_reader: Reader) -> None:
    rows = built_reader.rows(
        "select period_label, received_count, missing_count, agency_code from mart.submission"
        " where form_code = 'thong_ke' and status = 'missing' and period_start <= ?",
        [LAST],
    )
    none_came = {row["period_label"] for row in rows if row["received_count"] == 0}
    assert none_came == MONTHS_WITHOUT_A_FILE
    # one table was left out of these
    partly = {row["period_label"]: row["missing_count"] for row in rows if row["received_count"]}
    assert partly == {"09/2023": 1, "09/2024": 1}
    assert {row["agency_code"] for row in rows} == {"cuc_thong_ke"}
