"""Lay out a statistical table: title, header stacks, item rows, the truth of each number."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from simulators.workbooks.calendar import Period
from simulators.workbooks.xlsx import Cell, Grid

SIMULATED = "SỐ LIỆU MÔ PHỎNG"
NOTE = f"{SIMULATED} - sinh tự động để thử nghiệm, không phải số liệu chính thức"

# Readers tell simulated workbooks from real ones by this category in the file's properties.
CATEGORY = "mo_phong"

Number = Callable[[str], float | None]  # item → number


@dataclass(frozen=True)
class Meaning:
    """What a column of numbers is about.

    Attributes:
        family: code of the family of tables, such as ban_le or cpi.
        role: value, share, plan_pct, yoy_index, mom_index, base_index or other.
        period: the span the numbers are about.
        unit: unit of a value, such as tỷ đồng; % for all else.
        measure: what is measured where a family has several, such as luong and tri_gia; else empty.
        form: level, index_100 or pct_change.
        status: estimate, preliminary or official.
        base: number of the retail base, base year of a price index, else empty.
    """

    family: str
    role: str
    period: Period
    unit: str
    measure: str = ""
    form: str = "level"
    status: str = "estimate"
    base: str = ""


@dataclass(frozen=True)
class Figure:
    """One published number and the truth behind it.

    Attributes:
        meaning: what it is about, the item apart.
        item: code of the item within the simulator.
        printed: the number in the cell.
        true_value: what it would be without revision and rounding.
    """

    meaning: Meaning
    item: str
    printed: float
    true_value: float


@dataclass(frozen=True)
class Row:
    """An item's line.

    Attributes:
        item: the item's code.
        label: its label; parts divided by '|' stand in neighbouring columns.
        column: the column the label stands in.
        bold: whether the line is set in bold.
    """

    item: str
    label: str
    column: int = 1
    bold: bool = False


@dataclass(frozen=True)
class Column:
    """A column of numbers: where it stands and what it says about an item (None: empty cell)."""

    column: int
    figure: Callable[[str], Figure | None]

    @classmethod
    def of(
        cls,
        column: int,
        meaning: Meaning | Callable[[str], Meaning],
        printed: Number,
        true: Number | None = None,
    ) -> Self:
        """Make a column of numbers that say the same about different items.

        Args:
            column: where it stands, from 1.
            meaning: what its numbers are about; a function where that depends on the item.
            printed: the printed number of an item; None leaves the cell empty.
            true: the truth behind it; the printed number itself when None.

        Returns:
            The column.
        """

        def figure(item: str) -> Figure | None:
            value = printed(item)
            if value is None:
                return None
            truth = value if true is None else true(item)
            about = meaning if isinstance(meaning, Meaning) else meaning(item)
            return None if truth is None else Figure(about, item, value, truth)

        return cls(column, figure)


@dataclass
class Sheet:
    """One sheet of a workbook with the figures printed on it.

    Attributes:
        grid: the cells.
        figures: the figure printed in each (row, column).
    """

    grid: Grid
    figures: dict[tuple[int, int], Figure] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str, *, hidden: bool = False) -> "Sheet":
        """Make an empty sheet."""
        return cls(Grid(name, hidden))

    def put(self, row: int, column: int, value: Cell) -> None:
        """Write one cell; an empty text leaves it blank."""
        if value != "":
            self.grid.cells[row, column] = value

    def stack(self, row: int, column: int, *lines: Cell) -> None:
        """Write header lines below each other, starting at a row."""
        for offset, line in enumerate(lines):
            self.put(row + offset, column, line)

    def title(self, *lines: str, row: int = 1) -> None:
        """Write the title's lines in bold into column A."""
        for offset, line in enumerate(lines):
            self.put(row + offset, 1, line)
            self.grid.bold_rows.add(row + offset)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range."""
        self.grid.merges.append((top, left, bottom, right))

    def merge_pairs(self, rows: Iterable[int], lefts: Iterable[int]) -> None:
        """Merge two neighbouring cells in each of the rows, for each left column."""
        lefts = list(lefts)
        for row in rows:
            for left in lefts:
                self.merge(row, left, row, left + 1)

    def body(self, row: int, rows: Sequence[Row | None], columns: Sequence[Column]) -> int:
        """Write item rows with their numbers.

        Args:
            row: first row of the body.
            rows: lines in their order; None leaves a line blank.
            columns: columns of numbers.

        Returns:
            The row after the last one.
        """
        for line in rows:
            if line is not None:
                self._line(row, line, columns)
            row += 1
        return row

    def note(self, row: int) -> None:
        """Say below a table that its numbers are simulated."""
        self.put(row + 1, 1, NOTE)

    def _line(self, row: int, line: Row, columns: Sequence[Column]) -> None:
        if line.bold:
            self.grid.bold_rows.add(row)
        for offset, part in enumerate(line.label.split("|")):
            self.put(row, line.column + offset, part)
        for column in columns:
            figure = column.figure(line.item) if line.item else None
            if figure is not None:
                self.put(row, column.column, figure.printed)
                self.figures[row, column.column] = figure
