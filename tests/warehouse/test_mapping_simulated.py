"""Simulated workbooks tell the truth of every printed number: the mapping must find it again.

The second half of the months arrives later, so the incremental path is held to the same truth.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.reader import open_reader
from pipelines.settings import Settings
from simulators.workbooks import ledger_folder, write_workbooks
from tests.conftest import published

# May 2023 to December 2024: every layout of the year and both retail tables on one sheet.
MONTHS = 20
SAME = [
    "role",
    "period_type",
    "period_start",
    "period_end",
    "unit",
    "number_form",
    "estimate_status",
]
Place = tuple[str, str, str]
# A number printed twice in a workbook, in its own table and in a summary, is kept once.
ITEM = ["family", "item", "measure"]
SUBJECT = [*ITEM, "source_file", "role", "period_start", "period_end"]
FAMILIES = 16


def _ledger(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(ledger_folder(folder).glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            yield from (row for row in csv.DictReader(file) if row["cell"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mo_phong") / "biểu"


@pytest.fixture(scope="module")
def settings(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    books = sorted(write_workbooks(folder, MONTHS, date(2024, 12, 1), 7))
    settings = Settings(home=tmp_path_factory.mktemp("kho_mo_phong"), target="duckdb")
    published(settings, books[: len(books) // 2])
    published(settings, books)
    return settings


@pytest.fixture(scope="module")
def told_and_found(
    folder: Path, settings: Settings
) -> tuple[dict[Place, dict[str, str]], dict[Place, dict[str, str]]]:
    with open_reader(settings) as reader:
        rows = reader.rows("select * from core.fct_statistic")
    told = {(row["source_file"], row["sheet"], row["cell"]): row for row in _ledger(folder)}
    found = {
        (row["source_file"], row["sheet"], row["cell"]): {
            name: "" if value is None else str(value) for name, value in row.items()
        }
        for row in rows
    }
    return told, found


def test_everything_is_marked_as_simulated(settings: Settings) -> None:
    with open_reader(settings) as reader:
        marks = reader.rows("select distinct is_simulated from mart.indicator_value")
    assert marks == [{"is_simulated": True}]


def test_every_printed_number_is_found_and_nothing_else(told_and_found) -> None:
    told, found = told_and_found
    assert len(told) > 40_000
    assert len({row["family"] for row in told.values()}) == FAMILIES
    assert not found.keys() - told.keys()
    said = {_number(told[place]) for place in found}
    missing = sorted(told.keys() - found.keys())
    assert [place for place in missing if _number(told[place]) not in said][:3] == []
    assert {told[place]["family"] for place in missing} == {"doanh_nghiep"}


def _number(row: dict[str, str]) -> tuple[str, ...]:
    return (*(row[name] for name in SUBJECT), row["printed"])


def test_roles_periods_units_and_forms_are_the_told_ones(told_and_found) -> None:
    told, found = told_and_found
    wrong = [
        (place, [told[place][name] for name in SAME], [found[place][name] for name in SAME])
        for place in found
        if [told[place][name] for name in SAME] != [found[place][name] for name in SAME]
        or float(told[place]["printed"]) != float(found[place]["value_published"])
    ]
    assert not wrong, (len(wrong), wrong[:3])


def test_an_item_is_one_series_and_a_series_one_item(told_and_found) -> None:
    told, found = told_and_found
    pairs = {
        (*(told[place][name] for name in ITEM), row["series_code"], row["area_key"])
        for place, row in found.items()
    }
    assert len(pairs) == len({pair[:3] for pair in pairs}) == len({pair[3:] for pair in pairs})
