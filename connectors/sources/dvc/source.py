"""Dossiers of public services: the change logs of the province's portal, window by window."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from connectors.change_log import Pulled, window_deliveries
from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.guards import Feed
from connectors.pages import Envelope
from connectors.privacy import Pseudonyms
from connectors.sources.dvc import tables
from connectors.sources.dvc.conformance import examine
from connectors.sources.dvc.portal import Portal, total
from connectors.sources.dvc.reconciling import Reconciliation
from connectors.sources.dvc.statistics import published
from connectors.spec import SourceSpec, load_spec
from connectors.windows import VIET_NAM, Window

_DOSSIERS, _STEPS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Give the list of procedures when it changed, then the windows that the lake does not have.

    Args:
        context: clock, settings and memory of the lake.

    Returns:
        One delivery for each window; nothing when the portal is not connected.
    """
    settings = connection(context, spec())
    if settings is None:
        return
    pseudonyms = Pseudonyms.from_environment(context.environment)
    with Portal(context, settings) as portal:
        yield from _procedures(portal, context)
        pull = _Puller(portal, pseudonyms, context.is_working_day)
        yield from window_deliveries(context, spec(), pull, lambda: portal.rest.is_simulated)
        yield from published(context, spec(), portal)


def corrections(context: PullContext) -> Iterator[Delivery]:
    """Compare closed months with what the portal advertises, and bring what differs; once a day."""
    settings = connection(context, spec())
    if settings is None:
        return
    pseudonyms = Pseudonyms.from_environment(context.environment)
    with Portal(context, settings) as portal:
        pull = _Puller(portal, pseudonyms, context.is_working_day)
        yield from Reconciliation(context, spec(), portal).deliveries(pull)


def conformance(context: PullContext) -> Iterator[Check]:
    """Examine the portal itself, for its vendor; nothing is landed."""
    settings = connection(context, spec())
    assert settings is not None, "a source that is asked for is connected or told"
    with Portal(context, settings) as portal:
        yield from examine(context, spec(), portal)


@cache
def spec() -> SourceSpec:
    """Give the specification of this source."""
    return load_spec(Path(__file__).with_name("source.yml"))


@dataclass(frozen=True)
class _Page:
    """What a page advertises, its bytes, and the tables of the lake that become of it."""

    total: int
    body: bytes
    tables: Mapping[str, pa.Table]


class _Puller:
    """Pulls both change logs of a window into one spool, a page at a time."""

    def __init__(
        self, portal: Portal, pseudonyms: Pseudonyms, is_working_day: Callable[[date], bool]
    ) -> None:
        self._portal = portal
        self._pseudonyms = pseudonyms
        self._is_working_day = is_working_day

    def __call__(self, window: Window, cursor: datetime) -> Pulled:
        pulled = Pulled(cursor)
        pages = self._portal.pages(_DOSSIERS, window, tables.DOSSIERS, self._dossiers)
        self._take("Hồ sơ", window, pulled, pages, "ho_so", tables.dossier_order)
        pages = self._portal.pages(_STEPS, window, tables.STEPS, _steps)
        self._take("Tiến độ", window, pulled, pages, "tien_do", tables.step_order)
        return pulled

    def _take(
        self,
        label: str,
        window: Window,
        pulled: Pulled,
        pages: Generator[_Page, None, None],
        main: str,
        order: Callable[[pa.Table], tuple[pa.ChunkedArray, ...]],
    ) -> None:
        """Put the pages of a log into the spool; its main table tells whether they are whole."""
        feed = Feed(window, f"{label} {window.label}", pulled.cursor, self._is_working_day)
        # nothing is asked for any more when the connection is closed on a page that is refused
        with closing(pages):
            for page in pages:
                feed.page(page.total, *order(page.tables[main]))
                pulled.read(page.body)
                for name, rows in page.tables.items():
                    pulled.spool.add(name, rows)
        pulled.count(feed)

    def _dossiers(self, page: Envelope) -> _Page:
        rows = page.rows(without=spec().personal_columns)
        dossiers = tables.dossiers(rows, spec(), self._pseudonyms)
        supplements = tables.supplements(rows, spec())
        return _Page(total(page), page.body, {"ho_so": dossiers, "bo_sung": supplements})


def _steps(page: Envelope) -> _Page:
    steps = tables.steps(page.rows(without=spec().personal_columns), spec())
    return _Page(total(page), page.body, {"tien_do": steps})


def _procedures(portal: Portal, context: PullContext) -> Iterator[Delivery]:
    """Give the whole list of procedures, unless it is the one that the lake has."""
    page = portal.call("LayDanhSachTTHC", tables.PROCEDURES, {})
    name = f"thu_tuc.{sha256(page.body).hexdigest()[:16]}"
    if name in context.seen:
        return
    listed = tables.listed(page.rows(), spec(), "thu_tuc")
    label = f"Danh mục thủ tục {context.now.astimezone(VIET_NAM):%d/%m/%Y}"
    simulated = portal.rest.is_simulated
    yield Delivery(name, context.now, {"thu_tuc": [listed]}, label, is_simulated=simulated)
