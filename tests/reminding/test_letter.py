"""The letter, read back from its Word file."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.shared import Pt

from pipelines.reminding.letter import Letter, LetterItem, body, render

LETTER = Letter(
    letter="don-doc-so_tc-2025-03-20.docx",
    agency_code="so_tc",
    agency_name="Sở Tài chính",
    day=date(2025, 3, 20),
    answer_by=date(2025, 3, 27),
    number_in_year=3,
    meaning="đến mức xem xét trách nhiệm người đứng đầu",
    is_simulated=False,
    items=(
        LetterItem(
            reminder_id="ab12cd34" + "0" * 24,
            submission_id="1" * 32,
            form_name="Nhiệm vụ",
            said="Nhiệm vụ: còn 3/10 nhiệm vụ",
            period_label="02/2025",
            due_date=date(2025, 2, 25),
            days_late=23,
            number=2,
        ),
    ),
)


@pytest.fixture(scope="module")
def document() -> DocumentType:
    return Document(io.BytesIO(render(LETTER)))


def words(document: DocumentType) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_page_and_letters_are_the_official_ones(document: DocumentType) -> None:
    page = document.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    # NĐ 30/2020/NĐ-CP, Phụ lục I: 20–25 mm above and below, 30–35 mm left, 15–20 mm right
    assert 20 <= round(page.top_margin.mm) <= 25 and 20 <= round(page.bottom_margin.mm) <= 25
    assert 30 <= round(page.left_margin.mm) <= 35 and 15 <= round(page.right_margin.mm) <= 20
    normal = document.styles["Normal"].font
    assert normal.name == "Times New Roman" and Pt(13) <= normal.size <= Pt(14)


def test_the_frame_says_who_what_and_when(document: DocumentType) -> None:
    left, right = document.tables[0].columns
    assert left.cells[0].text.startswith("ỦY BAN NHÂN DÂN TỈNH")
    assert left.cells[1].text == (
        "Số:          /TTĐHTM\nV/v đôn đốc giao nộp số liệu và giải quyết công việc quá hạn"
    )
    assert right.cells[0].text.strip() == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    )
    assert right.cells[1].text.endswith("ngày 20 tháng 3 năm 2025")
    assert "Kính gửi: Sở Tài chính" in [one.text for one in document.paragraphs]
    assert document.tables[-1].rows[0].cells[0].text.startswith("Nơi nhận:\n- Như trên;")


def test_the_table_has_a_line_for_each_item(document: DocumentType) -> None:
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows == [
        ["TT", "Nội dung", "Kỳ", "Hạn", "Đã chậm", "Lần nhắc"],
        ["1", "Nhiệm vụ: còn 3/10 nhiệm vụ (mã ab12cd34)", "02/2025", "25/02/2025", "23 ngày", "2"],
    ]  # fmt: skip
    table = document.tables[1]
    runs = [run for cell in table._cells for run in cell.paragraphs[0].runs]
    assert {run.font.size for run in runs} == {Pt(12)}
    assert round(sum(column.width.mm for column in table.columns)) == 165


def test_it_asks_for_an_answer_and_says_what_this_reminder_means(document: DocumentType) -> None:
    said = words(document)
    assert "có ý kiến trước ngày 27/03/2025" in said
    assert "lần đôn đốc thứ 3 đối với quý cơ quan trong năm 2025, đến mức xem xét" in said
    assert "chưa tính. Trân trọng./." in said
    assert "SỐ LIỆU MÔ PHỎNG" not in said
    assert "Trân trọng./." in body(LETTER) and "(nhắc lần 2)" in body(LETTER)


def test_equal_letters_give_equal_bytes_and_simulated_ones_are_stamped() -> None:
    assert render(LETTER) == render(LETTER.model_copy())
    simulated = render(LETTER.model_copy(update={"is_simulated": True}))
    with zipfile.ZipFile(io.BytesIO(simulated)) as made:
        heads = [made.read(name).decode() for name in made.namelist() if "header" in name]
    assert sum("SỐ LIỆU MÔ PHỎNG" in head for head in heads) == 2
