"""The report's annex as a workbook with live numbers."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.official.archive import stable_zip
from pipelines.reports import wording
from pipelines.reports.keys import explained, mark_of
from pipelines.reports.model import Chart, Figure, Kind, Report, Row
from pipelines.reports.numbers import DOWN, UP, month_text

FONT = "Times New Roman"
TABLE_SHEET, DETAIL_SHEET, CHART_SHEET, KEYS_SHEET, NOTES_SHEET = (
    "Bảng KT-XH",
    "Chi tiết",
    "Biểu đồ",
    "Hộ chiếu số liệu",
    "Ghi chú",
)
_THIN = Side(style="thin", color="000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", fgColor="EBEBEB")
_CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
# made once: a report has ten thousand cells
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")
_PLAIN, _BOLD = Font(name=FONT, size=11), Font(name=FONT, size=11, bold=True)
_TABLE_WIDTHS = (5, 44, 12, 16, 16, 16, 18, 12, 16, 16, 14, 12)
_NOTE_CHARACTERS = 105
_DETAIL_WIDTHS = (26, 44, 12, 22, 16, 16, 16, 16, 14, 14, 14, 14, 16, 44, 60)


def render_xlsx(report: Report) -> bytes:
    """Write the annex: the table, every figure behind it, the chart's months, the notes.

    Args:
        report: the document model.

    Returns:
        The file; numbers are the unrounded figures of the mart under a number format; the same
        bytes for the same report.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _table_sheet(book.create_sheet(TABLE_SHEET), report)
    _detail_sheet(book.create_sheet(DETAIL_SHEET), report)
    if report.chart:
        _chart_sheet(book.create_sheet(CHART_SHEET), report.chart)
    _keys_sheet(book.create_sheet(KEYS_SHEET), report)
    _notes_sheet(book.create_sheet(NOTES_SHEET), report)
    for sheet in book.worksheets:
        _print_setup(sheet, report)
    return _fixed(book, report)


def number_format(figure: Figure) -> str:
    """The Excel format of a figure; the reader's own locale gives the separators."""
    if figure.kind in (Kind.LEVEL, Kind.SHARE):
        return "#,##0" + _digits(figure.decimals)
    number = "0" + _digits(figure.decimals)
    unit = wording.CHANGE_UNITS[figure.kind]
    mark = f" {figure.mark}" if figure.mark else ""
    tail = f'" {unit}{mark}"'
    return f'"{UP} "{number}{tail};"{DOWN} "{number}{tail};{number}{tail}'


def _digits(decimals: int) -> str:
    return "." + "0" * decimals if decimals else ""


def _table_sheet(sheet: Worksheet, report: Report) -> None:
    columns = len(_TABLE_WIDTHS)
    titles: tuple[str, ...] = (wording.subject(report).upper(), wording.as_of(report))
    stamp = wording.stamps(report)
    if stamp:
        titles = (stamp, *titles)
    for number, title in enumerate(titles, 1):
        cell = sheet.cell(number, 1, title)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=columns)
        cell.alignment = _CENTER
        red = bool(stamp) and number == 1
        cell.font = Font(
            name=FONT,
            size=13 if number < len(titles) else 11,
            bold=number < len(titles),
            italic=number == len(titles),
            color="B3261E" if red else "000000",
        )
    top = len(titles) + 2
    _table_head(sheet, top, wording.headings(report))
    line = top + 2
    number = 0
    for section in report.sections:
        _put(sheet, line, 1, section.domain, bold=True)
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)
        for column in range(1, columns + 1):
            sheet.cell(line, column).fill = _GREY
            sheet.cell(line, column).border = _BORDER
        line += 1
        for row in section.rows:
            number += 1
            _table_row(sheet, line, number, row)
            line += 1
    _widths(sheet, _TABLE_WIDTHS)
    sheet.freeze_panes = f"C{top + 2}"
    sheet.print_title_rows = f"{top}:{top + 1}"


def _table_head(sheet: Worksheet, top: int, headings: dict[str, str]) -> None:
    values = ("plan", "previous", "current", "ytd", "plan_pct", "yoy", "ytd_yoy")
    heads = [headings[key] for key in ("number", "name", "unit", *values, "source")] + ["Loại số"]
    for column, head in enumerate(heads, 1):
        change = column in (9, 10)
        _put(sheet, top, column, headings["change"] if column == 9 else None, bold=True)
        _put(sheet, top + 1, column, head if change else None, bold=True)
        if not change:
            sheet.cell(top, column).value = head
            sheet.merge_cells(
                start_row=top, end_row=top + 1, start_column=column, end_column=column
            )
        for row in (top, top + 1):
            sheet.cell(row, column).alignment = _CENTER
    sheet.merge_cells(start_row=top, end_row=top, start_column=9, end_column=10)


def _table_row(sheet: Worksheet, line: int, number: int, row: Row) -> None:
    _put(sheet, line, 1, number).alignment = _CENTER
    _put(sheet, line, 2, row.name)
    _put(sheet, line, 3, row.unit).alignment = _CENTER
    for column, figure in enumerate(row.shown, 4):
        _put_figure(sheet, line, column, figure)
        _name(sheet, line, column, figure)
    _put(sheet, line, 11, row.source).alignment = _CENTER
    _put(sheet, line, 12, row.main.status).alignment = _CENTER


def _name(sheet: Worksheet, line: int, column: int, figure: Figure) -> None:
    """Name the cell by the number's passport key."""
    if figure.key and sheet.parent is not None:
        place = f"'{sheet.title}'!${get_column_letter(column)}${line}"
        name = mark_of(figure.key)
        sheet.parent.defined_names[name] = DefinedName(name, attr_text=place)


def _keys_sheet(sheet: Worksheet, report: Report) -> None:
    """Every number of the report with its key and the command that shows where it comes from."""
    heads = ("Tên ô, dấu trang", "Số liệu", "Giá trị", "Hộ chiếu", "Lệnh tra nguồn")
    for column, head in enumerate(heads, 1):
        _put(sheet, 1, column, head, bold=True).alignment = _CENTER
    for line, (name, figure) in enumerate(report.figures.items(), 2):
        _put(sheet, line, 1, mark_of(figure.key))
        _put(sheet, line, 2, name)
        _put_figure(sheet, line, 3, replace(figure, mark=""))
        _put(sheet, line, 4, figure.key)
        _put(sheet, line, 5, explained(figure.key))
    _widths(sheet, (26, 60, 20, 80, 70))
    sheet.freeze_panes = "A2"


def _detail_sheet(sheet: Worksheet, report: Report) -> None:
    heads = (
        "Mã chỉ tiêu",
        "Chỉ tiêu",
        "ĐVT",
        "Lĩnh vực",
        report.previous_heading,
        report.current_heading,
        "Cùng kỳ năm trước",
        report.ytd_heading,
        "So cùng kỳ",
        "Tỷ lệ công bố (%)",
        "Tỷ lệ kho tính (%)",
        "Lũy kế so cùng kỳ",
        "So sánh được",
        "Ô nguồn của tháng báo cáo",
        "Vì sao thiếu",
    )
    for column, head in enumerate(heads, 1):
        _put(sheet, 1, column, head, bold=True).alignment = _CENTER
    line = 1
    for section in report.sections:
        for row in section.rows:
            line += 1
            for column, text in enumerate((row.code, row.name, row.unit, section.domain), 1):
                _put(sheet, line, column, text)
            figures = (
                row.previous,
                row.current,
                row.last_year,
                row.ytd,
                row.yoy,
                row.yoy_published,
                row.yoy_computed,
                row.ytd_yoy,
            )
            for column, figure in enumerate(figures, 5):
                _put_figure(sheet, line, column, figure)
            _put(sheet, line, 13, wording.COMPARABILITY.get(row.comparability, ""))
            _put(sheet, line, 14, row.current.source_ref)
            _put(sheet, line, 15, "; ".join(_reasons(row)))
    _widths(sheet, _DETAIL_WIDTHS)
    sheet.freeze_panes = "C2"


def _reasons(row: Row) -> list[str]:
    return list(dict.fromkeys(figure.reason for figure in row.shown if figure.value is None))


def _chart_sheet(sheet: Worksheet, chart: Chart) -> None:
    """The months under their years, and a live chart over them; an absent month stays empty."""
    _put(sheet, 1, 1, "Tháng", bold=True)
    for month in range(1, 13):
        _put(sheet, month + 1, 1, f"T{month}")
    for column, line in enumerate(chart.lines, 2):
        _put(sheet, 1, column, str(line.year), bold=True)
        for month, value in enumerate(line.values, 1):
            _put_figure(
                sheet, month + 1, column, Figure(value, Kind.LEVEL, chart.decimals), absent=False
            )
    drawing = LineChart()
    drawing.title = chart.caption
    drawing.y_axis.number_format = "#,##0"
    drawing.y_axis.title = chart.unit
    # the library hides both axes unless told otherwise
    drawing.x_axis.delete = drawing.y_axis.delete = False
    drawing.display_blanks = "gap"
    drawing.width, drawing.height = 24, 12
    data = Reference(sheet, min_col=2, max_col=len(chart.lines) + 1, min_row=1, max_row=13)
    drawing.add_data(data, titles_from_data=True)
    drawing.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=13))
    count = len(chart.lines)
    for index, series in enumerate(drawing.series):
        now = index == count - 1
        series.smooth = False
        series.graphicalProperties.line.width = 32000 if now else 14000
        series.graphicalProperties.line.solidFill = (
            "B3261E" if now else "1F4E79" if index == count - 2 else _grey(index, count)
        )
    sheet.add_chart(drawing, "A16")
    _widths(sheet, (8, *(13 for _ in chart.lines)))


def _grey(index: int, count: int) -> str:
    shade = 0xC0 - int(0x50 * index / max(count - 3, 1))
    return f"{shade:02X}" * 3


def _notes_sheet(sheet: Worksheet, report: Report) -> None:
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("Trạng thái số liệu", (wording.opening(report), report.window, wording.as_of(report))),
        ("Ký hiệu", report.legend),
        (wording.MISSING_TITLE, (*report.missing, *report.remarks) or (wording.NOTHING_MISSING,)),
        (wording.CHANGES_TITLE, (wording.compared(report), *wording.changed(report))),
        (wording.SOURCES_TITLE, report.sources or (wording.NO_SOURCE,)),
    )
    line = 0
    for title, sentences in groups:
        line += 1
        sheet.cell(line, 1, title).font = Font(name=FONT, size=12, bold=True)
        for sentence in sentences:
            line += 1
            cell = sheet.cell(line, 1, sentence)
            cell.font = Font(name=FONT, size=11)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # not every reader fits the height of a wrapped line by itself
            sheet.row_dimensions[line].height = 15 * (1 + len(sentence) // _NOTE_CHARACTERS)
        line += 1
    _widths(sheet, (120,))


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int | Decimal | None,
    *,
    bold: bool = False,
) -> Any:
    cell = sheet.cell(row, column)
    cell.value = value
    cell.font = _BOLD if bold else _PLAIN
    cell.border = _BORDER
    cell.alignment = _WRAPPED
    return cell


def _put_figure(
    sheet: Worksheet, row: int, column: int, figure: Figure, *, absent: bool = True
) -> None:
    if figure.value is None:
        cell = _put(sheet, row, column, figure.symbol.value if absent else None)
    else:
        cell = _put(sheet, row, column, figure.value)
        cell.number_format = number_format(figure)
    cell.alignment = _RIGHT


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _print_setup(sheet: Worksheet, report: Report) -> None:
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToHeight = 1 if sheet.title == CHART_SHEET else 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer, header = HeaderFooterItem(), HeaderFooterItem()
    footer.center.text = "&P/&N"
    header.left.text = f"KT-XH {month_text(report.period)}"
    if stamp := wording.stamps(report):
        header.right.text = stamp
        sheet.sheet_properties.tabColor = "B3261E"
    sheet.oddFooter, sheet.oddHeader = footer, header


def _fixed(book: Workbook, report: Report) -> bytes:
    """Save, and put the report's own instant where the library wrote the clock's."""
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.creator = report.issuer.author
    book.properties.title = wording.subject(report)
    book.properties.created = made_at
    target = io.BytesIO()
    book.save(target)
    stamp = made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    modified = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    return stable_zip(
        target.getvalue(),
        {"docProps/core.xml": lambda content: modified.sub(rb"\g<1>" + stamp, content)},
    )
