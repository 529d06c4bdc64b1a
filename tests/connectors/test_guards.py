"""A window lands only when it is whole, in order and believable."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.connector import SeenDelivery
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.guards import Feed, Unsteady, refuse_silence, was_seen, whole
from connectors.windows import Window

MONDAY = datetime(2024, 5, 6, tzinfo=UTC) - timedelta(hours=7)
DAY = timedelta(days=1)
WINDOW = Window(MONDAY, MONDAY + DAY)
INSTANT = pa.timestamp("us", tz="UTC")
Row = tuple[int, str, int]


def page(feed: Feed, advertised: int, rows: list[Row]) -> None:
    at = [MONDAY + timedelta(milliseconds=row[0]) for row in rows]
    feed.page(
        advertised,
        pa.chunked_array([at], INSTANT),
        pa.chunked_array([[row[1] for row in rows]], pa.string()),
        pa.chunked_array([[row[2] for row in rows]], pa.int32()),
    )


def pull(pages: list[list[Row]], advertised: int | None = None) -> Feed:
    feed = Feed(WINDOW, "Hồ sơ")
    count = sum(map(len, pages)) if advertised is None else advertised
    for rows in pages:
        page(feed, count, rows)
    feed.end()
    return feed


rows_in_order = st.sets(
    st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.integers(1, 3)), max_size=20
).map(sorted)


@given(rows_in_order, st.integers(1, 7))
def test_pages_in_order_pass_even_within_one_millisecond(rows: list[Row], size: int) -> None:
    pages = [rows[start : start + size] for start in range(0, len(rows), size)]
    assert pull(pages or [[]]).rows == len(rows)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.integers(1, 2)), min_size=2))
def test_what_does_not_strictly_rise_is_refused(rows: list[Row]) -> None:
    rises = all(a < b for a, b in pairwise(rows))
    for pages in ([rows], [rows[:1], rows[1:]]):
        if rises:
            pull(pages)
        else:
            with pytest.raises(Unsteady):
                pull(pages)


def test_a_repeated_page_missing_rows_and_a_moving_total_are_seen() -> None:
    with pytest.raises(Unsteady, match="chồng lên nhau"):
        pull([[(1, "a", 1)], [(1, "a", 1)]])
    with pytest.raises(Unsteady, match="báo 3 dòng nhưng gửi 1"):
        pull([[(1, "a", 1)]], advertised=3)
    feed = Feed(WINDOW, "Hồ sơ")
    page(feed, 2, [(1, "a", 1)])
    with pytest.raises(Unsteady, match="từ 2 sang 3"):
        page(feed, 3, [(2, "a", 1)])


@pytest.mark.parametrize("moved", [-1, 0, 24 * 3_600_000 + 1, 7 * 3_600_000 + 24 * 3_600_000])
def test_a_row_outside_the_window_is_terminal(moved: int) -> None:
    with pytest.raises(TerminalSourceError, match="múi giờ"):
        pull([[(moved, "a", 1)]])
    pull([[(1, "a", 1), (24 * 3_600_000, "a", 1)]])


def test_a_row_without_an_instant_is_terminal() -> None:
    with pytest.raises(TerminalSourceError, match="thiếu thời điểm"):
        Feed(WINDOW, "Hồ sơ").page(1, pa.chunked_array([[None]], INSTANT))


def test_a_window_that_moves_is_pulled_again_three_times() -> None:
    tries: list[int] = []

    def pull_once(steady_after: int) -> int:
        tries.append(1)
        if len(tries) <= steady_after:
            raise Unsteady("đổi giữa chừng")
        return len(tries)

    assert whole(lambda: pull_once(2), "tháng 5") == 3
    tries.clear()
    with pytest.raises(TerminalSourceError, match=r"tháng 5: đã lấy 3 lần.*đổi giữa chừng"):
        whole(lambda: pull_once(9), "tháng 5")
    assert len(tries) == 3


def silence(
    window: Window, news: int = 0, cursor: datetime = MONDAY, replayed: bool = False
) -> None:
    refuse_silence("Hồ sơ", window, cursor, news, replayed, lambda day: day.weekday() < 5)


def test_nothing_new_over_office_hours_is_refused() -> None:
    with pytest.raises(TransientSourceError, match="0 dòng mới"):
        silence(WINDOW)
    with pytest.raises(TransientSourceError, match="đúng nội dung của lần trước"):
        silence(WINDOW, replayed=True)
    # most of Monday and the morning of Tuesday make a day
    with pytest.raises(TransientSourceError, match="0 dòng mới"):
        silence(Window(MONDAY, MONDAY + timedelta(hours=34)), cursor=MONDAY + timedelta(hours=11))
    silence(WINDOW, news=1)


def test_nothing_new_at_night_at_noon_or_on_sunday_is_no_failure() -> None:
    silence(Window(MONDAY - DAY, MONDAY))
    silence(Window(MONDAY, MONDAY + timedelta(hours=12)))
    # the window goes back over Monday, which was taken before
    silence(Window(MONDAY, MONDAY + timedelta(hours=30)), cursor=MONDAY + timedelta(hours=17))


def test_the_same_bytes_are_remembered_by_the_ids_of_deliveries() -> None:
    known = {"20240101000000000-20240102000000000.abc": SeenDelivery("", MONDAY.date(), 1)}
    assert was_seen(known, "abc") and not was_seen(known, "bc")


@pytest.mark.parametrize(
    ("hours", "told"),
    # a night alone, a Sunday, and a Monday with its office hours
    [((-2, 7), False), ((-24, 0), False), ((0, 24), True)],
)
def test_rows_of_the_night_tell_of_a_shifted_clock_beside_office_hours_only(
    hours: tuple[int, int], told: bool
) -> None:
    window = Window(*(MONDAY + timedelta(hours=hour) for hour in hours))
    feed = Feed(window, "Hồ sơ", is_working_day=lambda day: day.weekday() < 5)
    midnight = max(window.start, MONDAY - DAY if hours[1] == 0 else MONDAY)
    rows = [midnight + timedelta(minutes=minute) for minute in range(1, 41)]
    feed.page(len(rows), pa.chunked_array([rows], INSTANT))
    with pytest.raises(TerminalSourceError, match="giờ UTC") if told else nullcontext():
        feed.end()


@pytest.mark.parametrize(
    ("rows", "of_night", "told"),
    # 34 tasks of which 11 were moved by night came from a right clock; 5 of 9 are a shifted one's
    [(34, 11, False), (34, 19, True), (20, 10, False), (900, 260, False), (900, 280, True)],
)
def test_a_few_rows_of_the_night_prove_no_shifted_clock(
    rows: int, of_night: int, told: bool
) -> None:
    feed = Feed(
        Window(MONDAY, MONDAY + DAY), "Nhiệm vụ", is_working_day=lambda day: day.weekday() < 5
    )
    first = [MONDAY + timedelta(seconds=number + 1) for number in range(of_night)]
    later = [MONDAY + timedelta(hours=9, seconds=number) for number in range(rows - of_night)]
    feed.page(rows, pa.chunked_array([first + later], INSTANT))
    with pytest.raises(TerminalSourceError, match="giờ UTC") if told else nullcontext():
        feed.end()
