"""The report as an editable Word document in the layout of NĐ 30/2020/NĐ-CP."""

import io
from collections.abc import Callable

from docx.document import Document as DocumentType
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from pipelines.official import END_MARK
from pipelines.official.layout import (
    CENTER,
    LEFT,
    NOTE_STYLE,
    RIGHT,
    bar,
    fix_widths,
    keep_rows,
    new_document,
    put_frame,
    put_signature,
    ruled_table,
    running_text,
    saved,
    write,
)
from pipelines.reports import wording
from pipelines.reports.chart import WIDTH_CM, draw
from pipelines.reports.model import Figure, Report, Row
from pipelines.reports.numbers import VIETNAM

# 165 mm between the margins
_TABLE_WIDTHS_MM = (7, 35.5, 16, 17, 17, 18.5, 20.5, 20.5, 13)
_DIFFERENCES_WIDTHS_MM = (7, 108, 25, 25)


def render_docx(report: Report) -> bytes:
    """Write the report as docx.

    Args:
        report: the document model.

    Returns:
        The file; the same bytes for the same report.
    """
    document = new_document(
        wording.subject(report), report.issuer.author, report.made_at, report.is_simulated
    )
    put_frame(document, report.issuer, report.made_at.astimezone(VIETNAM).date())
    _title(document, report)
    _body(document, report)
    put_signature(document, report.issuer)
    return saved(document)


def _title(document: DocumentType, report: Report) -> None:
    title = document.add_paragraph("BÁO CÁO", style="Title")
    title.paragraph_format.space_before = Pt(12)
    document.add_paragraph(wording.subject(report), style="Title")
    bar(document, 165, 45)


def _body(document: DocumentType, report: Report) -> None:
    running_text(document, wording.opening(report))
    running_text(document, wording.as_of(report), italic=True)
    heading = _numbered(document)
    if report.highlights:
        heading(wording.HIGHLIGHTS_TITLE)
        for sentence in report.highlights:
            running_text(document, f"– {sentence}")
    heading(wording.TABLE_TITLE)
    _table(document, report)
    if report.legend:
        note = document.add_paragraph(style=NOTE_STYLE)
        note.paragraph_format.space_before = Pt(4)
        note.add_run(f"Ghi chú: {wording.legend_line(report)}").italic = True
    heading(wording.CHART_TITLE)
    _picture(document, report)
    heading(wording.MISSING_TITLE)
    if not report.missing:
        running_text(document, wording.NOTHING_MISSING)
    for sentence in (*report.missing, *report.remarks):
        running_text(document, f"– {sentence}")
    if report.differences:
        _differences(document, report)
    heading(wording.SOURCES_TITLE)
    sources = list(report.sources) or [wording.NO_SOURCE]
    sources[-1] += END_MARK
    for source in sources:
        document.add_paragraph(source, style=NOTE_STYLE)
    last = document.paragraphs[-1].paragraph_format
    last.keep_with_next, last.space_after = True, Pt(12)


def _numbered(document: DocumentType) -> Callable[[str], Paragraph]:
    numerals = iter(("I", "II", "III", "IV", "V", "VI"))
    return lambda title: document.add_paragraph(f"{next(numerals)}. {title}", style="Heading 1")


def _table(document: DocumentType, report: Report) -> None:
    table = ruled_table(document, 2, len(_TABLE_WIDTHS_MM))
    _head(table, wording.headings(report))
    number = 0
    for section in report.sections:
        title = table.add_row()
        merged = title.cells[0].merge(title.cells[-1])
        write(merged, section.domain, LEFT, bold=True)
        _shade(merged)
        merged.paragraphs[0].paragraph_format.keep_with_next = True
        for row in section.rows:
            number += 1
            _table_row(table.add_row(), number, row)
    fix_widths(table, _TABLE_WIDTHS_MM)
    keep_rows(table, 2)


def _head(table: Table, headings: dict[str, str]) -> None:
    top, below = table.rows[0].cells, table.rows[1].cells
    single = {0: "number", 1: "name", 2: "unit", 3: "previous", 4: "current", 5: "ytd", 8: "source"}
    for column, key in single.items():
        write(top[column].merge(below[column]), headings[key], CENTER, bold=True)
    write(top[6].merge(top[7]), headings["change"], CENTER, bold=True)
    write(below[6], headings["yoy"], CENTER, bold=True)
    write(below[7], headings["ytd_yoy"], CENTER, bold=True)


def _table_row(target: _Row, number: int, row: Row) -> None:
    cells = target.cells
    write(cells[0], str(number), CENTER)
    write(cells[1], row.name, LEFT)
    write(cells[2], row.unit, CENTER)
    for cell, figure in zip(cells[3:8], row.shown, strict=True):
        _write_figure(cell, figure)
    write(cells[8], row.source, CENTER)


def _write_figure(cell: _Cell, figure: Figure) -> None:
    write(cell, wording.table_text(figure), RIGHT)
    if mark := wording.table_mark(figure):
        run = cell.paragraphs[0].add_run(f"\u00a0{mark}")
        run.font.superscript = True


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EBEBEB")):
        shading.set(qn(f"w:{name}"), value)
    properties = cell._tc.get_or_add_tcPr()
    properties.insert_element_before(shading, "w:vAlign")


def _differences(document: DocumentType, report: Report) -> None:
    running_text(document, f"– {wording.DIFFERENCES_INTRO}")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    table = ruled_table(document, 1, len(_DIFFERENCES_WIDTHS_MM))
    for cell, text in zip(table.rows[0].cells, wording.DIFFERENCES_HEADINGS, strict=True):
        write(cell, text, CENTER, bold=True)
    for number, row in report.differences:
        cells = table.add_row().cells
        write(cells[0], str(number), CENTER)
        write(cells[1], row.name, LEFT)
        write(cells[2], wording.figure_text(row.yoy_published), RIGHT)
        write(cells[3], wording.figure_text(row.yoy_computed), RIGHT)
    fix_widths(table, _DIFFERENCES_WIDTHS_MM)
    keep_rows(table, 1)


def _picture(document: DocumentType, report: Report) -> None:
    if not report.chart:
        running_text(document, wording.NO_CHART)
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(draw(report.chart, "png")), Cm(WIDTH_CM))
    shape._inline.docPr.set("descr", report.chart.caption)
    document.add_paragraph(f"Hình 1. {report.chart.caption}", style="Caption")
