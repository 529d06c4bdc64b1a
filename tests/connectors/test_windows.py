"""Windows leave no gap, and a cursor that cannot be is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.change_log import LONGEST
from connectors.connector import SeenDelivery
from connectors.errors import TerminalSourceError
from connectors.windows import OPENING, VIET_NAM, Window, cursor_of, held_windows, windows

NOW = datetime(2024, 5, 6, 3, 4, 5, 678912, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(milliseconds=1)
moments = st.datetimes(datetime(2019, 1, 1), datetime(2024, 5, 5)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)


def month_of(at: datetime) -> str:
    return f"{at.astimezone(VIET_NAM):%Y-%m}"


@given(moments, st.integers(0, 3000), st.integers(1, 31))
def test_windows_have_no_gap_and_reach_from_the_overlap_to_now(
    cursor: datetime, overlap: int, longest: int
) -> None:
    back = timedelta(minutes=overlap)
    found = windows(cursor, NOW, back, longest * DAY)
    assert found[0].start == cursor - back
    assert found[-1].end == NOW.replace(microsecond=678000)
    assert all(a.end == b.start for a, b in pairwise(found))
    firsts = [max(window.start, cursor) for window in found]
    assert all(MOMENT <= w.end - a <= longest * DAY for a, w in zip(firsts, found, strict=True))
    assert all(month_of(a) == month_of(w.end - MOMENT) for a, w in zip(firsts, found, strict=True))


def test_a_log_that_begins_with_a_month_has_one_window_for_it() -> None:
    first = datetime(2024, 3, 1, tzinfo=VIET_NAM)
    april = datetime(2024, 4, 1, tzinfo=VIET_NAM)
    assert windows(first, april + DAY, OPENING, LONGEST) == [
        Window(first - timedelta(seconds=1), april),
        Window(april, april + DAY),
    ]


@given(moments, moments)
def test_a_window_is_read_back_from_the_id_of_its_delivery(
    first: datetime, second: datetime
) -> None:
    window = Window(min(first, second), max(first, second))
    assert Window.parse(window.name) == Window.parse(f"{window.name}.abc") == window


def test_no_window_when_no_time_has_passed() -> None:
    at = NOW.replace(microsecond=0)
    assert windows(at, at, DAY, DAY) == []


@pytest.mark.parametrize("cursor", [datetime(2999, 12, 31, tzinfo=UTC), NOW + DAY])
def test_a_cursor_in_the_future_is_refused(cursor: datetime) -> None:
    with pytest.raises(TerminalSourceError, match="ở sau giờ của máy"):
        windows(cursor, NOW, DAY, DAY)


def seen(cursor: datetime | None, is_held: bool = False) -> SeenDelivery:
    return SeenDelivery("", NOW.date(), 1, is_held, cursor)


def test_the_cursor_is_the_furthest_and_the_first_day_at_first() -> None:
    first = NOW - 9 * DAY
    assert cursor_of({}, first) == first
    known = {"a": seen(NOW - DAY), "b": seen(NOW - 2 * DAY), "c": seen(None)}
    assert cursor_of(known, first) == NOW - DAY


def test_a_held_window_is_asked_again_until_something_good_replaces_it() -> None:
    at = NOW.replace(microsecond=0)
    one, two = Window(at - 2 * DAY, at - DAY), Window(at - DAY, at)
    known = {f"{one.name}.a": seen(at, True), f"{two.name}.a": seen(at, True), "khác": seen(None)}
    assert held_windows(known) == [one, two]
    assert held_windows(known | {f"{two.name}.b": seen(at)}) == [one]
