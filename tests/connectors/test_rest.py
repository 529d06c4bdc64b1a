"""What may pass is tried again, what a person must mend is told at once."""

import gzip
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.responses import Response

from connectors.errors import NotLoggedInError, TerminalSourceError, TransientSourceError
from connectors.rest import Answer, Rest, Session
from tests.support.http import Answers, answering

GOOD = Response('{"ok": 1}', media_type="application/json")
HTML = Response("<!DOCTYPE html><title>Đăng nhập</title>", media_type="text/html")


def asked(first: list[Response], slept: list[float], **options: float) -> tuple[Answer, Answers]:
    """Ask a server that gives these answers first and then a good one."""
    script = lambda number, _asked: first[number] if number < len(first) else GOOD  # noqa: E731
    with answering(script) as server, Rest(server.url, sleep=slept.append, **options) as rest:
        return rest.post("/hoi", {"mat_khau": "BI-MAT"}), server


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_source_is_asked_again_with_growing_pauses(status: int) -> None:
    slept: list[float] = []
    answer, server = asked([Response(status_code=status)] * 3, slept)
    assert answer.body == b'{"ok": 1}' and len(server.asked) == 4
    bounds = [(0.25, 0.5), (0.5, 1.0), (1.0, 2.0)]
    assert all(low <= pause <= high for (low, high), pause in zip(bounds, slept, strict=True))


@pytest.mark.parametrize("status", [429, 503])
def test_the_pause_that_the_source_orders_is_kept_up_to_a_bound(status: int) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True)
    orders = ["7", "86400", later, "sớm thôi"]
    slept: list[float] = []
    asked([Response(status_code=status, headers={"Retry-After": "7"})], slept)
    assert slept == [7.0]
    for order in orders[1:3]:
        asked([Response(status_code=status, headers={"Retry-After": order})], slept := [])
        assert slept == [120.0]


def test_a_source_that_stays_busy_is_told_after_five_tries() -> None:
    slept: list[float] = []
    with pytest.raises(TransientSourceError, match=r"HTTP 503.*đã thử 5 lần"):
        asked([Response(status_code=503)] * 9, slept)
    assert len(slept) == 4


@pytest.mark.parametrize(
    ("status", "told"), [(400, "400"), (401, "401"), (403, "quyền"), (404, "địa chỉ")]
)
def test_a_refusal_is_tried_once_and_tells_no_secret(status: int, told: str) -> None:
    slept: list[float] = []
    with pytest.raises(TerminalSourceError, match=told) as caught:
        asked([Response("BI-MAT", status_code=status)] * 2, slept)
    assert slept == [] and "BI-MAT" not in str(caught.value)
    assert isinstance(caught.value, NotLoggedInError) == (status == 401)


def test_a_page_for_people_is_asked_again_once() -> None:
    slept: list[float] = []
    assert asked([HTML], slept)[0].status == 200
    with pytest.raises(TerminalSourceError, match="trang đăng nhập"):
        asked([HTML, HTML], slept := [])
    assert len(slept) == 1


def test_a_redirect_is_not_followed() -> None:
    moved = Response(status_code=302, headers={"Location": "http://127.0.0.1:1/dang-nhap"})
    with pytest.raises(TerminalSourceError, match="trang đăng nhập"):
        asked([moved, moved], [])


def test_a_gzip_body_is_unpacked_and_a_cut_one_is_asked_again() -> None:
    packed = gzip.compress(b'{"ok": 2}' * 1000)
    kind = {"Content-Encoding": "gzip"}
    slept: list[float] = []
    answer, server = asked(
        [Response(packed[:-9], headers=kind), Response(packed, headers=kind)], slept
    )
    assert answer.body == b'{"ok": 2}' * 1000 and len(server.asked) == 2
    assert asked([Response(b"khong phai gzip", headers=kind)], [])[0].body == b'{"ok": 1}'


def serve_raw(replies: list[bytes]) -> tuple[str, Callable[[], None]]:
    """Serve bytes as they are, one connection each."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        for reply in replies:
            connection, _ = listening.accept()
            connection.recv(65536)
            connection.sendall(reply)
            connection.close()

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", listening.close


def test_a_body_shorter_than_announced_is_asked_again() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    url, close = serve_raw(
        [head + b"Content-Length: 90\r\n\r\n{", head + b'Content-Length: 9\r\n\r\n{"ok": 1}']
    )
    with Rest(url) as rest:
        assert rest.get("/").body == b'{"ok": 1}'
    close()


def test_a_silent_source_and_a_closed_port_may_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Rest(url, timeout=0.02) as rest, pytest.raises(TransientSourceError, match="kịp"):
            rest.get("/")
    with Rest(url) as rest, pytest.raises(TransientSourceError, match="mất kết nối"):
        rest.get("/")


def test_an_address_without_a_scheme_is_told() -> None:
    with Rest("127.0.0.1/dvc") as rest, pytest.raises(TerminalSourceError, match="địa chỉ"):
        rest.get("/")


def test_what_the_check_finds_broken_is_asked_again() -> None:
    def check(answer: Answer) -> None:
        if answer.body == b"cut":
            raise TransientSourceError("bị cụt")

    with (
        answering(lambda number, _: Response("cut") if number < 2 else GOOD) as server,
        Rest(server.url) as rest,
    ):
        assert rest.get("/", check=check).body == b'{"ok": 1}'
    assert len(server.asked) == 3


def test_a_simulated_source_is_known_by_its_header() -> None:
    simulated = Response("{}", headers={"X-Mo-Phong": "1"})
    with (
        answering(lambda number, _: simulated if number else GOOD) as server,
        Rest(server.url) as rest,
    ):
        rest.get("/")
        assert not rest.is_simulated
        rest.get("/")
        assert rest.is_simulated


def test_a_session_is_renewed_once() -> None:
    tokens = iter(["cũ", "mới", "mới nữa"])

    def use(token: str) -> Answer:
        if token == "cũ":
            raise NotLoggedInError("hết hạn")
        return Answer(200, {}, token.encode())

    assert Session(lambda: next(tokens)).use(use).body.decode() == "mới"

    def refuse(_token: str) -> Answer:
        raise NotLoggedInError("hết hạn")

    logins: list[int] = []
    with pytest.raises(TerminalSourceError):
        Session(lambda: str(logins.append(1))).use(refuse)
    assert len(logins) == 2


def test_one_of_many_threads_logs_in_again_and_the_others_use_its_token() -> None:
    together = threading.Barrier(4)
    logins: list[str] = []

    def login() -> str:
        logins.append(f"phiên {len(logins)}")
        return logins[-1]

    def call(token: str) -> str:
        if token == "phiên 0":
            together.wait(10)
            raise NotLoggedInError("hết hạn")
        return token

    session = Session(login)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: session.use(call), range(4))) == {"phiên 1"}
    assert len(logins) == 2
