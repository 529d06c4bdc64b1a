"""Windows of a change log: which stretches of update instants are asked for next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from connectors.connector import SeenDelivery
from connectors.errors import TerminalSourceError

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
OPENING = timedelta(seconds=1)
"""How far the first window of a log goes back: a window leaves out its start, the log does not."""

_NAME = re.compile(r"^(\d{17})-(\d{17})(?:\.|$)")


@dataclass(frozen=True, order=True)
class Window:
    """A half-open stretch `(start, end]` of update instants, UTC, to the millisecond."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """The window in a delivery's id: both instants as 17 digits, UTC."""
        return f"{digits(self.start)}-{digits(self.end)}"

    @property
    def label(self) -> str:
        """What a person calls the window, in local time."""
        first, last = (f"{at.astimezone(VIET_NAM):%d/%m/%Y %H:%M}" for at in (self.start, self.end))
        return f"{first} – {last}"

    @classmethod
    def parse(cls, delivery_id: str) -> Self | None:
        """Read the window at the beginning of a delivery's id; None when there is none."""
        found = _NAME.match(delivery_id)
        return cls(_from_digits(found[1]), _from_digits(found[2])) if found else None


def digits(at: datetime) -> str:
    """Write an instant as `yyyyMMddHHmmssSSS` in its own time zone."""
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"


def _from_digits(text: str) -> datetime:
    return datetime.strptime(text + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)


def windows(
    cursor: datetime, now: datetime, overlap: timedelta, longest: timedelta
) -> list[Window]:
    """Cut what has not been taken yet into windows.

    Args:
        cursor: UTC instant up to which everything was taken; the source's first day at first.
        now: the clock, UTC; the last window ends there.
        overlap: how far the first window goes back, for rows that the source wrote late.
        longest: length of a window at most, the overlap apart.

    Returns:
        Windows without a gap, oldest first; empty when no millisecond has passed. A window ends
        with its local month at the latest, because by months a source is scored.

    Raises:
        TerminalSourceError: the cursor lies in the future, for instance in 2999, or the clock
            went back.
    """
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if cursor > now:
        raise TerminalSourceError(
            f"Mốc đã lấy {_told(cursor)} ở sau giờ của máy {_told(now)}: chỉnh lại giờ của máy, "
            "hoặc báo người quản trị kho xem lại mốc của nguồn; chưa lấy gì để không bỏ sót"
        )
    found = []
    start = cursor - overlap
    while start < now and cursor < now:
        fresh = max(start, cursor)
        end = min(fresh + longest, _next_month(fresh), now)
        found.append(Window(start, end))
        start = end
    return found


def _next_month(at: datetime) -> datetime:
    local = at.astimezone(VIET_NAM)
    first = datetime(local.year + local.month // 12, local.month % 12 + 1, 1, tzinfo=VIET_NAM)
    return first.astimezone(UTC)


def _told(at: datetime) -> str:
    return f"{at.astimezone(VIET_NAM):%d/%m/%Y %H:%M}"


def cursor_of(seen: Mapping[str, SeenDelivery], first: datetime) -> datetime:
    """Give the instant up to which everything has been taken.

    Args:
        seen: deliveries of the lake; each keeps its cursor.
        first: the cursor of a source of which nothing was taken.
    """
    return max((kept.cursor for kept in seen.values() if kept.cursor), default=first)


def held_windows(seen: Mapping[str, SeenDelivery]) -> list[Window]:
    """Give the windows that judging holds back and nothing has replaced: they are asked again.

    Args:
        seen: deliveries of the lake by id; those of a change log begin with their window.
    """
    named = [(Window.parse(name), kept.is_held) for name, kept in seen.items()]
    good = {window for window, is_held in named if not is_held}
    return sorted({window for window, is_held in named if window and is_held} - good)
