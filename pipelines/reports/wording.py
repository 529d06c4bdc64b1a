"""The sentences and signs of the report, the same in every file format."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipelines.official import SIMULATED
from pipelines.reports.model import Figure, Kind, Report, Row, Sentence, Span, Symbol
from pipelines.reports.numbers import (
    NO_BREAK,
    change_text,
    date_text,
    instant_text,
    month_text,
    number_text,
    rounded,
)

GENERAL_TITLE = "Tình hình chung"
TOPICS_TITLE = "Kết quả theo lĩnh vực"
OPERATION_TITLE = "Vận hành các hệ thống của Trung tâm điều hành thông minh"
LIMITS_TITLE = "Hạn chế, nguyên nhân"
TASKS_TITLE = "Nhiệm vụ tháng tới"
ANNEX_TITLE = "Phụ lục"
TABLE_TITLE = "Bảng chỉ tiêu"
CHART_TITLE = "So sánh với các năm trước"
MISSING_TITLE = "Số liệu còn thiếu và điểm cần lưu ý"
CHANGES_TITLE = "Thay đổi so với báo cáo trước"
SOURCES_TITLE = "Nguồn số liệu"
DRAFT = "DỰ THẢO"
NO_FIGURE = "Kho chưa có số liệu để nêu ở phần này."
CHANGES_HEADINGS = ("TT", "Số liệu", "Báo cáo trước", "Nay", "Vì sao")
SCORES_TITLE = "Điểm chất lượng số liệu trong tháng (%)"
SCORES_HEADINGS = ("TT", "Nguồn", "Cơ quan", "Đúng", "Đủ", "Sạch", "Sống")
KEYS_NOTE = (
    "Mỗi con số có hộ chiếu: rê chuột lên số trong bản PDF thì thấy mã, trong bản Word mã là dấu "
    "trang (bookmark), trong bảng tính xem trang “Hộ chiếu số liệu” cùng lệnh tra nguồn."
)

DIFFERENCES_INTRO = (
    "Thay đổi của tháng so với cùng kỳ theo tỷ lệ công bố (dùng trong bảng trên) khác với thay đổi "
    "kho dữ liệu tính từ số mới nhất của hai năm ở các chỉ tiêu sau:"
)
DIFFERENCES_HEADINGS = ("TT", "Chỉ tiêu", "Công bố", "Kho tính")

NO_RECORD = "kho không có dòng số liệu nào của kỳ này"
NO_REASON = "kho chưa ghi nguyên nhân"
NO_CURRENT = "chưa có số của tháng báo cáo"
NO_YTD = "chưa có số lũy kế"
NO_LAST_YEAR = "không có số của cùng kỳ năm trước"
NOT_COMPARABLE = "hai kỳ khác gốc số liệu, không so sánh được"
NOT_CUMULATIVE = "chỉ tiêu không có số lũy kế"
NOT_MONTHLY = "chỉ tiêu chỉ có số lũy kế"
NO_CUMULATIVE = "kho không có dòng số lũy kế nào của kỳ này"

NO_CHART = "Kho chưa có chuỗi tháng của tổng mức bán lẻ để vẽ biểu đồ."
NO_SOURCE = "Kho chưa ghi nguồn của kỳ này."
NOTHING_MISSING = "Không thiếu số liệu nào."

ORIGIN_MARKS = {"published": "CB", "computed": "TT"}
STATUS_MARKS = {"estimate": "Ư", "preliminary": "SB", "official": "CT", "computed": "T"}
STATUS_WORDS = {
    "estimate": "ước tính",
    "preliminary": "sơ bộ",
    "official": "chính thức",
    "computed": "tính từ số liệu",
}
_MARK_TEXTS = {
    "CB": "tỷ lệ do cơ quan thống kê công bố",
    "TT": "kho dữ liệu tính từ số của hai kỳ",
    "Ư": "số ước tính",
    "SB": "số sơ bộ",
    "CT": "số chính thức",
    "T": "số tính từ số liệu",
}
_SYMBOL_TEXTS = {
    Symbol.UNKNOWN: f"chưa có số liệu (nguyên nhân ở mục “{MISSING_TITLE}”)",
    Symbol.NONE: "không phát sinh",
    Symbol.NOT_APPLICABLE: "chỉ tiêu không có số này",
}
COMPARABILITY = {
    "comparable": "so sánh được",
    "estimated": "có phần ước tính",
    "not_comparable": "không so sánh được",
}
POINTS_MARK = "điểm"
_CALENDAR_DAYS = {
    "calendar": "tháng dương lịch",
    "report_15_14": "kỳ báo cáo từ ngày 15 tháng trước đến ngày 14 (Nghị định 09/2019/NĐ-CP)",
}
CHANGE_UNITS = {Kind.CHANGE_PCT: "%", Kind.CHANGE_POINTS: f"điểm{NO_BREAK}%"}


def did_not_happen(reason: str) -> bool:
    """Tell a reason that means 'nothing to count' from one that means 'no figure'."""
    return reason.casefold().startswith("không phát sinh")


def figure_text(figure: Figure) -> str:
    """Write a figure without its mark, or the sign of its absence."""
    if figure.value is None:
        return figure.symbol.value
    if figure.kind in (Kind.LEVEL, Kind.SHARE):
        return number_text(figure.value, figure.decimals)
    return change_text(figure.value, figure.decimals, CHANGE_UNITS[figure.kind])


def table_text(figure: Figure) -> str:
    """Write a figure for the printed table, whose heading and marks tell the unit."""
    text = figure_text(figure)
    unit = CHANGE_UNITS.get(figure.kind)
    return text.removesuffix(f"{NO_BREAK}{unit}") if unit and figure.value is not None else text


def table_mark(figure: Figure) -> str:
    """Give the superscript of a figure in the printed table, '' when it has none."""
    if figure.kind is Kind.CHANGE_POINTS and figure.value is not None:
        return POINTS_MARK
    return figure.mark


def value_heading(month: date, status: str) -> str:
    """Head a value column: 'Ước tháng 12/2024', 'Tháng 11/2024 (sơ bộ)'."""
    if status == "estimate":
        return f"Ước tháng {month_text(month)}"
    word = STATUS_WORDS.get(status)
    return f"Tháng {month_text(month)}" + (f" ({word})" if word else "")


def ytd_heading(month: date, status: str) -> str:
    """Head the cumulative column: 'Lũy kế 11 tháng 2024 (ước tính)'."""
    span = "cả năm" if month.month == 12 else f"{month.month} tháng"
    word = STATUS_WORDS.get(status)
    return f"Lũy kế {span} {month.year}" + (f" ({word})" if word else "")


def headings(report: Report) -> dict[str, str]:
    """The column heads of the printed table; 'yoy' and 'ytd_yoy' stand under 'change'."""
    return {
        "number": "TT",
        "name": "Chỉ tiêu",
        "unit": "ĐVT",
        "plan": f"Kế hoạch năm {report.period.year}",
        "previous": report.previous_heading,
        "current": report.current_heading,
        "ytd": report.ytd_heading,
        "plan_pct": "% kế hoạch",
        "change": "So với cùng kỳ năm trước (%)",
        "yoy": "Tháng",
        "ytd_yoy": "Lũy kế",
        "source": "Nguồn",
    }


def legend_line(report: Report) -> str:
    """The legend in one sentence; '' when the table has no sign to explain."""
    return "; ".join(report.legend) + ("." if report.legend else "")


def subject(report: Report) -> str:
    """The trích yếu: what the report is about."""
    return (
        f"Tình hình kinh tế – xã hội và vận hành hệ thống điều hành thông minh "
        f"tháng {report.period.month} năm {report.period.year}"
    )


def compared(report: Report) -> str:
    """Say with which edition the figures were compared, and what came of it."""
    if not report.compared_with:
        return "Chưa có bản báo cáo trước để đối chiếu."
    if not report.changes:
        return f"Đối chiếu với {report.compared_with}: không số nào được công bố lại."
    return (
        f"Đối chiếu với {report.compared_with}: {len(report.changes)} số được công bố lại, "
        "kho tính lại hoặc rút."
    )


def changed(report: Report) -> Iterator[str]:
    """Say each change since the edition before in one line."""
    for change in report.changes:
        yield f"{change.name}: {figure_text(change.old)} → {figure_text(change.new)} ({change.why})"


def stamps(report: Report) -> str:
    """What is stamped on each page, '' for nothing."""
    marks = [DRAFT] if report.is_draft else []
    return " – ".join([*marks, SIMULATED] if report.is_simulated else marks)


def window(month: date, calendars: Mapping[str, int]) -> str:
    """Say of which days the figures are."""
    texts = [
        f"{count} chỉ tiêu theo {_CALENDAR_DAYS[name]}"
        for name, count in sorted(calendars.items())
        if name in _CALENDAR_DAYS
    ]
    return f"Kỳ số liệu tháng {month_text(month)}: {'; '.join(texts)}."


def opening(report: Report) -> str:
    """The first paragraph: what is reported and as of when."""
    rows = report.rows
    figures = [row.main for row in rows]
    known = sum(figure.value is not None for figure in figures)
    none = sum(figure.value is None and figure.symbol is Symbol.NONE for figure in figures)
    parts = [f"Tháng {month_text(report.period)} có số của {known} chỉ tiêu"]
    if none:
        parts.append(f"{none} chỉ tiêu không phát sinh")
    if unknown := len(rows) - known - none:
        parts.append(f"{unknown} chỉ tiêu chưa có số, nêu ở mục “{MISSING_TITLE}”")
    return (
        f"Báo cáo tổng hợp {len(rows)} chỉ tiêu hằng tháng, phạm vi: "
        f"{report.area_name}. {'; '.join(parts)}."
    )


def as_of(report: Report) -> str:
    """The line that says which state of the data was read."""
    known = f"đến ngày {date_text(report.data_as_of)}" if report.data_as_of else "chưa rõ ngày"
    return (
        f"Số liệu công bố {known}; mã công bố của kho dữ liệu: {report.publication_id}; "
        f"lập lúc {instant_text(report.made_at)}."
    )


def words(text: str) -> Sentence:
    """Make a piece of a sentence without a number of its own."""
    return (Span(text),)


def number_span(figure: Figure) -> Span:
    """Make the number of a sentence; the direction of a change is told by words."""
    assert figure.value is not None
    shown = rounded(figure.value, figure.decimals)
    if figure.kind in (Kind.CHANGE_PCT, Kind.CHANGE_POINTS):
        shown = abs(shown)
    return Span(number_text(shown, figure.decimals), figure)


def sentence_text(sentence: Sentence) -> str:
    """The sentence as plain text."""
    return "".join(span.text for span in sentence)


def told(row: Row, month: date) -> Sentence:
    """Say the figures of one indicator in one sentence."""
    parts: list[Sentence] = []
    if row.current.value is not None:
        parts.append(_said(row, f"tháng {month_text(month)}", row.current, row.yoy))
    if row.ytd.value is not None:
        span = "năm" if month.month == 12 else f"{month.month} tháng đầu năm"
        parts.append(_said(row, f"{span} {month.year}", row.ytd, row.ytd_yoy))
    if row.plan_pct.value is not None:
        parts.append(_planned(row))
    name = row.name if row.area in row.name else f"{row.name} ({row.area})"
    pieces = list(words(f"{name}: "))
    for index, part in enumerate(parts):
        pieces += [*(words("; ") if index else ()), *part]
    return (*pieces, *words("."))


def _said(row: Row, span: str, value: Figure, change: Figure) -> Sentence:
    """'tháng 12/2024 ước đạt 570.734 tỷ đồng, tăng 9,35 % so với cùng kỳ năm trước'."""
    verb = {"ước tính": "ước đạt", "sơ bộ": "sơ bộ đạt"}.get(value.status, "đạt")
    if row.unit == "%":
        verb = "là"
    text = (*words(f"{span} {verb} "), number_span(value), *words(f"{NO_BREAK}{row.unit}"))
    if change.value is None:
        return text
    last_year = "mức cùng kỳ" if row.unit == "%" else "cùng kỳ"
    tail = words(f" so với {last_year} năm trước{_origin(change)}")
    return (*text, *words(", "), *_direction(change), *tail)


def _planned(row: Row) -> Sentence:
    """'đạt 74,33 % kế hoạch năm, chậm hơn nhịp kế hoạch 8,41 điểm %'."""
    reached = (*words("đạt "), number_span(row.plan_pct), *words(f"{NO_BREAK}% kế hoạch năm"))
    gap = row.path_gap
    if gap.value is None:
        return reached
    shown = rounded(gap.value, gap.decimals)
    if not shown:
        return (*reached, *words(", đúng nhịp kế hoạch"))
    verb = "nhanh hơn" if shown > 0 else "chậm hơn"
    unit = CHANGE_UNITS[Kind.CHANGE_POINTS]
    pieces = (*words(f", {verb} nhịp kế hoạch "), number_span(gap), *words(f"{NO_BREAK}{unit}"))
    return (*reached, *pieces)


def missing(rows: Sequence[Row], before: date, month: date) -> Iterator[str]:
    """Say which figures are absent and why; indicators that lack the same share a sentence."""
    lacking: dict[str, list[int]] = {}
    for number, row in enumerate(rows, 1):
        labels = (
            (f"tháng {month_text(before)}", row.previous),
            (f"tháng {month_text(month)}", row.current),
            ("lũy kế", row.ytd),
            ("so cùng kỳ", row.yoy),
            ("lũy kế so cùng kỳ", row.ytd_yoy),
        )
        reasons: dict[str, list[str]] = {}
        for label, figure in labels:
            if figure.value is None and figure.symbol is not Symbol.NOT_APPLICABLE:
                reasons.setdefault(figure.reason, []).append(label)
        if reasons:
            clauses = (f"{', '.join(names)} – {reason}" for reason, names in reasons.items())
            lacking.setdefault("; ".join(clauses), []).append(number)
    for clauses_text, numbers in lacking.items():
        yield f"{_who(rows, numbers)}: {clauses_text}."


def remarks(rows: Sequence[Row]) -> Iterator[str]:
    """Say where two periods are hard to compare."""
    for span, comparabilities in (
        ("tháng", [row.comparability for row in rows]),
        ("lũy kế", [row.ytd_comparability for row in rows]),
    ):
        changes = [row.yoy if span == "tháng" else row.ytd_yoy for row in rows]
        known = [change.value is not None for change in changes]
        judged = list(enumerate(zip(comparabilities, known, strict=True), 1))
        if broken := [number for number, found in judged if found == ("not_comparable", True)]:
            yield (
                f"{_who(rows, broken)}: số {span} của hai năm khác gốc số liệu, không so được với "
                "nhau; báo cáo dùng tỷ lệ công bố."
            )
        if estimated := [number for number, found in judged if found == ("estimated", True)]:
            yield f"{_who(rows, estimated)}: so sánh số {span} có phần ước tính do đổi địa giới."


def differences(rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """Give the rows, with their numbers, whose published and computed change of the month differ.

    Percentages are left out: what is published of them is the value itself.
    """
    for number, row in enumerate(rows, 1):
        published, computed = row.yoy_published, row.yoy_computed
        if row.unit != "%" and _differ(published, computed):
            yield number, row


def _who(rows: Sequence[Row], numbers: Sequence[int]) -> str:
    """Name one or two indicators; more by their numbers in the table: '5 chỉ tiêu (TT 1–4, 7)'."""
    if len(numbers) <= 2:
        return "; ".join(rows[number - 1].name for number in numbers)
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    texts = (str(first) if first == last else f"{first}–{last}" for first, last in runs)
    return f"{len(numbers)} chỉ tiêu (TT {', '.join(texts)})"


def legend(rows: Sequence[Row]) -> Iterator[str]:
    """Explain the marks and signs that the table uses, and no others."""
    figures = [figure for row in rows for figure in row.shown]
    marks = {figure.mark for figure in figures}
    for mark, text in _MARK_TEXTS.items():
        if mark in marks:
            yield f"{mark}: {text}"
    symbols = {figure.symbol for figure in figures if figure.value is None}
    for symbol, text in _SYMBOL_TEXTS.items():
        if symbol in symbols:
            yield f"{symbol.value}: {text}"
    if any(row.unit == "%" for row in rows):
        yield (
            f"{POINTS_MARK}: chênh lệch điểm phần trăm của chỉ tiêu có đơn vị %, kho dữ liệu tính "
            "từ hai tỷ lệ công bố"
        )


def _differ(first: Figure, second: Figure) -> bool:
    """Two changes differ when they do so in what is printed."""
    if first.value is None or second.value is None:
        return False
    return rounded(first.value, first.decimals) != rounded(second.value, second.decimals)


def _direction(figure: Figure) -> Sentence:
    """'tăng 9,35 %', 'thấp hơn 0,64 điểm %', 'không đổi'."""
    assert figure.value is not None
    shown = rounded(figure.value, figure.decimals)
    if not shown:
        return words("không đổi")
    points = figure.kind is Kind.CHANGE_POINTS
    up, down = ("cao hơn", "thấp hơn") if points else ("tăng", "giảm")
    verb = up if shown > 0 else down
    unit = f"{NO_BREAK}{CHANGE_UNITS[figure.kind]}"
    return (*words(f"{verb} "), number_span(figure), *words(unit))


def _origin(figure: Figure) -> str:
    return {"CB": " (tỷ lệ công bố)", "TT": " (kho tính)"}.get(figure.mark, "")
