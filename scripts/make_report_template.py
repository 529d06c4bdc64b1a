"""Write the report's template anew: layout of NĐ 30/2020/NĐ-CP, tags where figures go.

Run once and commit what it writes; afterwards people edit the file in Word.
"""

from copy import deepcopy
from datetime import UTC, datetime

from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from pipelines.official import MOTTO, NATION_LINE
from pipelines.official.layout import (
    CENTER,
    LEFT,
    NOTE_STYLE,
    RIGHT,
    bar,
    grid,
    line,
    new_document,
    running_text,
    saved,
)
from pipelines.reports import wording
from pipelines.reports.docx import TEMPLATE
from pipelines.reports.templates import SHIPPED

_MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    """Write the template beside the others."""
    document = new_document("Mẫu báo cáo tháng", "Kho dữ liệu số", _MADE_AT, False)
    _subheading(document)
    _frame(document)
    for number, (title, tags) in enumerate(_parts(), 1):
        document.add_paragraph(f"{_ROMAN[number]}. {title}", style="Heading 1")
        tags(document)
    _signature(document)
    _annex(document)
    first = document.sections[0]
    _stamp(first.first_page_header.paragraphs[0])
    _stamp(first.header.add_paragraph())
    (SHIPPED / TEMPLATE).write_bytes(saved(document))


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")


def _subheading(document: DocumentType) -> None:
    """Headings of fields: as the parts' own, in italics."""
    style = document.styles["Heading 2"]
    element = style.element
    for child in list(element.get_or_add_rPr()):
        element.get_or_add_rPr().remove(child)
    element.get_or_add_rPr().append(deepcopy(document.styles["Heading 1"].element.rPr.rFonts))
    style.font.size, style.font.bold, style.font.italic = Pt(13), True, True
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(4)
    style.paragraph_format.keep_with_next = True


def _frame(document: DocumentType) -> None:
    left, right = grid(document, 2, (69, 96))
    line(left[0], "{%p for dong in co_quan_chu_quan %}")
    line(left[0], "{{ dong }}")
    line(left[0], "{%p endfor %}")
    line(left[0], "{%p for dong in co_quan %}")
    line(left[0], "{{ dong }}", bold=True)
    line(left[0], "{%p endfor %}")
    bar(left[0], 69, 28)
    line(left[1], "Số:          /{{ ky_hieu }}", size=13)
    line(right[0], NATION_LINE, bold=True)
    line(right[0], MOTTO, bold=True, size=13)
    bar(right[0], 96, 53)
    line(right[1], "{{ noi_ngay }}", italic=True, size=13)
    title = document.add_paragraph("BÁO CÁO", style="Title")
    title.paragraph_format.space_before = Pt(12)
    document.add_paragraph("{{ trich_yeu }}", style="Title")
    bar(document, 165, 45)
    running_text(document, "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh.")
    running_text(document, "{{ mo_dau }}")
    running_text(document, "{{ ky_so_lieu }} {{ so_lieu_den }}", italic=True)


def _parts() -> tuple[tuple[str, object], ...]:
    def sentences(name: str) -> object:
        return lambda document: _loop(document, "cau", name, "– {{r cau }}")

    def topics(document: DocumentType) -> None:
        running_text(document, "{%p for muc in linh_vuc %}")
        document.add_paragraph("{{ loop.index }}. {{ muc.ten }}", style="Heading 2")
        _loop(document, "cau", "muc.cau", "– {{r cau }}")
        running_text(document, "{%p endfor %}")

    def operation(document: DocumentType) -> None:
        _loop(document, "cau", "van_hanh", "– {{r cau }}")
        running_text(document, "{%p if bang_diem %}")
        document.add_paragraph(wording.SCORES_TITLE, style="Caption")
        document.add_paragraph("{{p bang_diem }}")
        running_text(document, "{%p endif %}")

    return (
        (wording.GENERAL_TITLE, sentences("tinh_hinh_chung")),
        (wording.TOPICS_TITLE, topics),
        (wording.OPERATION_TITLE, operation),
        (wording.LIMITS_TITLE, sentences("han_che")),
        (wording.TASKS_TITLE, sentences("nhiem_vu")),
    )


def _loop(document: DocumentType, item: str, items: str, text: str, style: str = "") -> None:
    running_text(document, f"{{%p for {item} in {items} %}}")
    running_text(document, text)
    if style:
        document.paragraphs[-1].style = style
        document.paragraphs[-1].paragraph_format.first_line_indent = Mm(0)
    running_text(document, "{%p endfor %}")


def _signature(document: DocumentType) -> None:
    end = document.add_paragraph("{{ ket }}")
    end.alignment = RIGHT
    left, right = grid(document, 1, (82.5, 82.5))
    line(left[0], "Nơi nhận:", bold=True, italic=True)
    line(left[0], "{%p for noi in noi_nhan %}", size=11)
    line(left[0], "- {{ noi }}", size=11)
    line(left[0], "{%p endfor %}", size=11)
    for paragraph in left[0].paragraphs:
        paragraph.alignment = LEFT
    line(right[0], "{{ chuc_vu }}", bold=True, size=13)
    right[0].paragraphs[-1].paragraph_format.space_after = Mm(24)
    document.tables[-1].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _annex(document: DocumentType) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(20), Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.different_first_page_header_footer = False
    document.add_paragraph(wording.ANNEX_TITLE.upper(), style="Title")
    heading(document, 1, wording.TABLE_TITLE)
    document.add_paragraph("{{p bang_chi_tieu }}")
    note = document.add_paragraph("Ghi chú: {{ ghi_chu }}", style=NOTE_STYLE)
    note.runs[0].italic = True
    heading(document, 2, wording.CHART_TITLE)
    running_text(document, "{%p if hinh %}")
    picture = document.add_paragraph("{{ hinh }}")
    picture.alignment, picture.paragraph_format.keep_with_next = CENTER, True
    document.add_paragraph("Hình 1. {{ ten_hinh }}", style="Caption")
    running_text(document, "{%p else %}")
    running_text(document, "{{ khong_co_hinh }}")
    running_text(document, "{%p endif %}")
    heading(document, 3, wording.MISSING_TITLE)
    _loop(document, "dong", "thieu", "– {{ dong }}")
    running_text(document, "{%p if bang_ty_le %}")
    running_text(document, f"– {wording.DIFFERENCES_INTRO}")
    document.add_paragraph("{{p bang_ty_le }}")
    running_text(document, "{%p endif %}")
    heading(document, 4, wording.CHANGES_TITLE)
    running_text(document, "{{ bao_cao_truoc }}")
    document.add_paragraph("{{p bang_thay_doi }}")
    heading(document, 5, wording.SOURCES_TITLE)
    running_text(document, "{{ tra_cuu }}", italic=True)
    _loop(document, "dong", "nguon", "{{ dong }}", NOTE_STYLE)
    for paragraph in document.paragraphs[-1:]:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def heading(document: DocumentType, number: int, title: str) -> None:
    """Add a heading of the annex."""
    document.add_paragraph(f"{number}. {title}", style="Heading 1")


def _stamp(paragraph: Paragraph) -> None:
    paragraph.alignment = RIGHT
    run = paragraph.add_run("{{ dau }}")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), RGBColor(0xB3, 0x26, 0x1E)


if __name__ == "__main__":
    main()
