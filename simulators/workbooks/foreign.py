"""Licensed foreign investment: projects and registered capital by province and country."""

from simulators.workbooks.calendar import Month, first_day, number, published_on, since_january
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.noise import wander
from simulators.workbooks.sheet import Row, Sheet

TITLE = "Đầu tư nước ngoài vào Việt Nam được cấp phép từ 01/01- "
TOTAL, _OTHER = "tong_so", "noi_khac"
PROJECTS, NEW, ADDED = "so_du_an", "cap_moi", "dieu_chinh"

# Mid-2024 projects of a month and their registered capital, triệu USD.
PROVINCES = {
    "ba_ria_vung_tau": ("Bà Rịa - Vũng Tàu", 4, 220.0),
    "bac_ninh": ("Bắc Ninh", 38, 190.0),
    "quang_ninh": ("Quảng Ninh", 4, 180.0),
    "ha_noi": ("Hà Nội", 21, 150.0),
    "dong_nai": ("Đồng Nai", 8, 92.0),
    "hung_yen": ("Hưng Yên", 6, 98.0),
    "thai_nguyen": ("Thái Nguyên", 3, 76.0),
    "binh_duong": ("Bình Dương", 15, 60.0),
    "hai_phong": ("Hải Phòng", 10, 58.0),
    "long_an": ("Long An", 10, 46.0),
    "bac_giang": ("Bắc Giang", 7, 43.0),
    "tp_hcm": ("TP. Hồ Chí Minh", 98, 36.0),
    "thanh_hoa": ("Thanh Hóa", 3, 30.0),
    "nam_dinh": ("Nam Định", 3, 22.0),
    "hai_duong": ("Hải Dương", 5, 19.0),
}
# Shares of the countries in all; the rest comes from countries that are not printed.
COUNTRIES = {
    "xin_ga_po": ("Xin-ga-po", 0.34),
    "hong_kong": ("Đặc khu hành chính Hồng Kông (TQ)", 0.13),
    "trung_quoc": ("Trung Quốc", 0.12),
    "nhat_ban": ("Nhật Bản", 0.11),
    "han_quoc": ("Hàn Quốc", 0.08),
    "dai_loan": ("Đài Loan", 0.07),
    "xa_moa": ("Xa-moa", 0.03),
    "hoa_ky": ("Hoa Kỳ", 0.02),
    "thai_lan": ("Thái Lan", 0.012),
    "ha_lan": ("Hà Lan", 0.011),
    "vuong_quoc_anh": ("Vương quốc Anh", 0.010),
    "ma_lai_xi_a": ("Ma-lai-xi-a", 0.005),
}


class Foreign:
    """Monthly licences; provinces and countries both add up to the total.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self.measures = {
            PROJECTS: self._flows(seed, PROJECTS),
            NEW: self._flows(seed, NEW),
            ADDED: self._flows(seed, ADDED),
        }

    @staticmethod
    def _flows(seed: int, measure: str) -> Flows:
        whole = measure == PROJECTS
        share = {PROJECTS: 1.0, NEW: 1.0, ADDED: 0.6}[measure]
        levels = {
            code: float(projects) if whole else capital * share
            for code, (_, projects, capital) in PROVINCES.items()
        } | {_OTHER: 40.0 if whole else 130.0}
        leaves = {c: Leaf(v, 0.05, 0.2, -0.3, whole) for c, v in levels.items()}
        flows = Flows(seed, f"fdi/{measure}", leaves, {TOTAL: list(leaves)})
        for code, (_, part) in COUNTRIES.items():
            drift = wander(seed, f"fdi/{measure}/{code}/ty_trong", 0.03)

            def amount(month: Month, part: float = part, drift: dict[int, float] = drift) -> float:
                value = flows.month(TOTAL, month) * part * max(0.3, 1 + drift[month])
                return round(value) if whole else value

            flows.derive(code, amount)
        return flows


def foreign_sheet(foreign: Foreign, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table, cumulative since January."""
    sheet = Sheet.named(name)
    sheet.title(f"{prefix}{TITLE}{_until(publication)}")
    sheet.put(3, 5, "Triệu USD")
    sheet.stack(4, 3, "Số dự án", "(Dự án)")
    sheet.stack(4, 4, "Vốn đăng ký", "cấp mới")
    sheet.stack(4, 5, "Vốn đăng ký", "điều chỉnh")
    span = since_january(publication)
    units = {PROJECTS: "dự án", NEW: "triệu USD", ADDED: "triệu USD"}
    columns = [
        Columns("fdi", units[measure], flows.total, measure, "official").value(column, span)
        for column, (measure, flows) in enumerate(foreign.measures.items(), 3)
    ]
    rows = [
        Row(TOTAL, "TỔNG SỐ"),
        Row("", "Phân theo một số địa phương"),
        *(Row(code, label, 2) for code, (label, _, _) in PROVINCES.items()),
        Row("", "Phân theo một số nước và vùng lãnh thổ"),
        *(Row(code, label, 2) for code, (label, _) in COUNTRIES.items()),
    ]
    sheet.note(sheet.body(7, rows, columns))
    return sheet


def _until(publication: Month) -> str:
    """Write the last day the licences were counted: the 20th, since September the month's last."""
    last = published_on(publication).day if number(publication) >= 9 else 20
    when = first_day(publication)
    return f"{last:02d}/{when.month:02d}/{when.year}"
