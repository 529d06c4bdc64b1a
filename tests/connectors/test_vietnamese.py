"""Numbers and dates: parse what is certain, refuse what is not, never guess."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vietnamese import (
    NotADateError,
    NotANumberError,
    TypedNumber,
    is_absent,
    parse_date,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5.238.802", "5238802", ""),
        ("10,055,418", "10055418", ""),
        ("12,07%", "12.07", "%"),
        ("1.234,5 tỷ", "1234.5", "tỷ"),
        ("1.200.300,12345", "1200300.12345", ""),
        ("4,624,269.5", "4624269.5", ""),
        ("0.17", "0.17", ""),
        ("0,123", "0.123", ""),
        ("40.3", "40.3", ""),
        ("1234,567", "1234.567", ""),
        ("１２３", "123", ""),
        ("\u22125,5", "-5.5", ""),
        ("1 234 567", "1234567", ""),
        ("1\u00a0234,5", "1234.5", ""),
        ("+7", "7", ""),
        ("20 ‰", "20", "‰"),
    ],
)
def test_certain_numbers(text: str, value: str, unit: str) -> None:
    assert parse_number(text) == TypedNumber(Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "791/903",
        "1.234",
        "3,848 lượt",
        "12.34.56",
        "1,23,456",
        "1.234.5",
        "1,234.567,8",
        "01.234.567",
        "12 34",
        "1e5",
        "NaN",
        "inf",
        "12-15",
        "(5)",
        "năm 2023",
        "5 (6)",
        "9" * 40,
        "1" * 1000,
        "=1+1",
        "#NAME?",
    ],
)
def test_uncertain_numbers_are_refused(text: str) -> None:
    with pytest.raises(NotANumberError):
        parse_number(text)


@pytest.mark.parametrize("text", ["", "  ", "—", "-", "N/A", "~", "không có", "…", "KHÔNG CÓ"])
def test_absent_is_not_zero(text: str) -> None:
    assert is_absent(text)
    assert parse_number(text).value is None


@given(st.integers(-(10**15), 10**15), st.sampled_from([".", ",", " "]))
def test_grouped_whole_numbers_read_back(number: int, mark: str) -> None:
    text = f"{number:,}".replace(",", mark)
    if abs(number) < 1000 or mark == " " or abs(number) >= 10**6:
        assert parse_number(text).value == number
    else:
        with pytest.raises(NotANumberError):
            parse_number(text)


@given(st.decimals(0, 10**12, places=2, allow_nan=False, allow_infinity=False))
def test_both_ways_of_writing_decimals_read_back(number: Decimal) -> None:
    english = f"{number:,.2f}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english).value == parse_number(vietnamese).value == number


@given(st.text(alphabet="0123456789.,-+% /eEtỷ١٢", max_size=20))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        typed = parse_number(text)
    except NotANumberError as error:
        assert "\n" not in str(error)
    else:
        assert typed.value is None or typed.value.is_finite()


@given(st.text())
def test_any_unicode_parses_or_is_refused(text: str) -> None:
    for parse, refused in ((parse_number, NotANumberError), (parse_date, NotADateError)):
        with suppress(refused):
            parse(text)


@pytest.mark.parametrize(
    "text", ["29/12/2024", "29-12-2024", "29.12.2024", "2024-12-29", "ngày 29 tháng 12 năm 2024"]
)
def test_certain_dates(text: str) -> None:
    assert parse_date(text) == date(2024, 12, 29)


@pytest.mark.parametrize(
    "text", ["31/02/2024", "00/00/0000", "7/10", "29/12/24", "29/12/2568", "2024-13-01", "mùng 1"]
)
def test_uncertain_dates_are_refused(text: str) -> None:
    with pytest.raises(NotADateError):
        parse_date(text)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dates_read_back(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%Y}") == parse_date(day.isoformat()) == day
