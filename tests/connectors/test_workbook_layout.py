"""Each layout trap of the statistics workbooks, on a small real file."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from connectors.workbook import lay_out
from tests.connectors.books import address, bold, book, cells_of, fill, indent, sheets_of

_ = None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.xlsx"


def test_title_corner_unit_and_years_in_the_header(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["26. Tổng mức bán lẻ hàng hóa"],
                ["       tháng 12 năm 2024"],
                [_, _, "Tỷ đồng"],
                [_, "Sơ bộ", "Ước tính"],
                [_, "tháng 11", "tháng 12"],
                [_, "năm", "năm"],
                [_, 2024, 2024],
                ["TỔNG SỐ", 559992.6, 570734],
            ],
        )
    )
    assert {a: c.kind for a, c in cells.items()} == {
        "B7": "header",
        "C7": "header",
        "B8": "body",
        "C8": "body",
    }
    cell = cells["C8"]
    assert cell.table_title == "26. Tổng mức bán lẻ hàng hóa tháng 12 năm 2024"
    assert cell.column_path == "Ước tính tháng 12 năm 2024"
    assert (cell.unit, cell.item_path, cell.text) == ("Tỷ đồng", "TỔNG SỐ", "570734")


def test_merged_span_is_the_parent_of_its_columns(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["28. Hàng hóa xuất khẩu"],
                [_, _, _, _, "Nghìn tấn; Triệu USD"],
                [_, "Sơ bộ", _, "Năm 2024"],
                [_, "tháng 12", _, "so với"],
                [_, "năm 2024", _, "năm trước (%)"],
                [_, "Lượng", "Trị giá", "Lượng", "Trị giá"],
                ["Gạo", 590.3, 363.9, 119.8, 107.4],
            ],
            ["B3:C3", "B4:C4", "B5:C5", "D3:E3", "D4:E4", "D5:E5"],
        )
    )
    assert cells["B7"].column_path == "Sơ bộ tháng 12 năm 2024 › Lượng"
    assert cells["C7"].column_path == "Sơ bộ tháng 12 năm 2024 › Trị giá"
    assert cells["E7"].column_path == "Năm 2024 so với năm trước (%) › Trị giá"
    assert cells["C7"].unit == "Nghìn tấn; Triệu USD"
    assert cells["E7"].unit == "%"


def test_unmerged_span_reaches_over_blank_neighbours(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["30. Chỉ số giá"],
                [_, "Tháng 6 so với", _, _, "Bình quân"],
                [_, "Kỳ gốc", "Tháng 5", "Tháng 12", "6 tháng"],
                ["Lương thực", 106.1, 99.4, 99.9, 100.3],
            ],
        )
    )
    assert cells["B4"].column_path == "Tháng 6 so với › Kỳ gốc"
    assert cells["D4"].column_path == "Tháng 6 so với › Tháng 12"
    assert cells["E4"].column_path == "Bình quân 6 tháng"


def test_span_missing_in_one_row_is_taken_from_the_rows_above(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["13. Tổng mức"],
                [_, "Cộng dồn"],
                [_, "năm 2024"],
                [_, "Tổng", "Cơ"],
                [_, "mức", "cấu (%)"],
                ["Du lịch", 25838.3, 0.92],
            ],
            ["B2:C2"],
        )
    )
    assert cells["B6"].column_path == "Cộng dồn năm 2024 › Tổng mức"
    assert cells["C6"].column_path == "Cộng dồn năm 2024 › Cơ cấu (%)"


def test_of_which_and_label_columns_nest(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["33. CPI"],
                [_, _, _, "Tháng 12"],
                ["CHỈ SỐ GIÁ TIÊU DÙNG", _, _, 102.9],
                [_, "Hàng ăn", _, 103.8],
                [_, "    Trong đó:", "Lương thực", 104.5],
                [_, _, "Thực phẩm", 103.7],
                [_, "Đồ uống", _, 102.3],
                ["CHỈ SỐ GIÁ VÀNG", _, _, 131.0],
            ],
        )
    )
    assert cells["D5"].item_path == "CHỈ SỐ GIÁ TIÊU DÙNG › Hàng ăn › Lương thực"
    assert cells["D6"].item_path == "CHỈ SỐ GIÁ TIÊU DÙNG › Hàng ăn › Thực phẩm"
    assert cells["D7"].item_path == "CHỈ SỐ GIÁ TIÊU DÙNG › Đồ uống"
    assert cells["D8"].item_path == cells["D8"].item_label == "CHỈ SỐ GIÁ VÀNG"


def test_same_paths_when_all_labels_share_one_column(path: Path) -> None:
    """The layout of 2024: capitals outrank, 'Trong đó:' opens one step."""
    cells = cells_of(
        book(
            path,
            [
                ["33. CPI"],
                [_, _, "Tháng 12"],
                ["CHỈ SỐ GIÁ TIÊU DÙNG", _, 102.9],
                ["Hàng ăn", _, 103.8],
                ["    Trong đó:", "Lương thực", 104.5],
                [_, "Thực phẩm", 103.7],
                ["Đồ uống", _, 102.3],
            ],
        )
    )
    assert cells["C5"].item_path == "CHỈ SỐ GIÁ TIÊU DÙNG › Hàng ăn › Lương thực"
    assert cells["C7"].item_path == "CHỈ SỐ GIÁ TIÊU DÙNG › Đồ uống"


def test_lone_of_which_holds_for_the_siblings_below(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["22. Vốn"],
                [_, "Tháng 5"],
                ["Trung ương", 6924.6],
                ["Trong đó:"],
                ["Bộ Y tế", 56.9],
                ["Bộ Xây dựng", 101.3],
            ],
        )
    )
    assert cells["B5"].item_path == "Trung ương › Bộ Y tế"
    assert cells["B6"].item_path == "Trung ương › Bộ Xây dựng"


def test_section_without_figures_holds_until_the_next(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["28. Xuất khẩu"],
                [_, _, "Trị giá"],
                ["TỔNG TRỊ GIÁ", _, 35528.9],
                [_, "Khu vực trong nước", 10682.8],
                ["MẶT HÀNG CHỦ YẾU"],
                [_, "Thủy sản", 873.9],
                [_, "Rau quả", 529.1],
            ],
        )
    )
    assert cells["C4"].item_path == "TỔNG TRỊ GIÁ › Khu vực trong nước"
    assert cells["C6"].item_path == "MẶT HÀNG CHỦ YẾU › Thủy sản"
    assert cells["C7"].item_path == "MẶT HÀNG CHỦ YẾU › Rau quả"


def test_item_without_figures_is_no_section(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["25. FDI"],
                [_, _, "Số dự án"],
                ["Phân theo một số nước"],
                [_, "Nhật Bản", 3],
                [_, "Pháp"],
                [_, "Thụy Sỹ", 2],
            ],
        )
    )
    assert cells["C6"].item_path == "Phân theo một số nước › Thụy Sỹ"


@pytest.mark.parametrize("how", ["spaces", "format"])
def test_indentation_by_spaces_or_by_cell_format(path: Path, how: str) -> None:
    workbook = Workbook()
    lead = "   " if how == "spaces" else ""
    sheet = fill(
        workbook.active,
        [
            ["9. Thủy sản"],
            [_, "Quý III"],
            ["Nuôi trồng", 1624.4],
            [f"{lead}Cá", 938.5],
            [f"{lead}Tôm", 494.3],
            ["Khai thác", 1021.0],
            [f"{lead}Cá", 807.5],
        ],
    )
    if how == "format":
        indent(sheet, {"A4": 1, "A5": 1, "A7": 1})
    workbook.save(path)
    cells = cells_of(path)
    assert cells["B5"].item_path == "Nuôi trồng › Tôm"
    assert cells["B7"].item_path == "Khai thác › Cá"


def test_bold_label_outranks_plain_ones(path: Path) -> None:
    workbook = Workbook()
    sheet = fill(
        workbook.active,
        [
            ["28. Xuất khẩu"],
            [_, "Trị giá"],
            ["Khu vực có vốn đầu tư NN", 24846.1],
            ["Dầu thô", 117.6],
            ["Hàng hoá khác", 24728.4],
        ],
    )
    bold(sheet, "A3")
    workbook.save(path)
    assert cells_of(path)["B5"].item_path == "Khu vực có vốn đầu tư NN › Hàng hoá khác"


def test_wrapped_labels_are_joined(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["9. IIP"],
                [_, "Tháng 6"],
                ["Dệt", 115.2],
                ["Chế biến gỗ và sản phẩm từ gỗ, tre, nứa"],
                ["(trừ giường, tủ); sản xuất sản phẩm từ"],
                ["rơm, rạ", 116.0],
                ["Sản xuất kim loại", 143.9],
            ],
        )
    )
    assert cells["B6"].item_path == (
        "Chế biến gỗ và sản phẩm từ gỗ, tre, nứa (trừ giường, tủ); sản xuất sản phẩm từ rơm, rạ"
    )
    assert cells["B7"].item_path == "Sản xuất kim loại"


def test_stacked_tables_and_continuation(path: Path) -> None:
    head = [[_, _, "%"], [_, "so với tháng trước", "so với năm trước"]]
    cells = cells_of(
        book(
            path,
            [
                ["16. Chỉ số sử dụng lao động"],
                *head,
                ["CẢ NƯỚC", 100.7, 103.2],
                ["16. (Tiếp theo) Chỉ số sử dụng lao động"],
                *head,
                ["Đà Nẵng", 100.2, 100.4],
                _ or [],
                ["17. Chăn nuôi"],
                [_, "Quý III", "Quý IV"],
                ["Thịt lợn", 1312.5, 1324.5],
                ["(*) Số liệu sơ bộ"],
            ],
        )
    )
    assert cells["B8"].table_title == cells["B4"].table_title == "16. Chỉ số sử dụng lao động"
    assert cells["B8"].item_path == "CẢ NƯỚC › Đà Nẵng"
    assert [cells[a].table_no for a in ("B4", "B8", "B12")] == [1, 2, 3]
    assert (cells["B12"].table_title, cells["B12"].unit) == ("17. Chăn nuôi", "")
    assert cells["C12"].column_path == "Quý IV"


def test_continuation_without_a_header_keeps_the_columns(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["5. Bảng"],
                [_, _, "Tỷ đồng"],
                [_, "Quý I", "Quý II"],
                ["Hà Nội", 1.5, 2.5],
                ["5. (Tiếp theo) Bảng"],
                ["Huế", 3.5, 4.5],
            ],
        )
    )
    assert cells["C6"].column_path == "Quý II"
    assert cells["C6"].unit == "Tỷ đồng"


def test_two_tables_side_by_side(path: Path) -> None:
    left = [["1. Gạo"], [_, "Năm 2023"], ["A1", 1.5], ["A2", 2.5], ["A3", 3.5], ["A4", 4.5]]
    right = [["2. Ngô"], [_, "Năm 2024"], ["B1", 5.5], ["B2", 6.5], ["B3", 7.5], ["B4", 8.5]]
    rows = [[*a, *([_] * (3 - len(a))), *b] for a, b in zip(left, right, strict=True)]
    cells = cells_of(book(path, rows))
    assert (cells["B3"].table_title, cells["E3"].table_title) == ("1. Gạo", "2. Ngô")
    assert (cells["B6"].item_path, cells["E6"].item_path) == ("A4", "B4")
    assert (cells["B6"].column_path, cells["E6"].column_path) == ("Năm 2023", "Năm 2024")
    assert cells["B3"].table_no != cells["E3"].table_no


def test_stray_numbers_beside_a_table(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["12. Hàng hóa xuất khẩu", _, _, _, 3.25],
                [_, _, "Triệu USD"],
                [_, "Tháng 1", "Tháng 2", _, "utt12"],
                ["TỔNG", 14600, 36675, _, 151.2],
                ["Gạo", 420, 645, _, -84.4, 17],
                [_, _, 30],
            ],
        )
    )
    kinds = {a: c.kind for a, c in cells.items()}
    assert {a for a, kind in kinds.items() if kind == "stray"} == {"E1", "E4", "E5", "F5", "C6"}
    assert {a for a, kind in kinds.items() if kind == "body"} == {"B4", "C4", "B5", "C5"}


def test_ordinal_numbers_left_of_the_labels_are_stray(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                [_, "39. Khách quốc tế"],
                [_, _, "Tháng 8"],
                [1, "TỔNG SỐ", 1446809],
                [2, "Đường biển", 48],
                [3, "Đường bộ", 180441],
            ],
        )
    )
    assert cells["A4"].kind == "stray"
    assert (cells["C4"].kind, cells["C4"].item_path) == ("body", "TỔNG SỐ › Đường biển")


def test_unit_column_with_ditto_marks(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["50. Xã hội"],
                [_, "Đơn vị", "Năm"],
                [_, "tính", 2024],
                ["Số người chết", "Người", 2555],
                ["Số người bị thương", '"', 2610],
                ["Thiệt hại", "Tỷ đồng", 56.2],
            ],
        )
    )
    assert [cells[a].unit for a in ("C4", "C5", "C6")] == ["Người", "Người", "Tỷ đồng"]
    assert cells["C5"].item_path == "Số người bị thương"


def test_unit_rows_inside_the_body(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["47. Lao động"],
                [_, "Quý I", "Quý II"],
                [_, "Nghìn người"],
                ["Nam", 27855.6, 27881.3],
                [_, "Cơ cấu - %"],
                ["Nam", 53.1, 53.2],
            ],
            ["B3:C3", "B5:C5"],
        )
    )
    assert (cells["C4"].unit, cells["C6"].unit) == ("Nghìn người", "Cơ cấu - %")
    assert cells["C6"].column_path == "Quý II"
    assert cells["C4"].table_no == cells["C6"].table_no


def test_units_in_brackets_of_labels_and_parents(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["40. Vận tải"],
                [_, "Tháng 12", "so với năm trước (%)"],
                ["I. Vận chuyển (Nghìn HK)", 297101.5, 205.5],
                ["Phân theo khu vực"],
                ["Trong nước", 296297.6, 205.0],
            ],
        )
    )
    assert (cells["B3"].unit, cells["B5"].unit, cells["C5"].unit) == ("Nghìn HK", "Nghìn HK", "%")
    assert cells["B5"].item_path == "I. Vận chuyển (Nghìn HK) › Phân theo khu vực › Trong nước"


@pytest.mark.parametrize("unit", ["Năm", "Số bé trai/100 bé gái", "‰"])
def test_a_label_names_its_own_unit_below_a_parent_with_another(path: Path, unit: str) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["46. Dân số"],
                [_, "2023", "2024"],
                ["Dân số trung bình (Nghìn người)", 100309.2, 101343.8],
                ["Phân theo khu vực"],
                [f"Chỉ tiêu khác ({unit})", 74.5, 74.7],
            ],
        )
    )
    assert (cells["B3"].unit, cells["B5"].unit) == ("Nghìn người", unit)


def test_units_of_the_english_transport_tables(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["37. Carriage of passengers"],
                [_, "Estimate September"],
                ["I. Volume carried (Thous. passengers)", 268690.7],
                ["II. Volume traffic carried (Mill. passengers-km)", 11197.1],
                ["III. Volume traffic carried (Mill. tons-km)", 28301.2],
            ],
        )
    )
    units = [cells[a].unit for a in ("B3", "B4", "B5")]
    assert units == ["Thous. passengers", "Mill. passengers-km", "Mill. tons-km"]


def test_numbers_typed_as_text(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [
                ["33. CPI"],
                [_, "Tháng 1", "Tháng 2", "Tháng 3", "2024", "Tháng 5"],
                ["LẠM PHÁT CƠ BẢN", "0.17", "1.234", "791/903", "12,07%", "-"],
                ["CHỈ SỐ", 1.5, 2.5, 3.5, 4.5, 5.5],
            ],
        )
    )
    assert (cells["B3"].is_text, cells["B3"].value, cells["B3"].text) == (True, 0.17, "0.17")
    assert (cells["C3"].value, cells["D3"].value) == (None, None)
    assert (cells["E3"].value, cells["E3"].unit) == (12.07, "%")
    assert "F3" not in cells and "E2" not in cells
    assert not cells["B4"].is_text


def test_a_number_turned_into_a_date_is_shown_not_guessed(path: Path) -> None:
    cells = cells_of(book(path, [["1. X"], [_, "Quý I"], ["A", datetime(2024, 12, 5)], ["B", 2.5]]))
    assert (cells["B3"].is_text, cells["B3"].value, cells["B3"].kind) == (True, None, "body")


def test_label_merged_over_two_rows_counts_for_both(path: Path) -> None:
    cells = cells_of(
        book(
            path,
            [["1. X"], [_, _, "Quý I"], ["Lúa", "diện tích", 1.5], [_, "sản lượng", 2.5]],
            ["A3:A4"],
        )
    )
    assert cells["C4"].item_path == "Lúa › sản lượng"


def test_hidden_rows_columns_and_sheets_are_flagged(path: Path) -> None:
    workbook = Workbook()
    sheet = fill(workbook.active, [["1. X"], [_, "I", "II"], ["A", 1.5, 2.5], ["B", 3.5, 4.5]])
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = fill(workbook.create_sheet("ẩn"), [["1. Y"], [_, "I"], ["A", 1.5]])
    other.sheet_state = "hidden"
    workbook.save(path)
    shown, hidden = sheets_of(path)
    assert (shown.hidden, hidden.hidden) == (False, True)
    assert (shown.hidden_rows, shown.hidden_columns) == ({3}, {2})
    assert {address(c) for c in lay_out(shown)} == {"B3", "C3", "B4", "C4"}


def test_formulas_links_and_markup_stay_text(path: Path) -> None:
    workbook = Workbook()
    sheet = fill(workbook.active, [["1. <script>x</script>"], [_, "{{ 7*7 }}"], ["A", 1.5]])
    sheet["A3"] = '\'=HYPERLINK("http://x")'
    sheet["A3"].font = Font(italic=True)
    workbook.save(path)
    cell = cells_of(path)["B3"]
    assert cell.item_path == '\'=HYPERLINK("http://x")'
    assert (cell.column_path, cell.table_title) == ("{{ 7*7 }}", "1. <script>x</script>")


def test_numbers_without_any_table_are_stray_once(path: Path) -> None:
    cells = cells_of(book(path, [[1.5, 2.5], [_, 2024]]))
    assert {a: c.kind for a, c in cells.items()} == dict.fromkeys(["A1", "B1", "B2"], "stray")


TYPED = [
    ["1. Bán lẻ"],
    [_, _, _, "Tỷ đồng"],
    [_, "Tháng 1", "Tháng 2", "So với cùng kỳ (%)"],
]


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("5.238.802", 5238802, "Tỷ đồng"),
        ("10,055,418", 10055418, "Tỷ đồng"),
        ("1.234,5 tỷ", 1234.5, "Tỷ đồng"),
        ("1.234,5 tỉ đồng", 1234.5, "Tỷ đồng"),
        ("１２", 12, "Tỷ đồng"),
        # the level's unit cannot be a percentage: the warehouse finds no unit for it
        ("12,07%", 12.07, "%"),
    ],
)
def test_typed_figures_that_are_certain(path: Path, typed: str, value: float, unit: str) -> None:
    cells = cells_of(book(path, [*TYPED, ["A", typed, 1.5, 2.5], ["B", 1.5, 2.5, 3.5]]))
    assert (cells["B4"].value, cells["B4"].unit, cells["B4"].doubt) == (value, unit, "")
    assert cells["B4"].is_text and cells["B4"].text == typed
    assert cells["B5"].value == 1.5


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("791/903", "tỷ lệ, ngày hay hai số?"),
        ("7/10", "tỷ lệ, ngày hay hai số?"),
        ("1.234", "1234 hay 1,234?"),
        ("1,234", "1234 hay 1,234?"),
        ("1.234,5 triệu", "tính theo đơn vị nào?"),
        ("12 con voi", "không rõ “con voi” là đơn vị gì"),
        ("NaN", "công thức hỏng"),
        ("đang rà soát", "không phải là số"),
        ("khoảng 500", "không phải là số"),
        ("@SUM(1+1)", "không phải là số"),
        ("=SUM(A1:A9)", "công thức hỏng"),
        (datetime(2024, 10, 7), "đang chứa ngày “2024-10-07”"),
    ],
)
@pytest.mark.parametrize("whole_row", [False, True])
def test_text_in_a_figures_place_is_kept_with_its_question(
    path: Path, typed: object, question: str, whole_row: bool
) -> None:
    """Also a row of nothing but such texts: it is no heading of a new table."""
    odd = [typed] * 3 if whole_row else [typed, 1.5, 2.5]
    rows = [*TYPED, ["A", 1.5, 2.5, 3.5], ["B", *odd], ["C", 1.5, 2.5, 3.5]]
    cells = cells_of(book(path, rows))
    odd_cell = cells["B5"]
    assert (odd_cell.value, odd_cell.is_text, odd_cell.kind) == (None, True, "body")
    assert (odd_cell.item_path, odd_cell.column_path) == ("B", "Tháng 1")
    assert question in odd_cell.doubt and "\n" not in odd_cell.doubt
    assert len(cells) == 9 and (cells["C6"].column_path, cells["C6"].value) == ("Tháng 2", 2.5)


@pytest.mark.parametrize("mark", ["—", "-", "..", "…", "~", "N/A", "không có", "Đang cập nhật"])
@pytest.mark.parametrize("whole_row", [False, True])
def test_a_sign_for_no_figure_is_no_figure_and_no_error(
    path: Path, mark: str, whole_row: bool
) -> None:
    odd = [mark] * 3 if whole_row else [mark, 1.5, 2.5]
    rows = [*TYPED, ["A", 1.5, 2.5, 3.5], ["B", *odd], ["C", 1.5, 2.5, 3.5]]
    cells = cells_of(book(path, rows))
    assert "B5" not in cells and len(cells) == (6 if whole_row else 8)
    assert cells["B6"].column_path == "Tháng 1"


def test_the_other_cells_of_a_column_decide_an_ambiguous_one(path: Path) -> None:
    rows = [
        ["A", "1.234", "1.234", "1.234"],
        ["B", "5.238.802", "0.17", "12,07"],
        ["C", "1,234", "1,234", "0.17"],
    ]
    cells = cells_of(book(path, [*TYPED, *rows, ["D", 1.5, 2.5, 3.5]]))
    assert (cells["B4"].value, cells["B6"].value) == (1234, 1.234)
    assert (cells["C4"].value, cells["C6"].value) == (1.234, 1234)
    # here they contradict each other
    assert cells["D4"].value is None and "hay" in cells["D4"].doubt


def test_a_failed_formula_in_a_figures_place_is_seen(path: Path) -> None:
    """Calamine gives "" for it, as for a blank cell."""
    workbook = Workbook()
    fill(workbook.active, [*TYPED, ["A", 1.5, 2.5, 3.5], ["B", "#DIV/0!", "#REF!", 3.5]])
    assert workbook.active["B5"].data_type == "e"
    workbook.save(path)
    cells = cells_of(path)
    assert [cells[a].text for a in ("B5", "C5")] == ["#DIV/0!", "#REF!"]
    assert cells["B5"].value is None and "công thức hỏng" in cells["B5"].doubt
