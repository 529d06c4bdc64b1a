"""Closed months of dossiers against what the portal says it has; what differs is mended."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import LONGEST, Pull, window_delivery
from connectors.connector import Delivery, PullContext
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.guards import was_seen, whole
from connectors.reconcile import Total, newest_of, total
from connectors.sources.dvc import tables
from connectors.sources.dvc.portal import Portal
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, windows

STATE = ("ma_ho_so", "phien_ban", "da_xoa", "ngay_tiep_nhan", "so_le_phi")
_KEY, _VERSION = "ma_ho_so", "phien_ban"
_OFFSET = pa.scalar(timedelta(hours=7))


class Reconciliation:
    """Compares every closed month once a day, and pulls the log again from the first that differs.

    Dossiers that the portal no longer has get a deleted version, known at this pull.

    Args:
        context: clock and memory of the lake, with what was just pulled.
        spec: the source.
        portal: whom to ask.
        pull: pulls a window.
    """

    def __init__(self, context: PullContext, spec: SourceSpec, portal: Portal, pull: Pull) -> None:
        self._context = context
        self._spec = spec
        self._portal = portal
        self._pull = pull
        self._found: list[pa.Table] = []

    def deliveries(self) -> Iterator[Delivery]:
        """Give what mends the lake, then what the portal advertised.

        Raises:
            TransientSourceError: a month still differs; it is compared again at the next pull.
        """
        today = self._context.now.astimezone(VIET_NAM).date()
        name = f"doi_soat.{today:%Y%m%d}"
        state = newest_of(self._context.landed("ho_so", STATE), [_KEY], _VERSION)
        if name in self._context.seen or state is None or not state.num_rows:
            return
        advertised = self._advertised(today)
        months = differing(state, advertised)
        if months:
            yield from self._pulled_again(min(months))
            yield from self._vanished(state, months)
            state = newest_of([state, *self._found], [_KEY], _VERSION)
            still = differing(state, {month: self._total(month) for month in months})
            if still:
                month, words = min(still.items())
                raise TransientSourceError(
                    f"Hồ sơ tiếp nhận tháng {month[4:]}/{month[:4]} vẫn lệch sau khi lấy lại: "
                    f"{words}; đề nghị đơn vị vận hành cổng đối chiếu"
                )
        yield self._told(name, today, advertised)

    def _advertised(self, today: date) -> dict[str, Total]:
        assert self._spec.first_day is not None
        return {month: self._total(month) for month in closed_months(self._spec.first_day, today)}

    def _total(self, month: str) -> Total:
        page = self._portal.call("DoiSoatHoSo", tables.CLOSING, {"thang": month})
        rows = page.rows().to_pylist()
        if len(rows) != 1:
            raise TerminalSourceError(
                f"DoiSoatHoSo trả {len(rows)} dòng cho tháng {month}; hỏi đơn vị vận hành cổng"
            )
        return Total(rows[0]["soHoSo"], Decimal(rows[0]["tongLePhi"]), rows[0]["maBam"])

    def _pulled_again(self, month: str) -> Iterator[Delivery]:
        """Give the log from the beginning of a month to now."""
        for window in windows(month_start(month), self._context.now, timedelta(), LONGEST):
            self._context.stage("reconcile", window.label)
            pulled = whole(partial(self._pull, window, window.start), window.label)
            delivery = window_delivery(
                self._spec, window, pulled, self._portal.rest.is_simulated, watch=self._watched
            )
            if was_seen(self._context.seen, pulled.digest):
                # the very bytes lie in the lake: only what is gone from them matters
                for _page in delivery.tables["ho_so"]:
                    continue
            else:
                yield delivery

    def _watched(self, name: str, pages: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Remember the dossiers of pages that pass on their way to the lake."""
        for page in pages:
            if name == "ho_so":
                self._found.append(page.select(STATE))
            yield page

    def _vanished(self, state: pa.Table, months: Iterable[str]) -> Iterator[Delivery]:
        """Give a deleted version of dossiers of these months that the portal no longer has."""
        there = newest_of(self._found, [_KEY], _VERSION)
        keys = there[_KEY] if there is not None else pa.array([], pa.string())
        ours = _of_months(_live(state), months)
        gone = ours.filter(pc.invert(pc.is_in(ours[_KEY], keys.combine_chunks())))[_KEY]
        if not len(gone):
            return
        columns = list(self._spec.tables["ho_so"].columns)
        pieces = (
            piece.filter(pc.is_in(piece[_KEY], gone.combine_chunks()))
            for piece in self._context.landed("ho_so", columns)
        )
        rows = newest_of(pieces, [_KEY], _VERSION)
        assert rows is not None
        deleted = _deleted(rows, self._context.now)
        self._found.append(deleted.select(STATE))
        label = f"{deleted.num_rows} hồ sơ nguồn không còn, {self._context.now:%d/%m/%Y}"
        name = f"vang_mat.{self._context.now:%Y%m%d%H%M%S}"
        simulated = self._portal.rest.is_simulated
        yield Delivery(name, self._context.now, {"ho_so": [deleted]}, label, is_simulated=simulated)

    def _told(self, name: str, today: date, advertised: dict[str, Total]) -> Delivery:
        rows = [
            {
                "thang": month,
                "so_ho_so": told.count,
                "tong_le_phi": told.amount,
                "ma_bam": told.key_hash,
            }
            for month, told in advertised.items()
        ]
        table = pa.Table.from_pylist(rows, self._spec.tables["doi_soat"].arrow_schema())
        simulated = self._portal.rest.is_simulated
        label = f"Đối soát {today:%d/%m/%Y}"
        return Delivery(
            name, self._context.now, {"doi_soat": [table]}, label, is_simulated=simulated
        )


def closed_months(first: date, today: date) -> list[str]:
    """List the months (`yyyyMM`) from the one of a day to the one before today's."""
    count = (today.year - first.year) * 12 + today.month - first.month
    months = (first.year * 12 + first.month - 1 + step for step in range(count))
    return [f"{month // 12}{month % 12 + 1:02d}" for month in months]


def month_start(month: str) -> datetime:
    """Give the first instant of a month (`yyyyMM`) in Viet Nam."""
    return datetime(int(month[:4]), int(month[4:]), 1, tzinfo=VIET_NAM)


def differing(state: pa.Table | None, advertised: dict[str, Total]) -> dict[str, str]:
    """Give the months whose total in the lake is another, each with how it differs."""
    assert state is not None
    live = _live(state)
    labels = _months(live)
    found = {}
    for month, told in advertised.items():
        ours = live.filter(pc.equal(labels, month))
        words = total(ours, _KEY, _VERSION, "so_le_phi").difference(told)
        if words:
            found[month] = words
    return found


def _live(state: pa.Table) -> pa.Table:
    return state.filter(pc.invert(pc.fill_null(state["da_xoa"], False)))


def _months(state: pa.Table) -> pa.ChunkedArray:
    """Give the local month in which each dossier was received, null before it was."""
    return pc.strftime(pc.add(state["ngay_tiep_nhan"], _OFFSET), "%Y%m")


def _of_months(state: pa.Table, months: Iterable[str]) -> pa.Table:
    return state.filter(pc.is_in(_months(state), pa.array(sorted(months))))


def _deleted(rows: pa.Table, now: datetime) -> pa.Table:
    """Write the version after the newest: deleted, known now."""
    at = pa.repeat(pa.scalar(now, rows.schema.field("thoi_diem_cap_nhat").type), rows.num_rows)
    version = pc.add(rows[_VERSION], pa.scalar(1, pa.int32()))
    changed: Sequence[tuple[str, pa.Array]] = (
        (_VERSION, version),
        ("da_xoa", pa.repeat(pa.scalar(True), rows.num_rows)),
        ("thoi_diem_cap_nhat", at),
    )
    for name, values in changed:
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows.append_column("_known_at", at)
