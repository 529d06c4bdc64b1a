"""Which records a counted figure was counted from, read from the contributions of its source."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pipelines.explain.finding import Row
from pipelines.reader import Reader

# how msr_counted names what it counted
_COUNTED = re.compile(r"^(\w+)#(\w+): đếm từ bản ghi ")
_KEYS = 5
_ROLLED = ("day", "month", "stock")
# months of this calendar are counted from the days of the other
_WINDOWS = "report_15_14"
# whom msr_counted counts a record for: who answers on its day for the agency that took it up
_ANSWERING = (
    "coalesce((select o.agency_then from core.agency_in_office as o"
    " where o.agency_code = c.agency_code"
    " and (o.first_day is null or c.event_day >= o.first_day)"
    " and (o.last_day is null or c.event_day <= o.last_day)), c.agency_code)"
)


def counting_source(refs: Iterable[str], measure: str) -> str | None:
    """Give the source whose records a measure was counted from; None when it was not counted.

    Args:
        refs: single places that the measure's value cites.
        measure: its code.
    """
    found = (_COUNTED.match(ref) for ref in refs)
    return next((hit[1] for hit in found if hit and hit[2] == measure), None)


class Records:
    """Tells of the records behind one figure.

    Args:
        reader: the published warehouse.
        area: row of `mart.area`.
        figure: row of `mart.indicator_yoy`, as published.
        until: the first moment (UTC) whose knowledge counts no more; None for the present.
        since: when the vintage before the shown one became known; None when there is none.
    """

    def __init__(
        self, reader: Reader, area: Row, figure: Row, until: datetime | None, since: datetime | None
    ) -> None:
        self._reader, self._area, self._figure = reader, area, figure
        self._until, self._since = until, since

    def behind(self, measure: dict[str, Any], source: str) -> dict[str, Any]:
        """Gather what is told of the records behind a measure of the figure.

        Args:
            measure: its part, code, name and unit.
            source: the source whose records are counted.

        Returns:
            Counts, loads, changes, first keys, and the query that lists all of them.
        """
        self._relation = f"core.contribution_{source}"
        self._moment = self._of_measure(measure["measure_code"])
        numbers = self._numbers()
        return {
            **{name: measure[name] for name in ("part", "measure_code", "measure_name", "unit")},
            "source_code": source,
            "records": numbers["records"],
            "total": numbers["total"],
            "loads": self._loads(),
            "since": self._since,
            "changes": self._changes() if self._since else None,
            "left_out": {
                **self._gone(numbers["seen"] - numbers["records"]),
                "without_area": self._without_area(),
            },
            "first_keys": self._first_keys(),
            "query": self._listing(),
        }

    def _of_measure(self, code: str) -> str:
        """Tell which contributions are of the measure and the period, wherever they happened."""
        figure, kind = self._figure, self._figure["period_type"]
        calendar, grains = figure["calendar"], (kind,)
        if calendar == "calendar" and kind != "day":
            grains = (*_ROLLED, *(() if kind in _ROLLED else (kind,)))
        elif calendar == _WINDOWS:
            calendar, grains = "calendar", ("day",)
        return (
            f"c.measure_code = {_text(code)} and c.calendar = {_text(calendar)}"
            f" and c.grain in ({', '.join(map(_text, grains))})"
            f" and c.event_day between date '{figure['period_start']}'"
            f" and date '{figure['period_end']}'"
        )

    def _here(self) -> str:
        """Tell which contributions are of the area, with the units in it, and of the agency."""
        key, agency = _text(self._area["area_key"]), self._figure["agency_code"]
        if agency != "_all":
            return f"c.area_key = {key} and {_ANSWERING} = {_text(agency)}"
        if self._area["level"] == "country":
            return f"c.area_key = {key}"
        return (
            "c.area_key in (select a.area_key from core.dim_area as a left join core.dim_area as p"
            f" on a.parent_key = p.area_key where {key} in (a.area_key, p.area_key, p.parent_key))"
        )

    def _cell(self) -> str:
        known = f" and c.known_at < {_instant(self._until)}" if self._until else ""
        return f"{self._relation} as c where {self._moment} and {self._here()}{known}"

    def _in_force(self, alias: str) -> str:
        """Tell which versions stand at the end of what is known."""
        if self._until is None:
            return f"{alias}.known_to is null"
        return f"({alias}.known_to is null or {alias}.known_to >= {_instant(self._until)})"

    def _one(self, sql: str) -> Row:
        return self._reader.rows(sql)[0]

    def _numbers(self) -> Row:
        force = self._in_force("c")
        return self._one(
            f"select count(distinct case when {force} then c.record_key end) as records,"
            f" sum(case when {force} then c.value end) as total,"
            f" count(distinct c.record_key) as seen from {self._cell()}"
        )

    def _loads(self) -> list[Row]:
        """Give the loads that brought the versions, the last one first."""
        return self._reader.rows(
            "select c.load_id, max(c.loaded_at) as loaded_at, count(*) as versions"
            f" from {self._cell()} group by c.load_id order by 2 desc, 1 desc"
        )

    def _changes(self) -> Row:
        """Tell what differs from what the vintage before counted."""
        moment = _instant(self._since)
        was = f"c.known_at <= {moment} and (c.known_to is null or c.known_to > {moment})"
        return self._one(
            "select count(case when r.before is null then 1 end) as added,"
            " count(case when r.after is null then 1 end) as removed,"
            " count(case when r.before <> r.after then 1 end) as changed from ("
            f"select sum(case when {was} then c.value end) as before,"
            f" sum(case when {self._in_force('c')} then c.value end) as after"
            f" from {self._cell()} group by c.record_key"
            ") as r where r.before is not null or r.after is not null"
        )

    def _gone(self, left: int) -> dict[str, int]:
        """Tell of records that were counted here once: how many were deleted, how many moved."""
        entities = self._entities() if left else []
        deleted = sum(self._deleted(entity) for entity in entities)
        return {"deleted": deleted, "moved": left - deleted}

    def _entities(self) -> list[str]:
        """Name the tables of versions behind the cell that know deletions."""
        rows = self._reader.rows(
            f"select distinct c.entity from {self._cell()} and c.entity in (select t.table_name"
            " from information_schema.columns as t"
            " where t.table_schema = 'core' and t.column_name = 'is_deleted')"
        )
        return [row["entity"] for row in rows]

    def _deleted(self, entity: str) -> int:
        known = f" and v.known_at < {_instant(self._until)}" if self._until else ""
        row = self._one(
            f"select count(distinct v.record_key) as deleted from core.{entity} as v"
            f" where v.is_deleted and {self._in_force('v')}{known}"
            f" and v.record_key in (select c.record_key from {self._cell()})"
        )
        return int(row["deleted"])

    def _without_area(self) -> int:
        """Count the records of the period of which nobody knows where they happened."""
        known = f" and c.known_at < {_instant(self._until)}" if self._until else ""
        row = self._one(
            f"select count(distinct c.record_key) as lost from {self._relation} as c"
            f" where {self._moment} and c.area_key is null and {self._in_force('c')}{known}"
        )
        return int(row["lost"])

    def _first_keys(self) -> list[str]:
        rows = self._reader.rows(
            f"select distinct c.record_key from {self._cell()} and {self._in_force('c')}"
            f" order by c.record_key limit {_KEYS}"
        )
        return [row["record_key"] for row in rows]

    def _listing(self) -> str:
        """Write the query that lists every record, for `kho sql`."""
        return (
            "select c.record_key, c.version_no, c.event_day, c.value, c.known_at, c.load_id"
            f" from {self._cell()} and {self._in_force('c')} order by c.record_key, c.event_day"
        )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _instant(moment: datetime | None) -> str:
    assert moment is not None
    return f"timestamptz '{moment.isoformat()}'"
