"""Business registration: enterprises that were founded, came back, paused or were dissolved."""

from simulators.workbooks.calendar import (
    Month,
    Period,
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

FAMILY, TOTAL = "doanh_nghiep", "tong_so"
FOUNDED, CAPITAL, LABOUR = "dang_ky.so_dn", "dang_ky.von", "dang_ky.lao_dong"
AVERAGE = "dang_ky.von_binh_quan"
BACK, PAUSED, WAITING, DISSOLVED = "quay_lai", "tam_ngung", "cho_giai_the", "giai_the"

# Branch: its label and its sectors with enterprises founded in a month, capital and labour of one.
BRANCHES: dict[str, tuple[str, dict[str, tuple[str, int, float, float]]]] = {
    "cong_nghiep_xay_dung": ("Công nghiệp và Xây dựng", {
        "khai_khoang": ("Khai khoáng", 58, 28.0, 8.0),
        "che_bien": ("Công nghiệp chế biến, chế tạo", 1600, 10.0, 22.0),
        "dien_nuoc": ("Sản xuất phân phối, điện, nước, gas", 98, 24.0, 7.0),
        "xay_dung": ("Xây dựng", 1320, 16.0, 4.4),
    }),
    "dich_vu": ("Dịch vụ", {
        "ban_buon_ban_le": ("Bán buôn; bán lẻ; sửa chữa ô tô, xe máy", 5300, 7.0, 3.8),
        "van_tai_kho_bai": ("Vận tải kho bãi", 680, 6.0, 5.0),
        "luu_tru_an_uong": ("Dịch vụ lưu trú và ăn uống", 480, 5.7, 4.3),
        "thong_tin": ("Thông tin và truyền thông", 390, 3.9, 4.7),
        "tai_chinh": ("Tài chính, ngân hàng và bảo hiểm", 105, 19.0, 3.8),
        "bat_dong_san": ("Kinh doanh bất động sản", 360, 80.0, 6.0),
        "khoa_hoc": ("Khoa học, công nghệ; dịch vụ tư vấn, thiết kế;\nquảng cáo và chuyên môn khác",
                     1050, 5.5, 5.4),
        "giao_duc": ("Giáo dục và đào tạo", 410, 3.3, 4.7),
        "y_te": ("Y tế và hoạt động trợ giúp xã hội", 115, 7.6, 5.2),
        "giai_tri": ("Nghệ thuật, vui chơi và giải trí", 100, 6.7, 4.8),
        "ho_tro": ("Dịch vụ việc làm; du lịch; cho thuê máy móc\n"
                   "thiết bị, đồ dùng và các dịch vụ hỗ trợ khác", 740, 5.3, 4.2),
        "dich_vu_khac": ("Hoạt động dịch vụ khác", 135, 2.9, 3.5),
    }),
}  # fmt: skip
FARMING = ("nong_lam_thuy_san", "Nông, Lâm nghiệp và Thủy sản", 130, 22.0, 6.6)
# Enterprises for each one founded.
_PER_FOUNDED = {BACK: 0.49, PAUSED: 0.64, DISSOLVED: 0.14}

SECTOR_TABLES = {
    BACK: "Doanh nghiệp quay trở lại hoạt động",
    PAUSED: "Doanh nghiệp tạm ngừng kinh doanh có thời hạn",
    DISSOLVED: "Doanh nghiệp hoàn tất thủ tục giải thể",
}
_SUMMARY = {
    FOUNDED: ("Doanh nghiệp đăng ký thành lập mới (DN)", "doanh nghiệp"),
    CAPITAL: ("Vốn đăng ký (Tỷ đồng)", "tỷ đồng"),
    LABOUR: ("Lao động (Người)", "người"),
    AVERAGE: ("Vốn đăng ký bình quân 1 doanh nghiệp\n(Tỷ đồng)", "tỷ đồng"),
    BACK: ("Doanh nghiệp quay trở lại hoạt động (DN)", "doanh nghiệp"),
    PAUSED: ("Doanh nghiệp tạm ngừng kinh doanh\ncó thời hạn (DN)", "doanh nghiệp"),
    WAITING: ("Doanh nghiệp tạm ngừng hoạt động\nchờ làm thủ tục giải thể (DN)", "doanh nghiệp"),
    DISSOLVED: ("Doanh nghiệp hoàn tất thủ tục giải thể (DN)", "doanh nghiệp"),
}


class Business:
    """Monthly registrations by sector; branches and the total are sums.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        sectors = {FARMING[0]: FARMING[2:]} | {
            code: numbers
            for _, members in BRANCHES.values()
            for code, (_, *numbers) in members.items()
        }
        founded = {code: float(numbers[0]) for code, numbers in sectors.items()}
        levels = {
            FOUNDED: founded,
            CAPITAL: {code: founded[code] * n[1] for code, n in sectors.items()},
            LABOUR: {code: founded[code] * n[2] for code, n in sectors.items()},
            **{
                kind: {code: count * share for code, count in founded.items()}
                for kind, share in _PER_FOUNDED.items()
            },
        }
        self._flows = {
            kind: _flows(seed, kind, by_sector, whole=kind != CAPITAL)
            for kind, by_sector in levels.items()
        }
        self._flows[WAITING] = Flows(
            seed, f"dn/{WAITING}", {TOTAL: Leaf(5200, 0.08, 0.12, whole=True)}
        )

    def columns(self, kind: str) -> Columns:
        """Give the columns of a kind of registrations by sector."""
        return Columns(FAMILY, _SUMMARY[kind][1], self._flows[kind].total, kind, "official")

    def summary(self, kind: str) -> Columns:
        """Give the columns of the one row of a kind in the summary."""

        def total(_: str, period: Period) -> float | None:
            if kind != AVERAGE:
                return self._flows[kind].total(TOTAL, period)
            capital_, count = (self._flows[k].total(TOTAL, period) for k in (CAPITAL, FOUNDED))
            return None if capital_ is None or not count else capital_ / count

        return Columns(FAMILY, _SUMMARY[kind][1], total, kind, "official")


def _flows(seed: int, kind: str, levels: dict[str, float], *, whole: bool) -> Flows:
    leaves = {code: Leaf(level, 0.05, 0.08, -0.35, whole=whole) for code, level in levels.items()}
    groups = {code: list(members) for code, (_, members) in BRANCHES.items()}
    groups[TOTAL] = [FARMING[0], *BRANCHES]
    return Flows(seed, f"dn/{kind}", leaves, groups)


def summary_sheet(business: Business, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table of the main figures."""
    sheet = Sheet.named(name)
    sheet.title(f"{prefix}Một số chỉ tiêu về doanh nghiệp ")
    _summary_head(sheet, publication)
    this, before = single(publication), single(publication - 1)
    last_year, cumulative = this.year_before(), since_january(publication)
    row = 10
    for kind, (label, _) in _SUMMARY.items():
        of = business.summary(kind)
        if number(publication) == 1:
            values = [of.value(2, last_year), of.value(3, before), of.value(4, this)]
        else:
            values = [of.value(2, before), of.value(3, this), of.value(4, cumulative)]
        columns = [*values, of.mom(5, publication), of.yoy(6, this)]
        if number(publication) > 1:
            columns.append(of.yoy(7, cumulative))
        row = sheet.body(row, [Row(TOTAL, label)], columns)
    sheet.merge(4, 5, 4, 6)
    sheet.merge(5, 5, 5, 6)
    sheet.note(row)
    return sheet


def _summary_head(sheet: Sheet, publication: Month) -> None:
    when, month = year(publication), number(publication)
    this = f"Tháng {two_digits(month)}"
    before, before_year = (f"Tháng {two_digits(month - 1)}", when)
    if month == 1:
        before, before_year = "Tháng 12", when - 1
        sheet.stack(4, 2, this, "năm", when - 1)
        sheet.stack(4, 3, before, "năm", before_year)
        sheet.stack(4, 4, this, "năm", when)
    else:
        sheet.stack(4, 2, before, "năm", when)
        sheet.stack(4, 3, this, "năm", when)
        _summary_to_date(sheet, when, month)
    sheet.stack(4, 5, f"{this} năm {when}", "so với (%)", before, "năm", before_year)
    sheet.stack(6, 6, this, "năm", when - 1)


def _summary_to_date(sheet: Sheet, when: int, month: int) -> None:
    if month == 12:
        sheet.stack(4, 4, "Năm", when)
        sheet.stack(4, 7, f"Năm {when}", "so với", f"năm {when - 1}", "(%)")
        return
    span = capital(to_date(month))
    sheet.stack(4, 4, span, "năm", when)
    sheet.stack(4, 7, span, f"năm {when}", "so với", "cùng kỳ năm", f"{when - 1} (%)")


def founded_sheet(business: Business, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table of new enterprises by sector."""
    sheet = Sheet.named(name)
    sheet.title(f"{prefix}Doanh nghiệp đăng ký thành lập mới")
    when, span = year(publication), _span(publication)
    sheet.put(4, 3, f"{span} năm {when}" if number(publication) < 12 else f"Năm {when}")
    if number(publication) == 12:
        against = (f"Năm {when} so với ", f"năm {when - 1} (%)")
    else:
        against = (f"{span} năm {when} so với ", f" cùng kỳ năm {when - 1} (%)")
    sheet.stack(4, 7, *against)
    sheet.stack(6, 3, "Số", "DN", "(DN)")
    sheet.stack(6, 4, "Vốn ", "đăng ký", "(Tỷ đồng)")
    sheet.stack(6, 5, "Số lao", "động", "(Người)")
    sheet.stack(6, 7, "Số", "doanh", "nghiệp")
    sheet.stack(6, 8, "Vốn ", "đăng ký")
    sheet.stack(6, 9, "Số lao", "động")
    for merge in ((4, 3, 5, 5), (4, 7, 4, 9), (5, 7, 5, 9)):
        sheet.merge(*merge)
    period = since_january(publication)
    columns = []
    for offset, kind in enumerate((FOUNDED, CAPITAL, LABOUR)):
        of = business.columns(kind)
        columns += [of.value(3 + offset, period), of.yoy(7 + offset, period)]
    rows = _rows(2)
    rows.insert(1, Row("", "Phân theo ngành kinh tế"))
    sheet.note(sheet.body(10, rows, columns))
    return sheet


def sector_sheet(
    business: Business, kind: str, publication: Month, name: str, prefix: str
) -> Sheet:
    """Lay out the table of enterprises that came back, paused or were dissolved, by sector."""
    sheet = Sheet.named(name)
    sheet.title(prefix + SECTOR_TABLES[kind])
    when, month, span = year(publication), number(publication), _span(publication)
    sheet.put(3, 4, "Doanh nghiệp")
    for column, shown in ((2, when - 1), (3, when)):
        sheet.stack(4, column, *(("Năm", shown) if month == 12 else (span, f"năm {shown}")))
    before = f"năm {when - 1} (%)" if month == 12 else f"cùng kỳ năm {when - 1} (%)"
    sheet.stack(4, 4, f"{span} năm {when} so với " if month < 12 else f"Năm {when} so với ", before)
    period, of = since_january(publication), business.columns(kind)
    columns = [of.value(2, period.year_before()), of.value(3, period), of.yoy(4, period)]
    sheet.note(sheet.body(7, _rows(1), columns))
    return sheet


def _span(publication: Month) -> str:
    return "Tháng 01" if number(publication) == 1 else capital(to_date(number(publication)))


def _rows(column: int) -> list[Row | None]:
    rows: list[Row | None] = [Row(TOTAL, "TỔNG SỐ"), Row(FARMING[0], FARMING[1], column)]
    for branch, (label, members) in BRANCHES.items():
        rows.append(Row(branch, label, column))
        rows += [Row(code, name, column) for code, (name, *_) in members.items()]
    return rows
