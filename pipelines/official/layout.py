"""The page, frame and tables of an official document in Word (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

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
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from pipelines.official import MOTTO, NATION_LINE, SIMULATED, Issuer, place_date_text
from pipelines.official.archive import stable_zip

FONT = "Times New Roman"
CENTER, LEFT, RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
TABLE_STYLE, NOTE_STYLE, FRAME_STYLE = "Kho Bảng", "Kho Ghi chú", "Kho Khung"
_RED = RGBColor(0xB3, 0x26, 0x1E)
# 165 mm between the margins
_FRAME_WIDTHS_MM = (69, 96)


def new_document(title: str, author: str, made_at: datetime, is_simulated: bool) -> DocumentType:
    """Start a document: A4 upright, margins, styles, page numbers from the second page on.

    Args:
        title: for the file's properties.
        author: likewise.
        made_at: likewise, an aware instant.
        is_simulated: whether each page is stamped so.
    """
    document = Document()
    _properties(document, title, author, made_at)
    _styles(document)
    _page(document, is_simulated)
    return document


def saved(document: DocumentType) -> bytes:
    """Give the file; the same bytes for the same document."""
    target = io.BytesIO()
    document.save(target)
    return stable_zip(target.getvalue())


def _properties(document: DocumentType, title: str, author: str, made_at: datetime) -> None:
    properties = document.core_properties
    properties.title = title
    properties.author = properties.last_modified_by = author
    properties.comments = ""
    properties.language = "vi-VN"
    instant = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = instant


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
    styles["Title"].paragraph_format.alignment = CENTER
    styles["Title"].paragraph_format.space_after = Pt(0)
    styles["Heading 1"].font.size = Pt(13)
    styles["Heading 1"].paragraph_format.space_before = Pt(10)
    styles["Heading 1"].paragraph_format.space_after = Pt(6)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    styles["Caption"].font.size, styles["Caption"].font.bold = Pt(11), False
    styles["Caption"].paragraph_format.alignment = CENTER
    for name, size in ((TABLE_STYLE, 9.5), (NOTE_STYLE, 11), (FRAME_STYLE, 12)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(2 if name == NOTE_STYLE else 0)
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


def _page(document: DocumentType, is_simulated: bool) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    # the first page carries no number (NĐ 30/2020/NĐ-CP, Phụ lục I)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _field(number, "PAGE")
    if is_simulated:
        _stamp(section.first_page_header.paragraphs[0])
        _stamp(section.header.add_paragraph())


def _stamp(paragraph: Paragraph) -> None:
    paragraph.alignment = RIGHT
    run = paragraph.add_run(SIMULATED)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), _RED


def _field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def put_frame(document: DocumentType, issuer: Issuer, day: date, about: str = "") -> None:
    """Write Quốc hiệu, Tiêu ngữ, who issues, the number left for the clerk, place and date.

    Args:
        document: nothing stands in it yet.
        issuer: who signs.
        day: the document's date.
        about: what a letter is about (V/v …), '' for what has a title.
    """
    left, right = grid(document, 2, _FRAME_WIDTHS_MM)
    line(left[0], issuer.parent)
    line(left[0], issuer.office, bold=True)
    bar(left[0], _FRAME_WIDTHS_MM[0], 28)
    line(left[1], f"Số:          /{issuer.symbol}", size=13)
    if about:
        line(left[1], f"V/v {about}")
    line(right[0], NATION_LINE, bold=True)
    line(right[0], MOTTO, bold=True, size=13)
    bar(right[0], _FRAME_WIDTHS_MM[1], 53)
    line(right[1], place_date_text(issuer.place, day), italic=True, size=13)


def put_signature(document: DocumentType, issuer: Issuer) -> None:
    """Write Nơi nhận and who signs, kept together."""
    left, right = grid(document, 1, (82.5, 82.5))
    line(left[0], "Nơi nhận:", bold=True, italic=True)
    for recipient in issuer.recipients:
        line(left[0], f"- {recipient}", size=11)
    for paragraph in left[0].paragraphs:
        paragraph.alignment = LEFT
    line(right[0], issuer.signer_title, bold=True, size=13)
    # room to sign
    right[0].paragraphs[-1].paragraph_format.space_after = Mm(24)
    document.tables[-1].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def grid(
    document: DocumentType, rows: int, widths_mm: Sequence[float]
) -> tuple[tuple[_Cell, ...], ...]:
    """A table without lines; gives its columns."""
    table = document.add_table(rows, len(widths_mm))
    fix_widths(table, widths_mm)
    return tuple(tuple(column.cells) for column in table.columns)


def line(
    cell: _Cell, text: str, *, bold: bool = False, italic: bool = False, size: float = 12
) -> None:
    """Add a centred line of the frame to a cell."""
    first = cell.paragraphs[0]
    paragraph = first if not first.runs else cell.add_paragraph()
    paragraph.style = FRAME_STYLE
    paragraph.alignment = CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def bar(place: _Cell | DocumentType, width_mm: float, bar_mm: float) -> None:
    """A line of a given length under a text: a paragraph's border between wide indents."""
    paragraph = place.add_paragraph(style=FRAME_STYLE)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((width_mm - bar_mm) / 2 - 2)
    layout.line_spacing, layout.space_before, layout.space_after = Pt(3), Pt(4), Pt(8)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def running_text(document: DocumentType, text: str, *, italic: bool = False) -> None:
    """Add a paragraph of running text."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1)
    paragraph.add_run(text).italic = italic


def ruled_table(document: DocumentType, rows: int, columns: int) -> Table:
    """Add a table with lines."""
    table = document.add_table(rows, columns)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    return table


def write(
    cell: _Cell,
    text: str,
    alignment: WD_ALIGN_PARAGRAPH,
    *,
    bold: bool = False,
    size: float | None = None,
) -> None:
    """Write into an empty cell of a table with lines; small, unless a size (pt) is given."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.style = TABLE_STYLE
    paragraph.alignment = alignment
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)


def keep_rows(table: Table, heads: int) -> None:
    """Break no row over two pages, and repeat the heads on each."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for row in table.rows[:heads]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
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
