"""Write the workbooks of a run of months and, apart from them, the ledger of truth."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from simulators.workbooks import faults as faults_on_demand
from simulators.workbooks.calendar import is_missing, month_of
from simulators.workbooks.contents import World
from simulators.workbooks.faults import Fault, inject
from simulators.workbooks.ledger import (
    COLUMNS,
    Line,
    ledger_folder,
    published_lines,
    unpublished_lines,
    write_lines,
)

EARLIEST = month_of(date(2020, 1, 1))
LATEST = month_of(date(2030, 12, 1))
LAST_MONTH = date(2024, 12, 1)


def write_workbooks(
    out: Path,
    months: int = 36,
    last_month: date = LAST_MONTH,
    seed: int = 2024,
    faults: Sequence[Fault] = (),
) -> list[Path]:
    """Write a run of monthly workbooks and the ledger of what is true behind them.

    A month's workbook depends on the seed and the month only, so a later call with a further
    month adds one file and leaves the bytes of the others. One August in three years has no
    workbook; one January in three years restates the retail December before it.

    Args:
        out: folder of the workbooks, created when missing; the ledger goes to `ledger_folder(out)`.
        months: number of months, the missing one included.
        last_month: any day of the last month.
        seed: seed of the simulation.
        faults: what goes wrong; each is written down in the ledger's faults.csv.

    Returns:
        Paths of the workbooks, oldest month first.

    Raises:
        ValueError: the months do not lie between 2020 and 2030, or a fault cannot befall them.
    """
    last = month_of(last_month)
    first = last - months + 1
    if months < 1 or first < EARLIEST or last > LATEST:
        raise ValueError("Các tháng mô phỏng phải nằm trong khoảng 01/2020 đến 12/2030.")
    for fault in faults:
        if not first <= fault.month <= last or is_missing(fault.month):
            raise ValueError(f"Tháng của lỗi {fault.name} không có tệp nào được mô phỏng.")
    world = _world(seed)
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    lines: list[Line] = []
    injected: list[Line] = []
    for month in range(first, last + 1):
        books, notes = ([], []) if is_missing(month) else inject(world, month, faults)
        injected += notes
        for book in books:
            paths.append(book.write(out))
            lines += published_lines(book.name, book.published, book.sheets)
        if not books:
            lines += unpublished_lines(world, month)
    write_lines(ledger_folder(out) / "ledger.csv", COLUMNS, lines)
    if faults:
        write_lines(ledger_folder(out) / "faults.csv", faults_on_demand.COLUMNS, injected)
    return paths


@lru_cache(maxsize=2)
def _world(seed: int) -> World:
    """Draw a world once, because drawing takes longer than printing a few months of it."""
    return World.drawn(seed)
