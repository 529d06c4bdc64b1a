"""Documents, axis messages and tasks of the iOffice: windows of its change logs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import Pulled, window_deliveries
from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.guards import Feed
from connectors.privacy import without_personal
from connectors.secrecy import count_refused, let_through
from connectors.sources.ioffice.closed_months import ClosedMonths
from connectors.sources.ioffice.conformance import examine
from connectors.sources.ioffice.edxml import read_business
from connectors.sources.ioffice.office import Office
from connectors.sources.ioffice.shapes import (
    OPEN,
    SECRECY,
    SHAPES,
    UPDATED,
    VERSION,
    Shape,
    instants,
    typed,
)
from connectors.spec import SourceSpec, load_spec
from connectors.windows import Window

_PLAIN_MESSAGE = "edoc"


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Give the windows that the lake does not have.

    Args:
        context: clock, settings and memory of the lake.

    Returns:
        One delivery for each window; nothing when the iOffice is not connected.

    Raises:
        SourceError: a window cannot be had whole; those before it were given.
    """
    settings = connection(context, spec())
    if settings is None:
        return
    with Office(context, settings) as office:
        pull = Puller(context, office, tuple(SHAPES))
        yield from window_deliveries(context, spec(), pull, lambda: office.is_simulated)


def corrections(context: PullContext) -> Iterator[Delivery]:
    """Compare closed months with what the iOffice advertises, and bring those that differ again.

    Args:
        context: the lake's rows come through `landed`.

    Returns:
        What mends the lake and what was compared; nothing when nothing new was advertised.
    """
    settings = connection(context, spec())
    if settings is None:
        return
    with Office(context, settings) as office:

        def puller(table: str) -> Puller:
            return Puller(context, office, [table])

        yield from ClosedMonths(context, office, spec(), puller).deliveries()


def conformance(context: PullContext) -> Iterator[Check]:
    """Examine the iOffice itself, for its vendor; nothing is landed."""
    settings = connection(context, spec())
    assert settings is not None, "a source that is asked for is connected or told"
    with Office(context, settings) as office:
        yield from examine(context, spec(), office)


@cache
def spec() -> SourceSpec:
    """Give the specification of this source."""
    return load_spec(Path(__file__).with_name("source.yml"))


class Puller:
    """Pulls the change logs of a window into one spool, a page at a time.

    Args:
        context: is told how many rows were refused for their secrecy.
        office: whom to ask.
        tables: which change logs.
    """

    def __init__(self, context: PullContext, office: Office, tables: Sequence[str]) -> None:
        self._context, self._office, self._tables = context, office, tables

    def __call__(self, window: Window, cursor: datetime) -> Pulled:
        """Pull a window.

        Args:
            window: stretch of update instants.
            cursor: rows after this instant are new.
        """
        pulled = Pulled(cursor)
        secret = sum(self._log(table, window, pulled) for table in self._tables)
        count_refused(self._context, secret)
        return pulled

    def _log(self, table: str, window: Window, pulled: Pulled) -> int:
        """Pull one change log; gives how many rows were refused for their secrecy."""
        shape, refused = SHAPES[table], 0
        working = self._context.is_working_day
        feed = Feed(window, f"{table} {window.label}", pulled.cursor, working)
        for page in self._office.pages(shape, window):
            at = pa.chunked_array([instants(page.rows[UPDATED].combine_chunks())])
            feed.page(page.total, at, page.rows[shape.key], page.rows[VERSION])
            pulled.read(page.body)
            kept, count = let_through(page.rows, SECRECY, OPEN)
            refused += count
            pulled.spool.add(table, self._landing(table, shape, kept))
        pulled.count(feed)
        return refused

    def _landing(self, table: str, shape: Shape, rows: pa.Table) -> pa.Table:
        """Bring open rows into the columns that land, without what names persons."""
        kept = typed(without_personal(rows, spec(), shape.fields), shape)
        return self._with_business(kept) if table == "truc_lien_thong" else kept

    def _with_business(self, rows: pa.Table) -> pa.Table:
        """Add what only the edXML file tells: what a message does to an earlier document."""
        names = rows["ma_goi_tin"].to_pylist()
        plain = pc.equal(rows["loai_goi_tin"], _PLAIN_MESSAGE).to_pylist()
        told = [
            None if is_plain else read_business(self._office.message(name))
            for name, is_plain in zip(names, plain, strict=True)
        ]
        kinds = pa.array([one and one.kind for one in told], pa.string())
        earlier = pa.array([one and one.earlier for one in told], pa.string())
        return rows.append_column("nghiep_vu", kinds).append_column("van_ban_truoc", earlier)
