"""The three files are read back and compared with the mart, cell by cell."""

import re
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from docx import Document
from docx.shared import Mm
from openpyxl.cell import Cell

from pipelines.editions import parity
from pipelines.reader import PublicationMovedError
from pipelines.reports import ReportFiles, make_report
from pipelines.reports.content import read_report
from tests.reports.sample_mart import PUBLICATION, SampleReader, sample_reader

PERIOD = "2024-12"
MADE_AT = datetime(2025, 1, 6, 3, 0, tzinfo=UTC)
STAMP = "SỐ LIỆU MÔ PHỎNG"


@dataclass(frozen=True)
class Expected:
    """What the printed cells of an indicator must say, straight from the mart."""

    code: str
    name: str
    unit: str
    cells: tuple[str, ...]
    numbers: tuple[Decimal | None, ...]


@pytest.fixture(scope="module")
def reader() -> SampleReader:
    return sample_reader()


@pytest.fixture(scope="module")
def files(reader: SampleReader, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return make_report(reader, PERIOD, tmp_path_factory.mktemp("report"), MADE_AT)


def vietnamese(value: object, decimals: int) -> str:
    """Write a number, without the code under test."""
    rounded = Decimal(str(value)).quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)
    return f"{rounded:,}".replace(",", "_").replace(".", ",").replace("_", ".")


def arrow(value: object, mark: str) -> str:
    """Write a change of the table: arrow, number, mark."""
    change = Decimal(str(value))
    return f"{'▲' if change > 0 else '▼'} {vietnamese(abs(change), 2)} {mark}"


def expected(reader: Any, month: date, before: date) -> list[Expected]:
    """The table that the mart asks for, absent cells as the sign alone; marks of status cut."""
    found = []
    base = (
        "select * from mart.indicator_yoy where basis = 'as_published' and area_key = 'VN-00'"
        " and calendar = 'calendar' and agency_code = '_all'"
    )
    spans = {
        "previous": "period_type = 'month' and period_start = ?",
        "current": "period_type = 'month' and period_start = ?",
        # January is its own running total; where there is another row, it is read last and wins
        "running": "period_start = ? and extract(month from period_end) = ?"
        " and extract(year from period_end) = ? order by period_type = 'month' desc",
    }
    starts: dict[str, list[object]] = {
        "previous": [before],
        "current": [month],
        "running": [date(month.year, 1, 1), month.month, month.year],
    }
    by_span = {
        span: {
            row["indicator_code"]: row for row in reader.rows(f"{base} and {where}", starts[span])
        }
        for span, where in spans.items()
    }
    for code in sorted({code for rows in by_span.values() for code in rows}):
        previous, current, running = (by_span[span].get(code) for span in spans)
        item = current or running or previous
        assert item is not None
        monthly = current is not None
        unit, decimals = item["unit"], item["decimals"]
        change = "yoy_abs" if unit == "%" else "yoy_pct"
        picks = (
            (previous, "value", monthly),
            (current, "value", monthly),
            (running, "value", running is not None),
            (current, change, monthly),
            (running, change, running is not None),
        )
        cells, numbers = [], []
        for row, column, applies in picks:
            value = row[column] if row else None
            if value is None:
                none = row and (row["value_reason"] or "").startswith("không phát sinh")
                sign = "x" if not applies else "–" if none and column == "value" else "…"
                cells.append(sign)
            elif column == "value":
                cells.append(vietnamese(value, decimals))
            else:
                assert row
                origin = {"published": "CB", "computed": "TT"}.get(row["yoy_source"], "")
                cells.append(arrow(value, "điểm" if unit == "%" else origin))
            numbers.append(None if value is None else Decimal(str(value)))
        found.append(Expected(code, item["indicator_name"], unit, tuple(cells), tuple(numbers)))
    return found


def plain(text: str) -> str:
    """A text with its spaces made alike."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def without_status(text: str) -> str:
    return re.sub(r" (Ư|SB|CT|T)$", "", plain(text))


def docx_rows(path: Path) -> dict[str, list[str]]:
    """Cells of the main table's rows by indicator name."""
    table = next(
        table
        for table in Document(str(path)).tables
        if "Kế hoạch năm" in "".join(cell.text for cell in table.rows[0].cells)
    )
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    return {cells[1]: cells for cells in rows if cells[0] != cells[1]}


def picked(cells: list[Any]) -> list[Any]:
    """Of a row's cells those of values and changes: not the plan's two."""
    return [*cells[4:7], *cells[8:10]]


def xlsx_rows(path: Path) -> dict[str, list[Cell]]:
    sheet = openpyxl.load_workbook(path)["Bảng KT-XH"]
    return {
        str(row[1].value): list(row) for row in sheet.iter_rows() if isinstance(row[0].value, int)
    }


def pdf_text(path: Path) -> str:
    return plain(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def assert_equal_to_mart(files: ReportFiles, wanted: list[Expected]) -> None:
    """All three files say what the mart says, for every indicator and every cell."""
    in_docx, in_xlsx, in_pdf = docx_rows(files.docx), xlsx_rows(files.xlsx), pdf_text(files.pdf)
    assert set(in_docx) == set(in_xlsx) == {row.name for row in wanted}
    for row in wanted:
        cells = in_docx[row.name]
        assert plain(cells[2]) == row.unit
        assert tuple(without_status(cell) for cell in picked(cells)) == row.cells, row.code
        line = f"{in_docx[row.name][0]} {row.name} {row.unit} " + " ".join(
            plain(cell) for cell in cells[3:10]
        )
        assert line in in_pdf, row.code
        live = picked(in_xlsx[row.name])
        for cell, text, number in zip(live, row.cells, row.numbers, strict=True):
            if number is None:
                assert cell.value == text, row.code
            else:
                assert cell.data_type == "n", row.code
                assert Decimal(str(cell.value)) == number, row.code


def test_every_cell_of_the_three_files_equals_the_mart(
    files: ReportFiles, reader: SampleReader
) -> None:
    wanted = expected(reader, date(2024, 12, 1), date(2024, 11, 1))
    assert len(wanted) == 9
    assert_equal_to_mart(files, wanted)


def test_a_january_report_uses_the_year_before_for_the_month_before(
    reader: SampleReader, tmp_path: Path
) -> None:
    files = make_report(reader, "2024-01", tmp_path, MADE_AT)
    assert_equal_to_mart(files, expected(reader, date(2024, 1, 1), date(2023, 12, 1)))


def test_numbers_in_the_workbook_are_live_and_formatted(files: ReportFiles) -> None:
    rows = xlsx_rows(files.xlsx)
    retail = rows["Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"]
    assert retail[5].number_format == "#,##0"
    assert retail[8].number_format.startswith('"▲ "0.00" % CB"')
    assert rows["CPI so với tháng trước"][5].number_format == "#,##0.00"
    book = openpyxl.load_workbook(files.xlsx)
    assert book.sheetnames == [
        "Bảng KT-XH",
        "Chi tiết",
        "Biểu đồ",
        "Hộ chiếu số liệu",
        "Ghi chú",
    ]
    detail = {row[0].value: row for row in book["Chi tiết"].iter_rows(min_row=2)}
    assert detail["ban_le_tong_muc"][13].value == "Bieu-2024-12.xlsx#Thương mại, dịch vụ!F9"
    assert detail["ban_le_tong_muc"][9].data_type == detail["ban_le_tong_muc"][10].data_type == "n"


def test_absence_is_shown_as_absence_with_its_reason(files: ReportFiles) -> None:
    cells = docx_rows(files.docx)
    assert cells["Gạo – lượng xuất khẩu"][3:10] == ["x", "778,6", "…", "…", "x", "…", "…"]
    assert cells["Du lịch lữ hành"][5] == "–"
    assert cells["Bán lẻ hàng hóa"][4] == "…"
    assert cells["CPI so với tháng trước"][6] == "x"
    assert cells["CPI bình quân từ đầu năm so với cùng kỳ"][4:6] == ["x", "x"]
    document = "\n".join(paragraph.text for paragraph in Document(str(files.docx)).paragraphs)
    for text in (plain(document), pdf_text(files.pdf)):
        assert "tháng 12/2024 – chậm: nguồn chưa gửi số tháng 12/2024" in text
        assert "tháng 11/2024 – mất nguồn: không có tệp của tháng 11/2024" in text
        assert "1 chỉ tiêu không phát sinh; 1 chỉ tiêu chưa có số" in text
    chart = openpyxl.load_workbook(files.xlsx)["Biểu đồ"]
    assert [cell.value for cell in chart[1]][1:] == [str(year) for year in range(2019, 2025)]
    assert chart["C12"].value is None, "November 2020 is missing, not zero"
    assert chart["C11"].value and chart["C13"].value


def test_a_missing_month_breaks_the_line_of_the_picture(reader: SampleReader) -> None:
    chart = read_report(reader, PERIOD, MADE_AT).chart
    assert chart is not None
    by_year = {line.year: line.values for line in chart.lines}
    assert by_year[2020][10] is None
    assert None not in by_year[2024]


def test_later_months_stay_out_of_an_earlier_report(reader: SampleReader) -> None:
    chart = read_report(reader, "2024-05", MADE_AT).chart
    assert chart is not None
    assert chart.lines[-1].year == 2024
    assert [value is None for value in chart.lines[-1].values] == [False] * 5 + [True] * 7


def test_published_and_computed_changes_are_told_apart(files: ReportFiles) -> None:
    text = pdf_text(files.pdf)
    assert "CB: tỷ lệ do cơ quan thống kê công bố" in text
    assert "TT: kho dữ liệu tính từ số của hai kỳ" in text
    tables = [
        [[plain(cell.text) for cell in row.cells] for row in table.rows]
        for table in Document(str(files.docx)).tables
    ]
    rows = next(table for table in tables if table[0] == ["TT", "Chỉ tiêu", "Công bố", "Kho tính"])
    assert {row[1]: tuple(row[2:]) for row in rows[1:]}["Bán lẻ hàng hóa"] == (
        "▲ 7,81 %",
        "▲ 7,50 %",
    )


def test_the_frame_follows_decree_30(files: ReportFiles) -> None:
    document = Document(str(files.docx))
    section = document.sections[0]
    assert [round(side / Mm(1)) for side in (section.page_width, section.page_height)] == [210, 297]
    assert 30 <= round(section.left_margin / Mm(1)) <= 35
    assert 15 <= round(section.right_margin / Mm(1)) <= 20
    assert 20 <= round(section.top_margin / Mm(1)) <= 25
    assert 20 <= round(section.bottom_margin / Mm(1)) <= 25
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header._element.xml
    assert 'w:instr="PAGE"' not in section.first_page_header._element.xml
    frame = plain(" ".join(cell.text for row in document.tables[0].rows for cell in row.cells))
    for text in (frame, pdf_text(files.pdf)):
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Độc lập - Tự do - Hạnh phúc" in text
        assert "ngày 06 tháng 01 năm 2025" in text
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [
        "I. Tình hình chung",
        "II. Kết quả theo lĩnh vực",
        "III. Vận hành các hệ thống của Trung tâm điều hành thông minh",
        "IV. Hạn chế, nguyên nhân",
        "V. Nhiệm vụ tháng tới",
        "1. Bảng chỉ tiêu",
        "2. So sánh với các năm trước",
        "3. Số liệu còn thiếu và điểm cần lưu ý",
        "4. Thay đổi so với báo cáo trước",
        "5. Nguồn số liệu",
    ]
    annex = document.sections[1]
    assert [round(side / Mm(1)) for side in (annex.page_width, annex.page_height)] == [297, 210]
    width = pypdf.PdfReader(files.pdf).pages[0].mediabox.width
    assert round(float(width) / 72 * 25.4) == 210


def test_the_state_of_the_data_is_told(files: ReportFiles) -> None:
    sentence = (
        f"Số liệu công bố đến ngày 31/12/2024; mã công bố của kho dữ liệu: {PUBLICATION}; "
        "lập lúc 10:00 ngày 06/01/2025."
    )
    assert sentence in pdf_text(files.pdf)
    document = Document(str(files.docx))
    assert any(sentence in paragraph.text for paragraph in document.paragraphs)
    assert openpyxl.load_workbook(files.xlsx)["Bảng KT-XH"]["A2"].value == sentence


def test_pdf_fonts_are_embedded(files: ReportFiles) -> None:
    names = set()
    for page in pypdf.PdfReader(files.pdf).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descendant = font["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
            names.add(font["/BaseFont"].partition("+")[2])
    assert names >= {"LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"}


@pytest.mark.parametrize("simulated", [True, False])
def test_simulated_figures_are_stamped_on_every_page(simulated: bool, tmp_path: Path) -> None:
    files = make_report(sample_reader(simulated=simulated), PERIOD, tmp_path, MADE_AT)
    pages = pypdf.PdfReader(files.pdf).pages
    assert len(pages) > 1
    assert [STAMP in page.extract_text() for page in pages] == [simulated] * len(pages)
    # a number across which the stamp is written is read without it
    for page in pages:
        below_head = ("k", 0.0, 0.0, float(page.mediabox.right), float(page.mediabox.top) - 70)
        assert "PHỎNG" not in parity._texts_under(page, [below_head])[0]
    section = Document(str(files.docx)).sections[0]
    for header in (section.first_page_header, section.header):
        assert (STAMP in "".join(p.text for p in header.paragraphs)) is simulated
    book = openpyxl.load_workbook(files.xlsx)
    for sheet in book.worksheets:
        assert (sheet.oddHeader.right.text == STAMP) is simulated
    assert (book["Bảng KT-XH"]["A1"].value == STAMP) is simulated


def test_the_same_inputs_give_the_same_bytes(
    files: ReportFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # another place, another local time, and later than any clock in a zip can hide (2 s)
    monkeypatch.setenv("TZ", "America/Lima")
    time.tzset()
    time.sleep(2.1)
    again = make_report(sample_reader(), PERIOD, tmp_path / "else" / "where", MADE_AT)
    for first, second in (
        (files.docx, again.docx),
        (files.pdf, again.pdf),
        (files.xlsx, again.xlsx),
    ):
        assert first.name == second.name
        assert first.read_bytes() == second.read_bytes(), first.name
    for path in (files.docx, files.xlsx):
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_another_instant_stands_in_the_files(files: ReportFiles, tmp_path: Path) -> None:
    later = make_report(sample_reader(), PERIOD, tmp_path, datetime(2025, 1, 8, 3, tzinfo=UTC))
    assert files.pdf.read_bytes() != later.pdf.read_bytes()
    assert Document(str(later.docx)).core_properties.modified == datetime(2025, 1, 8, 3, tzinfo=UTC)


def test_a_period_without_figures_names_those_there_are(
    reader: SampleReader, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"kỳ 03/2031.*01/2019–12/2024"):
        make_report(reader, "2031-03", tmp_path, MADE_AT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("period", ["2024-13", "12/2024", "2024", "", "2024-1", "２０２４-12"])
def test_what_is_no_month_is_refused(reader: SampleReader, tmp_path: Path, period: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        make_report(reader, period, tmp_path, MADE_AT)


def test_a_time_without_zone_is_refused(reader: SampleReader, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="múi giờ"):
        make_report(reader, PERIOD, tmp_path, datetime(2025, 1, 6))


def test_two_publications_are_never_mixed(tmp_path: Path) -> None:
    reader = sample_reader()
    reader.connection.execute("update mart.board_series set publication_id = 8")
    with pytest.raises(PublicationMovedError):
        make_report(reader, PERIOD, tmp_path, MADE_AT)


def test_a_failed_rendering_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = make_report(sample_reader(), PERIOD, tmp_path, MADE_AT)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(self: Path, target: Path) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        make_report(sample_reader(simulated=True), PERIOD, tmp_path, MADE_AT)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert files.docx.name == "bao-cao-kt-xh-2024-12.docx"


def test_without_a_series_the_report_says_so(tmp_path: Path) -> None:
    reader = sample_reader()
    reader.connection.execute("delete from mart.board_series")
    files = make_report(reader, PERIOD, tmp_path, MADE_AT)
    assert "Kho chưa có chuỗi tháng" in pdf_text(files.pdf)
    assert "Biểu đồ" not in openpyxl.load_workbook(files.xlsx).sheetnames


@pytest.fixture
def real_report(built_reader: Any, tmp_path: Path) -> Iterator[tuple[Any, ReportFiles]]:
    yield built_reader, make_report(built_reader, PERIOD, tmp_path, MADE_AT)


@pytest.mark.real_data
def test_real_figures_equal_the_mart_cell_by_cell(
    real_report: tuple[Any, ReportFiles],
) -> None:
    reader, files = real_report
    wanted = expected(reader, date(2024, 12, 1), date(2024, 11, 1))
    assert len(wanted) >= 15
    assert_equal_to_mart(files, wanted)
    # as printed in the workbook of 12/2024: 108.9594551550228
    retail = docx_rows(files.docx)["Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"]
    assert plain(retail[9]) == "▲ 8,96 CB"


def test_what_has_no_figure_of_the_month_yet_is_told_of_the_month_before() -> None:
    reader = sample_reader()
    reader.connection.execute(
        "delete from mart.indicator_yoy where indicator_code = 'xuat_khau_tong'"
        " and period_end = date '2024-12-31'"
    )
    report = read_report(reader, PERIOD, MADE_AT)
    (exports,) = [
        text
        for sentence in report.general
        if "Tổng trị giá xuất khẩu" in (text := "".join(span.text for span in sentence))
    ]
    assert "tháng 11/2024 " in exports and "11 tháng đầu năm 2024" in exports
    (row,) = [row for row in report.rows if row.code == "xuat_khau_tong"]
    assert row.current.value is None and row.previous.value is not None
