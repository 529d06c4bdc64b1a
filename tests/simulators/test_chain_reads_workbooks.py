"""The connector and the mapping made for the official workbooks must read the simulated ones."""

from collections import Counter
from datetime import date
from typing import Any

import duckdb
import pytest

from pipelines.chain import Chain
from pipelines.settings import Settings
from tests.conftest import published
from tests.simulators.conftest import Written

# the mapping of simulated workbooks is proved on fewer months in tests/warehouse
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chain(written: Written, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    home = tmp_path_factory.mktemp("kho-sim")
    return published(Settings(home=home, target="duckdb"), [written.folder])


def _rows(chain: Chain, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(chain.settings.published_db), read_only=True) as connection:
        table = connection.sql(sql).to_arrow_table()
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def test_every_number_is_mapped(chain: Chain, written: Written) -> None:
    status = _rows(chain, "select * from core.statistic_cell_status")
    counts = Counter(row["status"] for row in status)
    assert counts["unmapped"] == 0
    ignored = [row for row in status if row["status"] == "ignored"]
    again = [row for row in ignored if row["reason"].startswith("Lặp lại ô ")]
    assert counts["mapped"] == len(written.published) - len(again)
    assert {row["family"] for row in again} == {"doanh_nghiep"}
    # a summary prints some totals of the tables of its branches again
    assert len(again) < len(written.published) / 100
    assert [row["value_text"] for row in ignored if row not in again] == ["30"]


def test_every_mapped_number_means_what_the_ledger_says(chain: Chain, written: Written) -> None:
    facts = {
        (row["source_file"], row["sheet"], row["cell"]): row
        for row in _rows(chain, "select * from core.fct_statistic")
    }
    series: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    for entry in written.published:
        fact = facts.get(entry.place)
        if fact is None and entry.family == "doanh_nghiep":
            continue
        assert fact is not None, entry.place
        meant = (
            entry.family, entry.role, entry.period_type, entry.period_start, entry.period_end,
            entry.unit, entry.number_form, entry.estimate_status, entry.published_on,
        )  # fmt: skip
        read = (
            fact["family"], fact["role"], fact["period_type"], fact["period_start"],
            fact["period_end"], fact["unit"], fact["number_form"], fact["estimate_status"],
            fact["published_on"],
        )  # fmt: skip
        assert read == meant, entry.place
        assert float(fact["value_published"]) == pytest.approx(entry.printed, rel=1e-12)
        series.setdefault(entry.series, set()).add((fact["series_code"], fact["area_key"]))
    codes = [code for found in series.values() for code in found]
    assert max(len(found) for found in series.values()) == 1, "one item, one series"
    assert len(codes) == len(set(codes)), "two items in one series"


def test_the_gap_stays_a_gap_and_the_restatement_is_seen(chain: Chain) -> None:
    gap = _rows(
        chain,
        "select value, value_reason from mart.indicator_value where period_type = 'month' "
        "and indicator_code = 'cpi_so_cung_ky' and period_start = date '2023-08-01'",
    )
    assert gap
    assert all(row["value"] is None and row["value_reason"] for row in gap)
    across = _rows(
        chain,
        "select comparability, yoy_pct_published from mart.indicator_yoy "
        "where indicator_code like 'ban_le%' and unit <> '%' and period_type = 'month' "
        f"and period_start = date '{date(2024, 5, 1)}'",
    )
    assert {row["comparability"] for row in across} == {"not_comparable"}
    assert all(row["yoy_pct_published"] > 0 for row in across)
