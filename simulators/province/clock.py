"""What time it is in the province: the true time, or an instant that a test sets."""

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
"""Local time of every source; Viet Nam has kept one offset since 1975."""


class Clock:
    """Tells the instant that every source takes for now.

    Attributes:
        fixed: the instant it stands at, UTC; None when it runs.
    """

    def __init__(self, now: datetime | None = None) -> None:
        self.fixed = None if now is None else _utc(now)

    def now(self) -> datetime:
        """Give the present instant, UTC."""
        return self.fixed or datetime.now(UTC)

    def set(self, now: datetime) -> None:
        """Stand at an instant from now on.

        Args:
            now: with a time zone.
        """
        self.fixed = _utc(now)

    def forward(self, by: timedelta) -> None:
        """Move a standing clock ahead; a running one moves by itself."""
        if self.fixed is not None:
            self.fixed += by


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"Thời điểm “{instant}” thiếu múi giờ; thêm +07:00 hoặc Z.")
    return instant.astimezone(UTC)
