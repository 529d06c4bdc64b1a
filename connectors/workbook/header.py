"""The path of a column: its header cells from the top, with merged and unmerged spans filled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.workbook.sheet import Sheet, Value
from connectors.workbook.units import bracketed_unit

SEPARATOR = " › "
_PLACEHOLDER = re.compile(r"^[-–—.…]+$")


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """What stands above a column: its path ("" when nothing does) and the unit printed there."""

    path: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Span:
    row: int
    first: int
    last: int
    text: str


def header_text(value: Value) -> str:
    """Print a header cell; a year stored as a number loses its ".0"."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def is_year(value: Value) -> bool:
    """Tell whether a number could be a year in a header."""
    return isinstance(value, float) and value.is_integer() and 1900 <= value <= 2100


def column_heads(sheet: Sheet, rows: Sequence[int], first: int, last: int) -> dict[int, ColumnHead]:
    """Read the header band of a table.

    Args:
        sheet: the sheet.
        rows: the rows of the band, from the top.
        first: the first column of figures.
        last: the last column of the table.

    Returns:
        Column number to its head; lines of one span are joined by a space (a wrapped header),
        a narrower span below a wider one by " › ".
    """
    texts = _band(sheet, rows, first, last)
    spans = _merged(sheet, texts, rows, first, last)
    for row in rows:
        _span_unmerged(texts, spans, row, rows, first, last)
    heads = {}
    for column in range(first, last + 1):
        path = _path(texts, spans, rows, column)
        heads[column] = ColumnHead(path, bracketed_unit(path))
    return heads


Texts = dict[tuple[int, int], str]
Spans = dict[tuple[int, int], _Span]


def _band(sheet: Sheet, rows: Sequence[int], first: int, last: int) -> Texts:
    """Take the texts and years of the band; other numbers there are stray."""
    texts = {}
    for row in rows:
        line = sheet.values[row]
        for column in range(first, min(last + 1, len(line))):
            value = line[column]
            if value is None or (isinstance(value, float) and not is_year(value)):
                continue
            text = header_text(value)
            if not _PLACEHOLDER.match(text):
                texts[row, column] = text
    return texts


def _merged(sheet: Sheet, texts: Texts, rows: Sequence[int], first: int, last: int) -> Spans:
    """Give every cell of the band the span it belongs to, by the file's own merges."""
    spans = {
        (row, column): _Span(row, column, column, text) for (row, column), text in texts.items()
    }
    band = set(rows)
    for (top, left), (bottom, right) in sheet.merges:
        if top not in band or (top, left) not in texts or left < first:
            continue
        span = _Span(top, left, min(right, last), texts[top, left])
        for column in range(left, span.last + 1):
            for row in range(top, bottom + 1):
                if row in band:
                    spans[row, column] = span
    return spans


def _span_unmerged(
    texts: Texts, spans: Spans, row: int, rows: Sequence[int], first: int, last: int
) -> None:
    """Stretch a heading over blank neighbours that have a heading of their own only below it.

    A blank joins the heading on its left when its own column starts in a lower row, and the
    heading's column goes on in that very row: two children side by side under one parent.
    """
    for column in range(first + 1, last + 1):
        if (row, column) in spans or (row, column - 1) not in spans:
            continue
        parent = spans[row, column - 1]
        above = [r for r in rows if r < row]
        wider = _enclosing(spans, above, column)
        if wider is not None and _enclosing(spans, above, column - 1) != wider:
            continue
        if wider is None and any((r, column) in spans for r in above):
            continue
        start = next((r for r in rows if r > row and (r, column) in texts), None)
        if start is None or (start, parent.first) not in texts:
            continue
        if wider is None and _is_wrapped(texts, rows, parent, column, start):
            continue
        grown = _Span(parent.row, parent.first, column, parent.text)
        for other in range(parent.first, column + 1):
            spans[row, other] = grown


def _enclosing(spans: Spans, above: Sequence[int], column: int) -> _Span | None:
    """Give the narrowest wide span over a column in the rows above."""
    for row in reversed(above):
        span = spans.get((row, column))
        if span is not None and span.last > span.first:
            return span
    return None


def _is_wrapped(texts: Texts, rows: Sequence[int], parent: _Span, column: int, start: int) -> bool:
    """Tell a neighbour whose lines merely begin lower from a second child of the parent."""
    mine = [texts[r, column] for r in rows if (r, column) in texts]
    return mine[0][:1].islower() or mine[0].startswith("(")


def _path(texts: Texts, spans: Spans, rows: Sequence[int], column: int) -> str:
    parts: list[tuple[tuple[int, int], str]] = []
    seen: set[tuple[int, int]] = set()
    for row in rows:
        span = spans.get((row, column))
        if span is None or (span.row, span.first) in seen:
            continue
        seen.add((span.row, span.first))
        extent = (span.first, span.last)
        if parts and parts[-1][0] == extent:
            parts[-1] = (extent, f"{parts[-1][1]} {span.text}")
        else:
            parts.append((extent, span.text))
    return SEPARATOR.join(text for _, text in parts)
