"""The iOffice as it is spoken to: login, pages of change logs, counts of months, edXML files."""

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import pyarrow as pa
import pyarrow.json as pj

from connectors.connector import PullContext
from connectors.encodings import as_utf8
from connectors.errors import NotLoggedInError, TerminalSourceError, TransientSourceError
from connectors.pages import Envelope
from connectors.paging import numbered
from connectors.rest import TIMEOUT_VARIABLE, Answer, Rest, Session
from connectors.sources.ioffice.edxml import refuse_torn
from connectors.sources.ioffice.shapes import Shape
from connectors.windows import VIET_NAM, Window

NAME = "iOffice"
PAGE_ROWS = 5_000
_TOKEN_HEADER = "x-authentication-token"
_DONE, _EXPIRED, _WRONG_LOGIN = "0", "401", "1001"
_LOGIN, _RENEWAL = "/api/dang-nhap", "/api/gia-han"
_RENEW_AT = 0.8
_ROWS = ("data", "danhSach")

Check = Callable[[Answer], None]

_HEAD = pa.schema(
    [
        ("status", pa.struct([("code", pa.string()), ("message", pa.string())])),
        (
            "data",
            pa.struct(
                [
                    ("tongSo", pa.int64()),
                    ("soTrang", pa.int64()),
                    ("token", pa.string()),
                    ("thoiHanGiay", pa.int64()),
                    ("soBanGhi", pa.string()),
                    ("maBam", pa.string()),
                ]
            ),
        ),
    ]
)


@dataclass(frozen=True)
class Page:
    """A page of a window: its rows and pages, the page's rows as sent, and its bytes."""

    total: int
    pages: int
    rows: pa.Table
    body: bytes


class Office:
    """A connection to an iOffice, to be used as a context manager.

    Args:
        context: waiting and time limits.
        settings: address, user and password.
    """

    def __init__(self, context: PullContext, settings: Sequence[str]) -> None:
        address, user, password = settings
        self._account = {"taiKhoan": user, "matKhau": password}
        timeout = float(context.environment.get(TIMEOUT_VARIABLE, "60"))
        self._token = ""
        self._renew_after = 0.0
        self._rest = Rest(address, self._headers, timeout, context.sleep)
        self._files = Rest(address, self._headers, timeout, context.sleep, wants_json=False)
        self._session = Session(self.log_in)

    def __enter__(self) -> Self:
        """Open nothing: the first request does."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._rest.close()
        self._files.close()

    @property
    def is_simulated(self) -> bool:
        """Whether the answers say that they are simulated."""
        return self._rest.is_simulated

    def pages(self, shape: Shape, window: Window) -> Iterator[Page]:
        """Read the pages of a window of a change log.

        Args:
            shape: the change log.
            window: stretch of update instants.
        """
        asked = {
            "tuThoiDiem": _local(window.start),
            "denThoiDiem": _local(window.end),
            "soDong": str(PAGE_ROWS),
        }

        def ask(number: int) -> Page:
            return self._page(shape, {**asked, "trang": str(number)})

        # no page is without a row, whatever the iOffice says
        return numbered(ask, lambda page: min(page.pages, page.total))

    def _page(self, shape: Shape, asked: Mapping[str, str]) -> Page:
        found: list[Envelope] = []

        def check(answer: Answer) -> None:
            # read once: a page is parsed as a whole
            envelope = Envelope(answer.body, _ROWS, shape.sent(), NAME)
            _judge(envelope.value("status", "code"))
            found.append(envelope)

        self._get(self._rest, shape.path, asked, check)
        total, pages = (found[-1].value("data", name) for name in ("tongSo", "soTrang"))
        if not isinstance(total, int) or not isinstance(pages, int):
            raise TerminalSourceError(
                f"{NAME}: câu trả lời thiếu tongSo hoặc soTrang nên không biết đã lấy đủ chưa; "
                "đề nghị đơn vị cung cấp gửi lại hai mục này"
            )
        return Page(total, pages, found[-1].rows(), found[-1].body)

    def advertised(self, table: str, month: str, until: datetime) -> tuple[str, str]:
        """Ask how many open, live records a month has.

        Args:
            table: one of the reconciled tables.
            month: yyyyMM.
            until: what was updated later does not count, UTC.

        Returns:
            The count as text, and the hash of keys and versions.
        """
        asked = {"bang": table, "thang": month, "denThoiDiem": _local(until)}
        data = _head(self._get(self._rest, "/api/doi-soat", asked, _check_envelope).body)["data"]
        return data["soBanGhi"] or "", data["maBam"] or ""

    def message(self, name: str) -> bytes:
        """Fetch an edXML message of the axis by its id."""
        return self._get(self._files, f"/api/edxml/{name}", {}, _check_message).body

    def _headers(self) -> Mapping[str, str]:
        return {_TOKEN_HEADER: self._token}

    def _get(self, rest: Rest, path: str, asked: Mapping[str, str], check: Check) -> Answer:
        if self._token and time.monotonic() > self._renew_after:
            self.renew()
        return self._session.use(lambda _token: rest.get(path, asked, check))

    def log_in(self) -> str:
        """Get a token for user and password."""
        body = self._rest.post(_LOGIN, self._account, _check_envelope).body
        return self._keep(_head(body)["data"])

    def renew(self) -> None:
        """Exchange the token for a new one before it runs out."""
        try:
            self._keep(_head(self._rest.post(_RENEWAL, {}, _check_envelope).body)["data"])
        except NotLoggedInError:
            self.log_in()

    def _keep(self, data: Mapping[str, Any]) -> str:
        self._token = data["token"] or ""
        self._renew_after = time.monotonic() + _RENEW_AT * (data["thoiHanGiay"] or 0)
        if not self._token:
            raise TerminalSourceError(
                f"{NAME}: đăng nhập được nhưng không nhận được token; báo đơn vị cung cấp kiểm tra"
            )
        return self._token


def _local(instant: datetime) -> str:
    """Write an instant as the iOffice reads it: local, to the millisecond."""
    at = instant.astimezone(VIET_NAM)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"


def _head(body: bytes) -> dict[str, Any]:
    """Read an envelope without its rows."""
    body = as_utf8(body)
    # the reader of Arrow crashes the process on a bare null
    if not body.lstrip().startswith(b"{"):
        raise _damaged()
    try:
        read = pj.read_json(
            io.BytesIO(body),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
            parse_options=pj.ParseOptions(
                explicit_schema=_HEAD, newlines_in_values=True, unexpected_field_behavior="ignore"
            ),
        ).to_pylist()
    except pa.ArrowInvalid:
        raise _damaged() from None
    told = read[0] if read else {}
    empty = dict.fromkeys(_HEAD.field("data").type.names)
    return {"status": told.get("status") or {}, "data": told.get("data") or empty}


def _damaged() -> TransientSourceError:
    return TransientSourceError(f"{NAME}: câu trả lời JSON bị cụt hoặc hỏng; lần sau tự lấy lại")


def _check_envelope(answer: Answer) -> None:
    """Tell what the status of an envelope means; what the source writes beside it stays untold."""
    _judge(_head(answer.body)["status"].get("code"))


def _judge(code: object) -> None:
    if code == _DONE:
        return
    if code == _EXPIRED:
        raise NotLoggedInError(f"{NAME}: phiên đăng nhập hết hạn; kiểm tra tài khoản rồi chạy lại")
    if code == _WRONG_LOGIN:
        raise TerminalSourceError(
            f"{NAME}: không nhận tài khoản hoặc mật khẩu; sửa KHO_IOFFICE_USER và "
            "KHO_IOFFICE_PASSWORD rồi chạy lại"
        )
    raise TerminalSourceError(
        f"{NAME}: từ chối yêu cầu (status.code {_short(code)}); báo người quản trị kho xem lại "
        "bộ nối"
    )


def _check_message(answer: Answer) -> None:
    """An error comes as an envelope of JSON where a file was asked for."""
    if answer.body.lstrip()[:1] == b"{":
        _check_envelope(answer)
    else:
        refuse_torn(answer.body)


def _short(code: object) -> str:
    return code if isinstance(code, str) and code.isalnum() and len(code) < 12 else "lạ"
