"""Reads the published mart into the document model; every figure is taken over, none computed."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from pipelines.official import Issuer
from pipelines.reader import PublicationMovedError
from pipelines.reports import operation, wording
from pipelines.reports.changes import Earlier, read_changes
from pipelines.reports.keys import Reader, Record, key_of
from pipelines.reports.model import (
    Chart,
    Figure,
    Kind,
    Report,
    Row,
    Section,
    Symbol,
    Topic,
    YearLine,
)
from pipelines.reports.numbers import VIETNAM, as_decimal, month_ranges_text, month_text

NATION = "VN-00"
CHART_INDICATOR = "ban_le_tong_muc"
CHANGE_DECIMALS = 2
PERCENT = "%"
REPORT_CALENDAR = "report_15_14"
_CUMULATIVE = ("ytd", "quarter", "half", "nine_months", "year")

_PLANNED = "chỉ tiêu không có kế hoạch năm"
_NO_PLAN_YET = "chưa có kế hoạch năm được giao hoặc công bố"


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
    issuer: Issuer | None = None,
    is_draft: bool = False,
    earlier: Earlier | None = None,
) -> Report:
    """Read one month into the document model: the province whose records there are, the nation.

    Args:
        reader: open on a published warehouse.
        period: 'YYYY-MM'.
        made_at: when the report is made, an aware instant; it stands in the document.
        issuer: who signs; of the province when not given, or dotted lines to fill in by hand.
        is_draft: whether each page is stamped as a draft.
        earlier: the edition before, whose figures are looked at again.

    Returns:
        The report, all of one publication.

    Raises:
        ValueError: when the period is no month or has no figure, or made_at has no time zone.
        PublicationMovedError: when the rows read are of more than one publication.
    """
    month = parse_period(period)
    if made_at.tzinfo is None:
        raise ValueError("Thời điểm lập báo cáo phải có múi giờ.")
    noted = _OnePublication(reader)
    marts = [_Mart(noted, area) for area in _areas(noted)]
    _refuse_empty(marts, month)
    before = (month - timedelta(days=1)).replace(day=1)
    entries = [entry for mart in marts for entry in mart.entries(before, month)]
    usual = _Usual(
        previous=_common_status(entry.previous for entry in entries),
        current=_common_status(entry.current for entry in entries),
        ytd=_common_status(entry.running for entry in entries),
    )
    sources = _Sources()
    sections = _sections(entries, usual, sources)
    rows = [row for section in sections for row in section.rows]
    the_month_before = (before - timedelta(days=1)).replace(day=1)
    earlier_rows = [
        _row(entry, usual, sources)
        for mart in marts
        for entry in mart.entries(the_month_before, before)
    ]
    newest = _newest(rows, month, earlier_rows, before)
    used = [record for entry in entries for record in entry.records]
    province = next((mart.name for mart in marts if mart.area_key != NATION), "")
    told = operation.read_operation(noted, [mart.area_key for mart in marts], month)
    return Report(
        period=month,
        area_name=province or str(used[0]["area_name"]),
        issuer=issuer or _issuer(province),
        made_at=made_at,
        data_as_of=_last_known(used),
        is_simulated=any(bool(record["is_simulated"]) for record in used),
        previous_heading=wording.value_heading(before, usual.previous),
        current_heading=wording.value_heading(month, usual.current),
        ytd_heading=wording.ytd_heading(month, usual.ytd),
        is_draft=is_draft,
        window=wording.window(month, Counter(entry.calendar for entry in entries)),
        general=tuple(
            sentence for mart in marts for sentence in _general(newest, mart.name, mart.ranks())
        ),
        topics=tuple(_topics(sections, rows[0].area, month)),
        operation=told.sentences,
        scores=told.scores,
        limits=told.limits,
        tasks=told.tasks,
        changes=read_changes(noted, earlier) if earlier else (),
        compared_with=earlier.name if earlier else "",
        sections=sections,
        chart=marts[-1].chart(month),
        missing=tuple(wording.missing(rows, before, month)),
        remarks=tuple(wording.remarks(rows)),
        differences=tuple(wording.differences(rows)),
        legend=tuple(wording.legend(rows)),
        sources=sources.lines,
        # last: all that was read must be of one publication
        publication_id=noted.only(),
    )


def _areas(reader: Reader) -> list[str]:
    """The province whose own records are counted, when there is one, and the nation."""
    rows = reader.rows(
        "select y.area_key, count(distinct y.indicator_code) as known from mart.indicator_yoy as y"
        " inner join mart.area as a on y.area_key = a.area_key where a.level = 'province'"
        " and y.basis = 'as_published' and y.agency_code = '_all' and y.period_type = 'month'"
        " and y.estimate_status = 'computed' group by y.area_key"
        " order by known desc, y.area_key limit 1"
    )
    return [*(row["area_key"] for row in rows), NATION]


def _issuer(province: str) -> Issuer:
    """The office of a province: its place is the province's name (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    if not province:
        return Issuer()
    return Issuer(parent=f"ỦY BAN NHÂN DÂN\nTỈNH {province.upper()}", place=province)


def _refuse_empty(marts: "Sequence[_Mart]", month: date) -> None:
    """Raise a ValueError that names the months there are when this one has no figure."""
    months = sorted({found for mart in marts for found in mart.months()})
    if month in months:
        return
    known = f"Các kỳ có số liệu: {month_ranges_text(months)}." if months else "Kho chưa có kỳ nào."
    raise ValueError(f"Kho chưa có số liệu của kỳ {month_text(month)}. {known}")


class _OnePublication:
    """Hands queries on and notes the publications their rows came from."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._publications: set[int] = set()

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and give its rows by column name."""
        rows = self._reader.rows(sql, params)
        self._publications.update(row["publication_id"] for row in rows if "publication_id" in row)
        return rows

    def only(self) -> int:
        """The publication all rows came from."""
        if len(self._publications) != 1:
            raise PublicationMovedError(f"read {sorted(self._publications)}")
        return next(iter(self._publications))


class _Mart:
    """The queries of one area."""

    def __init__(self, reader: Reader, area_key: str) -> None:
        self._reader = reader
        self.area_key = area_key
        self.name = ""

    def months(self) -> list[date]:
        """The months that have a figure of this area."""
        rows = self._select(
            f"select distinct period_end, area_name {_FROM} and period_type = 'month'"
            " and value is not null"
        )
        self.name = str(rows[0]["area_name"]) if rows else ""
        return [row["period_end"].replace(day=1) for row in rows]

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
        rows = self._select(
            "select indicator_code, rank, publication_id from mart.main_board"
            " where area_key = ? order by rank"
        )
        return {row["indicator_code"]: row["rank"] for row in rows}

    def chart(self, month: date) -> Chart | None:
        """The months of the chart's indicator up to the month reported."""
        rows = self._reader.rows(
            "select indicator_name, unit, decimals, year, month_no, value, publication_id"
            " from mart.board_series where indicator_code = ? and area_key = ?"
            " order by year, month_no",
            [CHART_INDICATOR, self.area_key],
        )
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
        return self._reader.rows(sql, [self.area_key, *params])

    def _catalogue(self) -> dict[str, Record]:
        """Every indicator, and which of its figures exist in any month after January.

        January is its own running total, so it tells nothing about an indicator.
        """
        after_january = "extract(month from period_end) > 1"
        rows = self._select(
            "select indicator_code, indicator_name, domain, unit, decimals, area_name,"
            " publication_id,"
            f" count(*) filter (where period_type = 'month' and {after_january}) as monthly,"
            f" count(*) filter (where period_type = 'ytd' and {after_january}) as cumulative,"
            f" count(ytd_value) filter (where {after_january}) as ytd_values,"
            " max(source_ref) as any_source_ref"
            f" {_FROM} group by indicator_code, indicator_name, domain, unit, decimals,"
            " area_name, publication_id order by indicator_code"
        )
        return {row["indicator_code"]: row for row in rows}

    def _month(self, month: date) -> dict[str, Record]:
        rows = self._select(
            f"{_COLUMNS} {_FROM} and period_type = 'month' and period_end between ? and ?",
            [month, _last_day(month)],
        )
        return _by_indicator(rows)

    def _running(self, month: date) -> dict[str, Record]:
        """The rows since the year began; January's own where there is no other."""
        rows = self._select(
            f"{_COLUMNS} {_FROM} and period_start in (?, ?) and period_end between ? and ?",
            [date(month.year, 1, 1), date(month.year - 1, 12, 15), month, _last_day(month)],
        )
        rows.sort(key=lambda row: row["period_type"] in _CUMULATIVE)
        plans = {row["indicator_code"]: row for row in self._plans(month)}
        return {code: {**row, "plan": plans.get(code)} for code, row in _by_indicator(rows).items()}

    def _plans(self, month: date) -> list[dict[str, Any]]:
        """The plan of the year next to each indicator, and how far its path has come."""
        return self._select(
            "select indicator_code, area_key, calendar, year_no, month_no, plan_value, plan_pct,"
            " gap_to_path_points, publication_id from mart.indicator_plan where area_key = ?"
            " and basis = 'as_published' and agency_code = '_all' and is_main"
            " and year_no = ? and month_no = ?",
            [month.year, month.month],
        )


def _last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _by_indicator(rows: Sequence[Record]) -> dict[str, Record]:
    """One row for each indicator: the window of the report where a figure has it."""
    ordered = sorted(rows, key=lambda row: row["calendar"] == REPORT_CALENDAR)
    return {row["indicator_code"]: row for row in ordered}


_COLUMNS = (
    "select indicator_code, area_key, area_name, calendar, period_start, period_end, value,"
    " estimate_status, known_from, source_ref,"
    " value_reason, is_simulated, publication_id, value_same_period_last_year, yoy_abs, yoy_pct,"
    " yoy_pct_published, yoy_pct_computed, yoy_source, comparability, ytd_value, ytd_yoy_pct,"
    " period_type"
)
_FROM = (
    "from mart.indicator_yoy where basis = 'as_published'"
    " and calendar in ('calendar', 'report_15_14')"
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
    def area(self) -> str:
        return str(self.item["area_name"])

    @property
    def calendar(self) -> str:
        return str((self.current or self.running or {}).get("calendar", ""))

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
            place, cell = _place_and_cell(part)
            number = self._numbers.setdefault(place, len(self._numbers) + 1)
            cells.setdefault(number, [])
            if cell:
                cells[number].append(cell)
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


def _place_and_cell(part: str) -> tuple[str, str]:
    """Tell the file and sheet from the cell; records that were counted stand for their system."""
    if "#" not in part:
        return part, ""
    if "!" not in part:
        return f"{part.partition('#')[0]} – đếm từ bản ghi của hệ thống nguồn", ""
    place, _, cell = part.rpartition("!")
    return place, cell


def _table_order(entry: _Entry) -> tuple[str, int, str, str]:
    """Domains by name; in each the order of the source's own table, row by row.

    The mart has no order of its own, and the source's is the one its readers know.
    """
    ref = next((ref for record in entry.records if (ref := _text(record, "source_ref"))), "")
    match = re.search(r"!([A-Z]+)(\d+)", ref or str(entry.item["any_source_ref"]))
    column, row = (match[1], int(match[2])) if match else ("", 0)
    return entry.domain, row, column, entry.code


def _sections(entries: Iterable[_Entry], usual: _Usual, sources: _Sources) -> tuple[Section, ...]:
    """Make the rows, domain by domain; each area's domains stand together."""
    entries = list(entries)
    areas = list(dict.fromkeys(entry.area for entry in entries))
    ordered = sorted(entries, key=lambda entry: (areas.index(entry.area), _table_order(entry)))
    return tuple(
        Section(
            domain if len(areas) == 1 else f"{domain} – {area}",
            tuple(_row(entry, usual, sources) for entry in group),
        )
        for (area, domain), group in groupby(ordered, key=lambda item: (item.area, item.domain))
    )


def _newest(
    rows: Iterable[Row], month: date, earlier: Iterable[Row], before: date
) -> dict[tuple[str, str], tuple[Row, date]]:
    """Each row that has a figure, by area and code; of the month before where that is the newest.

    Statistics of a month come out after its report is due.
    """
    told = {(row.area, row.code): (row, before) for row in earlier if row.main.value is not None}
    return told | {(row.area, row.code): (row, month) for row in rows if row.main.value is not None}


def _general(
    newest: Mapping[tuple[str, str], tuple[Row, date]], area: str, ranks: Mapping[str, int]
) -> Iterator[wording.Sentence]:
    """One sentence for each indicator of the main board that has a figure, in its order."""
    for code in sorted(ranks, key=lambda code: ranks[code]):
        if found := newest.get((area, code)):
            yield wording.told(*found)


def _topics(sections: Iterable[Section], area: str, month: date) -> Iterator[Topic]:
    """Field by field, one sentence for each indicator of the area reported that has a figure."""
    for section in sections:
        known = [row for row in section.rows if row.area == area and row.main.value is not None]
        if known:
            yield Topic(section.domain, tuple(wording.told(row, month) for row in known))


def _row(entry: _Entry, usual: _Usual, sources: _Sources) -> Row:
    current = entry.running if entry.only_running else entry.current
    ytd = _ytd(entry, usual.ytd)
    value = _value(entry, entry.current, usual.current)
    return Row(
        code=entry.code,
        name=str(entry.item["indicator_name"]),
        unit=str(entry.item["unit"]),
        area=entry.area,
        plan=_planned(entry, "plan_value", Kind.LEVEL, entry.decimals),
        plan_pct=_planned(entry, "plan_pct", Kind.SHARE, CHANGE_DECIMALS),
        path_gap=_planned(entry, "gap_to_path_points", Kind.CHANGE_POINTS, CHANGE_DECIMALS),
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


def _planned(entry: _Entry, column: str, kind: Kind, decimals: int) -> Figure:
    """A figure of the plan of the year; most indicators have no plan."""
    plan = entry.running["plan"] if entry.running else None
    if plan is None:
        return Figure(None, kind, decimals, symbol=Symbol.NOT_APPLICABLE, reason=_PLANNED)
    value = as_decimal(plan[column])
    if value is None:
        return Figure(None, kind, decimals, reason=_NO_PLAN_YET)
    return Figure(value, kind, decimals, key=key_of("indicator_plan", plan, column))


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
    if record and value is not None:
        status = _text(record, "estimate_status")
        return Figure(
            value,
            Kind.LEVEL,
            entry.decimals,
            mark="" if status == usual_status else wording.STATUS_MARKS.get(status, ""),
            status=wording.STATUS_WORDS.get(status, ""),
            source_ref=_text(record, "source_ref"),
            key=key_of("indicator_yoy", record, "value"),
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
    column = "yoy_abs" if is_percent else "yoy_pct"
    value = as_decimal(record[column]) if record else None
    if record is None or value is None:
        reason = _change_reason(record, no_value)
        return Figure(None, kind, CHANGE_DECIMALS, reason=reason)
    # the legend says of all points at once that the warehouse took the difference
    mark = "" if is_percent else wording.ORIGIN_MARKS.get(_text(record, "yoy_source"), "")
    return Figure(
        value, kind, CHANGE_DECIMALS, mark=mark, key=key_of("indicator_yoy", record, column)
    )


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
    if record is None or value is None:
        return Figure(None, kind, decimals, reason=wording.NO_REASON)
    return Figure(value, kind, decimals, key=key_of("indicator_yoy", record, column))


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
