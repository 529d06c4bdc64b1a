"""A headless Chromium that remembers everything a board must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 60_000  # milliseconds: two cores may be busy with other tests


@dataclass
class Watched:
    """A page, and everything it did that a board must not do."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str, drawn: str) -> Page:
        """Go to an address and wait until something of it is drawn."""
        self.page.goto(self.url + path)
        try:
            self.page.wait_for_selector(drawn, timeout=WAIT)
        except PlaywrightTimeout:
            shown = self.page.locator("body").inner_text()[:1500]
            pytest.fail(f"{path}: {drawn} không hiện; {self.errors} {self.failed}\n{shown}")
        self.page.wait_for_load_state("networkidle", timeout=WAIT)
        return self.page

    def assert_clean(self) -> None:
        """Insist on no console error, no failed request and no request beyond this machine."""
        assert self.errors == []
        assert self.failed == []
        assert self.outside == []

    def log_in(self, user: str, password: str) -> None:
        """Come in as a person does."""
        self.open("/login/", "#username")
        self.page.fill("#username", user)
        self.page.fill("#password", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/superset/dashboard/bang-chinh/**", timeout=WAIT)


@contextmanager
def open_browser(
    playwright: Playwright, chromium: str, url: str, profile: Path
) -> Iterator[Watched]:
    """Open a browser with a fresh profile.

    Args:
        playwright: The running driver.
        chromium: Path of the browser.
        url: Address of Superset; a request elsewhere is remembered as outside.
        profile: Folder of the profile.
    """
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium,
        headless=True,
        viewport={"width": 1500, "height": 1000},
        locale="vi-VN",
        args=ARGUMENTS,
    )
    page = context.pages[0]
    seen = Watched(page, url)
    page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("response", lambda r: seen.failed.append(r.url) if r.status >= 400 else None)
    own = (url, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else seen.outside.append(r.url))
    try:
        yield seen
    finally:
        context.close()
