"""The boards as a person sees them, in a headless Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.boards.conftest import Boards, Superset

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
RETAIL = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"


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


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def watched(
    superset: Superset,
    chromium: str,
    playwright: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Watched]:
    """A browser with a fresh profile, logged in."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=chromium,
        headless=True,
        viewport={"width": 1500, "height": 1000},
        locale="vi-VN",
        args=ARGUMENTS,
    )
    page = context.pages[0]
    seen = Watched(page, superset.url)
    page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("response", lambda r: seen.failed.append(r.url) if r.status >= 400 else None)
    own = (superset.url, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else seen.outside.append(r.url))
    seen.open("/login/", "#username")
    page.fill("#username", "admin")
    page.fill("#password", superset.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/superset/dashboard/bang-chinh/**", timeout=WAIT)
    yield seen
    context.close()


def test_the_main_board_shows_the_tiles_of_the_mart(
    boards: Boards, watched: Watched, tmp_path: Path
):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-o")
    page.screenshot(path=tmp_path / "bang-chinh.png")
    rows = boards.rows(
        "select indicator_name, value_text, yoy_text, reason, period_label, is_stale "
        "from mart.main_board order by rank"
    )
    tiles = page.locator(".kho-o")
    assert tiles.count() == len(rows) <= 9
    for number, (name, value, change, reason, period, stale) in enumerate(rows):
        text = " ".join(tiles.nth(number).inner_text().split())
        for part in (name, value, change, reason, f"Kỳ {period}"):
            assert " ".join(part.split()) in text, (part, text)
        assert ("Số liệu cũ" in text) == bool(stale)
        box = tiles.nth(number).bounding_box()
        assert box and box["y"] + box["height"] <= 1000, "chín ô phải nằm gọn một màn hình"
    publication = boards.rows("select max(publication_id) from mart.main_board")[0][0]
    assert f"Bản công bố số {publication}." in page.locator(".kho-chan-bang").inner_text()
    watched.assert_clean()


def test_a_signal_has_a_shape_and_words_beside_its_colour(boards: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-o")
    shapes = {"good": "● Thuận lợi", "warn": "▲ Cần theo dõi", "alarm": "◆ Cần xử lý"}
    signals = boards.rows("select signal from mart.main_board order by rank")
    for number, (signal,) in enumerate(signals):
        badge = page.locator(".kho-o").nth(number).locator(".kho-dau")
        assert badge.all_inner_texts() == ([shapes[signal]] if signal in shapes else [])


def test_the_field_board_shows_every_year_and_the_months(
    boards: Boards, watched: Watched, tmp_path: Path
):
    page = watched.open("/superset/dashboard/kt-xh/", "table tbody tr td")
    page.wait_for_selector("canvas", timeout=WAIT)
    page.screenshot(path=tmp_path / "kt-xh.png")
    assert page.locator(".kho-dai__chu").inner_text() == RETAIL
    heads = [" ".join(text.split()) for text in page.locator("th").all_inner_texts()]
    assert {"Giá trị", "Cùng kỳ năm trước", "So với cùng kỳ (%)"} <= set(heads), heads
    period, value, before, change = boards.rows(
        "select period_label, value, value_same_period_last_year, yoy_pct from mart.board_table "
        f"where indicator_name = '{RETAIL}' order by period_start desc limit 1"
    )[0]
    cells = page.locator("table tbody tr").first.locator("td").all_inner_texts()
    assert cells[:4] == [period, _text(value), _text(before), _text(change, sign=True)]
    watched.assert_clean()


def _text(number: float, sign: bool = False) -> str:
    """1.234.567,80 as the tables write it; a change carries its sign."""
    text = f"{number:+,.2f}" if sign else f"{number:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


def test_a_tile_leads_to_its_years(boards: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-o")
    tile = page.locator(".kho-o__ten a").nth(2)
    name = tile.inner_text()
    assert name != RETAIL
    tile.click()
    page.wait_for_selector(f".kho-dai__chu:text-is('{name}')", timeout=WAIT)
    expect(page.locator("[data-test='form-item-value']")).to_contain_text(name, timeout=WAIT)
    watched.assert_clean()


def test_what_a_viewer_reads_is_vietnamese(watched: Watched):
    page = watched.open("/superset/dashboard/kt-xh/", "table tbody tr td")
    assert page.evaluate("document.documentElement.lang") == "vi"
    page.locator("[data-test='actions-trigger']").click()
    page.wait_for_selector(".ant-dropdown-menu:visible", timeout=WAIT)
    text = page.locator("body").inner_text()
    assert "Làm mới bảng" in text and "Bảng điều hành" in text and "Áp dụng" in text
    for english in ("Loading", "Apply", "Settings", "Dashboards", "Refresh", "Download"):
        assert english not in text, english
    page.keyboard.press("Escape")


def test_the_wall_sees_the_board_without_the_menus(boards: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/?standalone=1", ".kho-o")
    assert page.locator(".kho-o").count() == len(boards.rows("select 1 from mart.main_board"))
    assert page.locator("[data-test='navbar-top']").count() == 0
    watched.assert_clean()
