"""Vietnamese notation: numbers, changes and dates as an official report writes them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Context, Decimal

VIETNAM = timezone(timedelta(hours=7), "+07")
UP, DOWN = "▲", "▼"
NO_BREAK = "\u00a0"
# decimal(28,6) of the mart shown with more decimals needs more digits than the default 28
_WIDE = Context(prec=100)


def as_decimal(value: object) -> Decimal | None:
    """Take a figure of the mart as an exact decimal.

    Args:
        value: a Decimal, int or float (shortest round-trip digits are kept), or None.

    Returns:
        The decimal, or None where the mart has no value.

    Raises:
        ValueError: when the value is not a finite number.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise ValueError(f"Không phải là số: {value!r}")
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"Không phải là số hữu hạn: {value!r}")
    return exact


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, the rule of the indicator catalogue; minus zero becomes zero."""
    shown = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    return shown if shown else shown.copy_abs()


def number_text(value: Decimal, decimals: int) -> str:
    """Write a number with points for thousands and a decimal comma: 1.234.567,8.

    Args:
        value: the number, in the unit of its indicator.
        decimals: digits after the comma, 0 or more.

    Returns:
        The text, with an ASCII minus sign before a negative number.
    """
    return f"{rounded(value, decimals):,f}".translate(str.maketrans(",.", ".,"))


def change_text(value: Decimal, decimals: int, unit: str) -> str:
    """Write a change with its direction: '▲ 9,35 %', '▼ 0,64 điểm %', '0,00 %' when it rounds to 0.

    The spaces are no-break spaces: an arrow or unit must not stand on another line than its number.

    Args:
        value: the change, in percent or percentage points.
        decimals: digits after the comma.
        unit: '%' or 'điểm %'.

    Returns:
        The text; the direction is carried by the arrow, so the number itself has no sign.
    """
    shown = rounded(value, decimals)
    arrow = f"{UP}{NO_BREAK}" if shown > 0 else f"{DOWN}{NO_BREAK}" if shown < 0 else ""
    return f"{arrow}{number_text(abs(shown), decimals)}{NO_BREAK}{unit}"


def date_text(day: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def month_text(day: date) -> str:
    """Write the month of a date as mm/yyyy."""
    return f"{day.month:02d}/{day.year:04d}"


def instant_text(instant: datetime) -> str:
    """Write an instant in Vietnamese time: 'HH:MM ngày dd/mm/yyyy'."""
    local = instant.astimezone(VIETNAM)
    return f"{local.hour:02d}:{local.minute:02d} ngày {date_text(local.date())}"


def month_ranges_text(months: Sequence[date]) -> str:
    """Write months as runs without a gap: '01/2019–03/2020, 06/2020'.

    Args:
        months: first days of months, ascending and distinct.

    Returns:
        The runs, separated by commas; '' when there are none.
    """
    runs: list[tuple[date, date]] = []
    for month in months:
        if runs and _month_index(month) == _month_index(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return ", ".join(
        month_text(first) if first == last else f"{month_text(first)}–{month_text(last)}"
        for first, last in runs
    )


def _month_index(day: date) -> int:
    return day.year * 12 + day.month
