"""A province's name in a table means the unit of the table's own time."""

import csv
from collections.abc import Collection
from pathlib import Path

import openpyxl
import pytest

from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import DBT_PROJECT, Settings

pytestmark = pytest.mark.real_data

BOOK = "2024-12-29-02.Bieu-T12.2024.xlsx"
SHEET = "23. VĐT NSNN"


def _a_year_later(source: Path, target: Path, unnamed: Collection[str] = ()) -> None:
    """Write the table as of the end of 2025, without the names that are not to stand in it."""
    book = openpyxl.load_workbook(source)
    for cell in (cell for row in book[SHEET].iter_rows() for cell in row):
        if not isinstance(cell.value, str):
            continue
        if cell.value.strip() in unnamed:
            cell.value = "Địa phương khác"
        cell.value = cell.value.replace("2024", "2025").replace("2023", "2024")
    book.save(target)


def _seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _ended_names() -> set[str]:
    """Give the printed names of provinces whose name no unit bears today."""
    provinces = [row for row in _seed("areas.csv") if row["level"] == "province"]
    today = {row["area_name"] for row in provinces if not row["valid_to"]}
    ended = {row["area_key"] for row in provinces if row["area_name"] not in today}
    return {row["alias"] for row in _seed("thong_ke_items.csv") if row["area_key"] in ended}


@pytest.mark.slow
def test_a_name_means_the_unit_of_the_borders_that_the_table_lists(
    gso_dir: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    _a_year_later(gso_dir / BOOK, inbox / "2025-12-29-cu.xlsx")
    _a_year_later(gso_dir / BOOK, inbox / "2025-12-30-moi.xlsx", _ended_names())
    settings = Settings(home=tmp_path / "kho", target="duckdb")
    chain = Chain(settings, sources=["thong_ke"], paths=[inbox])
    with chain.exclusive():
        chain.land("thong_ke")
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    with open_reader(settings) as reader:
        rows = reader.rows(
            """select distinct source_file, area_key from core.fct_statistic
            where area_key in ('P79-20040708', 'P79-20250701', 'P40-20040708', 'P40-20250701')
              and sheet = ?""",
            [SHEET],
        )
    found = {(row["source_file"][:10], row["area_key"]) for row in rows}
    assert found == {
        # it still lists Bình Dương: the old borders, however late it came
        ("2025-12-29", "P79-20040708"),
        ("2025-12-29", "P40-20040708"),
        ("2025-12-30", "P79-20250701"),
        ("2025-12-30", "P40-20040708"),
    }
