"""Reads the published mart into the document model; every figure is taken over, none computed."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol

from pipelines.official import Issuer
from pipelines.reader import PublicationMovedError
from pipelines.reports import wording
from pipelines.reports.model import (
    Chart,
    Figure,
    Kind,
    Report,
    Row,
    Section,
    Symbol,
    YearLine,
)
from pipelines.reports.numbers import VIETNAM, as_decimal, month_ranges_text, month_text

NATION = "VN-00"
CHART_INDICATOR = "ban_le_tong_muc"
CHANGE_DECIMALS = 2
PERCENT = "%"
_CUMULATIVE = ("ytd", "quarter", "half", "nine_months", "year")

Record = Mapping[str, Any]


class Reader(Protocol):
    """A read-only view of the published warehouse; `?` marks the parameters of a query."""

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and give its rows by column name."""
        ...


def parse_period(period: str) -> date:
    """Read 'YYYY-MM' as the first day of that month.

    Args:
        period: the month, as given on the command line.

    Returns:
        The first day of the month.

    Raises:
        ValueError: when the text is no month.
    """
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", period)
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1900:
        raise ValueError(f"Kỳ báo cáo phải có dạng YYYY-MM, ví dụ 2024-12; nhận được “{period}”.")
    return date(int(match[1]), int(match[2]), 1)


def read_report(
    reader: Reader,
    period: str,
    made_at: datetime,
    *,
    area_key: str = NATION,
    issuer: Issuer | None = None,
) -> Report:
    """Read one month of one area into the document model.

    Args:
        reader: open on a published warehouse.
        period: 'YYYY-MM'.
        made_at: when the report is made, an aware instant; it stands in the document.
        area_key: area of the figures.
        issuer: who signs; dotted lines to be filled in by hand when not given.

    Returns:
        The report, all of one publication.

    Raises:
        ValueError: when the period is no month or has no figure, or made_at has no time zone.
        PublicationMovedError: when the rows read are of more than one publication.
    """
    month = parse_period(period)
    if made_at.tzinfo is None:
        raise ValueError("Thời điểm lập báo cáo phải có múi giờ.")
    mart = _Mart(reader, area_key)
    mart.refuse_empty(month)
    before = (month - timedelta(days=1)).replace(day=1)
    ranks = mart.ranks()
    entries = sorted(mart.entries(before, month), key=_table_order)
    usual = _Usual(
        previous=_common_status(entry.previous for entry in entries),
        current=_common_status(entry.current for entry in entries),
        ytd=_common_status(entry.running for entry in entries),
    )
    sources = _Sources()
    sections = _sections(entries, usual, sources)
    rows = [row for section in sections for row in section.rows]
    used = [record for entry in entries for record in entry.records]
    chart = mart.chart(month)
    return Report(
        period=month,
        area_name=str(used[0]["area_name"]),
        issuer=issuer or Issuer(),
        made_at=made_at,
        data_as_of=_last_known(used),
        publication_id=mart.one_publication(),
        is_simulated=any(bool(record["is_simulated"]) for record in used),
        previous_heading=wording.value_heading(before, usual.previous),
        current_heading=wording.value_heading(month, usual.current),
        ytd_heading=wording.ytd_heading(month, usual.ytd),
        highlights=tuple(_highlights(rows, ranks, month)),
        sections=sections,
        chart=chart,
        missing=tuple(wording.missing(rows, before, month)),
        remarks=tuple(wording.remarks(rows)),
        differences=tuple(wording.differences(rows)),
        legend=tuple(wording.legend(rows)),
        sources=sources.lines,
    )


class _Mart:
    """The queries of one report, and the publications their rows came from."""

    def __init__(self, reader: Reader, area_key: str) -> None:
        self._reader = reader
        self._area_key = area_key
        self._publications: set[int] = set()

    def one_publication(self) -> int:
        """The publication all rows came from."""
        if len(self._publications) != 1:
            raise PublicationMovedError(f"read {sorted(self._publications)}")
        return next(iter(self._publications))

    def refuse_empty(self, month: date) -> None:
        """Raise a ValueError that names the months there are when this one has no figure."""
        rows = self._select(
            f"select distinct period_start, publication_id {_FROM} and period_type = 'month'"
            " and value is not null order by period_start"
        )
        months = [row["period_start"] for row in rows]
        if month in months:
            return
        known = (
            f"Các kỳ có số liệu: {month_ranges_text(months)}." if months else "Kho chưa có kỳ nào."
        )
        raise ValueError(f"Kho chưa có số liệu của kỳ {month_text(month)}. {known}")

    def entries(self, before: date, month: date) -> list["_Entry"]:
        """Every indicator that is reported by the month or as a running total of the year."""
        previous, current = self._month(before), self._month(month)
        running = self._running(month)
        return [
            _Entry(item, previous.get(code), current.get(code), running.get(code))
            for code, item in self._catalogue().items()
            if item["monthly"] or item["cumulative"]
        ]

    def ranks(self) -> dict[str, int]:
        """Places on the main board."""
        rows = self._reader.rows(
            "select indicator_code, rank, publication_id from mart.main_board"
            " where area_key = ? order by rank",
            [self._area_key],
        )
        self._publications.update(row["publication_id"] for row in rows)
        return {row["indicator_code"]: row["rank"] for row in rows}

    def chart(self, month: date) -> Chart | None:
        """The months of the chart's indicator up to the month reported."""
        rows = self._reader.rows(
            "select indicator_name, unit, decimals, year, month_no, value, publication_id"
            " from mart.board_series where indicator_code = ? and area_key = ?"
            " order by year, month_no",
            [CHART_INDICATOR, self._area_key],
        )
        self._publications.update(row["publication_id"] for row in rows)
        years: dict[int, dict[int, Decimal | None]] = {}
        for row in rows:
            year, month_no = int(row["year"]), int(row["month_no"])
            if (year, month_no) <= (month.year, month.month):
                years.setdefault(year, {})[month_no] = as_decimal(row["value"])
        if month.year not in years:
            return None
        return Chart(
            title=rows[0]["indicator_name"],
            unit=rows[0]["unit"],
            decimals=rows[0]["decimals"],
            lines=tuple(
                YearLine(year, tuple(values.get(month_no) for month_no in range(1, 13)))
                for year, values in sorted(years.items())
                # one month alone, as the December before the first year, draws no line
                if year == month.year or len(values) > 1
            ),
        )

    def _select(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        rows = self._reader.rows(sql, [self._area_key, *params])
        self._publications.update(row["publication_id"] for row in rows)
        return rows

    def _catalogue(self) -> dict[str, Record]:
        """Every indicator, and which of its figures exist in any month after January.

        January is its own running total, so it tells nothing about an indicator.
        """
        after_january = "extract(month from period_end) > 1"
        rows = self._select(
            "select indicator_code, indicator_name, domain, unit, decimals, publication_id,"
            f" count(*) filter (where period_type = 'month' and {after_january}) as monthly,"
            f" count(*) filter (where period_type = 'ytd' and {after_january}) as cumulative,"
            f" count(ytd_value) filter (where {after_january}) as ytd_values,"
            " max(source_ref) as any_source_ref"
            f" {_FROM} group by indicator_code, indicator_name, domain, unit, decimals,"
            " publication_id order by indicator_code"
        )
        return {row["indicator_code"]: row for row in rows}

    def _month(self, month: date) -> dict[str, Record]:
        rows = self._select(
            f"{_COLUMNS} {_FROM} and period_type = 'month' and period_start = ?", [month]
        )
        return {row["indicator_code"]: row for row in rows}

    def _running(self, month: date) -> dict[str, Record]:
        """The rows from 1 January to the month's end; January's own where there is no other."""
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        rows = self._select(
            f"{_COLUMNS} {_FROM} and period_start = ? and period_end = ?",
            [date(month.year, 1, 1), last],
        )
        rows.sort(key=lambda row: row["period_type"] in _CUMULATIVE)
        return {row["indicator_code"]: row for row in rows}


_COLUMNS = (
    "select indicator_code, area_name, value, estimate_status, known_from, source_ref,"
    " value_reason, is_simulated, publication_id, value_same_period_last_year, yoy_abs, yoy_pct,"
    " yoy_pct_published, yoy_pct_computed, yoy_source, comparability, ytd_value, ytd_yoy_pct,"
    " period_type"
)
_FROM = (
    "from mart.indicator_yoy where basis = 'as_published' and calendar = 'calendar'"
    " and agency_code = '_all' and area_key = ?"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """The rows of the mart behind one row of the table."""

    item: Record
    previous: Record | None
    current: Record | None
    running: Record | None

    @property
    def code(self) -> str:
        return str(self.item["indicator_code"])

    @property
    def domain(self) -> str:
        return str(self.item["domain"])

    @property
    def decimals(self) -> int:
        return int(self.item["decimals"])

    @property
    def is_percent(self) -> bool:
        return bool(self.item["unit"] == PERCENT)

    @property
    def only_running(self) -> bool:
        """Reported as a running total alone, so that it has no figure of a month."""
        return not self.item["monthly"]

    @property
    def records(self) -> list[Record]:
        found = (self.current, self.running, self.previous)
        return [record for record in found if record is not None]


@dataclass(frozen=True, slots=True)
class _Usual:
    """The estimate status most figures of each value column have; the head of it says so."""

    previous: str
    current: str
    ytd: str


class _Sources:
    """Numbers the files and sheets in the order in which the table meets them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def short(self, source_ref: str) -> str:
        """'[1] F10' for 'file.xlsx#sheet!F10', '[1] F10, F9' for a ratio of two cells."""
        cells: dict[int, list[str]] = {}
        for part in filter(None, re.split(r" [÷+] ", source_ref)):
            place, _, cell = part.rpartition("!") if "#" in part else (part, "", "")
            number = self._numbers.setdefault(place, len(self._numbers) + 1)
            cells.setdefault(number, []).append(cell)
        return "; ".join(
            f"[{number}] {', '.join(found)}".rstrip() for number, found in cells.items()
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """One line per source: '[1] file.xlsx, trang tính “14. Tongmuc”'."""
        parts = ((number, *place.partition("#")) for place, number in self._numbers.items())
        return tuple(
            f"[{number}] {file}" + (f", trang tính “{sheet}”" if sheet else "")
            for number, file, _, sheet in parts
        )


def _table_order(entry: _Entry) -> tuple[str, int, str, str]:
    """Domains by name; in each the order of the source's own table, row by row.

    The mart has no order of its own, and the source's is the one its readers know.
    """
    ref = next((ref for record in entry.records if (ref := _text(record, "source_ref"))), "")
    match = re.search(r"!([A-Z]+)(\d+)", ref or str(entry.item["any_source_ref"]))
    column, row = (match[1], int(match[2])) if match else ("", 0)
    return entry.domain, row, column, entry.code


def _sections(entries: Iterable[_Entry], usual: _Usual, sources: _Sources) -> tuple[Section, ...]:
    """Make the rows of entries that stand in table order, domain by domain."""
    return tuple(
        Section(
            domain,
            tuple(_row(entry, usual, sources) for entry in group),
        )
        for domain, group in groupby(entries, key=lambda entry: entry.domain)
    )


def _highlights(rows: Sequence[Row], ranks: Mapping[str, int], month: date) -> Iterator[str]:
    """One sentence for each indicator of the main board that has a figure, in its order."""
    by_code = {row.code: row for row in rows}
    for code in sorted(ranks, key=lambda code: ranks[code]):
        row = by_code.get(code)
        if row and (row.current.value is not None or row.ytd.value is not None):
            yield wording.highlight(row, month)


def _row(entry: _Entry, usual: _Usual, sources: _Sources) -> Row:
    current = entry.running if entry.only_running else entry.current
    ytd = _ytd(entry, usual.ytd)
    value = _value(entry, entry.current, usual.current)
    return Row(
        code=entry.code,
        name=str(entry.item["indicator_name"]),
        unit=str(entry.item["unit"]),
        previous=_value(entry, entry.previous, usual.previous),
        current=value,
        ytd=ytd,
        yoy=_month_change(entry),
        ytd_yoy=_ytd_change(entry, ytd),
        last_year=_plain(Kind.LEVEL, entry.decimals, current, "value_same_period_last_year"),
        yoy_published=_plain(Kind.CHANGE_PCT, CHANGE_DECIMALS, current, "yoy_pct_published"),
        yoy_computed=_plain(Kind.CHANGE_PCT, CHANGE_DECIMALS, current, "yoy_pct_computed"),
        comparability=_text(current, "comparability"),
        ytd_comparability=_text(entry.running, "comparability"),
        source=sources.short((ytd if entry.only_running else value).source_ref),
    )


def _value(entry: _Entry, record: Record | None, usual_status: str) -> Figure:
    if entry.only_running:
        return _not_applicable(Kind.LEVEL, entry.decimals, wording.NOT_MONTHLY)
    return _level(entry, record, usual_status, wording.NO_RECORD)


def _ytd(entry: _Entry, usual_status: str) -> Figure:
    if entry.running is None and not entry.item["ytd_values"]:
        return _not_applicable(Kind.LEVEL, entry.decimals, wording.NOT_CUMULATIVE)
    return _level(entry, entry.running, usual_status, wording.NO_CUMULATIVE)


def _level(entry: _Entry, record: Record | None, usual_status: str, no_record: str) -> Figure:
    """A value, its estimate status marked where it is not the column's usual; or its absence."""
    value = as_decimal(record["value"]) if record else None
    if value is not None:
        status = _text(record, "estimate_status")
        return Figure(
            value,
            Kind.LEVEL,
            entry.decimals,
            mark="" if status == usual_status else wording.STATUS_MARKS.get(status, ""),
            status=wording.STATUS_WORDS.get(status, ""),
            source_ref=_text(record, "source_ref"),
        )
    reason = (_text(record, "value_reason") or wording.NO_REASON) if record else no_record
    symbol = Symbol.NONE if wording.did_not_happen(reason) else Symbol.UNKNOWN
    return Figure(None, Kind.LEVEL, entry.decimals, symbol=symbol, reason=reason)


def _month_change(entry: _Entry) -> Figure:
    if entry.only_running:
        return _not_applicable(Kind.CHANGE_PCT, CHANGE_DECIMALS, wording.NOT_MONTHLY)
    return _change(entry.current, entry.is_percent, wording.NO_CURRENT)


def _ytd_change(entry: _Entry, ytd: Figure) -> Figure:
    if ytd.symbol is Symbol.NOT_APPLICABLE:
        return _not_applicable(Kind.CHANGE_PCT, CHANGE_DECIMALS, ytd.reason)
    return _change(entry.running, entry.is_percent, wording.NO_YTD)


def _change(record: Record | None, is_percent: bool, no_value: str) -> Figure:
    """The change on last year: percent, and for a percentage the difference in points."""
    kind = Kind.CHANGE_POINTS if is_percent else Kind.CHANGE_PCT
    value = as_decimal(record["yoy_abs" if is_percent else "yoy_pct"]) if record else None
    if value is None:
        reason = _change_reason(record, no_value)
        return Figure(None, kind, CHANGE_DECIMALS, reason=reason)
    # the legend says of all points at once that the warehouse took the difference
    mark = "" if is_percent else wording.ORIGIN_MARKS.get(_text(record, "yoy_source"), "")
    return Figure(value, kind, CHANGE_DECIMALS, mark=mark)


def _change_reason(record: Record | None, no_value: str) -> str:
    if record is None or record["value"] is None:
        return no_value
    if record["value_same_period_last_year"] is None:
        return wording.NO_LAST_YEAR
    if record["comparability"] == "not_comparable":
        return wording.NOT_COMPARABLE
    return wording.NO_REASON


def _not_applicable(kind: Kind, decimals: int, reason: str) -> Figure:
    return Figure(None, kind, decimals, symbol=Symbol.NOT_APPLICABLE, reason=reason)


def _plain(kind: Kind, decimals: int, record: Record | None, column: str) -> Figure:
    """A figure of the detail sheet: the column as it is, without a mark."""
    value = as_decimal(record[column]) if record else None
    return Figure(value, kind, decimals, reason=wording.NO_REASON)


def _common_status(records: Iterable[Record | None]) -> str:
    """The estimate status most figures of a column have; the first in the alphabet on a tie."""
    counts = Counter(
        _text(record, "estimate_status")
        for record in records
        if record and record["value"] is not None
    )
    return min(counts, key=lambda status: (-counts[status], status)) if counts else ""


def _last_known(records: Iterable[Record]) -> date | None:
    """The Vietnamese day on which the newest figure used became known."""
    instants = [record["known_from"] for record in records if record["value"] is not None]
    return max((instant.astimezone(VIETNAM).date() for instant in instants), default=None)


def _text(record: Record | None, column: str) -> str:
    value = record[column] if record else None
    return "" if value is None else str(value)
