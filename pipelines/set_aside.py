"""Rows that judging set aside and that no later delivery has mended, told one line a delivery."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from connectors import Connector
from connectors.connector import SeenDelivery
from connectors.landing import completed_loads, seen_deliveries
from pipelines.steward.settled import Question, Settled, score_month
from pipelines.verdicts import Decision

_SHOWN = 3


@dataclass(frozen=True)
class _Row:
    """A row set aside by one rule: where it stands, and why or what it asks."""

    delivery: str
    table: str
    address: str
    rule_id: str
    reason: str
    record: Mapping[str, Any]

    def __str__(self) -> str:
        reason = self.record.get("doubt") or self.reason
        return f"{self.address} {reason}" if self.address else reason


def set_aside(
    lake: Path, connector: Connector, decisions: Iterable[Decision], settled: Settled
) -> list[str]:
    """Say for each accepted delivery that counts which of its rows are kept out of the warehouse.

    Args:
        lake: the lake's folder.
        connector: the source.
        decisions: the verdicts on its deliveries.
        settled: what stewards decided; those rows are only counted.

    Returns:
        One Vietnamese line for each delivery, the oldest first; none for a delivery that a
        later one of the same period replaced, or whose every row has been decided about.
    """
    source = connector.spec.name
    accepted = {found.delivery for found in decisions if found.decision == "accepted"}
    rows: dict[str, list[_Row]] = {}
    for row in _rejected(lake, source):
        rows.setdefault(row.delivery, []).append(row)
    seen = {key: one for key, one in seen_deliveries(lake, source).items() if key in accepted}
    lines = []
    for key, delivery in _newest(seen, connector.spec.cadence.every).items():
        found = rows.get(key, [])
        waiting = [
            row for row in found if _question(source, delivery.published_on, row) not in settled
        ]
        if waiting:
            lines.append(f"{source}: {delivery.label}: {_told(waiting, found)}")
    return lines


def _question(source: str, published_on: date, row: _Row) -> Question:
    return Question(source, published_on, row.table, row.address, row.rule_id, row.record)


def _newest(seen: dict[str, SeenDelivery], every: str) -> dict[str, SeenDelivery]:
    """Give the last delivery of each period, in the order of publication."""
    last: dict[date | str, str] = {}
    for key in sorted(seen, key=lambda key: (seen[key].published_on, seen[key].published_seq)):
        last[_replaced_by_next(seen[key], every)] = key
    return {key: seen[key] for key in last.values()}


def _replaced_by_next(delivery: SeenDelivery, every: str) -> date | str:
    """Name what a later delivery replaces: the month, the day, or the file of the same name."""
    if every == "when_it_comes":
        return delivery.label
    return score_month(delivery.published_on) if every == "month" else delivery.published_on


def _rejected(lake: Path, source: str) -> Iterable[_Row]:
    for load_id in completed_loads(lake, source):
        path = lake / "_quality" / "rejected" / f"{source}.{load_id}.parquet"
        if not path.exists():
            continue
        for row in pq.read_table(path).to_pylist():
            if row["severity"] == "chan":
                yield _Row(
                    row["delivery"],
                    row["table_name"],
                    row["address"] or "",
                    row["rule_id"],
                    row["reason"],
                    json.loads(row["record"] or "{}"),
                )


def _told(waiting: Sequence[_Row], found: Sequence[_Row]) -> str:
    told = list(dict.fromkeys(str(row) for row in waiting))
    more = f"; và {len(told) - _SHOWN} ô khác" if len(told) > _SHOWN else ""
    decided = len({row.address for row in found} - {row.address for row in waiting})
    settled = f" ({decided} ô khác đã có quyết định)" if decided else ""
    return f"để riêng {len(told)} ô{settled}: {'; '.join(told[:_SHOWN])}{more}"
