"""The portal's protocol over HTTP: sessions, the change log, closing figures and statistics."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulators.province.clock import Clock
from simulators.province.dvc.statistics import GROUPS, Statistics
from simulators.province.dvc.texts import instant, stamp
from simulators.province.faults import Faults
from simulators.province.feed import Feed, Pager, as_json
from simulators.province.truth import KEEPING, Truth

SOURCE = "dvc"
USER, PASSWORD = "kho_du_lieu", "mo-phong"
_SESSION = timedelta(minutes=30)
_MOST_ROWS = 5000

DOSSIERS = Feed(
    source=SOURCE,
    table="ho_so",
    key="MaHoSo",
    version="PhienBan",
    updated="ThoiDiemCapNhat",
    deleted=("DaXoa", 1),
    plain="TrichYeuHoSo",
    amount="SoLePhi",
    instants=("NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "ThoiDiemCapNhat"),
    stamp=stamp,
)
STEPS = Feed(
    source=SOURCE,
    table="tien_do",
    key="MaHoSo",
    version="PhienBan",
    updated="ThoiDiemCapNhat",
    deleted=("DaXoa", 1),
    plain="PhongBanXuLy",
    amount="ThuTu",
    instants=("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh", "ThoiDiemCapNhat"),
    stamp=stamp,
)
FEEDS = (DOSSIERS, STEPS)


class RefusedError(Exception):
    """The portal refuses a request: a code of its protocol and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Portal:
    """Answers requests that carry a session.

    Args:
        truth: the ledger.
        clock: the province's clock.
        faults: the faults at work.
    """

    def __init__(self, truth: Truth, clock: Clock, faults: Faults) -> None:
        self._truth, self._clock, self._faults = truth, clock, faults
        self._sessions: dict[str, datetime] = {}
        self._statistics = Statistics(truth, clock)
        self._services: dict[str, Callable[[dict[str, Any]], bytes]] = {
            "DongBoHoSoMC": self._pages(DOSSIERS),
            "CapNhatTienDoHoSoMC": self._pages(STEPS),
            "LayDanhSachTTHC": self._procedures,
            "DoiSoatHoSo": self._closing(self._statistics.closing),
            "DoiSoatTienDo": self._closing(self._statistics.closing_steps),
        }

    async def login(self, request: Request) -> Response:
        """Open a session."""
        asked = await _json(request)
        if (asked.get("username"), asked.get("password")) != (USER, PASSWORD):
            return JSONResponse({"error_code": 1, "message": "Sai tên đăng nhập hoặc mật khẩu"})
        session = secrets.token_hex(16)
        self._sessions[session] = self._clock.now() + _SESSION
        return JSONResponse({"error_code": 0, "message": "", "session": session})

    async def sync(self, request: Request) -> Response:
        """Answer a call of a service."""
        asked = await _json(request)
        try:
            self._admit(asked)
            body = await run_in_threadpool(self._services[asked["service"]], asked)
        except RefusedError as refusal:
            return JSONResponse({"error_code": refusal.code, "message": str(refusal)})
        return Response(body, media_type="application/json")

    async def evaluate(self, request: Request) -> Response:
        """Answer the statistics API, with HTTP 201 as the national portal does."""
        asked = await _json(request)
        group = request.path_params["group"]
        if group not in GROUPS:
            return JSONResponse({"code": "NOT_FOUND", "message": "Không có nhóm này"}, 404)
        year, month = int(asked.get("year", 0)), int(asked.get("month", 0))
        data = await run_in_threadpool(self._statistics.group, group, year, month)
        return JSONResponse({"code": "OK", "data": data, "message": "OK"}, 201)

    def _admit(self, asked: dict[str, Any]) -> None:
        page = asked.get("trang") if isinstance(asked.get("trang"), int) else None
        if self._faults.take("token_expires", SOURCE, page):
            self._sessions.clear()
        if self._sessions.get(str(asked.get("session")), self._clock.now()) <= self._clock.now():
            raise RefusedError("03", "Phiên làm việc hết hạn")
        if not asked.get("madonvi"):
            raise RefusedError("02", "Thiếu mã đơn vị")
        if asked.get("service") not in self._services:
            raise RefusedError("04", "Không có dịch vụ này")

    def _pages(self, feed: Feed) -> Callable[[dict[str, Any]], bytes]:
        pager = Pager(self._truth, self._clock, self._faults, feed)

        def answer(asked: dict[str, Any]) -> bytes:
            try:
                start, end = instant(asked["tuThoiDiem"]), instant(asked["denThoiDiem"])
                number, size = int(asked.get("trang", 1)), int(asked.get("soDong", _MOST_ROWS))
            except (KeyError, ValueError, TypeError) as error:
                raise RefusedError("01", f"Tham số không hợp lệ: {error}") from error
            if not 1 <= size <= _MOST_ROWS or number < 1:
                raise RefusedError("01", f"Mỗi trang từ 1 đến {_MOST_ROWS} dòng, trang từ 1")
            page = pager.page(start, end, number, size)
            about = {"tongSo": page.total, "trang": number, "soTrang": page.pages}
            return _envelope(about, page.rows)

        return answer

    def _procedures(self, asked: dict[str, Any]) -> bytes:
        state = self._truth.state(SOURCE, "thu_tuc", self._clock.now())
        rows = as_json(state.drop_columns(KEEPING.names))
        return _envelope({"tongSo": len(state), "trang": 1, "soTrang": 1}, rows)

    def _closing(
        self, figures: Callable[[str], dict[str, Any]]
    ) -> Callable[[dict[str, Any]], bytes]:
        def answer(asked: dict[str, Any]) -> bytes:
            month = asked.get("thang")
            if not (isinstance(month, str) and len(month) == 6 and month.isdigit()):
                raise RefusedError("01", "Tham số thang phải có dạng yyyyMM")
            row = json.dumps([figures(month)]).encode()
            return _envelope({"tongSo": 1, "trang": 1, "soTrang": 1}, row)

        return answer


def routes(truth: Truth, clock: Clock, faults: Faults) -> list[BaseRoute]:
    """Give the portal's routes, below its base address."""
    portal = Portal(truth, clock, faults)
    evaluation = "/api/v1/reporting/evaluation/{group}"
    return [
        Route("/api/login", portal.login, methods=["POST"]),
        Route("/api/dong-bo", portal.sync, methods=["POST"]),
        Route(evaluation, portal.evaluate, methods=["POST"]),
    ]


def environment(base_url: str) -> dict[str, str]:
    """Give the variables that point a connector at this portal; `{unit}` is the province's."""
    return {
        "KHO_DVC_URL": base_url,
        "KHO_DVC_USER": USER,
        "KHO_DVC_PASSWORD": PASSWORD,
        "KHO_DVC_UNIT": "{unit}",
    }


def _envelope(about: dict[str, int], rows: bytes) -> bytes:
    head = json.dumps({"error_code": "00", "message": "", **about})
    return head[:-1].encode() + b', "data": ' + rows + b"}"


async def _json(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
