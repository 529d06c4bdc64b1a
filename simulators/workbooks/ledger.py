"""The ledger: what is true behind every printed number, apart from the workbooks."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from simulators.workbooks.calendar import Month, Period, since_january, single
from simulators.workbooks.contents import World
from simulators.workbooks.exports import GOODS
from simulators.workbooks.goods import QUANTITY, VALUE
from simulators.workbooks.goods import TOTAL as ALL_EXPORTS
from simulators.workbooks.industry import TOTAL as ALL_INDUSTRY
from simulators.workbooks.prices import BASE_YEAR
from simulators.workbooks.prices import TOTAL as ALL_PRICES
from simulators.workbooks.retail import ITEMS
from simulators.workbooks.retail import TOTAL as ALL_RETAIL
from simulators.workbooks.sheet import Figure, Meaning, Sheet
from simulators.workbooks.xlsx import address

COLUMNS = (
    "family", "item", "measure", "role", "period_type", "period_start", "period_end",
    "printed", "true_value", "unit", "number_form", "estimate_status", "base",
    "published_on", "source_file", "sheet", "cell",
)  # fmt: skip
Line = dict[str, object]


def ledger_folder(out: Path) -> Path:
    """Give the folder of the ledger, beside the folder of the workbooks.

    Args:
        out: folder of the workbooks.

    Returns:
        A folder that no reader of the workbooks looks into.
    """
    return out.with_name(f"{out.name}-ledger")


def published_lines(name: str, published: date, sheets: list[Sheet]) -> Iterator[Line]:
    """Give a line for every number of a workbook."""
    for sheet in sheets:
        for (row, column), figure in sheet.figures.items():
            place = {"source_file": name, "sheet": sheet.grid.name, "cell": address(row, column)}
            yield _line(figure) | {"published_on": published} | place


def unpublished_lines(world: World, month: Month) -> Iterator[Line]:
    """Give the truth of a month without a workbook: the main values its tables would have held."""
    for item in (ALL_RETAIL, *ITEMS):
        for period in (single(month), since_january(month)):
            value = world.retail.true_span(item, period, month)
            yield _true("ban_le", item, "value", period, value, "tỷ đồng")
    for period in (single(month), since_january(month)):
        for item in (ALL_EXPORTS, *GOODS):
            for measure, unit in ((QUANTITY, "nghìn tấn"), (VALUE, "triệu USD")):
                total = world.exports.total(item, measure, period)
                if total is not None:
                    yield _true("xuat_khau", item, "value", period, total, unit, measure)
        index = world.industry.true_change(ALL_INDUSTRY, period, period.year_before())
        yield _index("iip", ALL_INDUSTRY, "yoy_index", period, index)
    level = world.prices.level(ALL_PRICES, month)
    base = str(BASE_YEAR)
    yield _index("cpi", ALL_PRICES, "base_index", single(month), level, base)
    change = world.prices.change(ALL_PRICES, month, month - 12)
    yield _index("cpi", ALL_PRICES, "yoy_index", single(month), change)


def write_lines(path: Path, columns: Sequence[str], lines: list[Line]) -> None:
    """Write lines as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _true(
    family: str, item: str, role: str, period: Period, value: float, unit: str, measure: str = ""
) -> Line:
    return _line(Figure(Meaning(family, role, period, unit, measure), item, value, value))


def _index(family: str, item: str, role: str, period: Period, value: float, base: str = "") -> Line:
    meaning = Meaning(family, role, period, "%", form="index_100", base=base)
    return _line(Figure(meaning, item, value, value))


def _line(figure: Figure) -> Line:
    meaning = figure.meaning
    return {
        "family": meaning.family,
        "item": figure.item,
        "measure": meaning.measure,
        "role": meaning.role,
        "period_type": meaning.period.kind,
        "period_start": meaning.period.start,
        "period_end": meaning.period.end,
        "printed": repr(figure.printed),
        "true_value": repr(figure.true_value),
        "unit": meaning.unit,
        "number_form": meaning.form,
        "estimate_status": meaning.status,
        "base": meaning.base,
    }
