"""Vietnamese notation, against a reader of it that shares no code with the writer."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.official import place_date_text
from pipelines.reports.numbers import (
    as_decimal,
    change_text,
    date_text,
    instant_text,
    month_ranges_text,
    number_text,
)

FIGURES = st.decimals(min_value=Decimal("-1e21"), max_value=Decimal("1e21"), places=6)
DIGITS = st.integers(min_value=0, max_value=6)


@given(FIGURES, DIGITS)
def test_a_written_number_reads_back_as_the_rounded_one(value: Decimal, decimals: int) -> None:
    text = number_text(value, decimals)
    whole, comma, fraction = text.partition(",")
    assert len(fraction) == decimals
    assert bool(comma) == (decimals > 0)
    groups = whole.removeprefix("-").split(".")
    assert 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    read = Decimal(text.replace(".", "").replace(",", "."))
    assert abs(read - value) * 2 <= Decimal(1).scaleb(-decimals)
    assert not (read == 0 and text.startswith("-"))


@given(FIGURES, DIGITS)
def test_a_change_points_the_way_it_is_printed(value: Decimal, decimals: int) -> None:
    text = change_text(value, decimals, "%").replace("\u00a0", " ")
    assert "-" not in text and text.endswith(" %")
    number = Decimal(text.lstrip("▲▼ ").removesuffix(" %").replace(".", "").replace(",", "."))
    sign = {"▲": 1, "▼": -1}.get(text[0], 0)
    assert (number == 0) == (sign == 0)
    assert abs(sign * number - value) * 2 <= Decimal(1).scaleb(-decimals)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_shortest_digits(value: float) -> None:
    assert float(as_decimal(value) or 0) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="số"):
        as_decimal(value)


def test_notation() -> None:
    assert number_text(Decimal("1234567.84"), 1) == "1.234.567,8"
    assert number_text(Decimal("-0.004"), 2) == "0,00"
    assert number_text(Decimal("2.345"), 2) == "2,35"
    assert number_text(Decimal("-2.345"), 2) == "-2,35"
    assert change_text(Decimal("9.346"), 2, "%") == "▲\u00a09,35\u00a0%"
    assert change_text(Decimal("-0.64"), 2, "điểm %") == "▼\u00a00,64\u00a0điểm %"
    assert change_text(Decimal("0.001"), 2, "%") == "0,00\u00a0%"
    assert date_text(date(2025, 1, 6)) == "06/01/2025"
    assert instant_text(datetime(2024, 12, 31, 18, 5, tzinfo=UTC)) == "01:05 ngày 01/01/2025"


def test_leading_zeros_follow_the_decree() -> None:
    assert place_date_text("Hà Nội", date(2025, 2, 6)) == "Hà Nội, ngày 06 tháng 02 năm 2025"
    assert place_date_text("Hà Nội", date(2025, 3, 16)) == "Hà Nội, ngày 16 tháng 3 năm 2025"


def test_months_are_named_as_runs() -> None:
    months = [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 3, 1)]
    assert month_ranges_text(months) == "11/2023–01/2024, 03/2024"
    assert month_ranges_text([]) == ""
