"""Many leaders who open one board at once: what a page asked for is asked again by each of them."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page, Request

from bench.measure import Measure

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')
_BROWSER_VIEWS = 3
# the login page lets five people a second try their password
_LOGIN_PAUSE = 0.25


@dataclass(frozen=True)
class Asked:
    """One request of a page: its method, its path with the query, its body."""

    method: str
    path: str
    body: str | None


def crowd(
    page: Page,
    url: str,
    password: str,
    slug: str,
    people: int,
    drawn: Callable[[Page, str, str], float],
) -> Iterator[Measure]:
    """Let people open a board at the same moment while a browser does so as well.

    Args:
        page: A page that is logged in.
        url: Address of Superset.
        password: The administrator's.
        slug: The board.
        people: How many, each with a login of his own.
        drawn: Opens a board in a page and tells the seconds until it is drawn.

    Yields:
        Errors, the slowest person, and the browser's own view meanwhile.
    """
    asked = _record(page, url, slug, drawn)
    clients = [_logged_in(url, password) for _ in range(people)]
    start = threading.Barrier(people + 1)
    with ThreadPoolExecutor(people) as pool:
        running = [pool.submit(_open, client, asked, start) for client in clients]
        start.wait()
        views = [drawn(page, url, slug) for _ in range(_BROWSER_VIEWS)]
        done = [_result(future) for future in running]
    size = f"{people} phiên đăng nhập, mỗi phiên {len(asked)} yêu cầu"
    failed = [error for _, errors in done for error in errors]
    for error in failed[:5]:
        print(f"      {error}")
    yield Measure(f"lỗi khi {people} lãnh đạo cùng mở bảng", size, len(failed), 0, unit="lỗi")
    slowest = max(seconds for seconds, _ in done)
    yield Measure("người chậm nhất trong số ấy", size, slowest, None)
    yield Measure("trình duyệt trong lúc ấy", f"{len(views)} lần mở", max(views), None)


def _record(
    page: Page, url: str, slug: str, drawn: Callable[[Page, str, str], float]
) -> list[Asked]:
    """Open the board once and note what its page asks the server for, static files aside."""
    asked: list[Asked] = []

    def note(request: Request) -> None:
        path = request.url.removeprefix(url)
        if path != request.url and not path.startswith("/static/"):
            asked.append(Asked(request.method, path, request.post_data))

    page.on("request", note)
    drawn(page, url, slug)
    page.remove_listener("request", note)
    return asked


def _logged_in(url: str, password: str) -> httpx.Client:
    client = httpx.Client(base_url=url, timeout=120, follow_redirects=True)
    form = client.get("/login/").text
    token = _TOKEN.search(form)
    data = {"username": "admin", "password": password, "csrf_token": token[1] if token else ""}
    client.post("/login/", data=data).raise_for_status()
    time.sleep(_LOGIN_PAUSE)
    return client


def _open(
    client: httpx.Client, asked: list[Asked], start: threading.Barrier
) -> tuple[float, list[str]]:
    """Ask for all of it in the page's order and tell how long it took and what went wrong."""
    start.wait()
    began = time.perf_counter()
    errors, headers = [], {"Referer": str(client.base_url), "Content-Type": "application/json"}
    for request in asked:
        try:
            answer = client.request(
                request.method, request.path, content=request.body, headers=headers
            )
        except httpx.HTTPError as error:
            errors.append(f"{request.path}: {error!r}")
            continue
        if token := _TOKEN.search(answer.text):
            headers["X-CSRFToken"] = token[1]
        if answer.status_code >= 400:
            errors.append(f"{request.path}: {answer.status_code}")
    return time.perf_counter() - began, errors


def _result(future: "Future[tuple[float, list[str]]]") -> tuple[float, list[str]]:
    return future.result()
