"""Dossiers of public services: the change logs of the province's portal, window by window."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from connectors.change_log import Pulled, window_deliveries
from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.guards import Feed
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
        self._dossiers(window, pulled)
        self._steps(window, pulled)
        return pulled

    def _dossiers(self, window: Window, pulled: Pulled) -> None:
        feed = Feed(window, f"Hồ sơ {window.label}", pulled.cursor, self._is_working_day)
        for page in self._portal.pages(_DOSSIERS, window, tables.DOSSIERS):
            rows = page.rows(without=spec().personal_columns)
            dossiers = tables.dossiers(rows, spec(), self._pseudonyms)
            feed.page(total(page), *tables.dossier_order(dossiers))
            pulled.read(page.body)
            pulled.spool.add("ho_so", dossiers)
            pulled.spool.add("bo_sung", tables.supplements(rows, spec()))
        pulled.count(feed)

    def _steps(self, window: Window, pulled: Pulled) -> None:
        feed = Feed(window, f"Tiến độ {window.label}", pulled.cursor, self._is_working_day)
        for page in self._portal.pages(_STEPS, window, tables.STEPS):
            steps = tables.steps(page.rows(without=spec().personal_columns), spec())
            feed.page(total(page), *tables.step_order(steps))
            pulled.read(page.body)
            pulled.spool.add("tien_do", steps)
        pulled.count(feed)


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
