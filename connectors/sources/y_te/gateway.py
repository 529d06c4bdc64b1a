"""The health gateway's protocol: token, change log of visits, facilities, monthly totals."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.columns import instants
from connectors.connector import PullContext
from connectors.errors import NotLoggedInError, TerminalSourceError, TransientSourceError
from connectors.pages import Envelope
from connectors.paging import numbered
from connectors.reconcile import Total
from connectors.rest import Answer, Rest, Session
from connectors.windows import VIET_NAM, Window, digits

LABEL = "Hồ sơ y tế"
_ROWS = 1000
_ENTRY = pa.schema(
    [
        ("maLk", pa.string()),
        ("maCskcb", pa.string()),
        ("phienBan", pa.int64()),
        ("thoiDiemTiepNhan", pa.string()),
        ("thoiDiemCapNhat", pa.string()),
        ("daXoa", pa.int64()),
        ("daThayThe", pa.int64()),
        ("hoSo", pa.string()),
    ]
)
_FACILITY = pa.schema(
    [
        ("ma_cskcb", pa.string()),
        ("ten_cskcb", pa.string()),
        ("ma_tinh", pa.string()),
        ("hang", pa.string()),
        ("giuong_ke_hoach", pa.int64()),
        ("hieu_luc_tu", pa.string()),
        ("hieu_luc_den", pa.string()),
        ("phien_ban", pa.int64()),
        ("thoi_diem_cap_nhat", pa.string()),
        ("da_xoa", pa.int64()),
    ]
)
_TOTAL = pa.schema(
    [
        ("thang", pa.string()),
        ("soHoSo", pa.int64()),
        ("tongChi", pa.string()),
        ("maBam", pa.string()),
    ]
)


@dataclass(frozen=True)
class Page:
    """A page of the change log.

    Args:
        advertised: rows of the whole window.
        pages: pages of the whole window.
        entries: typed columns of `ho_so` that the gateway tells beside the envelope, then new ones.
        envelopes: the documents in the same order, null for none.
        number: of the page, from 1.
        body: the bytes of the answer.
    """

    advertised: int
    pages: int
    entries: pa.Table
    envelopes: pa.ChunkedArray
    number: int
    body: bytes


class Gateway:
    """A connection to the gateway; it logs in at the first call.

    Args:
        context: waiting and time limit of the pull.
        url: address of the gateway.
        user: account.
        password: its password.
    """

    def __init__(self, context: PullContext, url: str, user: str, password: str) -> None:
        self._rest = Rest.of(context, url, self._headers)
        self._account = {"username": user, "password": password}
        self._token = ""
        self._session = Session(self._login)

    @property
    def is_simulated(self) -> bool:
        """Tell whether an answer said of itself that it is simulated."""
        return self._rest.is_simulated

    def pages(self, window: Window) -> Iterator[Page]:
        """Give the pages of a window in their order; an empty window has one empty page."""
        said = {
            "tuThoiDiem": digits(window.start.astimezone(VIET_NAM)),
            "denThoiDiem": digits(window.end.astimezone(VIET_NAM)),
        }
        yield from self._listed("/api/ho-so/danh-sach", said)

    def month(self, month: str) -> Iterator[Page]:
        """Give the live records received in a month (`yyyyMM`), each in its newest version."""
        yield from self._listed("/api/ho-so/theo-thang", {"thang": month})

    def _listed(self, path: str, said: Mapping[str, Any]) -> Iterator[Page]:
        def ask(number: int) -> Page:
            envelope, body = self._ask(path, {**said, "trang": number, "soDong": _ROWS}, _ENTRY)
            rows = envelope.rows()
            pages = int(envelope.value("soTrang") or 0)
            advertised = int(envelope.value("tongSo") or 0)
            return Page(advertised, pages, _entries(rows), rows["hoSo"], number, body)

        # no page is without a row, whatever the gateway says
        return numbered(ask, lambda page: min(page.pages, page.advertised))

    def facilities(self) -> pa.Table:
        """Give the whole list of facilities with their planned beds."""
        envelope, _ = self._ask("/api/co-so/danh-sach", {}, _FACILITY)
        rows, advertised = envelope.rows(), envelope.value("tongSo")
        if rows.num_rows != advertised:
            raise TransientSourceError(
                f"{LABEL}: cổng báo {advertised} dòng cơ sở nhưng gửi {rows.num_rows} dòng; "
                "lần sau tự lấy lại, vẫn lệch thì đề nghị cổng kiểm tra danh mục"
            )
        return _facilities(rows)

    def total(self, month: str) -> Total:
        """Give what the gateway says that it holds of a month.

        Args:
            month: `yyyyMM`, in which the records were received.
        """
        envelope, _ = self._ask("/api/ho-so/doi-soat", {"thang": month}, _TOTAL)
        (row,) = envelope.rows().to_pylist()
        return Total(row["soHoSo"], Decimal(row["tongChi"]), row["maBam"])

    def _ask(self, path: str, said: Mapping[str, Any], schema: pa.Schema) -> tuple[Envelope, bytes]:
        read: list[Envelope] = []

        def check(answer: Answer) -> None:
            # read here, so that an answer that was cut short is asked for again
            envelope = Envelope(answer.body, ("duLieu",), schema, LABEL)
            _check_code(envelope)
            read.append(envelope)

        def call(token: str) -> Answer:
            self._token = token
            return self._rest.post(path, said, check)

        body = self._session.use(call).body
        return read[-1], body

    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._token}"} if self._token else {}

    def _login(self) -> str:
        answer = json.loads(self._rest.post("/api/token", self._account).body)
        token = (answer.get("APIKey") or {}).get("access_token")
        if answer.get("maKetQua") != "200" or not token:
            raise TerminalSourceError(
                f"{LABEL}: cổng không nhận tài khoản; kiểm tra KHO_Y_TE_USER và KHO_Y_TE_PASSWORD"
            )
        return str(token)


def _check_code(envelope: Envelope) -> None:
    code = str(envelope.value("maKetQua"))
    if code == "401":
        raise NotLoggedInError(
            f"{LABEL}: cổng không còn nhận phiên làm việc; kiểm tra tài khoản kết nối"
        )
    if code != "200":
        raise TerminalSourceError(
            f"{LABEL}: cổng trả mã kết quả {code[:10]}; đề nghị đơn vị vận hành cổng kiểm tra"
        )


def _entries(rows: pa.Table) -> pa.Table:
    """Type what the gateway tells of an entry; columns that nobody declared stay behind it."""
    columns = {
        "ma_lk": rows["maLk"],
        "phien_ban": rows["phienBan"].cast(pa.int32()),
        "thoi_diem_tiep_nhan": instants(rows["thoiDiemTiepNhan"]),
        "thoi_diem_cap_nhat": instants(rows["thoiDiemCapNhat"]),
        "da_xoa": pc.equal(rows["daXoa"], 1),
        "da_thay_the": pc.equal(rows["daThayThe"], 1),
    }
    for name in rows.column_names:
        if name not in _ENTRY.names:
            columns[_snake(name)] = rows[name]
    return pa.table(columns)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _facilities(rows: pa.Table) -> pa.Table:
    day = pa.date32()
    until = pc.if_else(pc.equal(rows["hieu_luc_den"], ""), None, rows["hieu_luc_den"])
    return pa.table(
        {
            "ma_cskcb": rows["ma_cskcb"],
            "ten_cskcb": rows["ten_cskcb"],
            "ma_tinh": rows["ma_tinh"],
            "hang": rows["hang"],
            "giuong_ke_hoach": rows["giuong_ke_hoach"].cast(pa.int32()),
            "hieu_luc_tu": pc.strptime(rows["hieu_luc_tu"], "%Y%m%d", "s").cast(day),
            "hieu_luc_den": pc.strptime(until, "%Y%m%d", "s").cast(day),
            "phien_ban": rows["phien_ban"].cast(pa.int32()),
            "thoi_diem_cap_nhat": instants(rows["thoi_diem_cap_nhat"]),
            "da_xoa": pc.equal(rows["da_xoa"], 1),
        }
    )
