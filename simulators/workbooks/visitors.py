"""International visitors: arrivals by means and by country, and their table."""

from collections.abc import Callable

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
from simulators.workbooks.noise import wander
from simulators.workbooks.sheet import Row, Sheet

TITLE = "Khách quốc tế đến Việt Nam"
TOTAL = "tong_so"
MEANS = {"duong_khong": "Đường không", "duong_bien": "Đường biển", "duong_bo": "Đường bộ"}

# Continent: its label and its countries with the arrivals of a month in mid-2024.
CONTINENTS: dict[str, tuple[str, dict[str, tuple[str, int]]]] = {
    "chau_a": ("Châu Á", {
        "trung_quoc": ("CHND Trung Hoa", 330_000),
        "han_quoc": ("Hàn Quốc", 360_000),
        "nhat_ban": ("Nhật Bản", 60_000),
        "dai_loan": ("Đài Loan", 106_000),
        "ma_lai_xi_a": ("Ma-lai-xi-a", 41_000),
        "thai_lan": ("Thái Lan", 38_000),
        "xin_ga_po": ("Xin-ga-po", 30_000),
        "cam_pu_chia": ("Cam-pu-chia", 40_000),
        "phi_li_pin": ("Phi-li-pin", 19_000),
        "lao": ("Lào", 11_000),
        "in_do_ne_xi_a": ("In-đô-nê-xi-a", 16_000),
        "an_do": ("Ấn Độ", 41_000),
        "chau_a_khac": ("Một số nước khác ", 66_000),
    }),
    "chau_my": ("Châu Mỹ", {
        "hoa_ky": ("Hoa Kỳ", 65_000),
        "ca_na_da": ("Ca-na-đa", 11_000),
        "chau_my_khac": ("Một số nước khác thuộc châu Mỹ", 6000),
    }),
    "chau_au": ("Châu Âu", {
        "nga": ("Liên bang Nga", 18_000),
        "anh": ("Vương quốc Anh", 25_000),
        "phap": ("Pháp", 22_000),
        "duc": ("Đức", 20_000),
        "ha_lan": ("Hà Lan", 6500),
        "i_ta_li_a": ("I-ta-li-a", 7000),
        "chau_au_khac": ("Một số nước khác", 40_000),
    }),
    "chau_uc": ("Châu Úc", {
        "uc": ("Ôx-trây-li-a", 40_000),
        "niu_di_lan": ("Niu-di-lân", 3600),
        "chau_uc_khac": ("Nước, vùng lãnh thổ khác ", 90),
    }),
}  # fmt: skip
AFRICA = "chau_phi"


class Visitors:
    """Monthly arrivals; countries and means of travel both add up to the total.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        countries = {
            code: level
            for _, members in CONTINENTS.values()
            for code, (_, level) in members.items()
        } | {AFRICA: 4100}
        leaves = {c: Leaf(level, 0.12, 0.06, 0.08, whole=True) for c, level in countries.items()}
        groups = {code: list(members) for code, (_, members) in CONTINENTS.items()}
        self.flows = Flows(seed, "khach", leaves, groups | {TOTAL: [*groups, AFRICA]})
        for means, share in (("duong_bien", 0.012), ("duong_bo", 0.14)):
            drift = wander(seed, f"khach/{means}", 0.03)
            self.flows.derive(means, self._part(share, drift))
        self.flows.add("duong_khong", {TOTAL: 1.0, "duong_bien": -1.0, "duong_bo": -1.0})

    def _part(self, share: float, drift: dict[Month, float]) -> Callable[[Month], float]:
        def amount(month: Month) -> float:
            return round(self.flows.month(TOTAL, month) * share * max(0.3, 1 + drift[month]))

        return amount


def visitors_sheet(visitors: Visitors, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the monthly table."""
    sheet = Sheet.named(name)
    when = number(publication)
    title = f"{TITLE} tháng 01 năm {year(publication)}" if when == 1 else TITLE
    sheet.title(prefix + title)
    fill = _january if when == 1 else _regular
    sheet.note(fill(sheet, _columns(visitors), publication))
    return sheet


def _columns(visitors: Visitors) -> Columns:
    return Columns("khach_quoc_te", "lượt người", visitors.flows.total)


def _january(sheet: Sheet, columns: Columns, publication: Month) -> int:
    this, when = single(publication), year(publication)
    sheet.put(3, 5, "Lượt người")
    sheet.stack(4, 2, "Tháng 12", "năm", when - 1)
    sheet.stack(4, 3, "Tháng 01", "năm", when)
    sheet.stack(4, 4, "Tháng 01 năm", f"{when} so với", "tháng 12 năm", f"{when - 1} (%)")
    sheet.stack(4, 5, "Tháng 01 năm", f"{when} so với", "cùng kỳ năm", "trước (%)")
    return sheet.body(
        9,
        _rows(1),
        [
            columns.value(2, single(publication - 1), "preliminary"),
            columns.value(3, this),
            columns.mom(4, publication),
            columns.yoy(5, this),
        ],
    )


def _regular(sheet: Sheet, columns: Columns, publication: Month) -> int:
    when, month = year(publication), number(publication)
    this, cumulative, span = single(publication), since_january(publication), to_date(month)
    top = 3 if month in (6, 7, 9, 10, 12) else 4
    sheet.put(top - 1, 7, "Lượt người")
    sheet.stack(top, 3, f"Tháng {two_digits(month - 1)}", "năm", when)
    sheet.stack(top, 4, f"Tháng {two_digits(month)}", "năm", when)
    sheet.stack(
        top, 6, f"Tháng {two_digits(month)} năm", f"{when} so với", "cùng kỳ năm", "trước (%)"
    )
    if month == 12:
        sheet.stack(top, 5, "Năm ", when)
        sheet.stack(top, 7, f"Năm {when}", "so với", "năm trước", "(%)")
    else:
        sheet.stack(top, 5, capital(span), "năm", when)
        lines = (f"{when} so với", "cùng kỳ năm", "trước (%)")
        sheet.stack(top, 7, f"{capital(span)} năm", *lines)
    return sheet.body(
        top + 5,
        _rows(2),
        [
            columns.value(3, single(publication - 1), "preliminary"),
            columns.value(4, this),
            columns.value(5, cumulative),
            columns.yoy(6, this),
            columns.yoy(7, cumulative),
        ],
    )


def _rows(column: int) -> list[Row | None]:
    rows: list[Row | None] = [Row(TOTAL, "TỔNG SỐ"), Row("", "Phân theo phương tiện đến")]
    rows += [Row(code, label, column) for code, label in MEANS.items()]
    rows.append(Row("", "Phân theo một số nước và vùng lãnh thổ"))
    for continent, (label, members) in CONTINENTS.items():
        rows.append(Row(continent, label, column, bold=True))
        rows += [Row(code, name, column) for code, (name, _) in members.items()]
    return [*rows, Row(AFRICA, "Châu Phi", column, bold=True)]
