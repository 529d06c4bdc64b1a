"""Closed months of dossiers and steps against what the portal says it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from connectors.change_log import Pull
from connectors.closed_months import Mending, Records, closed_months
from connectors.connector import Delivery, PullContext
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.reconcile import Total
from connectors.sources.dvc import tables
from connectors.sources.dvc.portal import Portal
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM


@dataclass(frozen=True)
class Closing:
    """How the portal advertises the closed months of a table.

    Args:
        records: the table.
        label: what a person calls the records of a month.
        service: the portal's service; it is told `thang`.
        sent: columns of its one row: month, count, sum, hash.
        told: table of the lake that keeps what was advertised.
    """

    records: Records
    label: str
    service: str
    sent: pa.Schema
    told: str

    def ask(self, portal: Portal, month: str) -> pa.Table:
        """Ask for a month (`yyyyMM`); gives the one row as it was sent.

        Raises:
            TerminalSourceError: the portal sends more rows than one, or none.
        """
        rows = portal.call(self.service, self.sent, {"thang": month}).rows()
        if rows.num_rows != 1:
            raise TerminalSourceError(
                f"{self.service} trả {rows.num_rows} dòng cho tháng {month}; phải đúng một dòng, "
                "hỏi đơn vị vận hành cổng"
            )
        return rows

    def difference(self, state: pa.Table, row: pa.Table) -> str:
        """Say how the lake differs from what was advertised of a month; '' when it does not."""
        month, count, amount, key_hash = (row[name][0].as_py() for name in self.sent.names)
        return self.records.total(state, month).difference(Total(count, Decimal(amount), key_hash))


DOSSIERS = Closing(
    Records("ho_so", ("ma_ho_so",), "ngay_tiep_nhan", "so_le_phi"),
    "Hồ sơ tiếp nhận",
    "DoiSoatHoSo",
    tables.CLOSED_DOSSIERS,
    "doi_soat",
)
STEPS = Closing(
    Records("tien_do", ("ma_ho_so", "thu_tu"), "thoi_diem_xu_ly", "thu_tu"),
    "Bước xử lý",
    "DoiSoatTienDo",
    tables.CLOSED_STEPS,
    "doi_soat_tien_do",
)
_CLOSINGS = (DOSSIERS, STEPS)


class Reconciliation:
    """Compares every closed month once a day, and pulls the log again from the first that differs.

    Args:
        context: clock and memory of the lake, with what was just pulled.
        spec: the source.
        portal: whom to ask.
    """

    def __init__(self, context: PullContext, spec: SourceSpec, portal: Portal) -> None:
        self._context, self._spec, self._portal = context, spec, portal

    def deliveries(self, pull: Pull) -> Iterator[Delivery]:
        """Give what mends the lake, then what the portal advertised.

        Args:
            pull: pulls a window.

        Raises:
            TransientSourceError: a month still differs; it is compared again at the next pull.
        """
        name = f"doi_soat.{self._context.now.astimezone(VIET_NAM):%Y%m%d}"
        states = {one: one.records.held(self._context, self._spec) for one in _CLOSINGS}
        if name in self._context.seen or not states[DOSSIERS].num_rows:
            return
        advertised = {one: self._advertised(one) for one in _CLOSINGS}
        wrong = {
            one: months
            for one, rows in advertised.items()
            if (months := self._differing(one, states[one], rows))
        }
        if wrong:
            yield from self._mended(pull, wrong, states)
        yield self._told(name, advertised)

    def _advertised(self, closing: Closing) -> list[pa.Table]:
        assert self._spec.first_day is not None
        months = closed_months(self._spec.first_day, self._context.now)
        return [closing.ask(self._portal, month) for month in months]

    def _differing(self, closing: Closing, state: pa.Table, rows: list[pa.Table]) -> list[str]:
        return [row["thang"][0].as_py() for row in rows if closing.difference(state, row)]

    def _mended(
        self, pull: Pull, wrong: dict[Closing, list[str]], states: dict[Closing, pa.Table]
    ) -> Iterator[Delivery]:
        """Give what mends the wrong months, and insist that they agree then."""
        mending = Mending(self._context, self._spec, lambda: self._portal.rest.is_simulated)
        months = {closing.records: found for closing, found in wrong.items()}
        yield from mending.deliveries(pull, months, self._context.now)
        for closing, found in wrong.items():
            state = mending.mended(closing.records, states[closing])
            for month in found:
                words = closing.difference(state, closing.ask(self._portal, month))
                if words:
                    raise TransientSourceError(
                        f"{closing.label} tháng {month[4:]}/{month[:4]} vẫn lệch sau khi lấy lại: "
                        f"{words}; đề nghị đơn vị vận hành cổng đối chiếu"
                    )

    def _told(self, name: str, advertised: dict[Closing, list[pa.Table]]) -> Delivery:
        told = {
            closing.told: [tables.listed(pa.concat_tables(rows), self._spec, closing.told)]
            for closing, rows in advertised.items()
            if rows
        }
        label = f"Đối soát {self._context.now.astimezone(VIET_NAM):%d/%m/%Y}"
        simulated = self._portal.rest.is_simulated
        return Delivery(name, self._context.now, told, label, is_simulated=simulated)
