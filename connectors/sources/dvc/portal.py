"""The protocol of the public-service portal: login, envelopes, pages and statistics."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date
from typing import Any, Self, TypeVar

import orjson
import pyarrow as pa

from connectors.connector import PullContext
from connectors.encodings import as_utf8
from connectors.errors import NotLoggedInError, TerminalSourceError, TransientSourceError
from connectors.pages import Envelope
from connectors.paging import numbered
from connectors.rest import Answer, Rest, Session
from connectors.windows import VIET_NAM, Window, digits

T = TypeVar("T")
PAGE_ROWS = 5000
# one is sent while another is read
_AHEAD = 2
_LABEL = "Cổng dịch vụ công"
_FINE = frozenset({"0", "00"})
_EXPIRED = "03"
_CODE = re.compile(r"\w{1,8}")
_EVALUATION = "/api/v1/reporting/evaluation/"


class Portal:
    """A session with the portal; a session that runs out is opened again once for each call.

    Args:
        context: waiting and time limits.
        settings: address, user, password and code of the province's unit.
    """

    def __init__(self, context: PullContext, settings: Sequence[str]) -> None:
        address, self._user, self._password, self._unit = settings
        self.rest = Rest.of(context, address)
        self._session = Session(self.login)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest.close()

    def login(self) -> str:
        """Open a session.

        Raises:
            TerminalSourceError: the portal does not know the user or the password.
        """
        found: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            found.update(_parsed(answer))

        asked = {"username": self._user, "password": self._password}
        self.rest.post("/api/login", asked, check)
        token = found.get("session")
        if str(found.get("error_code")) not in _FINE or not isinstance(token, str) or not token:
            raise TerminalSourceError(
                f"{_LABEL} không nhận đăng nhập: kiểm tra KHO_DVC_USER và KHO_DVC_PASSWORD"
            )
        return token

    def pages(
        self,
        service: str,
        window: Window,
        schema: pa.Schema,
        read: Callable[[Envelope], T],
        size: int = 0,
    ) -> Generator[T, None, None]:
        """Ask for a window of a change log, page by page.

        Args:
            service: name of the service.
            window: the stretch of update instants.
            schema: columns of a row.
            read: makes of a page what is wanted of it; called from other threads.
            size: rows of a page; as many as the portal allows when not given.

        Returns:
            What was made of the pages, in their order; the last page may be empty.
        """
        asked = {
            "tuThoiDiem": digits(window.start.astimezone(VIET_NAM)),
            "denThoiDiem": digits(window.end.astimezone(VIET_NAM)),
            "soDong": size or PAGE_ROWS,
        }

        def ask(number: int) -> tuple[int, T]:
            page = self.call(service, schema, {**asked, "trang": number})
            # no page is without a row, whatever the portal says
            return min(_whole_number(page, "soTrang"), total(page)), read(page)

        for _, page in numbered(ask, lambda told: told[0], _AHEAD):
            yield page

    def call(self, service: str, schema: pa.Schema, asked: Mapping[str, Any]) -> Envelope:
        """Call a service of the session.

        Raises:
            TerminalSourceError: the portal refuses the call.
        """
        return self._session.use(lambda token: self.call_once(token, service, schema, asked))

    def call_once(
        self, token: str, service: str, schema: pa.Schema, asked: Mapping[str, Any]
    ) -> Envelope:
        """Call a service with a token, without logging in again.

        Raises:
            NotLoggedInError: the portal does not know the token.
        """
        found: list[Envelope] = []

        def check(answer: Answer) -> None:
            envelope = Envelope(answer.body, ("data",), schema, _LABEL)
            _judge(envelope, service)
            found.append(envelope)

        body = {"session": token, "madonvi": self._unit, "service": service, **asked}
        self.rest.post("/api/dong-bo", body, check)
        return found[-1]

    def statistics(self, group: str, month: date) -> Mapping[str, Any]:
        """Ask for the figures of a group of QĐ 766 in a month; the portal answers with HTTP 201.

        Returns:
            `parent`, `children` and `monthlyChart`.
        """
        found: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            found.update(_parsed(answer))

        asked = {
            **{"timeType": "MONTH", "year": month.year, "month": month.month},
            **{"rootDepartmentId": self._unit, "currentPage": 1, "pageSize": PAGE_ROWS},
        }
        self.rest.post(_EVALUATION + group, asked, check)
        data = found.get("data")
        if found.get("code") != "OK" or not isinstance(data, dict):
            raise TerminalSourceError(
                f"{_LABEL}: thống kê {group} không trả mục 'data'; hỏi đơn vị vận hành cổng"
            )
        return data


def total(page: Envelope) -> int:
    """Give how many rows the whole window has, as a page advertises."""
    return _whole_number(page, "tongSo")


def _whole_number(page: Envelope, name: str) -> int:
    value = page.value(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TerminalSourceError(
            f"{_LABEL}: câu trả lời thiếu '{name}' nên không rõ đã đủ chưa; hỏi đơn vị vận hành"
        )
    return value


def _judge(envelope: Envelope, service: str) -> None:
    code = str(envelope.value("error_code"))
    if code in _FINE:
        return
    if code == _EXPIRED:
        raise NotLoggedInError(
            f"{_LABEL}: phiên vừa mở đã hết hạn; hỏi đơn vị vận hành cổng về thời hạn phiên"
        )
    told = code if _CODE.fullmatch(code) else "lạ"
    raise TerminalSourceError(
        f"{_LABEL} từ chối {service} (mã lỗi {told}): kiểm tra KHO_DVC_UNIT và quyền của tài khoản"
    )


def _parsed(answer: Answer) -> dict[str, Any]:
    try:
        found = orjson.loads(as_utf8(answer.body))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise TransientSourceError(f"{_LABEL}: câu trả lời bị cụt hoặc hỏng; lần sau tự lấy lại")
    return found
