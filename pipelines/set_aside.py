"""Rows that judging set aside and that no later delivery has mended, told one line a delivery."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from connectors import Connector
from connectors.connector import SeenDelivery
from connectors.landing import completed_loads, seen_deliveries
from pipelines.verdicts import Decision

_SHOWN = 3


@dataclass(frozen=True)
class _Row:
    """A row set aside: where it stands, and why or what it asks."""

    delivery: str
    address: str
    reason: str

    def __str__(self) -> str:
        return f"{self.address} {self.reason}" if self.address else self.reason


def set_aside(lake: Path, connector: Connector, decisions: Iterable[Decision]) -> list[str]:
    """Say for each accepted delivery that counts which of its rows are kept out of the warehouse.

    Args:
        lake: the lake's folder.
        connector: the source.
        decisions: the verdicts on its deliveries.

    Returns:
        One Vietnamese line for each delivery, the oldest first; none for a delivery that a
        later one of the same period replaced.
    """
    source = connector.spec.name
    accepted = {found.delivery for found in decisions if found.decision == "accepted"}
    rows: dict[str, list[_Row]] = {}
    for row in _rejected(lake, source):
        rows.setdefault(row.delivery, []).append(row)
    seen = {key: one for key, one in seen_deliveries(lake, source).items() if key in accepted}
    monthly = connector.spec.cadence.every == "month"
    return [
        f"{source}: {delivery.label}: {_told(rows[key])}"
        for key, delivery in _newest(seen, monthly).items()
        if key in rows
    ]


def _newest(seen: dict[str, SeenDelivery], monthly: bool) -> dict[str, SeenDelivery]:
    """Give the last delivery of each period, in the order of publication."""
    last: dict[date, str] = {}
    for key in sorted(seen, key=lambda key: (seen[key].published_on, seen[key].published_seq)):
        day = seen[key].published_on
        last[day.replace(day=1) if monthly else day] = key
    return {key: seen[key] for key in last.values()}


def _rejected(lake: Path, source: str) -> Iterable[_Row]:
    for load_id in completed_loads(lake, source):
        path = lake / "_quality" / "rejected" / f"{source}.{load_id}.parquet"
        if not path.exists():
            continue
        for row in pq.read_table(path).to_pylist():
            if row["severity"] == "chan":
                record = json.loads(row["record"] or "{}")
                reason = record.get("doubt") or row["reason"]
                yield _Row(row["delivery"], row["address"] or "", reason)


def _told(rows: Sequence[_Row]) -> str:
    told = list(dict.fromkeys(str(row) for row in rows))
    more = f"; và {len(told) - _SHOWN} ô khác" if len(told) > _SHOWN else ""
    return f"để riêng {len(told)} ô: {'; '.join(told[:_SHOWN])}{more}"
