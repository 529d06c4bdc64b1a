"""Landing: what a connector delivers goes, unchanged, into the append-only lake.

The lake is `<lake>/<source>/<table>/<load_id>.<file_id>.parquet`. A load counts only when
`_dlt_loads` lists it with status 0, so a killed load is invisible and is finished or
repeated by the next run.
"""

import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.connector import Connector, Delivery, PullContext, SeenDelivery
from connectors.errors import SourceError, TerminalSourceError
from connectors.lake_files import load_of, visible_files
from connectors.privacy import refuse_persons
from connectors.spec import TableSpec

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
REGISTER = "delivery"
_REGISTER_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("label", pa.string()),
        ("published_on", pa.date32()),
        ("published_seq", pa.int32()),
        ("row_count", pa.int64()),
        ("cursor", pa.string()),
    ]
)
_INSTANT = pa.timestamp("us", tz="UTC")
_STAMPS = pa.schema(
    [
        ("_row_no", pa.int64()),
        ("_known_at", _INSTANT),
        ("_delivery", pa.string()),
    ]
)


_BATCH_ROWS = 300_000
_BATCH_DELIVERIES = 24
# rows handed to dlt at once: each piece is a row group and costs dlt some milliseconds
_PIECE_ROWS = 60_000


@dataclass
class LandingReport:
    """What one landing did: deliveries and rows landed, and what was set aside and why."""

    load_ids: list[str] = field(default_factory=list)
    deliveries: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: int = 0


def land(
    connector: Connector,
    context: PullContext,
    lake: Path,
    state: Path,
    claim_kind: Callable[[bool], None],
    report: LandingReport | None = None,
) -> LandingReport:
    """Finish what an earlier landing left, then land everything new that a source has.

    What is new is loaded in batches, each a load of its own, so a killed landing loses at most
    one of them. Corrections are asked for when all the rest lies in the lake.

    Args:
        connector: the source.
        context: clock, paths and listeners; what the lake remembers is filled in here.
        lake: the lake's folder.
        state: folder of dlt's working files.
        claim_kind: called with each delivery's `is_simulated` before anything is written;
            raises when the lake holds the other kind.
        report: filled in as the work goes on, for whoever asks after a failure.

    Returns:
        The report; `load_ids` is empty when nothing was new.

    Raises:
        SourceError: the source cannot be landed as it is; the deliveries that were whole before
            are in the lake.
    """
    report = LandingReport() if report is None else report
    write_empty_tables(connector, lake)
    _drop_torn_notes(lake / connector.spec.name)
    pipeline = _pipeline(connector.spec.name, lake, state)
    report.load_ids += _finish_pending(pipeline, context)
    for ask in (connector.deliveries, connector.corrections):
        incoming = ask(_with_memory(context, connector.spec.name, lake, report))
        _take(pipeline, _Flow(connector, report, context, claim_kind, incoming), context)
    return report


def _take(pipeline: Any, flow: "_Flow", context: PullContext) -> None:
    """Load what a source gives, batch by batch."""
    while flow.has_more():
        try:
            flow.report.load_ids += _load(pipeline, flow.batch(), context)
        except Exception:
            # dlt wraps what a source raises in several errors of its own
            if flow.failure is not None:
                raise flow.failure from None
            raise


def _drop_torn_notes(dataset: Path) -> None:
    """Remove dlt's own notes that a full disk cut short: dlt writes them again.

    It reads them before it goes on with a pending load, and one that is torn would end every run.
    """
    for path in (dataset / "_dlt_version").glob("*.jsonl"):
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                json.loads(line)
        except ValueError:
            path.unlink()


def write_empty_tables(connector: Connector, lake: Path) -> None:
    """Keep the globs over a source alive: an empty typed file for each table, a list of loads.

    A source that never delivered is then as good as one whose deliveries are all taken in.
    """
    dataset = lake / connector.spec.name
    dataset.mkdir(parents=True, exist_ok=True)
    # dlt makes the folder and its marker in two steps and cannot go on when killed in between
    (dataset / "init").touch()
    (dataset / "_dlt_loads").mkdir(exist_ok=True)
    (dataset / "_dlt_loads" / "0.empty.jsonl").touch()
    schemas = {name: stamped_schema(table) for name, table in connector.spec.tables.items()}
    schemas[REGISTER] = _with_stamps(_REGISTER_SCHEMA)
    for name, schema in schemas.items():
        path = dataset / name / "0.empty.parquet"
        schema = schema.append(pa.field("_dlt_load_id", pa.string()))
        if path.exists() and pq.read_schema(path).equals(schema):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".tmp")
        pq.write_table(schema.empty_table(), draft)
        draft.replace(path)


def stamped_schema(table: TableSpec) -> pa.Schema:
    """Give the schema of a table's rows as they lie in the lake, without the load id."""
    return _with_stamps(table.arrow_schema())


def completed_loads(lake: Path, source: str) -> list[str]:
    """List the loads of a source that are complete, in the order in which they ended."""
    entries = []
    for path in (lake / source / "_dlt_loads").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                # torn by a kill: that load did not end, and landing will register it again
                continue
            if entry["status"] == 0:
                entries.append((entry["inserted_at"], entry["load_id"]))
    return [load_id for _, load_id in sorted(entries)]


def seen_deliveries(
    lake: Path, source: str, held: frozenset[str] = frozenset()
) -> dict[str, SeenDelivery]:
    """Give the deliveries of completed loads, by delivery id.

    Args:
        lake: the lake's folder.
        source: name of the source.
        held: ids of deliveries that judging holds back.
    """
    done = set(completed_loads(lake, source))
    seen: dict[str, SeenDelivery] = {}
    for path in visible_files(lake / source / REGISTER):
        if load_of(path) not in done:
            continue
        for row in pq.read_table(path).to_pylist():
            seen[row["delivery_id"]] = SeenDelivery(
                row["label"],
                row["published_on"],
                row["published_seq"],
                row["delivery_id"] in held,
                _instant(row.get("cursor")),
            )
    return seen


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def landed_rows(
    lake: Path, source: str, table: str, columns: Sequence[str], held: frozenset[str] = frozenset()
) -> Iterator[pa.Table]:
    """Read columns of a table back from the completed loads of the lake.

    Args:
        lake: the lake's folder.
        source: name of the source.
        table: name of the table.
        columns: the columns wanted; stamps such as `_known_at` are columns, too.
        held: ids of deliveries that judging holds back, whose rows are left out.

    Returns:
        Pieces in the order of their loads; texts are plain strings.
    """
    folder = lake / source / table
    done = pa.array(completed_loads(lake, source), pa.string())
    out = pa.array(sorted(held), pa.string())
    shape = pq.read_schema(folder / "0.empty.parquet")
    wanted = pa.schema([shape.field(name) for name in columns])
    for path in visible_files(folder):
        with pq.ParquetFile(path) as file:
            names = [*columns, "_dlt_load_id", "_delivery"]
            for batch in file.iter_batches(_BATCH_ROWS, columns=list(dict.fromkeys(names))):
                rows = pa.Table.from_batches([batch])
                counts = pc.is_in(rows["_dlt_load_id"].cast(pa.string()), done)
                hidden = pc.is_in(rows["_delivery"].cast(pa.string()), out)
                kept = rows.filter(pc.and_not(counts, hidden))
                yield kept.select(list(columns)).cast(wanted)


def _pipeline(source: str, lake: Path, state: Path) -> Any:
    # dlt reads these at run time only; it ignores DO_NOT_TRACK
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = os.environ.get("RUNTIME__LOG_LEVEL", "CRITICAL")
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"] = "true"
    import dlt

    return dlt.pipeline(
        source,
        destination=dlt.destinations.filesystem(
            bucket_url=lake.resolve().as_uri(),
            layout="{table_name}/{load_id}.{file_id}.{ext}",
        ),
        dataset_name=source,
        pipelines_dir=str(state.resolve()),
    )


def _finish_pending(pipeline: Any, context: PullContext) -> list[str]:
    """Load what a killed run had ready: `run()` would silently drop the new data.

    What it had only extracted goes, and is pulled again because the lake does not know it: dlt
    puts a package by before what it knows of its tables, and never gets over a death in between.
    """
    extracted = pipeline._get_normalize_storage().extracted_packages
    for load_id in pipeline.list_extracted_load_packages():
        extracted.delete_package(load_id)
    if not pipeline.has_pending_data:
        return []
    context.stage("resume", "hoàn tất gói dữ liệu của lần chạy trước")
    finished: list[str] = pipeline.load().loads_ids
    return finished


def _load(pipeline: Any, items: Iterator[Any], context: PullContext) -> list[str]:
    import dlt

    resource = dlt.resource(
        items,
        name=pipeline.pipeline_name,
        write_disposition="append",
        schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
    )
    pipeline.extract(resource, loader_file_format="parquet")
    context.stage("normalise", "")
    pipeline.normalize()
    context.stage("load", "")
    load_ids: list[str] = pipeline.load().loads_ids
    return load_ids


def _with_memory(
    context: PullContext, source: str, lake: Path, report: LandingReport
) -> PullContext:
    def refuse(label: str, reason: str) -> None:
        report.refused.append((label, reason))
        context.refuse(label, reason)

    def left_out(rows: int) -> None:
        report.left_out += rows
        context.left_out(rows)

    def landed(table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        return landed_rows(lake, source, table, columns, context.held)

    seen = seen_deliveries(lake, source, context.held)
    return replace(context, seen=seen, refuse=refuse, left_out=left_out, landed=landed)


class _Flow:
    """Turns deliveries into the Arrow tables that dlt extracts, stamped and counted."""

    def __init__(
        self,
        connector: Connector,
        report: LandingReport,
        context: PullContext,
        claim_kind: Callable[[bool], None],
        incoming: Iterator[Delivery],
    ) -> None:
        self.report = report
        self.failure: Exception | None = None
        self._connector = connector
        self._context = context
        self._claim_kind = claim_kind
        self._incoming = incoming
        self._next: Delivery | None = None
        self._sickness: SourceError | None = None

    def has_more(self) -> bool:
        """Fetch the next delivery ahead, so that nothing is started when nothing is new.

        Raises:
            SourceError: the source failed; what it had given before is loaded by now.
        """
        if self._next is None:
            self._fetch()
        if self._next is None and self._sickness is not None:
            raise self._sickness
        return self._next is not None

    def batch(self) -> Iterator[Any]:
        """Give the tables of the deliveries that make one load."""
        rows = deliveries = 0
        try:
            while self._next is not None:
                delivery, self._next = self._next, None
                rows += yield from self._delivery_items(delivery)
                deliveries += 1
                if rows >= _BATCH_ROWS or deliveries >= _BATCH_DELIVERIES:
                    return
                self._fetch()
        except Exception as error:
            self.failure = error
            raise

    def _fetch(self) -> None:
        """Take the next delivery; a failure is kept until those before it are loaded."""
        if self._sickness is not None:
            return
        try:
            self._next = next(self._incoming, None)
        except SourceError as error:
            self._sickness = error

    def _delivery_items(self, delivery: Delivery) -> Generator[Any, None, int]:
        import dlt

        self._claim_kind(delivery.is_simulated)
        rows = 0
        for name, tables in delivery.tables.items():
            for table in _pieces(tables):
                rows += table.num_rows
                yield dlt.mark.with_table_name(self._stamp(name, table, delivery), name)
        yield dlt.mark.with_table_name(self._register(delivery, rows), REGISTER)
        self.report.deliveries += 1
        self._context.stage("extract", delivery.label)
        return rows

    def _stamp(self, name: str, table: pa.Table, delivery: Delivery) -> pa.Table:
        expected = self._connector.spec.tables.get(name)
        if expected is None:
            raise TerminalSourceError(
                f"{delivery.label}: bảng '{name}' không có trong source.yml; hãy khai báo bảng này"
            )
        _check_columns(delivery.label, name, table.schema, expected.arrow_schema())
        refuse_persons(table, self._connector.spec, delivery.label)
        start = self.report.rows.get(name, 0)
        self.report.rows[name] = start + table.num_rows
        return _stamped(table, delivery, start)

    def _register(self, delivery: Delivery, rows: int) -> pa.Table:
        entry = {
            "delivery_id": delivery.delivery_id,
            "label": delivery.label,
            "published_on": delivery.known_at.astimezone(VIET_NAM).date(),
            "published_seq": delivery.published_seq,
            "row_count": rows,
            "cursor": delivery.cursor,
        }
        table = pa.Table.from_pylist([entry], schema=_REGISTER_SCHEMA)
        start = self.report.rows.get(REGISTER, 0)
        self.report.rows[REGISTER] = start + 1
        return _stamped(table, delivery, start)


def _pieces(pages: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Put pages of one schema together up to the rows of a piece."""
    waiting: list[pa.Table] = []
    count = 0
    for page in pages:
        if waiting and (count >= _PIECE_ROWS or not page.schema.equals(waiting[0].schema)):
            yield pa.concat_tables(waiting)
            waiting, count = [], 0
        waiting.append(page)
        count += page.num_rows
    if waiting:
        yield pa.concat_tables(waiting)


def _check_columns(label: str, name: str, got: pa.Schema, expected: pa.Schema) -> None:
    """Types freeze and declared columns must be there; new columns may come."""
    for column in expected:
        index = got.get_field_index(column.name)
        if index < 0:
            raise TerminalSourceError(f"{label}: bảng '{name}' thiếu cột '{column.name}'")
        if got.field(index).type != column.type:
            raise TerminalSourceError(
                f"{label}: cột '{name}.{column.name}' đổi kiểu từ {column.type} "
                f"sang {got.field(index).type}; hãy xem lại nguồn rồi sửa source.yml"
            )


def _stamped(table: pa.Table, delivery: Delivery, start: int) -> pa.Table:
    count = table.num_rows
    own = table.schema.get_field_index("_known_at")
    if own < 0:
        known: Any = pa.repeat(pa.scalar(delivery.known_at, _INSTANT), count)
    else:
        known = _row_instants(table.column(own), delivery.label)
        table = table.remove_column(own)
    stamps = [
        pa.array(np.arange(start + 1, start + count + 1, dtype=np.int64)),
        known,
        pa.repeat(pa.scalar(delivery.delivery_id, pa.string()), count),
    ]
    for stamp, values in zip(_STAMPS, stamps, strict=True):
        table = table.append_column(stamp, values)
    return table


def _row_instants(known: pa.ChunkedArray, label: str) -> pa.ChunkedArray:
    if known.type != _INSTANT or known.null_count:
        raise TerminalSourceError(
            f"{label}: cột '_known_at' phải là thời điểm UTC và không được trống; "
            "báo người quản trị kho sửa bộ nối của nguồn"
        )
    return known


def _with_stamps(schema: pa.Schema) -> pa.Schema:
    for stamp in _STAMPS:
        schema = schema.append(stamp)
    return schema
