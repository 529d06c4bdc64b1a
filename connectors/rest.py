"""HTTP to a source: answers that are whole, retries of what may pass, a clear word for the rest."""

import random
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self, TypeVar

import httpx

from connectors.connector import PullContext
from connectors.errors import (
    NotLoggedInError,
    TerminalSourceError,
    TransientSourceError,
)

TIMEOUT_VARIABLE = "KHO_HTTP_TIMEOUT"
SIMULATED_HEADER = "X-Mo-Phong"
T = TypeVar("T")
_ATTEMPTS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_LONGEST_ORDERED_PAUSE = 120.0
_LARGEST_BODY = 256 * 1024 * 1024
_PAGES_OF_HTML = 2


@dataclass(frozen=True)
class Answer:
    """What a source answered, its body whole and unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _PausedError(TransientSourceError):
    """The source asks to wait so many seconds."""

    def __init__(self, message: str, seconds: float | None) -> None:
        super().__init__(message)
        self.seconds = seconds


class _HtmlError(TransientSourceError):
    """A page for people came instead of data."""


def _accept(_answer: Answer) -> None:
    """Stand in for a check that nobody asked for."""


class Rest:
    """A connection to one source.

    Args:
        base_url: address of the source; paths are put behind it.
        headers: called before each request, gives the headers of the session.
        timeout: seconds without a byte before a try is given up.
        sleep: waits so many seconds.
        wants_json: refuse whatever begins like markup, too; pages for people (HTML) are refused
            wherever data must come.
    """

    def __init__(
        self,
        base_url: str,
        headers: Callable[[], Mapping[str, str]] = dict,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = lambda seconds: None,
        wants_json: bool = True,
    ) -> None:
        self.is_simulated = False
        self._base = base_url.rstrip("/")
        self._headers = headers
        self._sleep = sleep
        self._wants_json = wants_json
        self._random = random.Random(0)
        # trust_env off: a source inside the province is never asked through a proxy by accident
        self._client = httpx.Client(
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            headers={"accept-encoding": "gzip"},
        )

    @classmethod
    def of(
        cls, context: PullContext, base_url: str, headers: Callable[[], Mapping[str, str]] = dict
    ) -> Self:
        """Make a connection with the waiting and the time limit of a pull."""
        timeout = float(context.environment.get(TIMEOUT_VARIABLE, "60"))
        return cls(base_url, headers, timeout, context.sleep)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        check: Callable[[Answer], None] = _accept,
    ) -> Answer:
        """Read a path; see `post`."""
        return self._patiently("GET", path, check, params=dict(params or {}))

    def post(
        self, path: str, body: Mapping[str, Any], check: Callable[[Answer], None] = _accept
    ) -> Answer:
        """Send JSON to a path, again when the failure may pass.

        Args:
            path: begins with a slash.
            body: what to send; it is never told in a message.
            check: looks at each answer; raising TransientSourceError has it asked again.

        Returns:
            An answer of status 2xx with its whole body.

        Raises:
            TransientSourceError: it failed each time in a way that may pass.
            NotLoggedInError: the source answered 401.
            TerminalSourceError: asking again does not help; the message says what a person must do.
        """
        return self._patiently("POST", path, check, json=dict(body))

    def _patiently(
        self, method: str, path: str, check: Callable[[Answer], None], **sent: Any
    ) -> Answer:
        pages_of_html = 0
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self._once(method, path, **sent)
                check(answer)
                return answer
            except TransientSourceError as error:
                pages_of_html += isinstance(error, _HtmlError)
                if pages_of_html == _PAGES_OF_HTML:
                    raise TerminalSourceError(str(error)) from None
                if attempt == _ATTEMPTS:
                    raise TransientSourceError(f"{error} (đã thử {_ATTEMPTS} lần)") from None
                self._sleep(self._pause(attempt, error))
        raise AssertionError

    def _pause(self, attempt: int, error: TransientSourceError) -> float:
        if isinstance(error, _PausedError) and error.seconds is not None:
            return error.seconds
        longest = min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)
        return longest * self._random.uniform(0.5, 1)

    def _once(self, method: str, path: str, **sent: Any) -> Answer:
        with _told(self._place(path)):
            request = self._client.build_request(
                method, self._base + path, headers=dict(self._headers()), **sent
            )
            response = self._client.send(request, stream=True)
            try:
                answer = Answer(response.status_code, response.headers, _body(response))
            finally:
                response.close()
        self.is_simulated = self.is_simulated or SIMULATED_HEADER in answer.headers
        self._judge(answer, self._place(path))
        return answer

    def _place(self, path: str) -> str:
        """Name what was asked, without the secrets that an address may hold."""
        return f"{httpx.URL(self._base).host}{httpx.URL(self._base).path}{path.split('?')[0]}"

    def _judge(self, answer: Answer, place: str) -> None:
        status = answer.status
        if status == 429 or status >= 500:
            seconds = _ordered_pause(answer.headers.get("retry-after"))
            raise _PausedError(
                f"{place}: nguồn đang bận (HTTP {status}); lần sau tự lấy lại", seconds
            )
        if status in _REFUSALS:
            kind = NotLoggedInError if status == 401 else TerminalSourceError
            raise kind(f"{place}: {_REFUSALS[status]}")
        if status >= 400:
            raise TerminalSourceError(
                f"{place}: nguồn từ chối yêu cầu (HTTP {status}); báo người quản trị kho"
            )
        if status >= 300 or self._is_for_people(answer):
            raise _HtmlError(
                f"{place}: nguồn trả trang đăng nhập (HTML) thay cho dữ liệu; kiểm tra tài khoản, "
                "địa chỉ và việc mở tường lửa rồi chạy lại"
            )

    def _is_for_people(self, answer: Answer) -> bool:
        kind = answer.headers.get("content-type", "")
        return kind.startswith("text/html") or (
            self._wants_json and answer.body.lstrip()[:1] == b"<"
        )


_REFUSALS = {
    401: "nguồn không nhận đăng nhập (HTTP 401); kiểm tra tài khoản, mật khẩu hoặc khóa kết nối",
    403: "tài khoản không có quyền (HTTP 403); đề nghị đơn vị cung cấp cấp quyền đọc",
    404: "không có địa chỉ này (HTTP 404); kiểm tra biến địa chỉ của nguồn",
    410: "địa chỉ này đã bị bỏ (HTTP 410); hỏi đơn vị cung cấp địa chỉ mới",
}


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turn what the network does into the two kinds of failure of a source."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TransientSourceError(
            f"{place}: nguồn không trả lời kịp; lần sau tự lấy lại"
        ) from error
    except zlib.error as error:
        raise TransientSourceError(f"{place}: nội dung nén bị cụt; lần sau tự lấy lại") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise TerminalSourceError(
            f"{place}: địa chỉ nguồn viết sai; sửa biến địa chỉ (http:// hoặc https://)"
        ) from error
    except httpx.HTTPError as error:
        if _is_certificate(error):
            raise TerminalSourceError(
                f"{place}: chứng thư của nguồn hết hạn hoặc sai tên; đề nghị nguồn thay"
            ) from error
        raise TransientSourceError(
            f"{place}: mất kết nối tới nguồn; kiểm tra đường truyền, lần sau tự lấy lại"
        ) from error


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _body(response: httpx.Response) -> bytes:
    """Read a body whole, unpacked, and not without end.

    Unpacked here: to the client a gzip stream that ends early is no error.
    """
    packed = response.headers.get("content-encoding", "") == "gzip"
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    parts, size = [], 0
    for raw in response.iter_raw():
        part = unpacker.decompress(raw, _LARGEST_BODY) if packed else raw
        size += len(part)
        if size > _LARGEST_BODY or unpacker.unconsumed_tail:
            raise TerminalSourceError(
                f"Nguồn gửi hơn {_LARGEST_BODY // 1024**2} MB một trang; đề nghị nguồn chia nhỏ"
            )
        parts.append(part)
    if packed and not unpacker.eof:
        raise zlib.error("truncated")
    return b"".join(parts)


def _ordered_pause(text: str | None) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3): seconds or a date; no longer than is bearable."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), _LONGEST_ORDERED_PAUSE)


class Session:
    """A login that is renewed once when it runs out in the middle of a pull.

    Calls may come from several threads: one of them renews it, the others use what it got.

    Args:
        login: logs in and gives the token.
    """

    def __init__(self, login: Callable[[], str]) -> None:
        self._login = login
        self._token: str | None = None
        self._lock = threading.Lock()

    def use(self, call: Callable[[str], T]) -> T:
        """Make a call with the token; log in again once when the source no longer knows it.

        Args:
            call: raises NotLoggedInError when the token is not valid.

        Raises:
            TerminalSourceError: the source refuses a token that it has just given.
        """
        token = self._other_than(None)
        try:
            return call(token)
        except NotLoggedInError:
            token = self._other_than(token)
        return call(token)

    def _other_than(self, refused: str | None) -> str:
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = self._login()
            return self._token
