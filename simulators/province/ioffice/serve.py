"""The iOffice over HTTP: token in a header, envelope `{"status": …, "data": …}`, edXML files."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.province.clock import VIETNAM, Clock
from simulators.province.faults import Faults
from simulators.province.feed import Feed, Pager
from simulators.province.ioffice import edxml
from simulators.province.ioffice.generate import SOURCE
from simulators.province.truth import Truth

TOKEN_HEADER = "x-authentication-token"
TOKEN_LIFE = timedelta(minutes=30)
USER, PASSWORD = "kho-du-lieu-so", "mo-phong-ioffice"
"""Anyone may know them: they open a simulation on loopback and nothing else."""

_FORM = "%Y-%m-%d %H:%M:%S.%f"
_MOST_ROWS = 20_000
_XML = "application/xml; charset=utf-8"


def stamp(instant: datetime) -> str:
    """Write an instant as the iOffice does: local, to the millisecond."""
    return instant.astimezone(VIETNAM).strftime(_FORM)[:-3]


def _feed(table: str, key: str, plain: str, amount: str, *instants: str) -> Feed:
    updated = "thoiDiemCapNhat"
    return Feed(
        SOURCE, table, key, "phienBan", updated, ("daXoa", True), plain, amount,
        (updated, *instants), stamp,
    )  # fmt: skip


FEEDS = (
    _feed("van_ban_den", "id", "linhVuc", "soTrang", "thoiDiemHoanThanh"),
    _feed("van_ban_di", "id", "linhVuc", "soTrang", "thoiDiemGuiTruc", "thoiDiemNhan"),
    _feed("truc_lien_thong", "maGoiTin", "loaiGoiTin", "soTep", "thoiDiemGui"),
    _feed("nhiem_vu", "maNhiemVu", "trangThai", "lanDonDoc"),
    _feed("su_kien_nhiem_vu", "maSuKien", "hinhThuc", "lanThu", "thoiDiem"),
)  # fmt: skip
"""What the iOffice gives away as change logs; `/api/<table with hyphens>` gives pages of each."""

_MONTHS = {
    "van_ban_den": ("ngayDen", "VBD-"),
    "van_ban_di": ("ngayVanBan", "VBDI-"),
    "nhiem_vu": ("ngayGiao", "NV-"),
}
"""The day by which a record belongs to a month, and how keys of a month begin."""


def environment(base: str) -> dict[str, str]:
    """Give the variables that point the product at the iOffice served at an address."""
    return {
        "KHO_IOFFICE_URL": base,
        "KHO_IOFFICE_USER": USER,
        "KHO_IOFFICE_PASSWORD": PASSWORD,
    }


def routes(truth: Truth, clock: Clock, faults: Faults) -> list[Route]:
    """Give the routes of the iOffice.

    Args:
        truth: what exists.
        clock: what time it is.
        faults: the faults at work.
    """
    office = _Office(truth, clock, faults)
    pages = [
        Route(f"/api/{feed.table.replace('_', '-')}", office.page(feed), methods=["GET"])
        for feed in FEEDS
    ]
    return [
        Route("/api/dang-nhap", office.login, methods=["POST"]),
        Route("/api/gia-han", office.renew, methods=["POST"]),
        *pages,
        Route("/api/doi-soat", office.counts, methods=["GET"]),
        Route("/api/edxml/{id}", office.message, methods=["GET"]),
        Route("/api/edxml/{id}/trang-thai", office.status, methods=["GET"]),
    ]


class _Office:
    """Answers requests; tokens live half an hour of the province's clock."""

    def __init__(self, truth: Truth, clock: Clock, faults: Faults) -> None:
        self._truth, self._clock, self._faults = truth, clock, faults
        self._tokens: dict[str, datetime] = {}

    async def login(self, request: Request) -> Response:
        """Give a token for a user's name and password."""
        body = await request.json()
        if (body.get("taiKhoan"), body.get("matKhau")) != (USER, PASSWORD):
            return _refusal("1001", "Sai tài khoản hoặc mật khẩu")
        return _answer({"token": self._new_token(), "thoiHanGiay": TOKEN_LIFE.seconds})

    def renew(self, request: Request) -> Response:
        """Give a new token for one that still lives."""
        old = request.headers.get(TOKEN_HEADER, "")
        if not self._lives(old):
            return _expired()
        del self._tokens[old]
        return _answer({"token": self._new_token(), "thoiHanGiay": TOKEN_LIFE.seconds})

    def page(self, feed: Feed) -> Callable[[Request], Response]:
        """Make the handler of one change log."""
        pager = Pager(self._truth, self._clock, self._faults, feed)

        def handler(request: Request) -> Response:
            asked = request.query_params
            try:
                number, size = int(asked.get("trang", 1)), int(asked.get("soDong", 5000))
                start, end = (_instant(asked[name]) for name in ("tuThoiDiem", "denThoiDiem"))
            except (KeyError, ValueError):
                return _refusal("400", "Tham số không hợp lệ")
            if not 1 <= size <= _MOST_ROWS or number < 1:
                return _refusal("400", "Tham số không hợp lệ")
            if not self._admits(request, number):
                return _expired()
            page = pager.page(start, end, number, size)
            head = orjson.dumps({"tongSo": page.total, "trang": number, "soTrang": page.pages})
            return _answer(head[:-1] + b',"danhSach":' + page.rows + b"}")

        return handler

    def counts(self, request: Request) -> Response:
        """Tell how many live, open records a month has, as text, and their hash."""
        if not self._admits(request, None):
            return _expired()
        table, month = request.query_params.get("bang", ""), request.query_params.get("thang", "")
        if table not in _MONTHS or len(month) != 6 or not month.isdigit():
            return _refusal("400", "Tham số không hợp lệ")
        until = request.query_params.get("denThoiDiem")
        now = self._clock.now()
        return _answer(self._total(table, month, min(_instant(until), now) if until else now))

    def message(self, request: Request) -> Response:
        """Give the edXML message of a row of the axis list."""
        return self._edxml(request, self._message)

    def status(self, request: Request) -> Response:
        """Give the receiver's newest word on a message."""
        return self._edxml(request, edxml.status)

    def _message(self, axis: edxml.Row, document: edxml.Row) -> bytes:
        earlier = document if axis["loaiGoiTin"] != "edoc" else None
        return edxml.message(axis, document, earlier)

    def _edxml(self, request: Request, write: Callable[[edxml.Row, edxml.Row], bytes]) -> Response:
        if not self._admits(request, None):
            return _expired()
        axis = self._newest("truc_lien_thong", request.path_params["id"])
        document = self._newest("van_ban_di", axis["maVanBan"]) if axis else None
        if axis is None or document is None:
            return _refusal("404", "Không có gói tin này")
        return Response(write(axis, document), media_type=_XML)

    def _newest(self, table: str, key: str) -> edxml.Row | None:
        found = self._truth.query(
            "select * from {rows} where _key = ? and _known_at <= ? order by _version desc limit 1",
            SOURCE,
            table,
            [key, self._clock.now()],
        ).to_pylist()
        return found[0] if found else None

    def _total(self, table: str, month: str, until: datetime) -> dict[str, str]:
        """Count a month as it was known; `maBam` hashes its sorted lines `key|version`."""
        day, prefix = _MONTHS[table]
        rows = self._truth.query(
            f"""
            select _key || '|' || _version as line from (
                select * from {{rows}}
                where _key like '{prefix}{month}-%' and _known_at <= ? and not _secret
                qualify row_number() over (partition by _key order by _version desc) = 1
            ) as newest
            where not _deleted and {day} <> '' order by line
            """,
            SOURCE,
            table,
            [until],
        )
        lines = "\n".join(rows["line"].to_pylist())
        count = f"{len(rows):,}".replace(",", ".")
        digest = hashlib.sha256(lines.encode()).hexdigest()
        return {"bang": table, "thang": month, "soBanGhi": count, "maBam": digest}

    def _new_token(self) -> str:
        token = secrets.token_hex(16)
        self._tokens[token] = self._clock.now() + TOKEN_LIFE
        return token

    def _lives(self, token: str) -> bool:
        return self._clock.now() < self._tokens.get(token, self._clock.now())

    def _admits(self, request: Request, page: int | None) -> bool:
        token = request.headers.get(TOKEN_HEADER, "")
        if self._faults.take("token_expires", SOURCE, page):
            self._tokens.pop(token, None)
        return self._lives(token)


def _instant(text: str) -> datetime:
    return datetime.strptime(text, _FORM).replace(tzinfo=VIETNAM)


def _answer(data: object | bytes) -> Response:
    told = data if isinstance(data, bytes) else orjson.dumps(data)
    head = orjson.dumps({"code": "0", "message": "Thành công"})
    return Response(b'{"status":' + head + b',"data":' + told + b"}", media_type="application/json")


def _refusal(code: str, message: str) -> Response:
    body = {"status": {"code": code, "message": message}, "data": None}
    return Response(orjson.dumps(body), media_type="application/json")


def _expired() -> Response:
    return _refusal("401", "Phiên đăng nhập đã hết hạn")
