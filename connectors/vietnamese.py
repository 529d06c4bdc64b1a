"""Numbers and dates as people type them in Viet Nam: parse what is certain, refuse the rest.

A point groups thousands and a comma starts the decimals ("1.234,5"), but files mix this with the
English way ("10,055,418"). A text that could mean two numbers ("1.234") is refused, never guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

ABSENT = frozenset(
    {"", "-", "--", "–", "—", "~", ".", "..", "...", "…", "x", "n/a", "na", "#n/a", "none", "null"}
    | {"không có", "không", "ko", "k có", "chưa có", "không phát sinh"}
)
"""Texts that say that there is no figure (lower case); a missing figure is not a zero."""

_MAX_LENGTH = 60
_MAX_DIGITS = 28
_NUMBER = re.compile(r"^(?P<sign>[+-]?)\s*(?P<body>\d(?:[\d., ]*\d)?)\s*(?P<unit>[^\d.,].*)?$")
_DATE_FORMS = (
    re.compile(r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})$"),
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})$"),
    re.compile(r"^(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{4})$", re.I),
)
_YEARS = range(1900, 2101)


class NotANumberError(ValueError):
    """A text is not certainly one number; the message says why, in Vietnamese."""


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


def parse_number(text: str) -> TypedNumber:
    """Read a typed number with the unit behind it.

    Args:
        text: what stands in the cell, for instance "5.238.802", "12,07%" or "1.234,5 tỷ".

    Returns:
        The value in the printed unit, and that unit ("" when none is printed).

    Raises:
        NotANumberError: the text is no number, or could mean two different ones.
    """
    clean = plain(text)
    if clean.lower() in ABSENT:
        return TypedNumber(None)
    if len(clean) > _MAX_LENGTH:
        raise NotANumberError("chuỗi quá dài, không phải số")
    match = _NUMBER.match(clean)
    if not match:
        raise NotANumberError(f"“{clean}” không phải là số")
    unit = (match["unit"] or "").strip()
    if unit and (not (unit[0].isalpha() or unit[0] in "%‰") or re.match(r"[eE][+-]?\d", unit)):
        raise NotANumberError(f"“{clean}” không phải là một số")
    digits = _plain_digits(match["body"], clean)
    if len(digits) > _MAX_DIGITS:
        raise NotANumberError(f"“{clean}” có quá nhiều chữ số")
    try:
        return TypedNumber(Decimal(match["sign"] + digits), unit)
    except InvalidOperation as error:
        raise NotANumberError(f"“{clean}” không phải là số") from error


def _plain_digits(body: str, whole: str) -> str:
    """Turn a grouped number into digits with a decimal point."""
    if " " in body:
        if not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", body):
            raise NotANumberError(f"“{whole}” là nhiều số hoặc viết cách sai")
        head, _, tail = body.replace(",", ".").partition(".")
        return head.replace(" ", "") + ("." + tail if tail else "")
    marks = set(re.findall(r"[.,]", body))
    if not marks:
        return body
    if len(marks) == 2:
        decimal = max(marks, key=body.rfind)
        return _grouped(body, "," if decimal == "." else ".", decimal, whole)
    mark = marks.pop()
    if body.count(mark) > 1:
        return _grouped(body, mark, "", whole)
    head, tail = body.split(mark)
    if len(tail) == 3 and len(head) <= 3 and not head.startswith("0"):
        raise NotANumberError(
            f"“{whole}” có thể hiểu theo hai cách (phần nghìn hay phần thập phân)"
        )
    return f"{head}.{tail}"


def _grouped(body: str, group: str, decimal: str, whole: str) -> str:
    head, _, tail = body.rpartition(decimal) if decimal else (body, "", "")
    parts = head.split(group)
    well_formed = (
        1 <= len(parts[0]) <= 3
        and not parts[0].startswith("0")
        and all(len(part) == 3 and part.isdigit() for part in parts[1:])
    )
    if not well_formed:
        raise NotANumberError(f"“{whole}” có dấu phân cách đặt sai chỗ")
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
