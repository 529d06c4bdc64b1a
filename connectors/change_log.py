"""A change log taken window by window: each whole and believable window is one delivery."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pyarrow as pa

from connectors.connector import Delivery, PullContext
from connectors.guards import Feed, refuse_silence, was_seen, whole
from connectors.spec import SourceSpec
from connectors.spool import Spool
from connectors.windows import OPENING, VIET_NAM, Window, cursor_of, held_windows, windows

LONGEST = timedelta(days=31)


@dataclass
class Pulled:
    """One window as it was pulled: its tables, the bytes it was made of, and what is new in it.

    Args:
        cursor: rows after this instant are new; the others lie in the overlap.
    """

    cursor: datetime
    spool: Spool = field(default_factory=Spool)
    rows: int = 0
    news: int = 0
    _hash: Any = field(default_factory=sha256)

    def read(self, body: bytes) -> None:
        """Remember the bytes of a page, to know the window again."""
        self._hash.update(body)

    def count(self, feed: Feed) -> None:
        """Add a feed that has been read to its end."""
        feed.end()
        self.rows += feed.rows
        self.news += feed.news

    @property
    def digest(self) -> str:
        """Hash of all bytes that were read, 16 hex digits."""
        return str(self._hash.hexdigest())[:16]


Pull = Callable[[Window, datetime], Pulled]


def window_deliveries(
    context: PullContext,
    spec: SourceSpec,
    pull: Pull,
    is_simulated: Callable[[], bool],
    longest: timedelta = LONGEST,
) -> Iterator[Delivery]:
    """Give what a change log has that the lake does not: held windows again, then the new ones.

    Args:
        context: clock and memory of the lake.
        spec: its first day, overlap and tables.
        pull: pulls a window into a spool, given the instant after which rows are new; raises
            `Unsteady` when its pages do not fit together.
        is_simulated: tells whether the source says of itself that it is simulated.
        longest: length of a window at most, the overlap apart.

    Returns:
        One delivery a window, oldest first. Windows before the first row of all, and windows
        that bring nothing, give none.

    Raises:
        SourceError: a window cannot be had; those before it were given.
    """
    for window in held_windows(context.seen):
        pulled = whole(partial(pull, window, window.start), window.label)
        if pulled.rows and not was_seen(context.seen, pulled.digest):
            yield window_delivery(spec, window, pulled, is_simulated())
    cursor = cursor_of(context.seen, _first_instant(spec))
    has_begun = any(Window.parse(name) for name in context.seen)
    overlap = timedelta(minutes=spec.overlap_minutes) if has_begun else OPENING
    for window in windows(cursor, context.now, overlap, longest):
        context.stage("pull", window.label)
        pulled = whole(partial(pull, window, cursor), window.label)
        is_known = was_seen(context.seen, pulled.digest)
        if has_begun:
            replayed = is_known and pulled.rows > 0
            working = context.is_working_day
            refuse_silence(window.label, window, cursor, pulled.news, replayed, working)
        has_begun = has_begun or pulled.rows > 0
        if pulled.news or (pulled.rows and not is_known):
            yield window_delivery(spec, window, pulled, is_simulated(), window.end.isoformat())


def _first_instant(spec: SourceSpec) -> datetime:
    assert spec.first_day is not None
    day = spec.first_day
    # windows are named in UTC: a local one would be asked again seven hours late
    return datetime(day.year, day.month, day.day, tzinfo=VIET_NAM).astimezone(UTC)


def window_delivery(
    spec: SourceSpec,
    window: Window,
    pulled: Pulled,
    is_simulated: bool,
    cursor: str | None = None,
    watch: Callable[[str, Iterator[pa.Table]], Iterator[pa.Table]] = lambda name, pages: pages,
) -> Delivery:
    """Make the delivery of a window that was pulled.

    Args:
        spec: the source, for its tables.
        window: the stretch of update instants.
        pulled: its content.
        is_simulated: whether the source says of itself that it is simulated.
        cursor: see `Delivery`.
        watch: called with (table, pages), gives the pages on.
    """
    return Delivery(
        delivery_id=f"{window.name}.{pulled.digest}",
        known_at=window.end,
        tables={name: watch(name, pulled.spool.pages(name)) for name in spec.tables},
        label=window.label,
        is_simulated=is_simulated,
        cursor=cursor,
    )
