"""Recognising a unit of measure among the texts of a statistics table."""

import re
from functools import lru_cache

_MAX_LENGTH = 45
_PREFIX = re.compile(r"^(?:đơn vị(?: tính)?|đvt|unit)\s*[:.]\s*", re.I)
_SCALE = (
    r"nghìn|ngàn|triệu|tỷ|tỉ|1000|1\.000|thous\.?|thousand|mill\.?|million|bill\.?|billion|trillion"
)
_SCALED = (
    r"(?:tỷ|tỉ)|đồng|usd|vnd|dongs?|us\$|tấn(?:[.\s]*km)?|ha|m2|m3|lít|người"
    r"|lượt(?: (?:người|khách|hk)(?:[.\s]*km)?)?|hk(?:[.\s]*km)?|hành khách|con|quả|cây|kwh"
    r"|cái|chiếc|bao|viên|bộ|ste|tons?(?:-km)?|passengers?(?:-km)?|persons?|mét|mét2"
)
_BARE = (
    r"[%‰]|điểm (?:%|phần trăm)|us\$ (?:million|mill\.?|billion)|đồng|usd|vnd|tấn|ha|tạ/ha|tạ|kg|km"
    r"|m2|m3|lít|mw|kwh|người|lượt(?: (?:người|khách))?|doanh nghiệp|dn|dự án|vụ|cái|chiếc|con|quả"
    r"|căn|hộ|hộ dân|lao động|bộ|số con/phụ nữ|tuổi|số (?:nam|bé trai)/100 (?:nữ|bé gái)"
    r"|enterprises?|arrivals?|projects?|persons?|tons?|unit|index"
)
_PART = re.compile(
    rf"^(?:\(\*+\)\s*)?(?:(?:cơ cấu|structure)\s*-\s*)?"
    rf"(?:{_BARE}|(?:{_SCALE})(?:\s?(?:tỷ|tỉ))?[\s.]*(?:{_SCALED})?)$",
    re.I,
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_COLUMN_HEADS = re.compile(r"^(?:đơn vị(?: tính)?|đvt|units?)$", re.I)
DITTO = frozenset({'"', "''", "“", "”", "nt", "-nt-", "″", "〃"})


def strip_prefix(text: str) -> str:
    """Take "Đơn vị tính:" off a unit text."""
    return _PREFIX.sub("", text)


@lru_cache(1 << 14)
def is_unit(text: str) -> bool:
    """Tell whether a text is nothing but one unit, or several ("Nghìn tấn; Triệu USD")."""
    body = strip_prefix(text)
    if not body or len(body) > _MAX_LENGTH:
        return False
    return all(_PART.match(part.strip()) for part in re.split(r"[;,]", body))


def is_declared_unit(text: str) -> bool:
    """Tell whether a text names itself a unit ("Đơn vị tính: Tỷ đồng")."""
    return _PREFIX.match(text) is not None


def is_unit_column(header: str) -> bool:
    """Tell whether a column header says that the column holds units."""
    return _COLUMN_HEADS.match(header) is not None


@lru_cache(1 << 14)
def bracketed_unit(text: str) -> str:
    """Give the last unit printed in brackets ("Cơ cấu (%)" → "%"), or ""."""
    for inner in reversed(_BRACKETS.findall(text)):
        # years of life are a unit in brackets only: «Năm» on a line of its own begins a header
        if is_unit(inner.strip()) or inner.strip().lower() == "năm":
            return str(inner.strip())
    return ""
