"""Stations through the whole chain: the ledger of the simulator, and real hourly files."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import Settings
from simulators.province.box import ProvinceBox
from simulators.province.compare import compare
from simulators.province.quan_trac import shelf

pytestmark = pytest.mark.slow
LOCAL = timezone(timedelta(hours=7))


def built(settings: Settings, *paths: Path) -> Chain:
    """Land, judge, build and publish the stations' source."""
    chain = Chain(settings, ["quan_trac"], paths=paths)
    with chain.exclusive():
        chain.land("quan_trac")
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    return chain


def rows(settings: Settings, sql: str) -> list[Mapping[str, Any]]:
    with open_reader(settings) as reader:
        return reader.rows(sql)


def test_the_warehouse_equals_the_ledger_day_after_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_DAYS", 1)
    now = datetime(2026, 1, 3, 4, tzinfo=LOCAL)
    days = (date(2025, 12, 30), date(2026, 1, 5))
    with ProvinceBox(
        "nghe_an", 0.01, *days, tmp_path / "truth", now=now, sources=["quan_trac"]
    ) as box:
        for name, value in box.environment.items():
            monkeypatch.setenv(name, value)
        for moment in (now, now + timedelta(days=1)):
            box.clock.set(moment)
            settings = Settings(home=tmp_path / "home", now=moment)
            assert not built(settings).outcome.set_aside
            (found,) = compare(box.truth, settings.published_db.resolve(), moment, ["quan_trac"])
            assert found.equal and found.expected > 10_000, found
    # the limit of the day's PM2.5 is stricter from 2026 on
    limits = rows(
        settings,
        "select valid_from, maximum from core.station_limit where parameter_code = 'pm25'"
        " and averaging = 'day' and station_code = '40_VINH_KK01' order by valid_from",
    )
    assert [int(row["maximum"]) for row in limits] == [50, 45]
    assert limits[1]["valid_from"] == date(2026, 1, 1)


@pytest.mark.real_data
def test_real_hours_are_rated_and_an_index_of_another_country_is_not(
    tmp_path: Path, air_dir: Path
) -> None:
    settings = Settings(home=tmp_path, now=datetime(2026, 11, 22, 12, tzinfo=LOCAL))
    built(settings, air_dir)
    (hanoi,) = rows(
        settings,
        "select count(*) as hours, count(aqi) as rated, max(aqi) as highest from core.fct_air_hour"
        " where station_code = 'weatherbit_Hanoi' and parameter_code = 'pm25'",
    )
    assert (hanoi["hours"], hanoi["rated"]) == (8785, 8784) and 300 < hanoi["highest"] < 500
    foreign = rows(
        settings,
        "select distinct aqi_standard, aqi, nowcast from core.fct_air_hour"
        " where parameter_code in ('aqi', 'pm25', 'pm10') and station_code like 'aqicn%'",
    )
    assert foreign == [{"aqi_standard": "us_epa", "aqi": None, "nowcast": None}]
    issues = rows(
        settings,
        "select count(*) as n, count(distinct detail) as words from mart.quality_issue"
        " where source = 'quan_trac' and rule_id = 'line_understood'",
    )
    assert issues[0]["n"] > 0
    (clean,) = rows(
        settings,
        "select count(*) as n from core.fct_air_hour where station_code like 'aqicn%'"
        " and concentration is not null",
    )
    assert clean["n"] > 10_000
