"""Where judgements lie in the lake: typed files, written whole or not at all."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

QUALITY = "_quality"
_KEY = [("source", pa.string()), ("load_id", pa.string()), ("delivery", pa.string())]
_INSTANT = pa.timestamp("us", tz="UTC")

SCHEMAS = {
    "fingerprint": pa.schema([*_KEY, ("known_at", _INSTANT), ("fingerprint", pa.string())]),
    "result": pa.schema(
        [
            *_KEY,
            ("table_name", pa.string()),
            ("rule_id", pa.string()),
            ("severity", pa.string()),
            ("sentence", pa.string()),
            ("failed_rows", pa.int64()),
            ("total_rows", pa.int64()),
            ("passed", pa.bool_()),
            ("rules_hash", pa.string()),
            ("judged_at", _INSTANT),
            ("dimension", pa.string()),
        ]
    ),
    "rejected": pa.schema(
        [
            *_KEY,
            ("table_name", pa.string()),
            ("row_no", pa.int64()),
            ("rule_id", pa.string()),
            ("severity", pa.string()),
            ("reason", pa.string()),
            # where the row stands, for people; the row whole, as JSON
            ("address", pa.string()),
            ("record", pa.string()),
            ("known_at", _INSTANT),
        ]
    ),
    "verdict": pa.schema(
        [
            *_KEY,
            ("decision", pa.string()),
            ("reason", pa.string()),
            ("rules_hash", pa.string()),
            ("judged_at", _INSTANT),
            ("recheck_after", _INSTANT),
            ("label", pa.string()),
            ("known_at", _INSTANT),
        ]
    ),
}
# the verdict comes last: its presence means that the load is judged
KINDS = ("fingerprint", "result", "rejected", "verdict")
ACCEPTED = "accepted"
BLOCKED = "blocked"


class LakeUnreadableError(Exception):
    """The files of a load cannot be read; the message is one Vietnamese line."""


@dataclass(frozen=True)
class Verdict:
    """What was decided about one delivery.

    Args:
        source: name of the source.
        load_id: the load that brought it.
        delivery: its id.
        decision: 'accepted' or 'blocked'.
        reason: Vietnamese; why it is held back, or what is worth knowing about it; may be ''.
        rules_hash: the rules it was judged by.
        judged_at: UTC.
        recheck_after: UTC; set when waiting alone may change a refusal (a date in the future).
        label: what people call the delivery; None in judgements of before this was kept.
        known_at: UTC; when the delivery became known; None as above.
    """

    source: str
    load_id: str
    delivery: str
    decision: str
    reason: str
    rules_hash: str
    judged_at: datetime
    recheck_after: datetime | None = None
    label: str | None = None
    known_at: datetime | None = None


def quality_file(lake: Path, kind: str, source: str, load_id: str) -> Path:
    """Give the path of one kind of judgement on one load."""
    return lake / QUALITY / kind / f"{source}.{load_id}.parquet"


def ensure_quality_files(lake: Path, sources: Iterable[str] | None = None) -> None:
    """Keep the globs `_quality/<kind>/<source>.*.parquet` alive with typed empty files.

    Args:
        lake: the lake's folder.
        sources: sources to do it for; by default every source that has a folder in the lake.
    """
    if sources is None:
        folders = lake.iterdir() if lake.is_dir() else iter(())
        sources = [f.name for f in folders if f.is_dir() and not f.name.startswith(("_", "."))]
    for source in sources:
        for kind, schema in SCHEMAS.items():
            path = quality_file(lake, kind, source, "empty")
            if not path.exists() or pq.read_schema(path) != schema:
                write_whole(path, schema, iter(()))


def completed_loads(lake: Path, source: str) -> list[str]:
    """List the loads of a source that are complete (`_dlt_loads`, status 0).

    Args:
        lake: the lake's folder.
        source: name of the source.

    Returns:
        Load ids in the order in which the loads ended.
    """
    ended = []
    for path in (lake / source / "_dlt_loads").glob("*.jsonl"):
        for entry in _entries(path):
            if entry.get("status") == 0:
                ended.append((str(entry["inserted_at"]), str(entry["load_id"])))
    return [load_id for _, load_id in sorted(ended)]


def _entries(path: Path) -> Iterator[dict[str, object]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # a line cut short by a kill: the load did not end, dlt will list it again
            continue


def pending_loads(
    lake: Path, source: str, rules_hash: str, now: datetime | None = None
) -> list[str]:
    """List completed loads that must be judged, first time or again.

    Args:
        lake: the lake's folder.
        source: name of the source.
        rules_hash: hash of the rules in force.
        now: UTC; when given, a delivery refused for a reason that time may cure comes up
            again a day later.

    Returns:
        Loads without a verdict, and loads with a delivery held back under other rules.
    """
    pending = []
    for load_id in completed_loads(lake, source):
        path = quality_file(lake, "verdict", source, load_id)
        if not path.exists() or any(
            verdict.decision == BLOCKED
            and (verdict.rules_hash != rules_hash or _is_due(verdict, now))
            for verdict in read_verdicts(path)
        ):
            pending.append(load_id)
    return pending


def _is_due(verdict: Verdict, now: datetime | None) -> bool:
    after = verdict.recheck_after
    return now is not None and after is not None and after <= now


def read_verdicts(path: Path) -> list[Verdict]:
    """Read the verdicts of one load; none when it was never judged."""
    if not path.exists():
        return []
    return [Verdict(**row) for row in pq.ParquetFile(path).read().to_pylist()]


def held_back(lake: Path, source: str) -> list[Verdict]:
    """List the deliveries of a source that wait for a person.

    Args:
        lake: the lake's folder.
        source: name of the source.

    Returns:
        The newest refusal of each delivery that no load of the source brought in acceptably,
        in the order of the loads; `reason` begins with what people call the delivery.
    """
    refused: dict[str, Verdict] = {}
    accepted: set[str] = set()
    for load_id in completed_loads(lake, source):
        for verdict in read_verdicts(quality_file(lake, "verdict", source, load_id)):
            if verdict.decision == BLOCKED:
                refused[verdict.delivery] = verdict
            else:
                accepted.add(verdict.delivery)
    return [verdict for delivery, verdict in refused.items() if delivery not in accepted]


def write_whole(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Write a Parquet file so that it appears complete or not at all, even after a power cut.

    Args:
        path: where it shall lie; a file already there is replaced.
        schema: its columns.
        batches: its rows, taken one batch at a time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    with _removed_on_error(draft):
        with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch.cast(schema))
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _removed_on_error(draft: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
