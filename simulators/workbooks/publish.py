"""Write the workbooks of a run of months and, apart from them, the ledger of truth."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from simulators.workbooks.calendar import (
    Month,
    Period,
    is_missing,
    month_of,
    number,
    published_on,
    since_january,
    single,
    year,
)
from simulators.workbooks.exports import GOODS, QUANTITY, VALUE, Exports, ExportTables
from simulators.workbooks.exports import TOTAL as ALL_EXPORTS
from simulators.workbooks.industry import TOTAL as ALL_INDUSTRY
from simulators.workbooks.industry import Industry, IndustryTables
from simulators.workbooks.prices import BASE_YEAR, Prices, PriceTables
from simulators.workbooks.prices import TOTAL as ALL_PRICES
from simulators.workbooks.retail import ITEMS, Retail, RetailTables
from simulators.workbooks.retail import TOTAL as ALL_RETAIL
from simulators.workbooks.sheet import CATEGORY, NOTE, Figure, Sheet
from simulators.workbooks.xlsx import Properties, address, write_xlsx

EARLIEST = month_of(date(2020, 1, 1))
LATEST = month_of(date(2030, 12, 1))
LAST_MONTH = date(2024, 12, 1)

LEDGER_COLUMNS = (
    "family", "item", "measure", "role", "period_type", "period_start", "period_end",
    "printed", "true_value", "unit", "number_form", "estimate_status", "base",
    "published_on", "source_file", "sheet", "cell",
)  # fmt: skip

# Sheet names and table numbers as the agency had them in a month of this kind:
# retail, retail by quarter, prices, industry, industry by quarter, exports, exports by quarter.
_NAMES = {
    1: ("13. Tongmuc", "", "16. CPI", "2. IIP", "", "14. XK", ""),
    2: ("tongmuc-OK", "", "CPI", "2.IIPthang", "", "xuất khẩu tháng", ""),
    3: ("19. Tongmuc", "", "23.CPI", "6.IIP", "", "20. XK hh", ""),
    6: ("25.Tongmuc", "26.TM_Quy", "32.CPI", "9.IIPthang", "10.IIPquy", "27.XK tháng", "28.XK quý"),
    9: ("21.Tongmuc", "22.TM_Quy", "28.CPI", "7.IIPthang", "8.IIPquy", "23.XK tháng", "24.XK quý"),
    12: (
        "26.Tongmuc", "27.TM_Quy", "33.CPI", "10.IIPthang", "11.IIPquy", "28.XK tháng", "29.XK quý",
    ),
}  # fmt: skip
_ORDINARY = ("13. Tongmuc", "", "16.CPI", "2.IIP", "", "14.XK", "")
_PREFIXES = {
    3: ("19. ", "", "23. ", "6. ", "", "20. ", ""),
    6: ("25. ", "26. ", "32. ", "9. ", "10. ", "27. ", "28. "),
    9: ("21. ", "22. ", "28. ", "7. ", "8. ", "23. ", "24. "),
    12: ("26. ", "27. ", "33. ", "10. ", "11. ", "28. ", "29. "),
}
_ORDINARY_PREFIXES = ("13. ", "", "16. ", "2. ", "", "14. ", "")


@dataclass(frozen=True)
class _World:
    """Everything the simulated agency measures."""

    retail: Retail
    prices: Prices
    industry: Industry
    exports: Exports

    @classmethod
    def drawn(cls, seed: int) -> "_World":
        return cls(Retail(seed), Prices(seed), Industry(seed), Exports(seed))


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
    world = _World.drawn(seed)
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    lines: list[dict[str, object]] = []
    for month in range(first, last + 1):
        if is_missing(month):
            lines += _unpublished(world, month)
            continue
        path = out / _file_name(month)
        sheets = _sheets(world, month)
        title = f"Số liệu kinh tế - xã hội tháng {number(month)} năm {year(month)}"
        write_xlsx(path, [sheet.grid for sheet in sheets], Properties(title, CATEGORY, NOTE))
        lines += _ledger_lines(path.name, month, sheets)
        paths.append(path)
    _write_ledger(ledger_folder(out) / "ledger.csv", lines)
    return paths


def ledger_folder(out: Path) -> Path:
    """Give the folder of the ledger, beside the folder of the workbooks.

    Args:
        out: folder of the workbooks.

    Returns:
        A folder that no reader of the workbooks looks into.
    """
    return out.with_name(f"{out.name}-ledger")


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


def _sheets(world: _World, month: Month) -> list[Sheet]:
    """Lay out all sheets of a month's workbook."""
    when = number(month)
    names = _NAMES.get(when, _ORDINARY)
    prefixes = _PREFIXES.get(when, _ORDINARY_PREFIXES)
    retail = RetailTables(world.retail, month)
    industry = IndustryTables(world.industry, month)
    exports = ExportTables(world.exports, month)
    prices = PriceTables(world.prices, month)
    together = when == 9 and year(month) % 3 == 0
    sheets = [industry.monthly(names[3], prefixes[3])]
    if when in (6, 9, 12):
        sheets.append(industry.quarterly(names[4], prefixes[4]))
    if together:
        sheets.append(retail.both_on_one_sheet("22-23.Tongmuc", "23. ", "24. "))
    else:
        sheets.append(retail.monthly(names[0], prefixes[0]))
        if when in (6, 9, 12):
            sheets.append(retail.quarterly(names[1], prefixes[1]))
    sheets.append(exports.monthly(names[5], prefixes[5]))
    if when in (6, 9, 12):
        sheets.append(exports.quarterly(names[6], prefixes[6]))
    sheets.append(prices.monthly(names[2], prefixes[2]))
    if when == 12:
        sheets.insert(0, _hidden_sheet(month))
    return sheets


def _hidden_sheet(month: Month) -> Sheet:
    """Leave a hidden sheet of another subject, as in the official Decembers."""
    sheet = Sheet.named("6NN", hidden=True)
    sheet.title(f"6. Một số cây lâu năm năm {year(month)}")
    sheet.put(3, 3, "Nghìn tấn")
    sheet.stack(4, 2, "Thực hiện", f"năm {year(month) - 1}")
    sheet.stack(4, 3, "Ước tính", f"năm {year(month)}")
    for row, (label, before, now) in enumerate(
        (("Chè búp", 1123.6, 1130.2), ("Cà phê", 1956.7, 1948.1), ("Cao su", 1291.9, 1301.0)), 7
    ):
        sheet.stack(row, 1, label)
        sheet.put(row, 2, before)
        sheet.put(row, 3, now)
    sheet.note(10)
    return sheet


def _ledger_lines(name: str, month: Month, sheets: list[Sheet]) -> Iterator[dict[str, object]]:
    for sheet in sheets:
        for (row, column), figure in sheet.figures.items():
            place = {"source_file": name, "sheet": sheet.grid.name, "cell": address(row, column)}
            yield _line(figure) | {"published_on": published_on(month)} | place


def _unpublished(world: _World, month: Month) -> Iterator[dict[str, object]]:
    """Give the truth of a month without a workbook: the values its tables would have held."""
    for item in (ALL_RETAIL, *ITEMS):
        for period in (single(month), since_january(month)):
            value = world.retail.true_span(item, period, month)
            yield _line(Figure("ban_le", item, "value", period, value, value, "tỷ đồng"))
    for period in (single(month), since_january(month)):
        for item in (ALL_EXPORTS, *GOODS):
            for measure, unit in ((QUANTITY, "nghìn tấn"), (VALUE, "triệu USD")):
                total = world.exports.total(item, measure, period)
                if total is not None:
                    figure = Figure("xuat_khau", item, "value", period, total, total, unit, measure)
                    yield _line(figure)
        index = world.industry.true_change(ALL_INDUSTRY, period, period.year_before())
        yield _line(_index("iip", ALL_INDUSTRY, "yoy_index", period, index))
    level = world.prices.level(ALL_PRICES, month)
    base = str(BASE_YEAR)
    yield _line(_index("cpi", ALL_PRICES, "base_index", single(month), level, base))
    change = world.prices.change(ALL_PRICES, month, month - 12)
    yield _line(_index("cpi", ALL_PRICES, "yoy_index", single(month), change))


def _index(
    family: str, item: str, role: str, period: Period, value: float, base: str = ""
) -> Figure:
    return Figure(family, item, role, period, value, value, "%", "", "index_100", "estimate", base)


def _line(figure: Figure) -> dict[str, object]:
    return {
        "family": figure.family,
        "item": figure.item,
        "measure": figure.measure,
        "role": figure.role,
        "period_type": figure.period.kind,
        "period_start": figure.period.start,
        "period_end": figure.period.end,
        "printed": repr(figure.printed),
        "true_value": repr(figure.true_value),
        "unit": figure.unit,
        "number_form": figure.form,
        "estimate_status": figure.status,
        "base": figure.base,
    }


def _write_ledger(path: Path, lines: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LEDGER_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
