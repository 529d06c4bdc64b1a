"""Cutting a sheet into blocks side by side, and saying of every row of a block what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from connectors.vietnamese import FAILED, is_absent, plain
from connectors.workbook.header import is_year
from connectors.workbook.sheet import Sheet, Value
from connectors.workbook.units import DITTO, is_declared_unit, is_unit

TITLE = re.compile(r"^(?:biểu\s*)?\d{1,3}(?:\s*[-,.]\s*\d{1,3})*\s*[.)]\s*\S", re.I)
_TYPED_FIGURE = re.compile(r"^[+-]?\s*\d[\d.,/ ]*%?$|^\d{4}-\d{2}-\d{2}(?: |$)")
_WITH_UNIT = re.compile(r"^[+-]?\s*\d[\d.,/ ]*\s*(?P<unit>[^\d\s.,/].*)$")
_TYPED_YEAR = re.compile(r"^(?:19|20)\d{2}$")
_HEADING_OF_YEARS = re.compile(r"^(?:năm|tháng|quý|year|month|chỉ tiêu)\b", re.I)
_SIDE_BLOCK_SHARE = 0.2
_SIDE_BLOCK_ROWS = 3


class RowKind(Enum):
    """What a row of a block is."""

    BLANK = auto()
    LABEL = auto()
    UNIT = auto()
    HEADER = auto()
    DATA = auto()
    STRAY = auto()


@dataclass(slots=True)
class Block:
    """Columns `first`..`last` of a sheet, read as one pile of tables."""

    first: int
    last: int
    label_columns: frozenset[int] = frozenset()
    kinds: list[RowKind] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


def is_label(value: Value) -> bool:
    """Tell whether a cell holds words, and not a sign for nothing or for the same again."""
    return isinstance(value, str) and not is_absent(value) and value not in DITTO


@lru_cache(1 << 14)
def _is_typed_figure(text: str) -> bool:
    """Tell whether a text looks like a figure rather than a label or a year."""
    clean = plain(text)
    if _TYPED_FIGURE.match(clean):
        return not _TYPED_YEAR.match(clean)
    if FAILED.match(clean):
        return True
    # "1.000 tấn" is itself a unit
    with_unit = _WITH_UNIT.match(clean)
    return with_unit is not None and is_unit(with_unit["unit"]) and not is_unit(clean)


def is_figure(value: Value) -> bool:
    """Tell whether a cell could be a figure: a number that is no year, or a typed number."""
    if isinstance(value, float):
        return not is_year(value)
    return value is not None and _is_typed_figure(value)


def find_blocks(sheet: Sheet) -> list[Block]:
    """Cut a sheet where a new column of labels starts to the right of figures."""
    width = max((len(line) for line in sheet.values), default=0)
    cuts, start = [], 0
    figures = [0] * width
    labels = [0] * width
    for line in sheet.values:
        numbers = [column for column, value in enumerate(line) if is_figure(value)]
        for column in numbers:
            figures[column] += 1
        if numbers:
            for column, value in enumerate(line[: numbers[-1]]):
                if is_label(value) and not is_figure(value):
                    labels[column] += 1
    rows = max(figures, default=0)
    enough = max(_SIDE_BLOCK_ROWS, rows * _SIDE_BLOCK_SHARE)
    for column in range(1, width):
        if labels[column] < enough or figures[column] > labels[column]:
            continue
        left = range(start, column)
        first_label = next((c for c in left if labels[c] >= _SIDE_BLOCK_ROWS), None)
        if first_label is None:
            continue
        if any(figures[c] >= _SIDE_BLOCK_ROWS for c in range(first_label + 1, column)):
            cuts.append((start, column - 1))
            start = column
    cuts.append((start, width - 1))
    textual = [column for column in range(width) if labels[column] >= max(figures[column], 1)]
    blocks = [
        Block(first, last, frozenset(c - first for c in textual if first <= c <= last))
        for first, last in cuts
        if last >= first
    ]
    for block in blocks:
        _classify_rows(sheet, block)
    return blocks


def _classify_rows(sheet: Sheet, block: Block) -> None:
    lines = [line[block.first : block.last + 1] for line in sheet.values]
    block.starts = [_figures_start(line, block.label_columns) for line in lines]
    block.kinds = []
    coming = _coming_starts(block.starts)
    behind_labels = max(block.label_columns, default=len(sheet.values)) + 1
    body_begun = False
    for row, line in enumerate(lines):
        if not body_begun and _is_front(lines, block.starts, row):
            block.starts[row] = -1
        kind = _row_kind(line, block.starts[row], min(coming[row], behind_labels), body_begun)
        body_begun = body_begun or kind is RowKind.DATA
        if kind is not RowKind.DATA:
            block.starts[row] = -1
        block.kinds.append(kind)
    _keep_rows_of_words(lines, block)


def _keep_rows_of_words(lines: Sequence[Sequence[Value]], block: Block) -> None:
    """Keep a labelled row amid the body whose figures are all words: it opens no new table."""
    above = -1
    for row, kind in enumerate(block.kinds):
        if kind is RowKind.DATA:
            above = row
            continue
        if kind is not RowKind.HEADER or above != row - 1 or above < 0:
            continue
        start = block.starts[above]
        words = [c for c, value in enumerate(lines[row]) if is_label(value)]
        following = next((k for k in block.kinds[row + 1 :] if k is not RowKind.BLANK), None)
        labelled = bool(words) and words[0] < start <= words[-1]
        if labelled and following not in (RowKind.HEADER, RowKind.UNIT):
            block.kinds[row], block.starts[row] = RowKind.DATA, start
            above = row


def _is_front(lines: Sequence[Sequence[Value]], starts: Sequence[int], row: int) -> bool:
    """Tell a labelled row above the body from its first row: a title, or a row of years."""
    if starts[row] < 0:
        return False
    line = lines[row]
    values = [value for value in line if isinstance(value, float)]
    if len(values) > 1 and all(map(is_year, values)):
        return all(b - a == 1 for a, b in pairwise(values))
    label = next((value for value in line if isinstance(value, str)), "")
    below = next(
        (r for r in range(row + 1, len(lines)) if any(v is not None for v in lines[r])), row
    )
    return bool(TITLE.match(label)) and starts[below] < 0


def _figures_start(line: Sequence[Value], label_columns: frozenset[int]) -> int:
    """Give the column of the first figure behind a label, or -1 for a row that is no data row."""
    label_at = next((c for c, value in enumerate(line) if is_label(value)), None)
    if label_at is None or not any(is_label(line[c]) for c in label_columns if c < len(line)):
        return -1
    figures = [
        c
        for c, value in enumerate(line)
        if c > label_at and (isinstance(value, float) or is_figure(value))
    ]
    if not figures:
        return -1
    if all(is_year(line[c]) for c in figures) and _HEADING_OF_YEARS.match(str(line[label_at])):
        return -1
    texts = [c for c in range(label_at, figures[0]) if is_label(line[c])]
    years = sum(1 for c in figures if is_year(line[c]))
    other_texts = sum(
        1 for c in range(figures[0], len(line)) if is_label(line[c]) and c not in figures
    )
    if years == len(figures) and other_texts + len(texts) > 2:
        return -1
    return figures[0]


def _coming_starts(starts: Sequence[int]) -> list[int]:
    """Give, for each row, where figures start in the next data rows (or in the last ones)."""
    coming = [-1] * len(starts)
    window: list[int] = []
    for row in range(len(starts) - 1, -1, -1):
        if starts[row] >= 0:
            window = [*window[-5:], starts[row]]
        coming[row] = min(window, default=-1)
    return coming


def _row_kind(line: Sequence[Value], start: int, coming: int, body_begun: bool) -> RowKind:
    filled = [c for c, value in enumerate(line) if value is not None]
    if not filled:
        return RowKind.BLANK
    if start >= 0:
        return RowKind.DATA
    edge = coming if coming >= 0 else 1
    left = [c for c in filled if c < edge and is_label(line[c])]
    right = [c for c in filled if c >= edge]
    texts = [str(line[c]) for c in right if is_label(line[c])]
    years = [c for c in right if is_year(line[c])]
    others = [c for c in filled if isinstance(line[c], float) and c not in years]
    if not texts and not years:
        if left:
            only = str(line[left[0]])
            if len(left) == 1 and (is_declared_unit(only) or (body_begun and is_unit(only))):
                return RowKind.UNIT
            return RowKind.LABEL
        return RowKind.STRAY if others else RowKind.BLANK
    if len(texts) == 1 and not (years or left) and is_figure(texts[0]):
        return RowKind.STRAY
    if len(texts) == 1 and not years and (is_unit(texts[0]) or is_declared_unit(texts[0])):
        return RowKind.UNIT
    return RowKind.HEADER
