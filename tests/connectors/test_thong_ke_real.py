"""The 60 real workbooks: nothing lost, nothing doubled, and the four families readable."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from python_calamine import CalamineWorkbook

from connectors.connector import PullContext
from connectors.sources.thong_ke.source import deliveries

pytestmark = pytest.mark.real_data

Cell = dict[str, object]
FAMILIES = {
    "ban_le": r"bán lẻ|hàng hóa bán lẻ",
    "cpi": r"chỉ số giá tiêu dùng",
    "iip": r"chỉ số sản xuất công nghiệp",
    "xuat_khau": r"^\d+\.\s*(?:hàng hóa xuất khẩu|xuất khẩu hàng hóa)",
}


@pytest.fixture(scope="module")
def cells(gso_dir: Path) -> pa.Table:
    refused: list[tuple[str, str]] = []
    context = PullContext(
        now=datetime(2026, 1, 1, tzinfo=UTC),
        paths=(gso_dir,),
        refuse=lambda label, reason: refused.append((label, reason)),
    )
    table = pa.concat_tables(part for d in deliveries(context) for part in d.tables["cell"])
    assert refused == []
    return table


@pytest.fixture(scope="module")
def places(cells: pa.Table) -> dict[tuple[str, str, str], Cell]:
    columns = ["source_file", "sheet", "cell", "cell_kind", "item_path", "column_path"]
    columns += ["unit_text", "value", "item_label", "table_title", "is_text", "col_hidden"]
    rows = cells.select(columns).to_pylist()
    found = {(row["source_file"][:10], row["sheet"], row["cell"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def _family(title: str) -> str:
    names = [name for name, form in FAMILIES.items() if re.search(form, title, re.I)]
    return names[0] if len(names) == 1 else ""


def _numbers(path: Path) -> Iterator[tuple[str, int, int, float]]:
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for row, line in enumerate(rows, 1):
                for column, value in enumerate(line, 1):
                    if isinstance(value, float):
                        yield name, row, column, value


def test_every_number_of_every_sheet_once(gso_dir: Path, cells: pa.Table) -> None:
    typed = cells.filter(pc.invert(cells["is_text"]))
    assert typed.num_rows == 181_885
    keys = ["source_file", "sheet", "row_no", "col_no", "value"]
    landed = defaultdict(list)
    for row in typed.select(keys).to_pylist():
        place = (row["sheet"], row["row_no"], row["col_no"], row["value"])
        landed[row["source_file"]].append(place)
    for path in sorted(gso_dir.glob("*.xlsx")):
        assert sorted(landed[path.name]) == sorted(_numbers(path)), path.name


def test_the_two_numbers_typed_as_text(places: dict[tuple[str, str, str], Cell]) -> None:
    typed = {key: row["value"] for key, row in places.items() if row["is_text"]}
    assert typed == {
        ("2023-12-29", "33.CPI", "E29"): 0.17,
        ("2024-12-29", "47.Laodong", "E33"): 40.3,
    }


CPI, EXPORT = "CHỈ SỐ GIÁ TIÊU DÙNG › ", "MẶT HÀNG CHỦ YẾU › "
SPOTS = [
    ("2024-12-29", "26.Tongmuc", "D10", "TỔNG SỐ", "Ước tính tháng 12 năm 2024", "Tỷ đồng"),
    ("2024-12-29", "26.Tongmuc", "F11", "TỔNG SỐ › Bán lẻ hàng hóa",
     "Ước tính năm 2024 › Cơ cấu (%)", "%"),
    ("2024-12-29", "26.Tongmuc", "H14", "TỔNG SỐ › Dịch vụ khác", "Năm 2024 so với năm 2023 (%)",
     "%"),
    ("2024-12-29", "27.TM_Quy", "F9", "TỔNG SỐ",
     "So với cùng kỳ năm trước (%) › Quý IV năm 2024", "%"),
    ("2019-03-29", "Tongmuc", "E7", "TỔNG SỐ", "Ước tính quý I năm 2019 › Cơ cấu (%)", "%"),
    ("2024-12-29", "33.CPI", "D12", CPI + "Hàng ăn và dịch vụ ăn uống › Lương thực",
     "Tháng 12 năm 2024 so với › Tháng 12 năm 2023", "%"),
    ("2019-06-28", "CPI", "D15", CPI + "Hàng ăn và dịch vụ ăn uống › Lương thực",
     "Tháng 6 năm 2019 so với: › Kỳ gốc (2014)", "%"),
    ("2024-12-29", "33.CPI", "G29", "LẠM PHÁT CƠ BẢN", "Năm 2024 so với năm 2023", "%"),
    ("2019-06-28", "9.IIPthang", "C25",
     "Công nghiệp chế biến, chế tạo › Chế biến gỗ và sản xuất sản phẩm từ gỗ, tre, nứa (trừ "
     "giường, tủ, bàn ghế); sản xuất sản phẩm từ rơm, rạ và vật liệu tết bện",
     "Tháng 6 năm 2019 so với tháng trước", "%"),
    ("2024-12-29", "11.IIPquy", "E8", "Toàn ngành công nghiệp",
     "So với cùng kỳ năm trước: › Ước tính quý IV năm năm 2024", "%"),
    ("2024-12-29", "28.XK tháng", "G21", EXPORT + "Gạo", "Sơ bộ năm 2024 › Trị giá",
     "Nghìn tấn; Triệu USD"),
    ("2024-12-29", "28.XK tháng", "I17", EXPORT + "Hạt điều",
     "Tháng 12 năm 2024 so với cùng kỳ năm trước (%) › Lượng", "%"),
    ("2021-12-29", "xuat khau thang", "M9", "TỔNG TRỊ GIÁ",
     "Năm 2021 so với năm trước (%) › Trị giá", "%"),
    ("2019-01-29", "18XK", "G11", "TỔNG TRỊ GIÁ › Khu vực có vốn đầu tư NN › Dầu thô",
     "Ước tính tháng 01 năm 2019 › Trị giá", "Nghìn tấn; Triệu USD"),
    ("2024-12-29", "28.XK tháng", "D12", "TỔNG TRỊ GIÁ › Khu vực có vốn đầu tư NN › Dầu thô",
     "Sơ bộ tháng 12 năm 2024 › Trị giá", "Nghìn tấn; Triệu USD"),
]  # fmt: skip


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: f"{spot[0]}-{spot[1]}-{spot[2]}")
def test_spots_read_by_hand(
    places: dict[tuple[str, str, str], Cell], spot: tuple[str, str, str, str, str, str]
) -> None:
    day, sheet, cell, item, column, unit = spot
    found = places[day, sheet, cell]
    assert found["cell_kind"] == "body"
    assert (found["item_path"], found["column_path"]) == (item, column)
    assert found["unit_text"] == unit


def test_paths_of_the_four_families_are_stable(
    places: dict[tuple[str, str, str], Cell],
) -> None:
    """Each family's main items have one path each, in every Vietnamese workbook."""
    days = defaultdict(set)
    for (day, _, _), row in places.items():
        family = _family(str(row["table_title"]))
        if family and row["cell_kind"] == "body":
            assert row["item_path"] and row["column_path"], row
            days[family, row["item_path"]].add(day)
    for family, item in (
        ("ban_le", "TỔNG SỐ"),
        ("ban_le", "TỔNG SỐ › Dịch vụ lưu trú, ăn uống"),
        ("cpi", "CHỈ SỐ GIÁ TIÊU DÙNG"),
        ("cpi", CPI + "Hàng ăn và dịch vụ ăn uống › Thực phẩm"),
        ("cpi", CPI + "Giáo dục › Dịch vụ giáo dục"),
        ("cpi", "CHỈ SỐ GIÁ VÀNG"),
        ("cpi", "LẠM PHÁT CƠ BẢN"),
        ("iip", "Toàn ngành công nghiệp"),
        ("iip", "Khai khoáng › Khai thác than cứng và than non"),
        ("iip", "Công nghiệp chế biến, chế tạo › Dệt"),
        ("xuat_khau", "TỔNG TRỊ GIÁ"),
        ("xuat_khau", EXPORT + "Gạo"),
        ("xuat_khau", EXPORT + "Thủy sản"),
    ):
        assert len(days[family, item]) == 59, (family, item)
    counts = defaultdict(int)
    for family, _ in days:
        counts[family] += 1
    assert counts["ban_le"] == 5
    assert counts["cpi"] == 22
    assert counts["iip"] <= 40
    assert counts["xuat_khau"] <= 64


def test_stray_numbers_are_few_and_mostly_hidden(
    places: dict[tuple[str, str, str], Cell],
) -> None:
    stray = [row for row in places.values() if row["cell_kind"] == "stray"]
    assert 0 < len(stray) < 5_000
    assert sum(bool(row["col_hidden"]) for row in stray) > 0.9 * len(stray)


def test_golden_values_are_in_the_rows_they_name(
    golden_dir: Path, places: dict[tuple[str, str, str], Cell]
) -> None:
    """Every golden value and published index is a body figure of the named row and label."""
    rows = defaultdict(list)
    for (day, sheet, cell), row in places.items():
        if row["cell_kind"] == "body":
            rows[day, sheet, int(re.sub("[A-Z]", "", cell))].append(row)
    with (golden_dir / "gso_yoy.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 100
    for line in lines:
        found = rows[line["source_file"][:10], line["sheet"], int(line["row"])]
        values = [row["value"] for row in found]
        label = " ".join(line["row_label"].split())
        assert {row["item_label"] for row in found} == {label}, line
        for wanted in (line["value_current"], line["published_index_pct"]):
            assert any(abs(v - float(wanted)) <= 1e-9 * abs(v) for v in values), line
