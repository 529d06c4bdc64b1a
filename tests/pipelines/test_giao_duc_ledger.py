"""The warehouse holds what the education sector's site holds, also after lists are replaced."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.chain import Chain
from pipelines.settings import Settings
from simulators.province import Fault, ProvinceBox
from simulators.province.compare import compare, report

NOW = datetime(2025, 8, 20, 5, tzinfo=UTC)
MODELS = ["+fct_school_year", "+dim_school", "+young_child_version", "+msr_counted"]


def _bring(box: ProvinceBox, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pull, judge and build what is new, and compare."""
    for name, value in box.environment.items():
        monkeypatch.setenv(name, value)
    chain = Chain(Settings(home=home, now=box.clock.now()), ["giao_duc"])
    with chain.exclusive():
        chain.land("giao_duc")
        chain.judge()
        assert chain.outcome.sick == {} and chain.outcome.held == []
        assert chain.build(select=MODELS), chain.outcome.failures
    found = compare(box.truth, home / "warehouse/build.duckdb", box.clock.now(), ["giao_duc"])
    assert len(found) == 6
    assert all(table.equal for table in found), report(found)


@pytest.mark.slow
def test_the_warehouse_is_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHO_PSEUDONYM_KEY", "khoa-bi-danh-chi-de-thu")
    days = date(2024, 9, 1), date(2025, 8, 20)
    home = tmp_path / "home"
    with ProvinceBox("bac_ninh", 0.01, *days, tmp_path / "truth", NOW, sources=["giao_duc"]) as box:
        _bring(box, home, monkeypatch)
        for fault in ("deleted_rows", "restated_rows", "late_rows"):
            box.inject(Fault(fault, "giao_duc"))
        _bring(box, home, monkeypatch)
