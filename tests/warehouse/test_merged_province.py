"""Quảng Ngãi after it took in Kon Tum: growth as published, and growth on today's borders.

The figures are reported ones (quang_ngai.csv says which of them are worked out from the others):
the first half of 2025 of the new province may be held against the sum of both old ones of 2024,
never against the old province of the same code and name.
"""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.chain import Chain
from pipelines.explain.finding import Choice
from pipelines.explain.passport import passport
from pipelines.reader import Reader, open_reader
from pipelines.settings import Settings
from tests.support.postgres import PostgresServer

FIGURES = Path(__file__).with_name("quang_ngai.csv")
NEW, OLD, KON_TUM = "P51-20250701", "P51-20040708", "P62-20040708"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose inbox holds the reported figures and nothing else."""
    home = tmp_path_factory.mktemp("sap_nhap")
    inbox = home / "inbox" / "so_bao_cao"
    inbox.mkdir(parents=True)
    shutil.copy(FIGURES, inbox)
    return home


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def reader(
    home: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """The published warehouse of each engine, built from documents alone."""
    settings = Settings(home=home, target="duckdb")
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        dsn = SecretStr(server.create_database("sap_nhap"))
        settings = settings.model_copy(update={"target": "postgres", "pg_dsn": dsn})
    chain = Chain(settings)
    with chain.exclusive():
        for source in chain.chosen:
            chain.land(source)
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    assert not chain.outcome.is_incomplete, chain.outcome.kept_back
    with open_reader(settings) as opened:
        yield opened


def _compared(reader: Reader, basis: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Give the comparisons of a basis by unit and year."""
    rows = reader.rows(
        """select area_key, extract(year from period_start) as year_no, value,
            value_same_period_last_year as prior, yoy_pct, yoy_pct_published, yoy_pct_computed,
            yoy_source, comparability
        from mart.indicator_yoy
        where indicator_code = 'grdp_gia_so_sanh' and period_type = 'half'"""
        f" and basis = '{basis}'"
    )
    return {(row["area_key"], int(row["year_no"])): row for row in rows}


def test_as_published_every_unit_stands_beside_itself_alone(reader: Reader) -> None:
    found = _compared(reader, "as_published")
    assert found.keys() == {
        (NEW, 2025),
        *((unit, y) for unit in (OLD, KON_TUM) for y in (2024, 2025)),
    }
    new = found[NEW, 2025]
    assert (new["value"], new["yoy_pct_published"]) == (41690, Decimal("11.51"))
    # the new province has no figure of last year of its own, so nothing is worked out for it
    assert (new["prior"], new["yoy_pct_computed"]) == (None, None)
    assert (new["yoy_source"], new["comparability"]) == ("published", "not_comparable")
    for unit, value, prior, change in (
        (OLD, "32900", "29270.46", "12.4"),
        (KON_TUM, "8790", "8116.34", "8.3"),
    ):
        old = found[unit, 2025]
        assert (old["value"], old["prior"]) == (Decimal(value), Decimal(prior))
        assert old["yoy_pct_published"] == old["yoy_pct_computed"] == Decimal(change)
        assert old["comparability"] == "comparable"


def test_on_todays_borders_the_new_province_stands_beside_the_sum_of_the_old(
    reader: Reader,
) -> None:
    found = _compared(reader, "current")
    assert found.keys() == {(NEW, 2024), (NEW, 2025)}
    assert found[NEW, 2024]["value"] == Decimal("29270.46") + Decimal("8116.34")
    new = found[NEW, 2025]
    assert (new["value"], new["prior"]) == (41690, Decimal("37386.80"))
    assert (new["yoy_pct_published"], new["yoy_pct_computed"]) == (Decimal("11.51"),) * 2
    assert new["comparability"] == "comparable"


def test_no_comparison_mixes_the_new_province_with_the_old_one(reader: Reader) -> None:
    """41,690 against 29,270 would be a growth of 42 %."""
    rows = reader.rows(
        "select yoy_pct, yoy_pct_computed from mart.indicator_yoy"
        " where indicator_code = 'grdp_gia_so_sanh'"
    )
    changes = [change for row in rows for change in row.values() if change is not None]
    assert changes and max(changes) < 13


def test_documents_owe_no_period(reader: Reader) -> None:
    """Five figures were reported, so there are five values and no missing month between them."""
    rows = reader.rows(
        "select value from mart.indicator_value"
        " where source_code = 'so_bao_cao' and basis = 'as_published'"
    )
    assert len(rows) == 5 and all(row["value"] is not None for row in rows)
    assert reader.rows("select 1 from mart.quality_issue where source = 'so_bao_cao'") == []


def test_the_file_says_which_figures_nobody_published() -> None:
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    derived = {(r["dia_ban"], r["ky"]) for r in rows if r["ghi_chu"].startswith("Suy ra")}
    assert derived == {(KON_TUM, "2025-H1"), (OLD, "2024-H1"), (KON_TUM, "2024-H1")}


def test_the_passport_of_the_new_province_lists_the_old_ones(reader: Reader) -> None:
    said = passport(reader, "grdp_gia_so_sanh", "Quảng Ngãi", "2025-H1", Choice(), None)
    assert said["area"]["area_key"] == NEW and said["value"]["value"] == 41690
    printed = {(cell["cell"], cell["value_text"], cell["unit_text"]) for cell in said["cells"]}
    assert printed == {("D2", "41.690", "tỷ đồng"), ("D2", "11,51 %", "")}
    words = {row["basis"]: row["comparability"] for row in said["bases"]}
    assert words == {"as_published": "not_comparable", "current": "comparable"}

    before = passport(reader, "grdp_gia_so_sanh", "Quảng Ngãi", "2024-H1", Choice(), None)
    assert before["basis"] == "current" and before["uncited"] == []
    assert [cell["cell"] for cell in before["cells"]] == ["D5", "D6"]
    assert sum(cell["value"] for cell in before["cells"]) == before["value"]["value"]

    early = Choice(), date(2025, 7, 7)
    unknown = passport(reader, "grdp_gia_so_sanh", OLD, "2025-H1", *early)
    assert unknown["value"]["value"] is None and unknown["cells"] == []
