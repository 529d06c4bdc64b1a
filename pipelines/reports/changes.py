"""«Thay đổi so với báo cáo trước»: the figures of an earlier edition that were restated since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.reports.keys import Reader, read_values
from pipelines.reports.model import Change, Figure, Symbol
from pipelines.reports.numbers import VIETNAM, date_text

_STATUS = {
    "estimate": "ước tính",
    "preliminary": "sơ bộ",
    "official": "chính thức",
    "computed": "tính từ số liệu",
}
_WITHDRAWN = "kho không còn công bố số này"
_COUNTED_AGAIN = "kho tính lại từ các số thành phần"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The edition with which a report is compared.

    Args:
        name: as a reader calls it.
        figures: what each figure is and of when → the figure, which has a key.
    """

    name: str
    figures: Mapping[str, Figure]


def read_changes(reader: Reader, earlier: Earlier) -> tuple[Change, ...]:
    """Look at every figure of an edition again.

    Args:
        reader: open on a published warehouse.
        earlier: the edition.

    Returns:
        The figures whose published value is another one now, in the edition's order.
    """
    now = read_values(reader, (figure.key for figure in earlier.figures.values()))
    return tuple(
        Change(name, old, _now(old, now[old.key]), _why(reader, old.key))
        for name, old in earlier.figures.items()
        if now[old.key] != old.value
    )


def _now(old: Figure, value: Decimal | None) -> Figure:
    if value is None:
        return replace(old, value=None, symbol=Symbol.UNKNOWN, reason=_WITHDRAWN, key="", mark="")
    return replace(old, value=value, mark="")


def _why(reader: Reader, key: str) -> str:
    """Tell the newest vintage of the figure: by whom, when and where it was published."""
    table, *values, _ = key.split("|")
    if table != "indicator_yoy":
        return _COUNTED_AGAIN
    code, area, calendar, kind, start, end = values
    rows = reader.rows(
        "select estimate_status, known_from, source_ref from mart.indicator_vintage"
        " where indicator_code = ? and area_key = ? and calendar = ? and period_type = ?"
        " and period_start = cast(? as date) and period_end = cast(? as date)"
        " and agency_code = '_all' and known_to is null order by known_from desc, source_ref",
        [code, area, calendar, kind, start, end],
    )
    if not rows:
        return _COUNTED_AGAIN
    newest = rows[0]
    day = date_text(newest["known_from"].astimezone(VIETNAM).date())
    status = _STATUS.get(newest["estimate_status"] or "", "")
    place = newest["source_ref"] or ""
    parts = (f"công bố lại ngày {day}", f"số {status}" if status else "", place)
    return ", ".join(part for part in parts if part)
