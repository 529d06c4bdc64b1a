"""Take the pictures of `docs/boards/`: `python -m tests.boards.shots HOME`, a home with figures.

Every board is taken, tab by tab; a second argument names one board.
"""

import io
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from superset_config.environment import admin_password
from superset_config.serve import superset_server
from superset_config.source import Dashboard, read_source
from tests.boards.browser import WAIT, open_browser

DOCS = Path(__file__).parents[2] / "docs" / "boards"
COLOURS = 160


def main(home: Path, slug: str = "") -> None:
    """Take the pictures.

    Args:
        home: A data folder in which the boards were pushed.
        slug: One board; all of them if empty.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = superset_server(home, port, workers=1)
    server = subprocess.Popen(command, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(url)
        with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
            chromium = shutil.which("chromium") or ""
            with open_browser(playwright, chromium, url, Path(profile)) as watched:
                watched.page.set_viewport_size({"width": 1500, "height": 1150})
                watched.log_in("admin", admin_password(home))
                for board in read_source().dashboards.values():
                    if slug in ("", board.slug):
                        watched.open(f"/superset/dashboard/{board.slug}/", ".dashboard")
                        _take_tabs(watched.page, board)
                        print(board.slug, watched.errors, watched.failed, watched.outside)
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_up(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("Superset không lên.")


def _take_tabs(page: Page, board: Dashboard) -> None:
    titles = list(dict.fromkeys(row.tab for row in board.rows))
    for number, title in enumerate(titles, start=1):
        if title:
            page.get_by_role("tab", name=title).click()
        wait_until_drawn(page)
        _keep(page.screenshot(), f"{board.slug}{f'-{number}' if number > 1 else ''}.png")


def wait_until_drawn(page: Page) -> None:
    """Wait until every chart in sight has come."""
    page.wait_for_load_state("networkidle", timeout=WAIT)
    expect(page.locator("[data-test='loading-indicator']:visible")).to_have_count(0, timeout=WAIT)
    page.wait_for_timeout(200)


def _keep(picture: bytes, name: str) -> None:
    """Keep a picture small: few colours say as much on a board."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(
        DOCS / name, optimize=True
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), *sys.argv[2:3])
