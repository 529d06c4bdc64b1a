"""Offices rest on Tết and work on swapped Saturdays."""

from datetime import date

from pipelines.working_days import is_working_day


def test_holidays_weekends_and_swapped_days() -> None:
    assert is_working_day(date(2024, 5, 6))
    assert not is_working_day(date(2024, 5, 5))
    assert not is_working_day(date(2024, 2, 12))
    assert is_working_day(date(2014, 12, 27))
