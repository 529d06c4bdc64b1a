"""The document model: what a report says, before any file format."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pipelines.official import Issuer


class Kind(StrEnum):
    """What a number is, which decides how it is written."""

    LEVEL = "level"
    """A value in the unit of its indicator."""
    CHANGE_PCT = "change_pct"
    """A change in percent."""
    CHANGE_POINTS = "change_points"
    """A difference between two percentages, in percentage points."""


class Symbol(StrEnum):
    """The signs of Vietnamese statistical tables for a cell without a number."""

    UNKNOWN = "…"
    """It happens, but there is no figure."""
    NONE = "–"
    """It did not happen."""
    NOT_APPLICABLE = "x"
    """The question has no meaning for this indicator."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: a number, or its absence with the reason.

    Args:
        value: the number as in the mart, unrounded; None when absent.
        kind: how it is written.
        decimals: digits shown after the comma.
        mark: short superscript mark (origin of a change, estimate status of a value), '' if none.
        status: estimate status of a value in Vietnamese, '' for a change or when absent.
        symbol: the sign shown when absent.
        reason: why it is absent, a Vietnamese clause; '' when there is a value.
        source_ref: address of the source cell, '' when unknown.
    """

    value: Decimal | None
    kind: Kind
    decimals: int
    mark: str = ""
    status: str = ""
    symbol: Symbol = Symbol.UNKNOWN
    reason: str = ""
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of the table.

    Args:
        code: indicator code.
        name: Vietnamese name.
        unit: unit of the three value columns.
        previous: value of the month before.
        current: value of the month reported.
        ytd: cumulative value since 1 January.
        yoy: change of the month on the same month of last year.
        ytd_yoy: change of the cumulative value on last year.
        last_year: value of the same month of last year.
        yoy_published: change printed by the source.
        yoy_computed: change computed by the warehouse from two values.
        comparability: of the month with the same month of last year: 'comparable', 'estimated',
            'not_comparable', or '' when unknown.
        ytd_comparability: of the cumulative value with that of last year, likewise.
        source: short source text, '[1] F10'.
    """

    code: str
    name: str
    unit: str
    previous: Figure
    current: Figure
    ytd: Figure
    yoy: Figure
    ytd_yoy: Figure
    last_year: Figure
    yoy_published: Figure
    yoy_computed: Figure
    comparability: str
    ytd_comparability: str
    source: str

    @property
    def main(self) -> Figure:
        """The value the row is there for: the month's, or the cumulative where that is all."""
        return self.ytd if self.current.symbol is Symbol.NOT_APPLICABLE else self.current

    @property
    def shown(self) -> tuple[Figure, ...]:
        """The five figures of the printed table, in column order."""
        return (self.previous, self.current, self.ytd, self.yoy, self.ytd_yoy)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one domain."""

    domain: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year on the month axis: value per month (1–12), None where there is no figure."""

    year: int
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The months of this year against those of every earlier year.

    Args:
        title: Vietnamese title, without the unit.
        unit: unit of the values.
        decimals: digits shown after the comma.
        lines: years ascending; the last one is the year reported.
    """

    title: str
    unit: str
    decimals: int
    lines: tuple[YearLine, ...]

    @property
    def caption(self) -> str:
        """What the picture shows, for those who cannot see it."""
        first, last = self.lines[0].year, self.lines[-1].year
        years = f"năm {last}" if first == last else f"năm {last} so với các năm {first}–{last - 1}"
        return f"{self.title} theo tháng, {years} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a renderer needs; two equal reports give the same bytes.

    Args:
        period: first day of the month reported.
        area_name: the area the figures are about.
        issuer: the signing office.
        made_at: when the report was made, an aware instant.
        data_as_of: the last publication date among the figures used, None when unknown.
        publication_id: publication of the warehouse that was read.
        is_simulated: True when any figure is simulated.
        previous_heading: heading of the column of the month before.
        current_heading: heading of the column of the month reported.
        ytd_heading: heading of the cumulative column.
        highlights: sentences made from figures of the main board.
        sections: the table, by domain.
        chart: the chart, None when there is nothing to draw.
        missing: what is missing and why, one sentence each.
        remarks: what a reader must know about comparability, one sentence each.
        differences: rows, with their number in the table, whose published change differs from the
            one computed from the newest values.
        legend: what the signs and marks of the table mean.
        sources: numbered sources, '[1] file, sheet'.
    """

    period: date
    area_name: str
    issuer: Issuer
    made_at: datetime
    data_as_of: date | None
    publication_id: int
    is_simulated: bool
    previous_heading: str
    current_heading: str
    ytd_heading: str
    highlights: tuple[str, ...]
    sections: tuple[Section, ...]
    chart: Chart | None
    missing: tuple[str, ...]
    remarks: tuple[str, ...]
    differences: tuple[tuple[int, Row], ...]
    legend: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the table, top to bottom."""
        return tuple(row for section in self.sections for row in section.rows)
