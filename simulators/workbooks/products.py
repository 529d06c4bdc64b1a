"""Main industrial products: monthly quantities and their table."""

from simulators.workbooks.calendar import (
    Month,
    capital,
    number,
    since_january,
    single,
    to_date,
    two_digits,
    year,
)
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.sheet import Row, Sheet

FAMILY, TITLE = "san_pham_cn", "Một số sản phẩm chủ yếu của ngành công nghiệp"

# Product: its label, its unit as printed, mid-2024 quantity of a month.
PRODUCTS = {
    "than": ("Than đá (than sạch)", "Nghìn tấn", 3900.0),
    "dau_tho": ("Dầu mỏ thô khai thác", "Nghìn tấn", 680.0),
    "khi_dot": ("Khí đốt thiên nhiên dạng khí", "Triệu m3", 560.0),
    "lpg": ("Khí hoá lỏng (LPG)", "Nghìn tấn", 62.0),
    "xang_dau": ("Xăng, dầu", "Nghìn tấn", 1430.0),
    "alumin": ("Alumin", "Nghìn tấn", 128.0),
    "thuy_hai_san": ("Thuỷ hải sản chế biến", "Nghìn tấn", 540.0),
    "sua_tuoi": ("Sữa tươi", "Triệu lít", 178.0),
    "sua_bot": ("Sữa bột", "Nghìn tấn", 11.6),
    "duong_kinh": ("Đường kính", "Nghìn tấn", 120.0),
    "bot_ngot": ("Bột ngọt", "Nghìn tấn", 28.0),
    "thuc_an_gia_suc": ("Thức ăn cho gia súc", "Nghìn tấn", 1290.0),
    "thuc_an_thuy_san": ("Thức ăn cho thủy sản", "Nghìn tấn", 760.0),
    "bia": ("Bia", "Triệu lít", 380.0),
    "thuoc_la": ("Thuốc lá điếu", "Triệu bao", 620.0),
    "vai_tu_nhien": ("Vải dệt từ sợi tự nhiên", "Triệu m2", 88.0),
    "vai_tong_hop": ("Vải dệt từ sợi tổng hợp \nhoặc sợi nhân tạo", "Triệu m2", 116.0),
    "quan_ao": ("Quần áo mặc thường", "Triệu cái", 610.0),
    "giay_dep": ("Giày, dép da", "Triệu đôi", 31.0),
    "phan_ure": ("Phân U rê", "Nghìn tấn", 220.0),
    "phan_npk": ("Phân hỗn hợp N.P.K", "Nghìn tấn", 280.0),
    "son": ("Sơn hoá học ", "Nghìn tấn", 116.0),
    "xi_mang": ("Xi măng", "Triệu tấn", 15.9),
    "thep_tho": ("Sắt, thép thô", "Nghìn tấn", 1900.0),
    "thep_can": ("Thép cán", "Nghìn tấn", 1540.0),
    "thep_thanh": ("Thép thanh, thép góc", "Nghìn tấn", 1250.0),
    "dien_thoai": ("Điện thoại di động", "Triệu cái", 15.0),
    "linh_kien_dt": ("Linh kiện điện thoại", "Nghìn \ntỷ đồng", 50.0),
    "ti_vi": ("Tivi ", "Nghìn cái", 930.0),
    "o_to": ("Ô tô", "Nghìn chiếc", 28.0),
    "xe_may": ("Xe máy", "Nghìn chiếc", 262.0),
    "dien": ("Điện sản xuất", "Tỷ kwh", 26.0),
    "nuoc_may": ("Nước máy thương phẩm", "Triệu m3", 341.0),
}


def products(seed: int) -> Flows:
    """Draw the quantities."""
    leaves = {code: Leaf(level, 0.05, 0.05) for code, (_, _, level) in PRODUCTS.items()}
    return Flows(seed, FAMILY, leaves)


def products_sheet(flows: Flows, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the monthly table."""
    sheet = Sheet.named(name)
    when, month = year(publication), number(publication)
    sheet.title(prefix + TITLE)
    if month in (6, 9, 12):
        both = "tháng 12 và cả năm" if month == 12 else f"tháng {month} và {month} tháng"
        sheet.title(f"      {both} {when}" if month == 12 else f"      {both} năm {when}", row=2)
    sheet.stack(4, 2, "Đơn vị", "tính")
    this, cumulative = single(publication), since_january(publication)
    columns = Columns(FAMILY, _unit, flows.total)
    before = columns.value(3, single(publication - 1), "official")
    if month == 1:
        top = _january_head(sheet, when)
        numbers = [columns.mom(5, publication), columns.yoy(6, this)]
    else:
        top = _head(sheet, when, month)
        numbers = [
            columns.value(5, cumulative),
            columns.yoy(6, this),
            columns.yoy(7, cumulative),
        ]
    sheet.note(sheet.body(top, _rows(), [before, columns.value(4, this), *numbers]))
    return sheet


def _january_head(sheet: Sheet, when: int) -> int:
    sheet.stack(4, 3, "Thực hiện", "tháng 12", f"năm {when - 1}")
    sheet.stack(4, 4, "Ước tính", "tháng 01", f"năm {when}")
    sheet.stack(4, 5, f"Tháng 01/{when}", "so với ", "tháng trước (%)")
    sheet.stack(4, 6, f"Tháng 01/{when}", "so với cùng kỳ", "năm trước (%)")
    return 8


def _head(sheet: Sheet, when: int, month: int) -> int:
    span = to_date(month)
    sheet.stack(4, 3, "Thực hiện", f"tháng {two_digits(month - 1)}", "năm", when)
    sheet.stack(4, 4, "Ước tính", f"tháng {two_digits(month)}", "năm", when)
    lines = ("so với cùng kỳ ", "năm trước (%)")
    sheet.stack(4, 6, f"Tháng {two_digits(month)}", f"năm {when}", *lines)
    if month == 12:
        sheet.stack(4, 5, "Ước tính", f"năm {when}")
        sheet.stack(4, 7, f"Năm {when}", "so với", f"năm {when - 1}", "(%)")
    else:
        sheet.stack(4, 5, "Ước tính" if month == 3 else "Cộng dồn", span, "năm", when)
        sheet.stack(4, 7, capital(span), f"năm {when}", *lines)
    return 9


def _rows() -> list[Row | None]:
    """Give the lines; a unit that repeats the one above is printed as a ditto mark."""
    rows: list[Row | None] = []
    above = ""
    for code, (label, unit, _) in PRODUCTS.items():
        rows.append(Row(code, f"{label}|{unit if unit != above else chr(34)}"))
        above = unit
    return rows


def _unit(item: str) -> str:
    unit = " ".join(PRODUCTS[item][1].split()).replace("kwh", "kWh")
    return unit[0].lower() + unit[1:]
