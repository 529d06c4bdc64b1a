"""What a source gives and what it is given: the seam between connectors and landing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """

    label: str
    published_on: date
    published_seq: int
    is_held: bool = False


@dataclass(frozen=True)
class Delivery:
    """The unit that is landed, judged and held back: one file, or one window of an API.

    Args:
        delivery_id: sha256 hex of the content for files; a name of the window otherwise.
        known_at: UTC instant at which the content became known; for a published file the
            start of its publication day in Viet Nam.
        tables: table name to Arrow tables whose columns are those of `source.yml`.
        label: what a person calls it, for instance the file name.
        published_seq: 1, or 2, 3, … when another delivery of the same day came before.
        is_simulated: whether the content says of itself that it is simulated.
    """

    delivery_id: str
    known_at: datetime
    tables: Mapping[str, Iterable[pa.Table]]
    label: str
    published_seq: int = 1
    is_simulated: bool = False


def _ignore(_first: str, _second: str) -> None:
    """Stand in for a listener that nobody asked for."""


@dataclass(frozen=True)
class PullContext:
    """What a connector is told when it is asked for what is new.

    Args:
        now: the clock, UTC.
        paths: files or folders named by the user; empty for sources that are pulled.
        is_asked: the user named `paths` for this very call: a folder with nothing in it is told.
        published: publication date given by the user for files whose name has none.
        seen: deliveries already in the lake, by `delivery_id`.
        held: ids of deliveries that judging holds back.
        stage: called with (stage name, detail) as work proceeds.
        refuse: called with (label, reason in Vietnamese) for what is set aside.
    """

    now: datetime
    paths: tuple[Path, ...] = ()
    is_asked: bool = False
    published: date | None = None
    seen: Mapping[str, SeenDelivery] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    stage: Callable[[str, str], None] = _ignore
    refuse: Callable[[str, str], None] = _ignore


Deliver = Callable[[PullContext], Iterator[Delivery]]


@dataclass(frozen=True)
class Connector:
    """A source of the registry: its specification and how to ask it for deliveries."""

    spec: SourceSpec
    deliveries: Deliver
