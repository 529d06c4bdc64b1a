"""The box as a program: it serves, generates once, compares, and stops."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import httpx
import pytest

from simulators.province import ProvinceBox, Truth, sources
from simulators.province.__main__ import main
from simulators.province.compare import compare, report

DAYS = (date(2021, 3, 1), date(2021, 3, 5))
NOW = datetime(2021, 6, 1, tzinfo=UTC)
RECORDS = ["--first-day", "2021-03-01", "--last-day", "2021-03-05", "--source", "dvc"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    assert main(["generate", "--truth", str(folder), *RECORDS]) == 0
    return folder


def written(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}


def test_records_are_made_once_and_anew_for_another_call(folder: Path, tmp_path: Path) -> None:
    before = written(folder)
    ProvinceBox("nghe_an", 0.01, *DAYS, folder, sources=["dvc"]).generate()
    assert written(folder) == before
    box = ProvinceBox("nghe_an", 0.01, *DAYS, tmp_path, sources=["dvc"])
    box.generate()
    ProvinceBox("nghe_an", 0.02, *DAYS, tmp_path, sources=["dvc"]).generate()
    assert len(box.truth.state("dvc", "ho_so", NOW)) > 80


def test_the_environment_points_at_the_province_and_its_time(folder: Path) -> None:
    with ProvinceBox("nghe_an", 0.01, *DAYS, folder, NOW, sources=["dvc"]) as box:
        assert box.environment["KHO_DVC_UNIT"] == "H40"
        assert box.environment["KHO_NOW"] == "2021-06-01T00:00:00+00:00"
        url = box.environment["KHO_DVC_URL"]
        assert httpx.post(f"{url}/api/login", json={}).json()["error_code"] == 1
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{url}/api/login", json={})


def test_the_program_serves_until_it_is_told_to_stop(folder: Path) -> None:
    command = [sys.executable, "-m", "simulators.province", "serve", "--truth", str(folder)]
    with subprocess.Popen(
        [*command, *RECORDS, "--fault", "html_login@dvc:1"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    ) as process:
        assert process.stdout
        environment = json.loads(process.stdout.readline())
        assert "KHO_NOW" not in environment
        url = environment["KHO_DVC_URL"]
        answers = [httpx.post(f"{url}/api/dong-bo", json={}) for _ in range(2)]
        assert [answer.text.startswith("<!DOCTYPE") for answer in answers] == [True, False]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--profile", "sao_hoa", "--truth", "x", *RECORDS],
        ["generate", "--truth", "x", *RECORDS, "--source", "khong_co"],
        ["serve", "--truth", "x", *RECORDS, "--fault", "503"],
        ["compare", "--truth", "x", "--warehouse", "x", "--now", "2021-06-01T00:00:00Z"],
    ],
)
def test_a_wrong_call_ends_with_2_and_one_line(
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(tmp_path.rglob("*.parquet"))


def warehouse(path: Path, truth: Truth, spoil: str = "") -> Path:
    """Stand in for a warehouse that took every record, spoiled by a statement."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        for table, relation, key, columns in sources.part("dvc", "compare").TABLES:
            connection.register("state", truth.state("dvc", table, NOW))
            kept = [f"{told} as {name.split('::')[0]}" for told, name in columns.items()]
            connection.execute(
                f"create table {relation} as select _key as {key}, {', '.join(kept)} from state"
            )
        connection.execute(spoil or "select 1")
    return path


def test_a_warehouse_that_took_everything_is_equal(folder: Path, tmp_path: Path) -> None:
    truth = Truth(folder)
    kept = warehouse(tmp_path / "kho.duckdb", truth)
    found = compare(truth, kept, NOW, ["dvc"])
    assert [one.table for one in found] == ["ho_so", "tien_do", "thu_tuc"]
    assert all(one.equal and one.expected == one.found > 0 for one in found)
    call = ["compare", "--truth", str(folder), "--warehouse", str(kept), "--now", NOW.isoformat()]
    assert main([*call, "--source", "dvc"]) == 0


@pytest.mark.parametrize(
    ("spoil", "counts"),
    [
        ("delete from core.fct_dossier where record_key = (from one)", (1, 0, 0)),
        ("insert into core.fct_dossier from core.fct_dossier limit 1", (0, 1, 0)),
        ("insert into core.fct_dossier (record_key) values ('H40.02-990101-0001')", (0, 1, 0)),
        ("update core.fct_dossier set state = 99 where record_key = (from one)", (0, 0, 1)),
        ("update core.fct_dossier set version_no = null where record_key = (from one)", (0, 0, 1)),
    ],
)
def test_a_difference_is_counted_and_named(
    folder: Path, tmp_path: Path, spoil: str, counts: tuple[int, int, int]
) -> None:
    truth = Truth(folder)
    spoil = spoil.replace("(from one)", "(select min(record_key) from core.fct_dossier)")
    kept = warehouse(tmp_path / "kho.duckdb", truth, spoil)
    found, *others = compare(truth, kept, NOW, ["dvc"])
    assert all(other.equal for other in others)
    assert (found.missing, found.extra, found.differing) == counts
    assert not found.equal and len(found.examples) == 1
    assert "LỆCH" in report([found]) and found.examples[0] in report([found])
    call = ["compare", "--truth", str(folder), "--warehouse", str(kept), "--now", NOW.isoformat()]
    assert main([*call, "--source", "dvc"]) == 1


def test_every_source_can_make_and_serve_its_records() -> None:
    for source in sources.names():
        assert callable(sources.part(source, "generate").generate)
        serve = sources.part(source, "serve")
        assert hasattr(serve, "routes") or hasattr(serve, "start")
