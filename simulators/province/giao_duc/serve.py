"""The site: a login, the list of export files, and the files."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.province.clock import Clock
from simulators.province.engine import engine
from simulators.province.faults import Faults
from simulators.province.giao_duc import lies
from simulators.province.giao_duc.columns import same
from simulators.province.giao_duc.files import HEADINGS, IN_CSV, csv_file, xlsx_file
from simulators.province.giao_duc.generate import LISTED, SOURCE, part_of
from simulators.province.truth import Truth

_USER, _PASSWORD = "kho_du_lieu", "mo-phong-giao-duc"
_LIFE = timedelta(minutes=30)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATE = """
    select * from (
        select * from read_parquet($path) where _known_at <= $at
        qualify row_number() over (partition by _key order by _version desc) = 1
    ) as newest
    where not _deleted order by _key
"""


class Site:
    """What the site knows: its lists, its clock, who is logged in, and what goes wrong."""

    def __init__(self, truth: Truth, clock: Clock, faults: Faults) -> None:
        self._truth, self._clock, self._faults = truth, clock, faults
        self._tokens: dict[str, datetime] = {}
        self._asked: tuple[str, str] | None = None

    async def login(self, request: Request) -> Response:
        """Give a token for the right name and password."""
        given = await request.json()
        if (given.get("tenDangNhap"), given.get("matKhau")) != (_USER, _PASSWORD):
            return JSONResponse({"thongBao": "Sai tên đăng nhập hoặc mật khẩu"}, 401)
        token = secrets.token_hex(16)
        self._tokens[token] = self._clock.now() + _LIFE
        return JSONResponse({"token": token, "hetHanSauGiay": int(_LIFE.total_seconds())})

    def listing(self, request: Request) -> Response:
        """List the files exported after one instant and up to another."""
        if not self._is_known(request):
            return _unknown()
        start, end = self._span(request)
        span = [datetime.fromisoformat(text) for text in (start, end)]
        files = [line for line in self._files() if span[0] < line["_known_at"] <= span[1]]
        lines = [{name: line[name] for name in LISTED} for line in files]
        count, lines = lies.told(lines, span[0], self._faults)
        return JSONResponse({"tu": start, "den": end, "tongSo": count, "tep": lines})

    def _span(self, request: Request) -> tuple[str, str]:
        """Give the span to answer for: the one asked for, or the one that was asked for before."""
        asked = (request.query_params["tu"], request.query_params["den"])
        if self._asked and self._faults.take("replay_yesterday", SOURCE):
            return self._asked
        self._asked = asked
        return asked

    def download(self, request: Request) -> Response:
        """Give the bytes of a file."""
        if not self._is_known(request):
            return _unknown()
        code = request.path_params["code"]
        line = next((line for line in self._files() if line["maTep"] == code), None)
        if line is None:
            return JSONResponse({"thongBao": f"Không có tệp {code}"}, 404)
        kind = line["loai"]
        headings, rows = self._spoiled(HEADINGS[kind], self._rows(line))
        if kind in IN_CSV:
            return Response(csv_file(headings, rows), media_type="text/csv")
        return Response(xlsx_file(headings, rows), media_type=_XLSX)

    def _spoiled(
        self, headings: Mapping[str, str], rows: pa.Table
    ) -> tuple[dict[str, str], pa.Table]:
        """Change the columns of a file as its vendor may."""
        told = dict(headings)
        if self._faults.take("new_column", SOURCE):
            told["cotMoi"] = "Số điện thoại phụ huynh"
            rows = rows.append_column("cotMoi", same("0999000111", len(rows)))
        if "maTruong" in told and self._faults.take("dropped_column", SOURCE):
            del told["maTruong"]
        if "siSo" in told and self._faults.take("type_change", SOURCE):
            words = pa.array([f"{text} (tạm tính)" for text in rows["siSo"].to_pylist()])
            rows = rows.set_column(rows.column_names.index("siSo"), "siSo", words)
        return told, rows

    def _is_known(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._faults.take("token_expires", SOURCE):
            self._tokens.clear()
        end = self._tokens.get(token)
        return end is not None and end > self._clock.now()

    def _files(self) -> list[dict[str, Any]]:
        """List what has been exported until now, the oldest first."""
        files: list[dict[str, Any]] = self._truth.state(
            SOURCE, "tep", self._clock.now()
        ).to_pylist()
        return sorted(files, key=lambda line: (line["_known_at"], line["maTep"]))

    def _rows(self, line: dict[str, Any]) -> pa.Table:
        """Give the rows of a list as they were when it was exported."""
        part = part_of(line["loai"], line["kyHoc"], line["capHoc"])
        path = self._truth.folder / SOURCE / line["loai"] / f"{part}.parquet"
        with engine() as connection:
            asked = {"path": str(path), "at": line["_known_at"]}
            return connection.sql(_STATE, params=asked).to_arrow_table()


def _unknown() -> Response:
    return JSONResponse({"thongBao": "Phiên làm việc hết hạn"}, 401)


def routes(truth: Truth, clock: Clock, faults: Faults) -> list[Route]:
    """Give the site's addresses."""
    site = Site(truth, clock, faults)
    return [
        Route("/api/login", site.login, methods=["POST"]),
        Route("/api/tep-xuat", site.listing),
        Route("/api/tep-xuat/{code}", site.download),
    ]


def environment(base: str) -> dict[str, str]:
    """Give the variables that point the product at the site.

    Args:
        base: address of the site.
    """
    return {
        "KHO_GIAO_DUC_URL": base,
        "KHO_GIAO_DUC_USER": _USER,
        "KHO_GIAO_DUC_PASSWORD": _PASSWORD,
    }
