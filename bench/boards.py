"""The boards in a real browser, and fifty leaders at once, on a home that has boards.

The home is ``KHO_HOME`` or ``var/demo`` (``make run``, ``kho demo``); nothing in its warehouse
changes. A tile counts as drawn when nothing in the board's grid moves any more.
"""

import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.crowd import crowd
from bench.measure import Measure
from pipelines.settings import REPOSITORY
from superset_config.environment import admin_password, superset_home
from superset_config.serve import superset_server
from superset_config.source import read_source

_REPEATS = 3
_LEADERS = 50
_MAIN = "bang-chinh"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WATCH = """
window.khoDrawn = 0;
new MutationObserver(changes => {
    for (const change of changes) {
        const element = change.target.nodeType === 1 ? change.target : change.target.parentElement;
        if (element?.closest('.grid-container')) window.khoDrawn = performance.now();
    }
}).observe(document, {childList: true, subtree: true, characterData: true});
"""
_DRAWN = """() => document.querySelector('.grid-container .slice_container')
    && !document.querySelector('.grid-container .loading')
    && performance.now() - window.khoDrawn > 1000"""


def measures() -> Iterator[Measure]:
    """Measure every board cold and the main one warm, then fifty leaders at once."""
    home = Path(os.environ.get("KHO_HOME") or REPOSITORY / "var" / "demo")
    chromium = shutil.which("chromium")
    if chromium is None or not (home / "superset" / "superset.db").exists():
        print(f"BỎ QUA  bảng điều hành: cần chromium và một kho đã có bảng (không có ở {home})")
        return
    size = f"kho {(home / 'warehouse' / 'kho.duckdb').stat().st_size / 2**20:.0f} MB"
    with _server(home) as (url, server), _browser(chromium) as context:
        page = context.new_page()
        page.add_init_script(_WATCH)
        _log_in(page, url, admin_password(home))
        first = _drawn(page, url, _MAIN)
        yield Measure("bảng chính, máy vừa bật, trình duyệt trống", size, first, None)
        for slug in read_source().dashboards:
            limit = 3 if slug == _MAIN else 5
            yield _repeated(page, url, slug, limit, server, home)
        yield _repeated(page, url, _MAIN, 2, server, None)
        yield from crowd(page, url, admin_password(home), _MAIN, _LEADERS, _drawn)


def _repeated(
    page: Page, url: str, slug: str, limit: float, server: int, cold: Path | None
) -> Measure:
    """Open a board several times; cold: its answers are thrown away before each time."""
    taken, before = [], _cpu(server)
    for _ in range(_REPEATS):
        if cold:
            for answer in (superset_home(cold) / "answers").glob("*"):
                answer.unlink(missing_ok=True)
        taken.append(_drawn(page, url, slug))
    cpu = (_cpu(server) - before) / _REPEATS
    size = f"giữa của {_REPEATS} lần, CPU máy chủ {cpu:.2f} s, tải {os.getloadavg()[0]:.1f}"
    title = f"bảng {slug}, {'chưa' if cold else 'đã'} nhớ số liệu"
    return Measure(title, size, statistics.median(taken), limit)


def _drawn(page: Page, url: str, slug: str) -> float:
    """Open a board and tell the seconds from navigation to the last tile drawn."""
    page.goto(f"{url}/superset/dashboard/{slug}/")
    page.wait_for_function(_DRAWN, timeout=120_000)
    return float(page.evaluate("window.khoDrawn")) / 1000


def _log_in(page: Page, url: str, password: str) -> None:
    """Come in; what was fetched on the way must not make the first board look quick."""
    page.request.get(f"{url}/login/")
    page.goto(f"{url}/login/")
    page.fill("#username", "admin")
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{_MAIN}/**", timeout=120_000)
    page.goto("about:blank")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def _cpu(server: int) -> float:
    """Tell the processor seconds of the server and its workers so far."""
    tick = os.sysconf("SC_CLK_TCK")
    found = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if server in (int(stat.parent.name), int(fields[1])):
            found += (int(fields[11]) + int(fields[12])) / tick
    return found


@contextmanager
def _browser(chromium: str) -> Iterator[BrowserContext]:
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as profile:
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            viewport={"width": 1920, "height": 1080},
            args=_ARGUMENTS,
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def _server(home: Path) -> Iterator[tuple[str, int]]:
    """Serve the boards on a free port, as ``kho serve`` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = superset_server(home, port)
    with (home / "superset" / "bench.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/health", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("Superset không lên trong 180 giây: xem superset/bench.log")
