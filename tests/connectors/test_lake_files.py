"""Many small files become one, and nothing is doubled or lost on the way."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.lake_files import compact, load_of, visible_files


def write(table: Path, load: int, **columns: list[object]) -> None:
    table.mkdir(exist_ok=True)
    rows = pa.table({"a": [load, load], **columns})
    load_id = pa.array([f"17.{load:03d}"] * 2).dictionary_encode()
    pq.write_table(rows.append_column("_dlt_load_id", load_id), table / f"17.{load:03d}.x.parquet")


def rows(table: Path) -> list[int]:
    return sorted(a for path in visible_files(table) for a in pq.read_table(path)["a"].to_pylist())


def settled(count: int) -> list[str]:
    return [f"17.{load:03d}" for load in range(1, count + 1)]


def test_files_above_the_limit_become_one_and_newer_ones_stay(tmp_path: Path) -> None:
    table = tmp_path / "cell"
    for load in range(1, 6):
        write(table, load)
    write(table, 6, b=["new", "new"])
    write(table, 7)
    before = rows(table)
    assert not compact(table, settled(6), limit=6)
    assert compact(table, settled(6), limit=5)
    assert sorted(path.name for path in table.iterdir()) == [
        "17.006.compact.parquet",
        "17.007.x.parquet",
    ]
    assert rows(table) == before
    merged = pq.read_table(table / "17.006.compact.parquet")
    assert merged["b"].to_pylist() == [None] * 10 + ["new"] * 2
    assert set(merged["_dlt_load_id"].to_pylist()) == set(settled(6))


def test_a_second_compaction_takes_the_first_in(tmp_path: Path) -> None:
    table = tmp_path / "cell"
    for load in range(1, 10):
        write(table, load)
        compact(table, settled(load), limit=3)
    assert rows(table) == sorted([*range(1, 10)] * 2)
    assert len(list(table.iterdir())) <= 4


def test_killed_before_it_removed_anything_it_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "cell"
    for load in range(1, 5):
        write(table, load)
    before = rows(table)
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            compact(table, settled(4), limit=2)
    assert len(list(table.iterdir())) == 5
    assert rows(table) == before
    assert load_of(visible_files(table)[0]) == "17.004"


def test_a_load_that_may_be_judged_again_keeps_its_own_file(tmp_path: Path) -> None:
    table = tmp_path / "cell"
    for load in range(1, 6):
        write(table, load)
    assert compact(table, settled(3), limit=2)
    assert {path.name for path in table.iterdir()} == {
        "17.003.compact.parquet",
        "17.004.x.parquet",
        "17.005.x.parquet",
    }
