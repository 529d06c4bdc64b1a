"""Which indicator, which area and which figure a person means."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from pipelines.errors import WRONG_CALL, UserError
from pipelines.explain.periods import Period
from pipelines.reader import Reader

Row = dict[str, Any]
_SHOWN = 6
_TITLES = r"^(tinh|thanh pho|tp|quan|huyen|thi xa|xa|phuong|thi tran|dac khu)\.? "


@dataclass(frozen=True)
class Choice:
    """What tells apart figures of one indicator, area and period; None is the usual one."""

    calendar: str | None = None
    basis: str | None = None
    agency: str | None = None


def fold(text: str) -> str:
    """Write a text without accents, in lower case and with single blanks."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
        if not unicodedata.combining(letter)
    )
    return " ".join(bare.split())


def find_indicator(reader: Reader, wanted: str) -> Row:
    """Find the one indicator with this code, catalogue code or name.

    Args:
        reader: the warehouse.
        wanted: a code, a catalogue code (D01), or a part of the name, accents not needed.

    Returns:
        Its row of `mart.indicator`.

    Raises:
        UserError: none or several fit (status 2); the nearest are named.
    """
    rows = reader.rows("select * from mart.indicator order by indicator_code")
    key = fold(wanted)
    coded = [row for row in rows if key in _codes(row)]
    named = [row for row in rows if fold(row["indicator_name"]) == key]
    parts = [row for row in rows if key in fold(row["indicator_name"])]
    for found in (coded, named, parts):
        if len(found) == 1:
            return found[0]
        if found:
            raise _wrong(f"'{wanted}' có thể là {_told(map(_indicator, found))}")
    names = {code: row for row in rows for code in (*_codes(row), fold(row["indicator_name"]))}
    near = {id(names[name]): names[name] for name in get_close_matches(key, names, _SHOWN, 0.5)}
    hint = f"gần nhất là {_told(map(_indicator, near.values()))}" if near else _CATALOGUE
    raise _wrong(f"Không có chỉ tiêu '{wanted}'; {hint}")


_CATALOGUE = "xem `kho sql 'select indicator_code, indicator_name from mart.indicator'`"


def _codes(row: Row) -> list[str]:
    return [fold(code) for code in (row["indicator_code"], row["catalogue_code"]) if code]


def _indicator(row: Row) -> str:
    return f"{row['indicator_code']} ({row['indicator_name']})"


def find_area(reader: Reader, wanted: str) -> Row:
    """Find the one unit with this key, code or name.

    Args:
        reader: the warehouse.
        wanted: an area key (VN-00, P24-20040708); a code, with the day on which it is meant when
            it changed hands (24@2025-07-01); or a name, which means today's unit.

    Returns:
        Its row of `mart.area`.

    Raises:
        UserError: none or several fit (status 2); the candidates are named.
    """
    key = wanted.strip()
    dated = re.fullmatch(r"(\w+)@(\d{4}-\d{2}-\d{2})", key)
    if dated:
        day = _day(dated[2], wanted)
        found = [row for row in _areas(reader, "area_code = ?", dated[1]) if _is_valid(row, day)]
    else:
        found = (
            _areas(reader, "area_key = ?", key.upper())
            or _areas(reader, "area_code = ?", key)
            or _areas_named(reader, key)
        )
    if len(found) == 1:
        return found[0]
    if found:
        raise _wrong(f"Địa bàn '{wanted}' là {_told(map(_area, found), ' hay ')}? {_AREA_FORMS}")
    names = {_bare(row["area_name"]): row for row in _areas(reader, *_LARGE)}
    near = [names[name] for name in get_close_matches(_bare(wanted), names, 3, 0.7)]
    hint = f"; gần nhất là {_told(map(_area, near))}" if near else ""
    raise _wrong(f"Không có địa bàn '{wanted}'{hint}; {_AREA_FORMS[0].lower()}{_AREA_FORMS[1:]}")


_AREA_FORMS = "Ghi khóa (P24-20040708), mã kèm ngày (24@2025-07-01) hoặc tên"
# a name means the province before a ward that bears it, too; few ask for one of ten thousand wards
_LARGE = ("level in (?, ?)", "country", "province")
_SMALL = ("level not in (?, ?)", "country", "province")


def _areas(reader: Reader, condition: str, *values: str) -> list[Row]:
    return reader.rows(f"select * from mart.area where {condition} order by area_key", values)


def _areas_named(reader: Reader, name: str) -> list[Row]:
    for size in (_LARGE, _SMALL):
        rows = _areas(reader, *size)
        full = [row for row in rows if fold(row["area_name"]) == fold(name)]
        named = full or [row for row in rows if _bare(row["area_name"]) == _bare(name)]
        if named:
            return [row for row in named if row["valid_to"] is None] or named
    return []


def _bare(name: str) -> str:
    return re.sub(_TITLES, "", fold(name))


def _is_valid(row: Row, day: date) -> bool:
    begins, ends = row["valid_from"], row["valid_to"]
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _day(text: str, wanted: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(f"Không có ngày '{text}' trong '{wanted}'") from None


def _area(row: Row) -> str:
    ends = f"đến {row['valid_to']:%d/%m/%Y}" if row["valid_to"] else "nay"
    return f"{row['area_name']} ({row['area_key']}, {ends})"


def find_figure(
    reader: Reader, indicator: Row, area: Row, period: Period, choice: Choice, text: str
) -> tuple[Row, list[Row]]:
    """Find the one figure meant, and the same figure on every basis.

    Args:
        reader: the warehouse.
        indicator: row of `mart.indicator`.
        area: row of `mart.area`.
        period: the wanted period.
        choice: calendar, basis and agency, where they were given.
        text: the period as typed, for the complaint.

    Returns:
        (row of `mart.indicator_yoy`, the rows of all bases).

    Raises:
        UserError: the warehouse has no such figure, or several (status 2).
    """
    marks = ", ".join("?" * len(period.types))
    rows = reader.rows(
        "select * from mart.indicator_yoy where indicator_code = ? and area_key = ?"
        f" and period_type in ({marks}) and period_end between ? and ?"
        " order by calendar, agency_code, basis, period_type desc, period_end",
        [
            *(indicator["indicator_code"], area["area_key"], *period.types),
            *(period.ends_from, period.ends_to),
        ],
    )
    rows = _narrowed(rows, "calendar", choice.calendar, "calendar", "--calendar")
    rows = _narrowed(rows, "agency_code", choice.agency, "_all", "--agency")
    if not rows:
        raise _wrong(_no_figure(reader, indicator, area, text))
    # as published stands before today's borders; `ytd` before the month of January
    rows = [row for row in rows if row["period_type"] == rows[0]["period_type"]]
    if choice.basis:
        wanted = [row for row in rows if row["basis"] == choice.basis]
        if not wanted:
            raise _wrong(
                f"{_place(indicator, area, text)} không có trên cơ sở {choice.basis}; "
                f"có {_told(row['basis'] for row in rows)}"
            )
        return wanted[0], rows
    return next((row for row in rows if row["basis"] == "as_published"), rows[0]), rows


def _narrowed(rows: list[Row], column: str, wanted: str | None, usual: str, word: str) -> list[Row]:
    there = sorted({str(row[column]) for row in rows})
    chosen = wanted or (usual if usual in there else there[0] if len(there) == 1 else None)
    if there and chosen not in there:
        raise _wrong(f"Chọn một bằng {word}: {_told(there)}")
    return [row for row in rows if row[column] == chosen]


def _no_figure(reader: Reader, indicator: Row, area: Row, text: str) -> str:
    place = _place(indicator, area, text)
    spans = reader.rows(
        "select period_type, min(period_start) as first_day, max(period_end) as last_day"
        " from mart.indicator_value where indicator_code = ? and area_key = ?"
        " group by period_type order by period_type",
        [indicator["indicator_code"], area["area_key"]],
    )
    if spans:
        there = (
            f"{span['period_type']} {span['first_day']:%d/%m/%Y}–{span['last_day']:%d/%m/%Y}"
            for span in spans
        )
        return f"Kho không có {place}; có {_told(there)}"
    waits = indicator["awaits_system_name"]
    return f"Kho chưa có số liệu nào của {place}" + (f"; đang chờ nguồn {waits}" if waits else "")


def _place(indicator: Row, area: Row, text: str) -> str:
    return f"{indicator['indicator_code']} của {area['area_name']} kỳ {text}"


def _told(items: Iterable[str], link: str = ", ") -> str:
    every = list(items)
    more = f" và {len(every) - _SHOWN} khả năng khác" if len(every) > _SHOWN else ""
    return link.join(every[:_SHOWN]) + more


def _wrong(message: str) -> UserError:
    return UserError(message, WRONG_CALL)
