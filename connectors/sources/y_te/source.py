"""The health gateway: the change log of visits, planned beds, closed months compared."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import Pulled, window_deliveries
from connectors.closed_months import Records, before_month, closed_months
from connectors.conformance import checked
from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.errors import TerminalSourceError
from connectors.guards import Feed, whole
from connectors.privacy import Pseudonyms, without_personal
from connectors.reconcile import Total
from connectors.sources.y_te.gateway import LABEL, Gateway, Page
from connectors.sources.y_te.tables import Listed, visit_tables
from connectors.spec import SourceSpec, load_spec
from connectors.windows import Window

_VISITS = Records(
    "ho_so", ("ma_lk",), "thoi_diem_tiep_nhan", "t_tongchi_bv", ("da_xoa", "da_thay_the")
)
# what befalls a whole page of so many visits befalls the gateway, not the visits
_MANY = 20
# closed months that may still be corrected are compared at each pull
_COMPARED_AGAIN = 2


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Give the list of facilities when it changed, then the windows that the lake does not have.

    Args:
        context: clock, settings and memory of the lake.

    Returns:
        One delivery for each window; nothing when the gateway is not connected.
    """
    pull = _puller(context)
    if pull is None:
        return
    yield from _facilities(pull.gateway, context)
    yield from window_deliveries(context, spec(), pull, lambda: pull.gateway.is_simulated)


def corrections(context: PullContext) -> Iterator[Delivery]:
    """Compare closed months with what the gateway advertises; one that differs comes again whole.

    Args:
        context: its `landed` gives what lies in the lake.

    Returns:
        A delivery for each month that was not yet found equal: its total, and the month itself
        when it differs. The same difference is pulled once and told from then on.
    """
    pull = _puller(context)
    lake = _VISITS.held(context, spec())
    if pull is None or not lake.num_rows:
        return
    said = _advertised(context)
    closed = _closed(context)
    for month in closed:
        if month in said and month not in closed[-_COMPARED_AGAIN:]:
            continue
        held, advertised = _VISITS.live(lake, [month]), pull.gateway.total(month)
        difference = _VISITS.total(held, month).difference(advertised)
        if difference:
            context.refuse(f"{LABEL} {month}", f"tháng đã đóng không khớp: {difference}")
        if advertised != said.get(month):
            yield _month(pull, context, month, advertised, held if difference else None)


def conformance(context: PullContext) -> Iterator[Check]:
    """Examine the gateway itself, for its vendor; nothing is landed.

    Args:
        context: the clock; the log is read from the beginning of the last closed month.
    """
    # rows never leave this test, so any key will do
    pull = _puller(context, Pseudonyms(b"conformance only"))
    assert pull is not None, "a source that is asked for is connected or told"
    closed = _closed(context)[-1:]
    window = Window(before_month(closed[0]) if closed else context.now, context.now)

    def log() -> str:
        return f"{pull(window, window.start).rows} bản ghi"

    def beds() -> str:
        return f"{pull.gateway.facilities().num_rows} dòng"

    def totals() -> str:
        return ", ".join(f"tháng {month}: {pull.gateway.total(month).count}" for month in closed)

    yield checked("Đăng nhập và danh mục giường kế hoạch", beds)
    yield checked("Sổ thay đổi: đủ dòng, đúng thứ tự, đọc được phong bì và XML1–XML5", log)
    yield checked("Đối soát tháng đã đóng", totals)


@cache
def spec() -> SourceSpec:
    """Give the specification of this source."""
    return load_spec(Path(__file__).with_name("source.yml"))


def _closed(context: PullContext) -> list[str]:
    first = spec().first_day
    assert first is not None
    return closed_months(first, context.now)


def _puller(context: PullContext, pseudonyms: Pseudonyms | None = None) -> "_Puller | None":
    settings = connection(context, spec())
    if settings is None:
        return None
    url, user, password = settings
    gateway = Gateway(context, url, user, password)
    return _Puller(gateway, pseudonyms or Pseudonyms.from_environment(context.environment))


class _Puller:
    """Pulls a window, or a month, of visits into a spool, a page at a time."""

    def __init__(self, gateway: Gateway, pseudonyms: Pseudonyms) -> None:
        self.gateway = gateway
        self._pseudonyms = pseudonyms

    def __call__(self, window: Window, cursor: datetime) -> Pulled:
        return self._read(window, cursor, self.gateway.pages(window))

    def month(self, month: str, now: datetime) -> Pulled:
        """Pull the live records that were received in a month."""
        window = Window(before_month(month), now)
        return self._read(window, window.start, self.gateway.month(month))

    def _read(self, window: Window, cursor: datetime, pages: Iterator[Page]) -> Pulled:
        pulled = Pulled(cursor)
        feed = Feed(window, f"{LABEL} {window.label}", cursor)
        for page in pages:
            pulled.read(page.body)
            entries = page.entries
            order = (entries["ma_lk"], entries["phien_ban"])
            feed.page(page.advertised, entries["thoi_diem_cap_nhat"], *order)
            for name, rows in self._tables(window, page).items():
                pulled.spool.add(name, rows)
        pulled.count(feed)
        return pulled

    def _tables(self, window: Window, page: Page) -> dict[str, pa.Table]:
        place = f"cập nhật {window.label}, trang {page.number}, hồ sơ"
        places = [f"{place} {at}" for at in range(1, page.entries.num_rows + 1)]
        entries = without_personal(page.entries, spec(), spec().tables["ho_so"].columns)
        listed = Listed(entries, page.envelopes.to_pylist(), places)
        tables = visit_tables(listed, self._pseudonyms)
        _refuse_page(tables["ho_so"], f"{LABEL}: trang {page.number}")
        return tables


def _refuse_page(visits: pa.Table, label: str) -> None:
    """Refuse what is wrong with nearly every visit of a page: then it is not the visits."""
    standing = visits.filter(pc.invert(pc.or_(visits["da_xoa"], visits["da_thay_the"])))
    if standing.num_rows < _MANY:
        return
    if not standing["doubt"].null_count:
        raise TerminalSourceError(
            f"{label}: không hồ sơ nào đọc được ({standing['doubt'][0]}); cấu trúc XML đã đổi, "
            "đề nghị cổng kiểm tra"
        )
    early = pc.sum(pc.less(standing["thoi_diem_tiep_nhan"], standing["ngay_ttoan"])).as_py() or 0
    if 2 * early > standing.num_rows:
        raise TerminalSourceError(
            f"{label}: {early} trên {standing.num_rows} hồ sơ được nhận trước lúc thanh toán; đề "
            "nghị cổng xem lại múi giờ (giờ Việt Nam, không phải UTC)"
        )


def _facilities(gateway: Gateway, context: PullContext) -> Iterator[Delivery]:
    rows = gateway.facilities()
    name = f"co_so.{hashlib.sha256(repr(rows.to_pylist()).encode()).hexdigest()[:16]}"
    if name in context.seen and not context.seen[name].is_held:
        return
    stamped = rows.append_column("_known_at", rows["thoi_diem_cap_nhat"])
    label = "Danh mục cơ sở y tế và giường kế hoạch"
    simulated = gateway.is_simulated
    yield Delivery(name, context.now, {"co_so": [stamped]}, label, is_simulated=simulated)


def _advertised(context: PullContext) -> dict[str, Total]:
    columns = ["thang", "so_ho_so", "tong_chi", "ma_bam"]
    return {
        row["thang"]: Total(row["so_ho_so"], row["tong_chi"], row["ma_bam"])
        for piece in context.landed("doi_soat", columns)
        for row in piece.to_pylist()
    }


def _month(
    pull: _Puller, context: PullContext, month: str, advertised: Total, held: pa.Table | None
) -> Delivery:
    """Bring what the gateway advertises of a month and, when the lake held something else, all."""
    tables: dict[str, Iterator[pa.Table]] = {"doi_soat": iter([_total_row(month, advertised)])}
    if held is not None:
        tables |= _month_again(pull, month, held, context)
    return Delivery(
        delivery_id=f"doi_soat.{month}.{advertised.key_hash[:16]}.{advertised.amount:f}",
        known_at=context.now,
        tables=tables,
        label=f"Đối soát hồ sơ y tế tháng {month[4:]}/{month[:4]}",
        is_simulated=pull.gateway.is_simulated,
    )


def _month_again(
    pull: _Puller, month: str, held: pa.Table, context: PullContext
) -> dict[str, Iterator[pa.Table]]:
    spool = whole(lambda: pull.month(month, context.now), f"{LABEL} tháng {month}").spool
    pages = list(spool.pages("ho_so"))
    present = pa.concat_tables([page.select(["ma_lk"]) for page in pages]) if pages else held[:0]
    gone = held.filter(pc.invert(pc.is_in(held["ma_lk"], present["ma_lk"].combine_chunks())))
    return {
        "ho_so": iter([*pages, *_VISITS.vanished(context, spec(), gone)]),
        "ngay_giuong": spool.pages("ngay_giuong"),
    }


def _total_row(month: str, advertised: Total) -> pa.Table:
    row = {
        "thang": month,
        "so_ho_so": advertised.count,
        "tong_chi": advertised.amount,
        "ma_bam": advertised.key_hash,
    }
    return pa.Table.from_pylist([row], schema=spec().tables["doi_soat"].arrow_schema())
