"""The lake keeps everything once, and a killed load is as if it had never been."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors import landing
from connectors.connector import Connector, Delivery, PullContext
from connectors.errors import TerminalSourceError
from connectors.landing import LandingReport, completed_loads, land, landed_rows, seen_deliveries
from connectors.spec import Cadence, SourceSpec, TableSpec
from connectors.windows import cursor_of

START = datetime(2024, 1, 1, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[2]


def spec() -> SourceSpec:
    return SourceSpec(
        name="thu",
        title="Nguồn thử",
        producer="x",
        owner_agency="x",
        systems=["S01"],
        mode="file",
        cadence=Cadence(every="month", grace_days=0),
        secrecy="none",
        personal_columns=[],
        licence="x",
        tables={
            name: TableSpec(description="x", key=["a"], columns={"a": "bigint", "t": "text"})
            for name in ("cell", "more")
        },
    )


def source(names: str) -> Connector:
    """Give a source with one delivery of three rows for each letter; `b` has a table more."""

    def deliveries(context: PullContext) -> Iterator[Delivery]:
        for day, name in enumerate(names):
            if name not in context.seen:
                table = pa.table({"a": [1, 2, 3], "t": [name, None, name]})
                tables = {kind: [table] for kind in ("cell", "more")[: 1 + (name == "b")]}
                yield Delivery(name, START + timedelta(days=day), tables, name)

    return Connector(spec(), deliveries)


def run(home: Path, connector: Connector):
    context = PullContext(now=START)
    return land(connector, context, home / "lake", home / "dlt", lambda simulated: None)


def landed(home: Path) -> list[tuple[str, int, int]]:
    done = set(completed_loads(home / "lake", "thu"))
    rows = []
    for path in (home / "lake" / "thu" / "cell").glob("*.parquet"):
        if path.name.rsplit(".", 2)[0] in done:
            rows += [
                (r["_delivery"], r["_row_no"], r["a"]) for r in pq.read_table(path).to_pylist()
            ]
    return sorted(rows)


def test_rows_are_stamped_and_a_second_landing_adds_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, source("ab"))
    files = sorted((tmp_path / "lake").rglob("*"))
    second = run(tmp_path, source("ab"))
    assert (first.deliveries, first.rows["cell"]) == (2, 6)
    assert second.load_ids == [] and second.deliveries == 0
    assert sorted((tmp_path / "lake").rglob("*")) == files
    assert [row[1] for row in landed(tmp_path)] == [1, 2, 3, 4, 5, 6]
    assert set(seen_deliveries(tmp_path / "lake", "thu")) == {"a", "b"}


def test_pages_land_together_and_in_order_whatever_columns_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "_PIECE_ROWS", 2)
    pages = [pa.table({"a": [at], "t": ["x"]}) for at in range(5)]
    pages[3] = pages[3].append_column("moi", pa.array(["y"]))
    connector = Connector(
        spec(), lambda context: iter([Delivery("d", START, {"cell": pages}, "d")])
    )
    run(tmp_path, connector)
    assert [piece.num_rows for piece in landing._pieces(pages)] == [2, 1, 1, 1]
    assert landed(tmp_path) == [("d", at + 1, at) for at in range(5)]


def test_a_new_delivery_is_a_new_load_and_nothing_is_rewritten(tmp_path: Path) -> None:
    run(tmp_path, source("a"))
    before = {p: p.read_bytes() for p in (tmp_path / "lake" / "thu" / "cell").glob("*")}
    run(tmp_path, source("ab"))
    assert all(path.read_bytes() == content for path, content in before.items())
    assert [row[0] for row in landed(tmp_path)] == ["a"] * 3 + ["b"] * 3


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {repository!r})
from tests.connectors.test_landing import run, source
from dlt.destinations.impl.filesystem.filesystem import FilesystemClient
from dlt.pipeline.pipeline import Pipeline
die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
{arm}
run(Path({home!r}), source({names!r}))
"""
# dlt puts a package by first, then what it knows of its tables, then that it has begun at all
DIE_AFTER_COMMIT = """
from dlt.extract.extract import Extract
commit = Extract.commit_packages
Extract.commit_packages = lambda self: (commit(self), die())
"""
DIE_BEFORE_STATE = """
from dlt.extract.extract import Extract
commit = Extract.commit_packages
Extract.commit_packages = lambda self: (commit(self), setattr(Pipeline, "_save_state", die))
"""
DIE_BEFORE_DELETION = """
from dlt.common.storages.load_package import PackageStorage
PackageStorage.delete_package = die
"""
ARMS = {
    "put by, tables unknown": DIE_AFTER_COMMIT,
    "put by, state unknown": DIE_BEFORE_STATE,
    "extracted": "Pipeline.normalize = die",
    "normalised, extracted still there": DIE_BEFORE_DELETION,
    "normalised": "Pipeline.load = die",
    "written, not registered": "FilesystemClient.complete_load = die",
}


def kill(home: Path, names: str, arm: str) -> None:
    script = KILLED.format(repository=str(REPOSITORY), home=str(home), names=names, arm=arm)
    done = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), cwd=REPOSITORY)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("arm", sorted(ARMS))
def test_a_killed_load_is_invisible_then_finished_and_swallows_nothing_new(
    tmp_path: Path, arm: str
) -> None:
    kill(tmp_path, "ab", ARMS[arm])
    assert landed(tmp_path) == []
    assert seen_deliveries(tmp_path / "lake", "thu") == {}
    # `c` came in the meantime: a pending package must not make dlt ignore it
    report = run(tmp_path, source("abc"))
    assert sorted({row[0] for row in landed(tmp_path)}) == ["a", "b", "c"]
    assert len(landed(tmp_path)) == 9
    assert report.load_ids == completed_loads(tmp_path / "lake", "thu")


def test_a_table_that_only_a_killed_load_knew_lands_at_the_next(tmp_path: Path) -> None:
    run(tmp_path, source("a"))
    kill(tmp_path, "ab", DIE_AFTER_COMMIT)
    run(tmp_path, source("ab"))
    assert sorted({row[0] for row in landed(tmp_path)}) == ["a", "b"]


def test_types_freeze_and_new_columns_may_come(tmp_path: Path) -> None:
    def drifted(table: pa.Table) -> Connector:
        delivery = Delivery("d", START, {"cell": [table]}, "tệp d")
        return Connector(spec(), lambda context: iter([delivery]))

    run(tmp_path, source("a"))
    with pytest.raises(TerminalSourceError, match="đổi kiểu từ int64 sang string"):
        run(tmp_path, drifted(pa.table({"a": ["1"], "t": ["x"]})))
    with pytest.raises(TerminalSourceError, match="thiếu cột 't'"):
        run(tmp_path, drifted(pa.table({"a": [1]})))
    assert len(landed(tmp_path)) == 3
    run(tmp_path, drifted(pa.table({"a": [9], "t": ["x"], "moi": [True]})))
    assert ("d", 1, 9) in landed(tmp_path)


def test_a_refused_kind_lands_nothing(tmp_path: Path) -> None:
    def refuse(simulated: bool) -> None:
        raise TerminalSourceError("kho giữ số liệu thật")

    with pytest.raises(TerminalSourceError, match="kho giữ số liệu thật"):
        land(source("a"), PullContext(now=START), tmp_path / "lake", tmp_path / "dlt", refuse)
    assert landed(tmp_path) == []
    assert run(tmp_path, source("a")).deliveries == 1


def test_a_register_line_torn_by_a_kill_is_no_completed_load(tmp_path: Path) -> None:
    run(tmp_path, source("a"))
    before = completed_loads(tmp_path / "lake", "thu")
    torn = tmp_path / "lake" / "thu" / "_dlt_loads" / "thu__1795999999.1.jsonl"
    torn.write_text('{"load_id":"1795999999.1","status":0,"inser')
    assert completed_loads(tmp_path / "lake", "thu") == before
    assert run(tmp_path, source("a")).load_ids == []


def test_a_note_of_dlt_torn_by_a_full_disk_does_not_end_every_run(tmp_path: Path) -> None:
    kill(tmp_path, "ab", ARMS["written, not registered"])
    notes = list((tmp_path / "lake" / "thu" / "_dlt_version").glob("*.jsonl"))
    for note in notes:
        note.write_bytes(note.read_bytes()[:100])
    run(tmp_path, source("abc"))
    assert notes and sorted({row[0] for row in landed(tmp_path)}) == ["a", "b", "c"]


INSTANT = pa.timestamp("us", tz="UTC")


def deliver(*deliveries: Delivery, then: Exception | None = None) -> Connector:
    def give(_context: PullContext) -> Iterator[Delivery]:
        yield from deliveries
        if then:
            raise then

    return Connector(spec(), give)


def days(count: int) -> list[Delivery]:
    """Give a delivery of one row for each day, whose cursor is the end of its day."""
    found = []
    for day in range(count):
        end = START + timedelta(days=day + 1)
        table = pa.table({"a": [day], "t": ["x"]})
        found.append(Delivery(f"d{day}", end, {"cell": [table]}, "", cursor=end.isoformat()))
    return found


def test_rows_may_date_themselves_and_come_back_as_they_were_landed(tmp_path: Path) -> None:
    at = [START - timedelta(days=3), START - timedelta(days=2)]
    dated = pa.table({"_known_at": pa.array(at, INSTANT), "a": [1, 2], "t": ["x", "y"]})
    plain = pa.table({"a": [3], "t": ["z"]})
    run(tmp_path, deliver(Delivery("d", START, {"cell": [dated, plain]}, "d")))
    found = pa.concat_tables(landed_rows(tmp_path / "lake", "thu", "cell", ["a", "_known_at"]))
    assert found.to_pylist() == [
        {"a": 1, "_known_at": at[0]},
        {"a": 2, "_known_at": at[1]},
        {"a": 3, "_known_at": START},
    ]
    held = landed_rows(tmp_path / "lake", "thu", "cell", ["a"], frozenset("d"))
    assert sum(piece.num_rows for piece in held) == 0


@pytest.mark.parametrize("known", [pa.array([None], INSTANT), pa.array(["2024-01-01"])])
def test_a_row_that_dates_itself_wrongly_does_not_land(tmp_path: Path, known: pa.Array) -> None:
    table = pa.table({"a": [1], "t": ["x"], "_known_at": known})
    with pytest.raises(TerminalSourceError, match="_known_at"):
        run(tmp_path, deliver(Delivery("d", START, {"cell": [table]}, "d")))
    assert landed(tmp_path) == []


def test_the_cursor_comes_back_with_the_load(tmp_path: Path) -> None:
    run(tmp_path, deliver(*days(3)))
    seen = seen_deliveries(tmp_path / "lake", "thu")
    assert cursor_of(seen, START) == START + timedelta(days=3)
    assert seen["d1"].cursor == START + timedelta(days=2)


def test_a_long_pull_is_loaded_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(run(tmp_path / "a", deliver(*days(50))).load_ids) == 3
    monkeypatch.setattr(landing, "_BATCH_ROWS", 20)
    report = run(tmp_path / "b", deliver(*days(50)))
    assert len(report.load_ids) == 3 and report.load_ids == completed_loads(
        tmp_path / "b" / "lake", "thu"
    )
    assert [row[1] for row in sorted(landed(tmp_path / "b"), key=lambda row: row[1])] == list(
        range(1, 51)
    )


def test_what_was_whole_before_a_failure_lies_in_the_lake(tmp_path: Path) -> None:
    report = LandingReport()
    connector = deliver(*days(30), then=TerminalSourceError("nguồn hỏng"))
    with pytest.raises(TerminalSourceError, match="nguồn hỏng"):
        land(
            connector,
            PullContext(now=START),
            tmp_path / "lake",
            tmp_path / "dlt",
            lambda simulated: None,
            report,
        )
    assert len(landed(tmp_path)) == report.deliveries == 30
    assert cursor_of(seen_deliveries(tmp_path / "lake", "thu"), START) == START + timedelta(days=30)


def test_corrections_see_what_was_just_landed(tmp_path: Path) -> None:
    counted: list[int] = []

    def correct(context: PullContext) -> Iterator[Delivery]:
        counted.append(sum(piece.num_rows for piece in context.landed("cell", ["a"])))
        if "sửa" not in context.seen:
            yield Delivery("sửa", START, {"cell": [pa.table({"a": [9], "t": ["x"]})]}, "sửa")

    connector = Connector(spec(), deliver(*days(2)).deliveries, correct)
    assert run(tmp_path, connector).deliveries == 3
    assert counted == [2] and len(landed(tmp_path)) == 3


@pytest.mark.parametrize("name", ["SoDienThoai", "so_dien_thoai", "sodienthoai"])
def test_a_personal_column_never_lands(tmp_path: Path, name: str) -> None:
    private = spec().model_copy(update={"personal_columns": ["SoDienThoai"]})
    table = pa.table({"a": [1], "t": ["x"], name: ["0999000001"]})
    delivery = Delivery("d", START, {"cell": [table]}, "d")
    with pytest.raises(TerminalSourceError, match="cột cá nhân") as caught:
        run(tmp_path, Connector(private, lambda context: iter([delivery])))
    assert "0999000001" not in str(caught.value)
    assert not any(b"0999000001" in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


def test_a_source_may_not_declare_a_personal_column() -> None:
    given = spec().model_dump() | {"personal_columns": ["T"]}
    with pytest.raises(ValueError, match="khai báo cột cá nhân: t"):
        SourceSpec(**given)
