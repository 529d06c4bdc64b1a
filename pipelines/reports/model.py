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
    SHARE = "share"
    """A share in percent, as of a plan or of what is right."""
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
        key: passport key of the number, '' when absent.
    """

    value: Decimal | None
    kind: Kind
    decimals: int
    mark: str = ""
    status: str = ""
    symbol: Symbol = Symbol.UNKNOWN
    reason: str = ""
    source_ref: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence: words, or a number with its passport.

    Args:
        text: as printed.
        figure: the number, None for words.
    """

    text: str
    figure: Figure | None = None


Sentence = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Sentences under a heading of their own."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the table of quality: a source and its scores đúng, đủ, sạch, sống."""

    source: str
    agency: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of an earlier edition that was restated since.

    Args:
        name: what and of when.
        old: as in that edition.
        new: as published now; absent where it was withdrawn.
        why: who restated it, when and where.
    """

    name: str
    old: Figure
    new: Figure
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of the table.

    Args:
        code: indicator code.
        name: Vietnamese name.
        unit: unit of the three value columns.
        area: name of the area.
        plan: plan of the year.
        previous: value of the month before.
        current: value of the month reported.
        ytd: cumulative value since 1 January.
        plan_pct: share of the plan reached.
        path_gap: how far ahead of (behind, when negative) the plan's path it is, in points.
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
    area: str
    plan: Figure
    previous: Figure
    current: Figure
    ytd: Figure
    plan_pct: Figure
    path_gap: Figure
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
        """The seven figures of the printed table, in column order."""
        return (
            self.plan,
            self.previous,
            self.current,
            self.ytd,
            self.plan_pct,
            self.yoy,
            self.ytd_yoy,
        )


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
        is_draft: True when each page says so.
        window: which days the figures are of.
        general: part I.
        topics: part II, field by field.
        operation: part III.
        scores: the table of quality in part III.
        limits: part IV.
        tasks: part V.
        changes: what was restated since the edition before.
        compared_with: the name of that edition, '' when there is none.
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
    is_draft: bool
    window: str
    general: tuple[Sentence, ...]
    topics: tuple[Topic, ...]
    operation: tuple[Sentence, ...]
    scores: tuple[Score, ...]
    limits: tuple[Sentence, ...]
    tasks: tuple[Sentence, ...]
    changes: tuple[Change, ...]
    compared_with: str
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

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences made from figures, in the order of the parts."""
        told = (sentence for topic in self.topics for sentence in topic.sentences)
        return (*self.general, *told, *self.operation, *self.limits, *self.tasks)

    @property
    def figures(self) -> dict[str, Figure]:
        """What each number is and of when → the number; each key once, the table's rows first."""
        found: dict[str, tuple[str, Figure]] = {}
        heads = ("kế hoạch năm", self.previous_heading, self.current_heading, self.ytd_heading)
        changes = ("% kế hoạch", "tháng so cùng kỳ", "lũy kế so cùng kỳ")
        for row in self.rows:
            shown = zip((*heads, *changes), row.shown, strict=True)
            for head, figure in (*shown, ("so nhịp kế hoạch", row.path_gap)):
                found.setdefault(figure.key, (f"{row.name} ({row.area}) – {head}", figure))
        for score in self.scores:
            for head, figure in zip(("đúng", "đủ", "sạch", "sống"), score.figures, strict=True):
                found.setdefault(figure.key, (f"{score.source} – điểm {head}", figure))
        for sentence in self.sentences:
            text = "".join(span.text for span in sentence)
            for span in sentence:
                if span.figure:
                    found.setdefault(span.figure.key, (text, span.figure))
        found.pop("", None)
        named: dict[str, Figure] = {}
        for name, figure in found.values():
            # a column of the table may stand for two periods of one indicator's calendars
            named[name if name not in named else f"{name} [{figure.key}]"] = figure
        return named
