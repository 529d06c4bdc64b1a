"""Guards of a pull: a window is landed only when it is whole, in order and believable."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from math import sqrt
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from connectors.connector import SeenDelivery
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.windows import VIET_NAM, Window

T = TypeVar("T")
_TRIES = 3
_OFFSET = pa.scalar(timedelta(hours=7))
_DAYBREAK, _ENOUGH_ROWS, _NIGHT_SHARE = 6, 20, 0.3
_OFFICE_OPENS, _OFFICE_CLOSES = timedelta(hours=8), timedelta(hours=16)
_NOTICED = timedelta(hours=6)


def _expected_by_night(rows: int) -> float:
    """Give the most rows of the night that a right clock may show: few rows prove little.

    Args:
        rows: rows of a window.

    Returns:
        The night's share, or three standard deviations above the quarter of people who work
        around the clock, whichever is more; a clock shifted by 7 hours shows more than half.
    """
    return max(_NIGHT_SHARE * rows, rows / 4 + 3 * sqrt(rows * 3 / 16))


class Unsteady(Exception):
    """A window's pages do not fit together: its content moved while it was read."""


class Feed:
    """Watches the pages of one window: their number of rows, their order and their bounds.

    Args:
        window: what was asked for.
        label: what a person calls the feed, for messages.
        since: rows after this instant are news; the others lie in the overlap.
        is_working_day: tells whether offices work on a local day, for a source that they write:
            many rows of the night beside office hours tell of a shifted clock.
    """

    def __init__(
        self,
        window: Window,
        label: str,
        since: datetime | None = None,
        is_working_day: Callable[[date], bool] | None = None,
    ) -> None:
        self.window = window
        self.rows = self.news = 0
        self._label = label
        self._since = since or window.start
        self._is_working_day = is_working_day
        self._by_night = 0
        self._advertised: int | None = None
        self._last: tuple[object, ...] | None = None

    def page(self, advertised: int, at: pa.ChunkedArray, *rest: pa.ChunkedArray) -> None:
        """Take note of a page.

        Args:
            advertised: rows of the whole window, as this page says.
            at: update instants of the page's rows, timestamp[us, UTC].
            rest: what else the rows are ordered by (key, version).

        Raises:
            Unsteady: the pages do not fit together; the window can be pulled again.
            TerminalSourceError: rows lie outside the window or have no instant.
        """
        if self._advertised not in (None, advertised):
            raise Unsteady(f"tổng số dòng đổi từ {self._advertised} sang {advertised} giữa chừng")
        self._advertised = advertised
        self.rows += len(at)
        if not len(at):
            return
        self._check_bounds(at)
        self._check_order(at, *rest)
        self.news += pc.sum(pc.greater(at, pa.scalar(self._since, at.type))).as_py()
        local = pc.hour(pc.add(at, _OFFSET))
        self._by_night += pc.sum(pc.less(local, _DAYBREAK)).as_py()

    def end(self) -> None:
        """Say that there are no more pages.

        Raises:
            Unsteady: rows fetched are not rows advertised.
            TerminalSourceError: the clock of the source is shifted.
        """
        if self._advertised is not None and self.rows != self._advertised:
            raise Unsteady(f"nguồn báo {self._advertised} dòng nhưng gửi {self.rows} dòng")
        if (
            self.rows >= _ENOUGH_ROWS
            and self._by_night > _expected_by_night(self.rows)
            and self._spans_office_hours()
        ):
            raise TerminalSourceError(
                f"{self._label}: {self._by_night}/{self.rows} dòng cập nhật từ 0 đến 6 giờ sáng; "
                "nguồn có lẽ gửi giờ UTC, đề nghị nguồn gửi giờ Việt Nam"
            )

    def _spans_office_hours(self) -> bool:
        if self._is_working_day is None:
            return False
        window = self.window
        return _office_time(window.start, window.end, self._is_working_day) >= _NOTICED

    def _check_bounds(self, at: pa.ChunkedArray) -> None:
        edges = pc.min_max(at).as_py()
        if at.null_count:
            raise TerminalSourceError(
                f"{self._label}: có dòng thiếu thời điểm cập nhật hợp lệ; đề nghị nguồn sửa"
            )
        if edges["min"] <= self.window.start or edges["max"] > self.window.end:
            wrong = edges["max"] if edges["max"] > self.window.end else edges["min"]
            raise TerminalSourceError(
                f"{self._label}: hỏi {self.window.label} nhưng nguồn trả dòng cập nhật lúc "
                f"{wrong.astimezone(VIET_NAM):%d/%m/%Y %H:%M}; đề nghị nguồn xem lại bộ lọc "
                "thời gian, đồng hồ, múi giờ (giờ Việt Nam) và xem có đang trả dữ liệu cũ"
            )

    def _check_order(self, *columns: pa.ChunkedArray) -> None:
        """Insist that rows strictly rise: a shifted or doubled page shows as one that does not."""
        page = pa.table({str(i): column for i, column in enumerate(columns)})
        first, last = (tuple(page.slice(i, 1).to_pylist()[0].values()) for i in (0, len(page) - 1))
        if self._last is not None and first <= self._last:
            raise Unsteady("các trang chồng lên nhau hoặc không theo thứ tự")
        if len(page) > 1 and not pc.all(_rises(page)).as_py():
            raise Unsteady("các dòng trong một trang lặp lại hoặc không theo thứ tự")
        self._last = last


def _rises(page: pa.Table) -> pa.ChunkedArray:
    """Tell for each row but the first whether it comes after the one before, column by column."""
    before, after = page.slice(0, len(page) - 1), page.slice(1)
    risen: pa.ChunkedArray | None = None
    for name in reversed(page.column_names):
        greater = pc.greater(after[name], before[name])
        if risen is not None:
            greater = pc.or_(greater, pc.and_(pc.equal(after[name], before[name]), risen))
        risen = greater
    return risen


def whole(pull: Callable[[], T], label: str) -> T:
    """Pull a window again when its pages did not fit together.

    Args:
        pull: pulls the window from its first page.
        label: what a person calls the window.

    Raises:
        TerminalSourceError: it never held still.
    """
    reason = ""
    for _ in range(_TRIES):
        try:
            return pull()
        except Unsteady as error:
            reason = str(error)
    raise TerminalSourceError(
        f"{label}: đã lấy {_TRIES} lần mà vẫn không khớp ({reason}); chưa ghi gì vào kho, "
        "đề nghị nguồn kiểm tra việc chia trang"
    )


def refuse_silence(
    label: str,
    window: Window,
    cursor: datetime,
    news: int,
    is_replayed: bool,
    is_working_day: Callable[[date], bool],
) -> None:
    """Refuse a window without a new row that spans office hours: it is no zero, it is a failure.

    Args:
        label: what a person calls the window.
        window: what was asked for.
        cursor: everything up to here was there before.
        news: rows of the window after the cursor.
        is_replayed: the source sent the very bytes that it had sent before.
        is_working_day: tells whether offices work on a local day.

    Raises:
        TransientSourceError: the source must be looked at; it is asked again at the next pull.
    """
    worked = _office_time(max(window.start, cursor), window.end, is_working_day)
    if news or worked < _NOTICED:
        return
    if is_replayed:
        raise TransientSourceError(
            f"{label}: nguồn trả lại đúng nội dung của lần trước dù đã qua ngày làm việc; "
            "chưa ghi gì vào kho, đề nghị nguồn kiểm tra việc cập nhật"
        )
    raise TransientSourceError(
        f"{label}: nguồn trả 0 dòng mới dù có ngày làm việc; chưa ghi gì vào kho, "
        "đề nghị nguồn kiểm tra hệ thống"
    )


def _office_time(
    start: datetime, end: datetime, is_working_day: Callable[[date], bool]
) -> timedelta:
    """Add up the office hours between two instants."""
    worked = timedelta()
    day = start.astimezone(VIET_NAM).date()
    while day <= end.astimezone(VIET_NAM).date():
        if is_working_day(day):
            midnight = datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)
            opens, closes = midnight + _OFFICE_OPENS, midnight + _OFFICE_CLOSES
            worked += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return worked


def was_seen(seen: Mapping[str, SeenDelivery], digest: str) -> bool:
    """Tell whether a delivery of the lake was made of the same bytes.

    Args:
        seen: deliveries by id; those of a change log end with `.<digest>`.
        digest: of the bytes of all pages.
    """
    return any(name.endswith(f".{digest}") for name in seen)
