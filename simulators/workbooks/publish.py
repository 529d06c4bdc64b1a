"""Write the workbooks of a run of months and, apart from them, the ledger of truth."""

from datetime import date
from pathlib import Path

from simulators.workbooks.calendar import Month, is_missing, month_of, number, published_on, year
from simulators.workbooks.contents import World, sheets
from simulators.workbooks.ledger import (
    COLUMNS,
    Line,
    ledger_folder,
    published_lines,
    unpublished_lines,
    write_lines,
)
from simulators.workbooks.sheet import CATEGORY, NOTE
from simulators.workbooks.xlsx import Properties, write_xlsx

EARLIEST = month_of(date(2020, 1, 1))
LATEST = month_of(date(2030, 12, 1))
LAST_MONTH = date(2024, 12, 1)


def write_workbooks(
    out: Path, months: int = 36, last_month: date = LAST_MONTH, seed: int = 2024
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

    Returns:
        Paths of the workbooks, oldest first.

    Raises:
        ValueError: the months do not lie between 2020 and 2030.
    """
    last = month_of(last_month)
    first = last - months + 1
    if months < 1 or first < EARLIEST or last > LATEST:
        raise ValueError("Các tháng mô phỏng phải nằm trong khoảng 01/2020 đến 12/2030.")
    world = World.drawn(seed)
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    lines: list[Line] = []
    for month in range(first, last + 1):
        if is_missing(month):
            lines += unpublished_lines(world, month)
            continue
        path = out / _file_name(month)
        laid_out = sheets(world, month)
        title = f"Số liệu kinh tế - xã hội tháng {number(month)} năm {year(month)}"
        write_xlsx(path, [sheet.grid for sheet in laid_out], Properties(title, CATEGORY, NOTE))
        lines += published_lines(path.name, published_on(month), laid_out)
        paths.append(path)
    write_lines(ledger_folder(out) / "ledger.csv", COLUMNS, lines)
    return paths


def _file_name(month: Month) -> str:
    """Name a workbook as the agency did, which was never twice the same way."""
    when, stamp = number(month), published_on(month).isoformat()
    two_digits = f"{when:02d}-{year(month)}"
    names = (
        f"02-Bieu-so-lieu-T{when}.{year(month)}",
        f"02.-Bieu-T{when}.{year(month)}",
        f"02-Bieu-{two_digits}-1",
        f"03-Bieu-{when}.{year(month)}",
        f"02-Tổng-cục-Thống-kê-So-lieu-KT-XH-tháng-{when}",
    )
    return f"{stamp}-{names[month % len(names)]}-mo-phong.xlsx"
