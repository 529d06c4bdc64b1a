"""The report as an editable Word document in the layout of NĐ 30/2020/NĐ-CP."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from pipelines.reports import wording
from pipelines.reports.archive import stable_zip
from pipelines.reports.chart import WIDTH_CM, draw
from pipelines.reports.model import Figure, Report, Row
from pipelines.reports.numbers import VIETNAM, place_date_text

FONT = "Times New Roman"
_RED = RGBColor(0xB3, 0x26, 0x1E)
_CENTER, _LEFT, _RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
# 165 mm between the margins
_TABLE_WIDTHS_MM = (7, 35.5, 16, 17, 17, 18.5, 20.5, 20.5, 13)
_DIFFERENCES_WIDTHS_MM = (7, 108, 25, 25)
_FRAME_WIDTHS_MM = (69, 96)
_TABLE_STYLE, _NOTE_STYLE, _FRAME_STYLE = "Kho Bảng", "Kho Ghi chú", "Kho Khung"


def render_docx(report: Report) -> bytes:
    """Write the report as docx.

    Args:
        report: the document model.

    Returns:
        The file; the same bytes for the same report.
    """
    document = Document()
    _properties(document, report)
    _styles(document)
    _page(document, report)
    _frame(document, report)
    _body(document, report)
    _signature(document, report)
    target = io.BytesIO()
    document.save(target)
    return stable_zip(target.getvalue())


def _properties(document: DocumentType, report: Report) -> None:
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = document.core_properties
    properties.title = wording.subject(report)
    properties.author = properties.last_modified_by = report.issuer.author
    properties.comments = ""
    properties.language = "vi-VN"
    properties.created = properties.modified = made_at


def _styles(document: DocumentType) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.05
    for name in ("Title", "Heading 1", "Caption"):
        _plain_style(styles[name])
    styles["Title"].font.size = Pt(14)
    styles["Title"].paragraph_format.alignment = _CENTER
    styles["Title"].paragraph_format.space_after = Pt(0)
    styles["Heading 1"].font.size = Pt(13)
    styles["Heading 1"].paragraph_format.space_before = Pt(10)
    styles["Heading 1"].paragraph_format.space_after = Pt(6)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    styles["Caption"].font.size, styles["Caption"].font.bold = Pt(11), False
    styles["Caption"].paragraph_format.alignment = _CENTER
    for name, size in ((_TABLE_STYLE, 9.5), (_NOTE_STYLE, 11), (_FRAME_STYLE, 12)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(2 if name == _NOTE_STYLE else 0)
        style.paragraph_format.line_spacing = 1.0


def _plain_style(style: object) -> None:
    """Give a built-in style the look of an official document: black, bold, upright, our font."""
    element = style.element  # type: ignore[attr-defined]
    properties = element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    style.font.bold = True  # type: ignore[attr-defined]
    style.font.color.rgb = RGBColor(0, 0, 0)  # type: ignore[attr-defined]
    for border in element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)


def _page(document: DocumentType, report: Report) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    # the first page carries no number (NĐ 30/2020/NĐ-CP, Phụ lục I)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTER
    _field(number, "PAGE")
    if report.is_simulated:
        _stamp(section.first_page_header.paragraphs[0])
        _stamp(section.header.add_paragraph())


def _stamp(paragraph: Paragraph) -> None:
    paragraph.alignment = _RIGHT
    run = paragraph.add_run(wording.SIMULATED)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), _RED


def _field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _frame(document: DocumentType, report: Report) -> None:
    """Quốc hiệu, Tiêu ngữ, issuing office, number, place and date, title."""
    issuer = report.issuer
    day = report.made_at.astimezone(VIETNAM).date()
    left, right = _grid(document, 2, _FRAME_WIDTHS_MM)
    _line(left[0], issuer.parent)
    _line(left[0], issuer.office, bold=True)
    _bar(left[0], _FRAME_WIDTHS_MM[0], 28)
    _line(left[1], f"Số:          /{issuer.symbol}", size=13)
    _line(right[0], wording.NATION_LINE, bold=True)
    _line(right[0], wording.MOTTO, bold=True, size=13)
    _bar(right[0], _FRAME_WIDTHS_MM[1], 53)
    _line(right[1], place_date_text(issuer.place, day), italic=True, size=13)
    title = document.add_paragraph("BÁO CÁO", style="Title")
    title.paragraph_format.space_before = Pt(12)
    document.add_paragraph(wording.subject(report), style="Title")
    _bar(document, 165, 45)


def _grid(
    document: DocumentType, rows: int, widths_mm: Sequence[float]
) -> tuple[tuple[_Cell, ...], ...]:
    """A table without lines; gives its columns."""
    table = document.add_table(rows, len(widths_mm))
    _fix_widths(table, widths_mm)
    return tuple(tuple(column.cells) for column in table.columns)


def _line(
    cell: _Cell, text: str, *, bold: bool = False, italic: bool = False, size: float = 12
) -> None:
    first = cell.paragraphs[0]
    paragraph = first if not first.runs else cell.add_paragraph()
    paragraph.style = _FRAME_STYLE
    paragraph.alignment = _CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _bar(place: _Cell | DocumentType, width_mm: float, bar_mm: float) -> None:
    """A line of a given length under a text: a paragraph's border between wide indents."""
    paragraph = place.add_paragraph(style=_FRAME_STYLE)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((width_mm - bar_mm) / 2 - 2)
    layout.line_spacing, layout.space_before, layout.space_after = Pt(3), Pt(4), Pt(8)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _body(document: DocumentType, report: Report) -> None:
    _text(document, wording.opening(report))
    _text(document, wording.as_of(report), italic=True)
    heading = _numbered(document)
    if report.highlights:
        heading(wording.HIGHLIGHTS_TITLE)
        for sentence in report.highlights:
            _text(document, f"– {sentence}")
    heading(wording.TABLE_TITLE)
    _table(document, report)
    if report.legend:
        note = document.add_paragraph(style=_NOTE_STYLE)
        note.paragraph_format.space_before = Pt(4)
        note.add_run(f"Ghi chú: {wording.legend_line(report)}").italic = True
    heading(wording.CHART_TITLE)
    _picture(document, report)
    heading(wording.MISSING_TITLE)
    if not report.missing:
        _text(document, wording.NOTHING_MISSING)
    for sentence in (*report.missing, *report.remarks):
        _text(document, f"– {sentence}")
    if report.differences:
        _differences(document, report)
    heading(wording.SOURCES_TITLE)
    sources = list(report.sources) or [wording.NO_SOURCE]
    sources[-1] += wording.END_MARK
    for source in sources:
        document.add_paragraph(source, style=_NOTE_STYLE)
    last = document.paragraphs[-1].paragraph_format
    last.keep_with_next, last.space_after = True, Pt(12)


def _numbered(document: DocumentType) -> Callable[[str], Paragraph]:
    numerals = iter(("I", "II", "III", "IV", "V", "VI"))
    return lambda title: document.add_paragraph(f"{next(numerals)}. {title}", style="Heading 1")


def _text(document: DocumentType, text: str, *, italic: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1)
    paragraph.add_run(text).italic = italic


def _table(document: DocumentType, report: Report) -> None:
    table = document.add_table(2, len(_TABLE_WIDTHS_MM))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _head(table, wording.headings(report))
    number = 0
    for section in report.sections:
        title = table.add_row()
        merged = title.cells[0].merge(title.cells[-1])
        _write(merged, section.domain, _LEFT, bold=True)
        _shade(merged)
        merged.paragraphs[0].paragraph_format.keep_with_next = True
        for row in section.rows:
            number += 1
            _table_row(table.add_row(), number, row)
    _fix_widths(table, _TABLE_WIDTHS_MM)
    _keep_rows(table, 2)


def _head(table: Table, headings: dict[str, str]) -> None:
    top, below = table.rows[0].cells, table.rows[1].cells
    single = {0: "number", 1: "name", 2: "unit", 3: "previous", 4: "current", 5: "ytd", 8: "source"}
    for column, key in single.items():
        _write(top[column].merge(below[column]), headings[key], _CENTER, bold=True)
    _write(top[6].merge(top[7]), headings["change"], _CENTER, bold=True)
    _write(below[6], headings["yoy"], _CENTER, bold=True)
    _write(below[7], headings["ytd_yoy"], _CENTER, bold=True)


def _table_row(target: _Row, number: int, row: Row) -> None:
    cells = target.cells
    _write(cells[0], str(number), _CENTER)
    _write(cells[1], row.name, _LEFT)
    _write(cells[2], row.unit, _CENTER)
    for cell, figure in zip(cells[3:8], row.shown, strict=True):
        _write_figure(cell, figure)
    _write(cells[8], row.source, _CENTER)


def _write_figure(cell: _Cell, figure: Figure) -> None:
    _write(cell, wording.table_text(figure), _RIGHT)
    if mark := wording.table_mark(figure):
        run = cell.paragraphs[0].add_run(f"\u00a0{mark}")
        run.font.superscript = True


def _write(cell: _Cell, text: str, alignment: WD_ALIGN_PARAGRAPH, *, bold: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.style = _TABLE_STYLE
    paragraph.alignment = alignment
    paragraph.add_run(text).bold = bold


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EBEBEB")):
        shading.set(qn(f"w:{name}"), value)
    properties = cell._tc.get_or_add_tcPr()
    properties.insert_element_before(shading, "w:vAlign")


def _differences(document: DocumentType, report: Report) -> None:
    _text(document, f"– {wording.DIFFERENCES_INTRO}")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    table = document.add_table(1, len(_DIFFERENCES_WIDTHS_MM))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, wording.DIFFERENCES_HEADINGS, strict=True):
        _write(cell, text, _CENTER, bold=True)
    for number, row in report.differences:
        cells = table.add_row().cells
        _write(cells[0], str(number), _CENTER)
        _write(cells[1], row.name, _LEFT)
        _write(cells[2], wording.figure_text(row.yoy_published), _RIGHT)
        _write(cells[3], wording.figure_text(row.yoy_computed), _RIGHT)
    _fix_widths(table, _DIFFERENCES_WIDTHS_MM)
    _keep_rows(table, 1)


def _keep_rows(table: Table, heads: int) -> None:
    """Break no row over two pages, and repeat the heads on each."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for row in table.rows[:heads]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
    """Set the widths on columns and cells; Word believes the one, LibreOffice the other."""
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell in row._tr.tc_lst:
            span = cell.grid_span
            start = cell.grid_offset
            cell.width = Mm(sum(widths_mm[start : start + span]))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties: BaseOxmlElement = table._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook")


def _picture(document: DocumentType, report: Report) -> None:
    if not report.chart:
        _text(document, wording.NO_CHART)
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = _CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(draw(report.chart, "png")), Cm(WIDTH_CM))
    shape._inline.docPr.set("descr", report.chart.caption)
    document.add_paragraph(f"Hình 1. {report.chart.caption}", style="Caption")


def _signature(document: DocumentType, report: Report) -> None:
    left, right = _grid(document, 1, (82.5, 82.5))
    _line(left[0], "Nơi nhận:", bold=True, italic=True)
    for recipient in report.issuer.recipients:
        _line(left[0], f"- {recipient}", size=11)
    for paragraph in left[0].paragraphs:
        paragraph.alignment = _LEFT
    _line(right[0], report.issuer.signer_title, bold=True, size=13)
    # room to sign
    right[0].paragraphs[-1].paragraph_format.space_after = Mm(24)
    document.tables[-1].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
