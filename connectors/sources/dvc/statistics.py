"""What the portal publishes about itself under QĐ 766/QĐ-TTg, month by month."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from connectors.closed_months import closed_months
from connectors.connector import Delivery, PullContext
from connectors.errors import TerminalSourceError
from connectors.sources.dvc.portal import Portal
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM

GROUPS = (
    "dvc-progress-tree",
    "transparency",
    "provide-online-tree",
    "dossier-digitized",
    "handling-satisfaction",
    "formality-online-payment-tree",
)
# figures of a month change while its dossiers are finished
_ASKED_AGAIN = 3
_FIELDS = {
    "ma_don_vi": "departmentCode",
    "ten_don_vi": "departmentName",
    "cap": "level",
    "tong_tiep_nhan": "totalReceived",
    "dung_han": "totalOnTime",
    "qua_han": "totalOverdue",
    "so_ngay_trung_binh": "avgProcessingDays",
    "tu_so": "numerator",
    "mau_so": "denominator",
    "ty_le": "ratio",
    "diem": "score",
    "diem_toi_da": "maxScore",
}


def published(context: PullContext, spec: SourceSpec, portal: Portal) -> Iterator[Delivery]:
    """Give the figures of closed months that the lake lacks, and of the last three; once a day.

    Args:
        context: clock and memory of the lake.
        spec: the source.
        portal: whom to ask.

    Returns:
        At most one delivery: one row a unit, group and month, the province first.
    """
    today = context.now.astimezone(VIET_NAM).date()
    name = f"thong_ke_766.{today:%Y%m%d}"
    if name in context.seen or spec.first_day is None:
        return
    months = closed_months(spec.first_day, context.now)
    known = {
        month for piece in context.landed("thong_ke_766", ["thang"]) for month in _texts(piece)
    }
    wanted = [month for month in months if month not in known or month in months[-_ASKED_AGAIN:]]
    rows = [row for month in wanted for row in _month(portal, month)]
    if rows:
        table = _table(rows, spec)
        label = f"Thống kê QĐ 766 {today:%d/%m/%Y}"
        simulated = portal.rest.is_simulated
        yield Delivery(name, context.now, {"thong_ke_766": [table]}, label, is_simulated=simulated)


def _texts(piece: pa.Table) -> list[str]:
    return list(piece["thang"].to_pylist())


def _month(portal: Portal, month: str) -> Iterator[dict[str, Any]]:
    first = date(int(month[:4]), int(month[4:]), 1)
    for group in GROUPS:
        data = portal.statistics(group, first)
        parent, children = data.get("parent"), data.get("children")
        if not isinstance(parent, Mapping) or not isinstance(children, list):
            raise TerminalSourceError(
                f"Thống kê {group}: thiếu mục 'parent' hoặc 'children'; hỏi đơn vị vận hành cổng"
            )
        if not parent.get("totalReceived"):
            return
        for unit in [parent, *children]:
            told = {ours: unit.get(theirs) for ours, theirs in _FIELDS.items()}
            yield {"thang": month, "nhom": group, **told}


def _table(rows: list[dict[str, Any]], spec: SourceSpec) -> pa.Table:
    schema = spec.tables["thong_ke_766"].arrow_schema()
    exact = [
        {
            field.name: _exact(row[field.name])
            if pa.types.is_decimal(field.type)
            else row[field.name]
            for field in schema
        }
        for row in rows
    ]
    try:
        return pa.Table.from_pylist(exact, schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise TerminalSourceError(
            "Thống kê QĐ 766: một cột đổi kiểu so với khai báo; hỏi đơn vị vận hành cổng"
        ) from None


def _exact(value: Any) -> Decimal | None:
    """Keep a printed decimal as it was printed."""
    return None if value is None else Decimal(str(value))
