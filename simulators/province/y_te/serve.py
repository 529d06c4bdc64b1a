"""The health gateway over HTTP: token, change log of visits, facilities, monthly totals.

`POST /api/token` gives a token for half an hour; every other call brings it as a bearer and
answers HTTP 200 with `maKetQua` "200", or "401" when the token is not, or no longer, good.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from simulators.province.clock import VIETNAM, Clock
from simulators.province.faults import Faults
from simulators.province.feed import Feed, Page, Pager, as_json
from simulators.province.truth import Truth
from simulators.province.y_te.documents import envelope
from simulators.province.y_te.generate import FACILITIES, SOURCE, VISITS

_USER, _PASSWORD = "kho_du_lieu", "mo-phong-y-te"
_LIFE = timedelta(minutes=30)
_MOST_ROWS = 1000


def digits(instant: datetime) -> str:
    """Write an instant as the gateway does: local time, 17 digits."""
    local = instant.astimezone(VIETNAM)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


FEEDS = [
    Feed(
        source=SOURCE,
        table=VISITS,
        key="MA_LK",
        version="phienBan",
        updated="thoiDiemCapNhat",
        deleted=("daXoa", 1),
        plain="thoiDiemTiepNhan",
        amount="T_TONGCHI_BV",
        instants=("thoiDiemTiepNhan", "thoiDiemCapNhat"),
        stamp=digits,
    )
]
_ENTRY = ("phienBan", "thoiDiemTiepNhan", "thoiDiemCapNhat", "daXoa", "daThayThe")


def environment(base: str) -> dict[str, str]:
    """Give the variables that point the product at this gateway.

    Args:
        base: its address.
    """
    return {
        "KHO_Y_TE_URL": base,
        "KHO_Y_TE_USER": _USER,
        "KHO_Y_TE_PASSWORD": _PASSWORD,
    }


def routes(truth: Truth, clock: Clock, faults: Faults) -> list[BaseRoute]:
    """Give the gateway's paths.

    Args:
        truth: the ledger.
        clock: nothing later than its present is given away.
        faults: the faults at work.
    """
    gateway = _Gateway(truth, clock, faults)
    return [
        Route("/api/token", gateway.take_token, methods=["POST"]),
        Route("/api/ho-so/danh-sach", gateway.asked(gateway.visits), methods=["POST"]),
        Route("/api/ho-so/theo-thang", gateway.asked(gateway.month), methods=["POST"]),
        Route("/api/ho-so/doi-soat", gateway.asked(gateway.totals), methods=["POST"]),
        Route("/api/co-so/danh-sach", gateway.asked(gateway.facilities), methods=["POST"]),
    ]


class _Gateway:
    def __init__(self, truth: Truth, clock: Clock, faults: Faults) -> None:
        self._truth, self._clock, self._faults = truth, clock, faults
        self._pager = Pager(truth, clock, faults, FEEDS[0], _as_entries)
        self._tokens: dict[str, datetime] = {}
        self._months: dict[str, pa.Table] = {}

    async def take_token(self, request: Request) -> Response:
        said = await request.json()
        if (said.get("username"), said.get("password")) != (_USER, _PASSWORD):
            return _answer("401", {"moTa": "Sai tài khoản hoặc mật khẩu"})
        token = secrets.token_hex(16)
        self._tokens[token] = self._clock.now() + _LIFE
        key = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFE.seconds}
        return _answer("200", {"APIKey": key})

    def asked(
        self, answer: Callable[[dict[str, Any]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let a call through that brings a good token."""

        async def call(request: Request) -> Response:
            said = await request.json()
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if self._faults.take("token_expires", SOURCE, said.get("trang")):
                self._tokens.pop(token, None)
            if self._tokens.get(token, self._clock.now()) <= self._clock.now():
                return _answer("401", {"moTa": "Phiên làm việc hết hạn"})
            return await run_in_threadpool(answer, said)

        return call

    def visits(self, said: dict[str, Any]) -> Response:
        size = min(int(said["soDong"]), _MOST_ROWS)
        page: Page = self._pager.page(
            _instant(said["tuThoiDiem"]), _instant(said["denThoiDiem"]), int(said["trang"]), size
        )
        head = {"tongSo": page.total, "trang": said["trang"], "soTrang": page.pages}
        return _answer("200", head, page.rows)

    def month(self, said: dict[str, Any]) -> Response:
        """Answer from what stood when the first page was asked for."""
        size, number = min(int(said["soDong"]), _MOST_ROWS), int(said["trang"])
        if number == 1:
            asked = [self._clock.now(), said["thang"]]
            self._months[said["thang"]] = self._truth.query(_OF_MONTH, SOURCE, VISITS, asked)
        rows = self._months[said["thang"]]
        head = {"tongSo": len(rows), "trang": number, "soTrang": -(-len(rows) // size)}
        return _answer("200", head, _as_entries(rows.slice((number - 1) * size, size)))

    def totals(self, said: dict[str, Any]) -> Response:
        rows = self._truth.query(_TOTALS, SOURCE, VISITS, [self._clock.now(), said["thang"]])
        return _answer("200", {"tongSo": 1}, as_json(rows))

    def facilities(self, _said: dict[str, Any]) -> Response:
        rows = self._truth.query(
            "select * from {rows} where _known_at <= ? order by _key, _version",
            SOURCE,
            FACILITIES,
            [self._clock.now()],
        )
        fields = [name for name in rows.column_names if not name.startswith("_")]
        return _answer("200", {"tongSo": rows.num_rows}, as_json(rows.select(fields)))


_OF_MONTH = """
    select * from (
        select * from {rows} where _known_at <= ?
        qualify row_number() over (partition by _key order by _version desc) = 1
    ) as newest
    where not _deleted and substr(thoiDiemTiepNhan, 1, 6) = ?
    order by _known_at, _key, _version
"""
_TOTALS = """
    with newest as (
        select MA_LK || '|' || phienBan as line, T_TONGCHI_BV, _deleted, 
            substr(thoiDiemTiepNhan, 1, 6) as thang
        from {rows} where _known_at <= ?
        qualify row_number() over (partition by _key order by _version desc) = 1
    )
    select
        any_value(thang) as thang,
        count(*) as "soHoSo",
        coalesce(sum(T_TONGCHI_BV), 0)::varchar as "tongChi",
        sha256(coalesce(string_agg(line, chr(10) order by line), '')) as "maBam"
    from newest where thang = ? and not _deleted
"""


def _as_entries(rows: pa.Table) -> bytes:
    """Write a page of the ledger as the gateway's entries, each with its envelope."""
    entry = ", ".join(f'"{name}"' for name in _ENTRY if name in rows.column_names)
    extra = [name for name in rows.column_names if name[:1].isupper() and name[1:2].islower()]
    columns = ", ".join([entry, *(f'"{name}"' for name in extra)])
    fields = f'MA_LK as "maLk", MA_CSKCB as "maCskcb", {columns}, {envelope()} as "hoSo"'
    return as_json(rows, fields)


def _instant(text: str) -> datetime:
    return datetime.strptime(text + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=VIETNAM)


def _answer(code: str, head: dict[str, Any], rows: bytes | None = None) -> Response:
    text = json.dumps({"maKetQua": code, **head}, ensure_ascii=False)
    if rows is None:
        return Response(text, media_type="application/json")
    return Response(
        text[:-1].encode() + b', "duLieu": ' + rows + b"}", media_type="application/json"
    )
