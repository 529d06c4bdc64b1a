"""The stations' shelf: what it holds is the ledger's, and it moves with the clock."""

import gzip
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pytest

from simulators.province.faults import Fault, Faults
from simulators.province.profile import load_profile
from simulators.province.quan_trac.generate import generate
from simulators.province.quan_trac.shelf import Shelf
from simulators.province.truth import Truth

NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    truth = Truth(tmp_path_factory.mktemp("truth"))
    generate(load_profile("nghe_an"), 0.01, date(2026, 2, 20), date(2026, 3, 25), truth)
    return truth


def lines(folder: Path) -> dict[str, str]:
    """Read every line of a shelf: the line by station, symbol and time."""
    found = {}
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        else:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
        for line in content.decode().split("\r\n"):
            if line:
                separator = "\t" if "\t" in line else ","
                symbol, _, _, time, _ = line.rsplit(separator, 4)
                found[f"{path.parent.name}|{symbol}|{time}"] = line
    return found


def test_the_shelf_holds_what_was_sent_and_nothing_else(truth: Truth, tmp_path: Path) -> None:
    shelf = Shelf(truth, tmp_path, Faults())
    shelf.fill(NOW)
    assert lines(tmp_path).keys() == set(truth.state("quan_trac", "so_do", NOW)["_key"].to_pylist())
    oldest = min(path.stem.rsplit("_", 1)[1] for path in tmp_path.rglob("*.txt"))
    assert oldest.startswith("20260306")

    # a day later the fortnight has moved on, and the archive has taken over what left it
    later = NOW + timedelta(days=1)
    shelf.fill(later)
    expected = truth.state("quan_trac", "so_do", later)["_key"].to_pylist()
    assert lines(tmp_path).keys() == set(expected)
    assert min(p.stem.rsplit("_", 1)[1] for p in tmp_path.rglob("*.txt")).startswith("20260307")


def test_a_late_file_has_the_time_at_which_it_came(truth: Truth, tmp_path: Path) -> None:
    Shelf(truth, tmp_path, Faults()).fill(NOW)
    waits = [
        path.stat().st_mtime
        - datetime.strptime(f"{path.stem.rsplit('_', 1)[1]}+0700", "%Y%m%d%H%M%S%z").timestamp()
        for path in tmp_path.rglob("*.txt")
    ]
    assert set(waits) <= {20.0, 3 * 3600 + 20.0}


def test_days_do_not_depend_on_what_was_asked_with_them(truth: Truth, tmp_path: Path) -> None:
    other = Truth(tmp_path)
    generate(load_profile("nghe_an"), 0.01, date(2026, 3, 10), date(2026, 3, 10), other)
    state = truth.state("quan_trac", "so_do", NOW)
    same_day = state.filter(pc.starts_with(state["thoi_diem"], "20260310"))
    assert same_day.equals(other.state("quan_trac", "so_do", NOW))


def test_every_trouble_of_a_station_happens(truth: Truth) -> None:
    state = truth.state("quan_trac", "so_do", NOW)
    assert set(pc.unique(state["trang_thai"]).to_pylist()) == {"00", "01", "02"}
    moments = len(pc.unique(state["thoi_diem"]))
    assert moments * 24 > len(state) > moments * 20


def test_a_torn_archive_and_a_silent_folder(truth: Truth, tmp_path: Path) -> None:
    faults = Faults([Fault("truncated_gzip", "quan_trac", times=1)])
    Shelf(truth, tmp_path, faults).fill(NOW)
    archives = sorted(path for path in tmp_path.rglob("*.zip"))
    torn = [path.name for path in archives if not zipfile.is_zipfile(path)]
    assert torn == ["40_VINH_KK01_202602.zip"] and len(archives) == 4
    shelf = Shelf(truth, tmp_path / "silent", Faults([Fault("zero_rows", "quan_trac")]))
    shelf.fill(NOW)
    assert not (tmp_path / "silent").exists()
