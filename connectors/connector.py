"""What a source gives and what it is given: the seam between connectors and landing."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from connectors.spec import SourceSpec


@dataclass(frozen=True)
class SeenDelivery:
    """A delivery that the lake already holds.

    `published_on` is the local date (Asia/Ho_Chi_Minh) of its `known_at`; `published_seq`
    tells apart deliveries published on the same day, in the order in which they were landed.
    `is_held` says that judging holds it back, so that it may be sent again under another date.
    `cursor` is that of its `Delivery`.
    """

    label: str
    published_on: date
    published_seq: int
    is_held: bool = False
    cursor: datetime | None = None


@dataclass(frozen=True)
class Delivery:
    """The unit that is landed, judged and held back: one file, or one window of an API.

    Args:
        delivery_id: sha256 hex of the content for files; a name of the window otherwise.
        known_at: UTC instant at which the content became known; for a published file the
            start of its publication day in Viet Nam.
        tables: table name to Arrow tables whose columns are those of `source.yml`; one that
            brings `_known_at` (timestamp[us, UTC]) dates each of its rows itself.
        label: what a person calls it, for instance the file name.
        published_seq: 1, or 2, 3, … when another delivery of the same day came before.
        is_simulated: whether the content says of itself that it is simulated.
        cursor: ISO instant up to which everything of a change log has been taken with this
            delivery; it is kept with the load, so it never moves without it.
    """

    delivery_id: str
    known_at: datetime
    tables: Mapping[str, Iterable[pa.Table]]
    label: str
    published_seq: int = 1
    is_simulated: bool = False
    cursor: str | None = None


def _is_weekday(day: date) -> bool:
    """Stand in for the calendar of holidays."""
    return day.weekday() < 5


def _nothing_landed(_table: str, _columns: Sequence[str]) -> Iterator[pa.Table]:
    """Stand in for a lake without rows."""
    return iter(())


def _ignore(_first: str, _second: str) -> None:
    """Stand in for a listener that nobody asked for."""


def _uncounted(_rows: int) -> None:
    """Stand in for a counter that nobody asked for."""


@dataclass(frozen=True)
class PullContext:
    """What a connector is told when it is asked for what is new.

    Args:
        now: the clock, UTC.
        paths: files or folders named by the user; empty for sources that are pulled.
        is_asked: the user named `paths`, or a source that is pulled, for this very call: a
            folder with nothing in it, or a source that is not connected, is told.
        published: publication date given by the user for files whose name has none.
        seen: deliveries already in the lake, by `delivery_id`.
        held: ids of deliveries that judging holds back.
        stage: called with (stage name, detail) as work proceeds.
        refuse: called with (label, reason in Vietnamese) for what is set aside.
        left_out: called with a number of rows that did not pass the gate of secrecy.
        environment: the `KHO_*` variables of the process; secrets come from nowhere else.
        landed: called with (table, columns), gives those columns of the rows that lie in the
            lake, piece by piece, but for deliveries that judging holds back.
        is_working_day: tells whether the offices of the state work on a local day.
        sleep: waits so many seconds.
    """

    now: datetime
    paths: tuple[Path, ...] = ()
    is_asked: bool = False
    published: date | None = None
    seen: Mapping[str, SeenDelivery] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    stage: Callable[[str, str], None] = _ignore
    refuse: Callable[[str, str], None] = _ignore
    left_out: Callable[[int], None] = _uncounted
    environment: Mapping[str, str] = field(default_factory=dict)
    landed: Callable[[str, Sequence[str]], Iterator[pa.Table]] = _nothing_landed
    is_working_day: Callable[[date], bool] = _is_weekday
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Check:
    """One line of a conformance test: what was looked at, whether it holds, and what to do."""

    title: str
    passed: bool
    detail: str = ""


Deliver = Callable[[PullContext], Iterator[Delivery]]
Examine = Callable[[PullContext], Iterator[Check]]


def _no_deliveries(_context: PullContext) -> Iterator[Delivery]:
    return iter(())


def _no_checks(_context: PullContext) -> Iterator[Check]:
    return iter(())


@dataclass(frozen=True)
class Connector:
    """A source of the registry: its specification and how to ask it for deliveries.

    `corrections` is asked after everything that `deliveries` gave lies in the lake: it compares
    the lake with what the source advertises and brings what differs. `conformance` examines the
    source itself and lands nothing.
    """

    spec: SourceSpec
    deliveries: Deliver
    corrections: Deliver = _no_deliveries
    conformance: Examine = _no_checks
