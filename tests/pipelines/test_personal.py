"""No person is in the lake or the warehouse, whichever source has been pulled."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.landing import land
from pipelines.chain import Chain
from pipelines.settings import Settings
from simulators.province import ProvinceBox, sources
from tests.support.personal import (
    personal_in_lake,
    personal_in_warehouse,
    personal_texts,
)

LOCAL = timezone(timedelta(hours=7))
NOW = datetime(2024, 10, 12, 17, tzinfo=LOCAL)
FIRST, LAST = date(2024, 9, 23), date(2024, 10, 12)
PEOPLE = [
    "CANARY-HO-TEN 7",
    "Nội dung TUYET-MAT-CANARY-3",
    "gọi 0912 345 678 trước 9 giờ",
    "+84912345678",
    "số 040195001234",
    "thẻ GD4790123456789",
    "xe 72A-143.25",
]
NOBODY = [
    "000.00.01.H40",
    "2024-2025.HK1",
    "20240107090000123",
    "hồ sơ H40.05-240107-0001",
    "1.234.567.890",
    "29A",
    "0,5",
    "abcdefghijklmnopabcdefghijklmnop",
]


@pytest.mark.parametrize("text", PEOPLE)
def test_the_scan_finds_a_person(text: str, tmp_path: Path) -> None:
    table = pa.table({"ghi_chu": ["không có gì", text]})
    assert len(personal_texts(table)) == 1

    (tmp_path / "lake/x/y").mkdir(parents=True)
    pq.write_table(table, tmp_path / "lake/x/y/1.parquet")
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.register("told", table)
        connection.execute("create table z as select * from told")
    assert len(personal_in_lake(tmp_path / "lake")) == 1
    assert len(personal_in_warehouse(tmp_path / "build.duckdb")) == 1


def test_the_scan_finds_a_person_in_what_is_nested_and_by_a_columns_name() -> None:
    nested = pa.table({"dong": [[{"nguoi": "0912345678"}]]})

    assert len(personal_texts(nested)) == 1
    assert personal_texts(pa.table({"ngay_sinh": pa.array([], pa.date32())}))


@pytest.mark.parametrize("text", NOBODY)
def test_the_scan_takes_nothing_else_for_a_person(text: str) -> None:
    assert personal_texts(pa.table({"ghi_chu": [text]})) == []


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProvinceBox]:
    folder = tmp_path_factory.mktemp("truth")
    named = [name for name in sources.names() if name in registry()]
    with ProvinceBox("nghe_an", 0.002, FIRST, LAST, folder, NOW, sources=named) as made:
        yield made


def _environment(box: ProvinceBox) -> dict[str, str]:
    return box.environment | {"KHO_PSEUDONYM_KEY": "khoa-bi-danh-chi-de-thu"}


def test_no_source_lands_a_person(box: ProvinceBox, tmp_path: Path) -> None:
    landed = set()
    for name, connector in registry().items():
        if name not in sources.names():
            continue
        context = PullContext(
            now=NOW, is_asked=True, environment=_environment(box), sleep=lambda _seconds: None
        )
        report = land(connector, context, tmp_path / "lake", tmp_path / "dlt", lambda _kind: None)
        assert sum(report.rows.values()) > 0, name
        landed.add(name)

    assert {"dvc", "giao_duc"} <= landed
    assert personal_in_lake(tmp_path / "lake") == []


@pytest.mark.slow
def test_no_person_is_in_the_warehouse(
    box: ProvinceBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in _environment(box).items():
        monkeypatch.setenv(name, value)
    chain = Chain(Settings(home=tmp_path, now=NOW))
    with chain.exclusive():
        for name in registry():
            chain.land(name)
        chain.judge()
        assert chain.build(), chain.outcome.failures

    assert chain.outcome.sick == {}
    assert personal_in_lake(tmp_path / "lake") == []
    assert personal_in_warehouse(tmp_path / "warehouse/build.duckdb") == []
