"""Numbers and dates as people type them in Viet Nam: parse what is certain, refuse the rest.

A point groups thousands and a comma starts the decimals ("1.234,5"), but files mix this with the
English way ("10,055,418"). A text that could mean two numbers ("1.234") is refused, never guessed,
unless the other cells of its column show which mark starts the decimals there.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

ABSENT = frozenset(
    {"", "-", "--", "–", "—", "~", ".", "..", "...", "…", "x", "n/a", "na", "none", "null"}
    | {"không có", "không", "ko", "k có", "chưa có", "không phát sinh", "không có số liệu"}
    | {"chưa có số liệu", "đang cập nhật", "chưa cập nhật"}
)
"""Texts that say that there is no figure (lower case); a missing figure is not a zero.

The 60 workbooks of 2019–2025 leave a cell blank where there is no figure, and print "-" in 8
cells (imports of March 2019); the yearbooks' legend says "-" for "không có hiện tượng phát sinh"
and "..." for "có phát sinh nhưng không thu thập được số liệu".
"""

FAILED = re.compile(r"^(?:#=.*|#[A-Z0-9/]+[!?]?|[+-]?nan|[+-]?inf(?:inity)?)$", re.I)
"""What stands where nothing was computed ("#REF!", "NaN", "#=SUM(A1)"): no figure, no absence."""

_MAX_LENGTH = 60
_MAX_DIGITS = 28
_MAX_QUOTED = 40
_NUMBER = re.compile(r"^(?P<sign>[+-]?)\s*(?P<body>\d(?:[\d., ]*\d)?)\s*(?P<unit>[^\d.,].*)?$")
_SEVERAL = re.compile(r"^\d[\d.,]*(?:\s*[/:]\s*\d[\d.,]*)+$")
_DATE_FORMS = (
    re.compile(r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})$"),
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})$"),
    re.compile(r"^(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{4})$", re.I),
)
_YEARS = range(1900, 2101)


class NotANumberError(ValueError):
    """A text is not certainly one number; the message asks in Vietnamese what it means."""


class NotADateError(ValueError):
    """A text is not certainly one day; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number read from a text: its value (None when the text says that there is none)."""

    value: Decimal | None
    unit: str = ""


def plain(text: str) -> str:
    """Bring a text to composed letters, ASCII digits and signs, and single spaces."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-")
    return " ".join(folded.split())


@lru_cache(1 << 14)
def is_absent(text: str) -> bool:
    """Tell whether a text in a figure's place says that there is no figure."""
    return plain(text).lower() in ABSENT


def parse_number(text: str, decimal_mark: str = "") -> TypedNumber:
    """Read a typed number with the unit behind it.

    Args:
        text: what stands in the cell, for instance "5.238.802", "12,07%" or "1.234,5 tỷ".
        decimal_mark: "," or "." when the column shows which one starts its decimals; it decides
            texts like "1.234" and is not asked about any other.

    Returns:
        The value in the printed unit, and that unit ("" when none is printed).

    Raises:
        NotANumberError: the text is no number, or could mean two different ones.
    """
    clean = plain(text)
    if clean.lower() in ABSENT:
        return TypedNumber(None)
    said = quoted(clean)
    if FAILED.match(clean):
        raise NotANumberError(
            f"{said}: công thức hỏng hoặc chưa tính; hãy sửa công thức hoặc gõ lại con số"
        )
    if _SEVERAL.match(clean):
        raise NotANumberError(
            f"{said} là tỷ lệ, ngày hay hai số? Không đoán; hãy ghi lại thành một số"
        )
    match = _NUMBER.match(clean) if len(clean) <= _MAX_LENGTH else None
    unit = (match["unit"] or "").strip() if match else ""
    if match is None or not _could_be_unit(unit):
        raise NotANumberError(f"{said} không phải là số; hãy ghi số hoặc để trống ô")
    digits = _plain_digits(match["body"], said, decimal_mark)
    if len(digits) > _MAX_DIGITS:
        raise NotANumberError(f"{said} có quá nhiều chữ số; hãy xem lại con số")
    try:
        return TypedNumber(Decimal(match["sign"] + digits), unit)
    except InvalidOperation as error:
        raise NotANumberError(f"{said} không phải là số; hãy ghi số hoặc để trống ô") from error


def quoted(text: str) -> str:
    """Quote a text for a message, cut when it is long."""
    cut = text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"
    return f"“{cut}”"


def _could_be_unit(unit: str) -> bool:
    return not unit or (
        (unit[0].isalpha() or unit[0] in "%‰") and not re.match(r"[eE][+-]?\d", unit)
    )


def decimal_mark_of(texts: Iterable[str]) -> str:
    """Find which mark starts the decimals in a column, told by the texts that are certain.

    Args:
        texts: the typed numbers of one column.

    Returns:
        "," or "."; "" when no text tells, or when they contradict each other.
    """
    marks = {mark for text in texts if (mark := _shown_mark(text))}
    return marks.pop() if len(marks) == 1 else ""


@lru_cache(1 << 14)
def _shown_mark(text: str) -> str:
    """Tell which decimal mark one text shows beyond doubt: "5.238.802" shows a comma."""
    match = _NUMBER.match(plain(text)[:_MAX_LENGTH])
    body = match["body"] if match else ""
    marks = set(re.findall(r"[.,]", body))
    try:
        if " " in body or not marks or not _plain_digits(body, body, ""):
            return ""
    except NotANumberError:
        return ""
    if len(marks) == 2:
        return max(marks, key=body.rfind)
    (mark,) = marks
    if body.count(mark) > 1:
        return "," if mark == "." else "."
    return mark


def _plain_digits(body: str, said: str, decimal_mark: str) -> str:
    """Turn a grouped number into digits with a decimal point."""
    if " " in body:
        if not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", body):
            raise NotANumberError(f"{said} là nhiều số hoặc viết cách sai; hãy ghi lại một số")
        head, _, tail = body.replace(",", ".").partition(".")
        return head.replace(" ", "") + ("." + tail if tail else "")
    marks = set(re.findall(r"[.,]", body))
    if not marks:
        return body
    if len(marks) == 2:
        decimal = max(marks, key=body.rfind)
        return _grouped(body, "," if decimal == "." else ".", decimal, said)
    mark = marks.pop()
    if body.count(mark) > 1:
        return _grouped(body, mark, "", said)
    head, tail = body.split(mark)
    if len(tail) == 3 and len(head) <= 3 and not head.startswith("0"):
        if not decimal_mark:
            raise NotANumberError(
                f"{said} là {head}{tail} hay {head},{tail}? Hãy ghi lại ô này bằng số"
            )
        return f"{head}.{tail}" if mark == decimal_mark else f"{head}{tail}"
    return f"{head}.{tail}"


def _grouped(body: str, group: str, decimal: str, said: str) -> str:
    head, _, tail = body.rpartition(decimal) if decimal else (body, "", "")
    parts = head.split(group)
    well_formed = (
        1 <= len(parts[0]) <= 3
        and not parts[0].startswith("0")
        and all(len(part) == 3 and part.isdigit() for part in parts[1:])
    )
    if not well_formed:
        raise NotANumberError(f"{said} có dấu phân cách đặt sai chỗ; hãy ghi lại con số")
    return "".join(parts) + ("." + tail if tail else "")


def parse_date(text: str) -> date:
    """Read a day written with its year in four digits.

    Args:
        text: "29/12/2024", "29-12-2024", "2024-12-29" or "ngày 29 tháng 12 năm 2024".

    Returns:
        The day.

    Raises:
        NotADateError: no such day, no year or a two-digit year, or a year outside 1900–2100.
    """
    clean = plain(text)
    for form in _DATE_FORMS:
        match = form.match(clean)
        if not match:
            continue
        year = int(match["y"])
        if year not in _YEARS:
            raise NotADateError(f"“{clean}”: năm {year} không hợp lệ")
        try:
            return date(year, int(match["m"]), int(match["d"]))
        except ValueError as error:
            raise NotADateError(f"“{clean}”: không có ngày này trong lịch") from error
    raise NotADateError(f"“{clean[:40]}” không phải là ngày đầy đủ (ngày/tháng/năm bốn chữ số)")
