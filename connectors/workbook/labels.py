"""The path of a row's label: columns, indentation, type, sections, wrapped lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from connectors.workbook.sheet import Sheet
from connectors.workbook.styles import PLAIN

SEPARATOR = " › "
_SPACES_PER_STEP = 3
_OF_WHICH = re.compile(r"^(?:trong đó|chia ra|of which)\s*:?$", re.I)
_OF_WHICH_PREFIX = re.compile(r"^(?:trong đó|of which)\s*:\s*(?=\S)", re.I)
_BY = re.compile(r"^(?:phân theo|chia theo|theo |by )|:$", re.I)
_ORDINAL = re.compile(r"^(?:[IVX]{1,5}|\d{1,2}|[A-Za-z])[.)]?$")
_NUMBERED = re.compile(r"^(?:[A-Z]|[IVX]{1,5}|\d{1,2})\.\s*\S")
_LETTERED = re.compile(r"^(?:[A-Z]|[IVX]{1,5})\.\s*\S")
_NOTE = re.compile(r"^(?:\(?\*+\)?|\(\d\)\s|ghi chú|nguồn\s*:|note\b|chú thích)", re.I)

Key = tuple[int, float, int]


def is_note(text: str) -> bool:
    """Tell whether a text is a footnote rather than a label."""
    return _NOTE.match(text) is not None


@dataclass(slots=True)
class LabelRow:
    """The label cells of one row: (column, text) from the left, and whether it has figures."""

    row: int
    cells: list[tuple[int, str]]
    has_figures: bool


@dataclass(slots=True)
class _Entry:
    key: Key
    text: str
    is_section: bool = False
    opens_siblings: bool = False
    has_deeper: bool = False


class LabelStack:
    """The labels in force while walking down a table; carried into its continuation."""

    def __init__(self, sheet: Sheet) -> None:
        """Start empty for one sheet."""
        self._sheet = sheet
        self._entries: list[_Entry] = []

    def paths(self, rows: Sequence[LabelRow]) -> dict[int, tuple[str, str]]:
        """Give each row's label path and last label.

        Args:
            rows: the labelled rows of a table from the top, those without figures included.

        Returns:
            Row number to (path joined by " › ", last label), for the rows with figures.
        """
        found: dict[int, tuple[str, str]] = {}
        joined = _join_wrapped(rows)
        for index, line in enumerate(joined):
            below = joined[index + 1] if index + 1 < len(joined) else None
            for position, (column, text) in enumerate(line.cells):
                last = position == len(line.cells) - 1
                self._push(line, column, text, below, opens_row=not last)
            if line.has_figures:
                texts = [entry.text for entry in self._entries if entry.text]
                found[line.row] = (SEPARATOR.join(texts), texts[-1] if texts else "")
        return found

    def _key(self, row: int, column: int, text: str) -> Key:
        style = self._sheet.label_styles.get((row, column), PLAIN)
        spaces = self._sheet.leading.get((row, column), 0)
        dashes = 1 if text[:2] in ("- ", "+ ") else 0
        return column, style.indent + spaces // _SPACES_PER_STEP + dashes, _rank(text, style.bold)

    def _push(
        self, line: LabelRow, column: int, text: str, below: LabelRow | None, *, opens_row: bool
    ) -> None:
        key = self._key(line.row, column, text)
        if _OF_WHICH.match(text):
            self._pop_above((key[0], key[1] + 0.5, 0))
            self._entries.append(
                _Entry((key[0], key[1] + 0.5, 0), "", opens_siblings=not opens_row)
            )
            return
        shorter = _OF_WHICH_PREFIX.sub("", text)
        if shorter != text:
            key = (key[0], key[1] + 0.5, key[2])
        key = self._shifted(key)
        is_section = not line.has_figures and not opens_row and self._is_section(line, key, below)
        self._pop_above(key, keep_section=not (is_section or _NUMBERED.match(text)))
        if self._entries and self._entries[-1].key[:2] < key[:2]:
            self._entries[-1].has_deeper = True
        self._entries.append(_Entry(key, shorter, is_section))

    def _shifted(self, key: Key) -> Key:
        """Put items that follow a lone "Trong đó:" at the same indentation one step deeper."""
        for index in range(len(self._entries) - 1, -1, -1):
            marker = self._entries[index]
            if marker.opens_siblings and marker.key[:2] == (key[0], key[1] + 0.5):
                parent = self._entries[index - 1].key if index else key
                if parent[:2] != key[:2] or key[2] >= parent[2]:
                    return key[0], key[1] + 0.75, key[2]
        return key

    def _pop_above(self, key: Key, *, keep_section: bool = False) -> None:
        while self._entries:
            top = self._entries[-1]
            holds = keep_section and top.is_section and not top.has_deeper
            if top.key < key or (holds and top.key == key):
                return
            self._entries.pop()

    def _is_section(self, line: LabelRow, key: Key, below: LabelRow | None) -> bool:
        """Tell a heading from an item that merely has no figures this time."""
        if _BY.search(line.cells[-1][1]) or _NUMBERED.match(line.cells[-1][1]):
            return True
        if below is None or not below.cells:
            return False
        column, text = below.cells[0]
        mine = self._sheet.label_styles.get((line.row, line.cells[-1][0]), PLAIN)
        theirs = self._sheet.label_styles.get((below.row, column), PLAIN)
        return self._key(below.row, column, text) != key or mine != theirs


@lru_cache(1 << 14)
def _rank(text: str, bold: bool) -> int:
    """Order labels of one indentation: capitals, then lettered, then bold, then the rest."""
    if _is_capitals(text):
        return 0
    if _LETTERED.match(text):
        return 1
    return 2 if bold else 3


def _is_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 3 and all(letter == letter.upper() for letter in letters)


def _join_wrapped(rows: Iterable[LabelRow]) -> list[LabelRow]:
    """Join labels that were broken over several rows, and ordinals with their label."""
    joined: list[LabelRow] = []
    pending_row = -1
    for line in rows:
        cells = _join_ordinal(line.cells)
        above = joined[-1] if joined else None
        if above and pending_row == line.row - 1 and _continues(above, cells):
            column, text = above.cells[-1]
            if not above.has_figures or not line.has_figures:
                above.cells[-1] = (column, f"{text} {cells[0][1]}")
                pending_row = line.row
                if line.has_figures:
                    above.row, above.has_figures = line.row, True
                    above.cells.extend(cells[1:])
                continue
        joined.append(LabelRow(line.row, list(cells), line.has_figures))
        pending_row = line.row
    return joined


def _continues(above: LabelRow, cells: list[tuple[int, str]]) -> bool:
    if not above.cells or not cells or above.cells[-1][0] != cells[0][0]:
        return False
    text = cells[0][1]
    start = text[1:2] if text.startswith("(") else text[:1]
    return bool(start) and start.islower() and not is_note(text)


def _join_ordinal(cells: list[tuple[int, str]]) -> list[tuple[int, str]]:
    if len(cells) > 1 and _ORDINAL.match(cells[0][1]):
        return [(cells[0][0], f"{cells[0][1]} {cells[1][1]}"), *cells[2:]]
    return cells
