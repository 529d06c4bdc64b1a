"""The main board as a leader sees it: three things to see to, nine tiles, one screen."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.boards.browser import WAIT, Watched
from tests.boards.conftest import Boards

# of the tab that is open
SHOWN = ".ant-tabs-tabpane-active"
BOARD = "/superset/dashboard/bang-chinh/"


def test_the_main_board_shows_the_tiles_of_the_mart(
    boards: Boards, watched: Watched, tmp_path: Path
):
    page = watched.open(BOARD, ".kho-o")
    page.screenshot(path=tmp_path / "bang-chinh.png")
    rows = boards.rows(
        "select indicator_name, value_text, yoy_text, reason, period_label, "
        "strftime(data_until, '%d/%m/%Y'), strftime(fresh_until, '%d/%m/%Y'), "
        "coalesce(plan_text, ''), is_stale from mart.main_board order by rank"
    )
    tiles = page.locator(".kho-o")
    assert tiles.count() == len(rows) <= 9
    for number, (*said, period, until, fresh, plan, stale) in enumerate(rows):
        text = " ".join(tiles.nth(number).inner_text().split())
        dates = [f"Số liệu cũ từ {fresh}"] if stale else [f"Số đến {until}", f"còn hạn đến {fresh}"]
        for part in (*said, f"· {period}", *dates, plan):
            assert " ".join(part.split()) in text, (part, text)
        assert ("Số liệu cũ" in text) == bool(stale)
        box = tiles.nth(number).bounding_box()
        assert box and box["y"] + box["height"] <= 1000, "chín ô phải nằm gọn một màn hình"
    publication = boards.rows("select max(publication_id) from mart.main_board")[0][0]
    assert f"Bản công bố số {publication}." in page.locator(".kho-chan-bang").inner_text()
    watched.assert_clean()


def test_the_main_board_tells_first_what_needs_attention(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-viec__o")
    rows = boards.rows(
        "select kind, level, level_name, is_overdue, subject, figure, place, sentence, "
        "responsible_name, "
        "strftime(due_date, '%d/%m/%Y'), strftime(since_date, '%d/%m/%Y'), others, alert_code "
        "from mart.attention order by rank"
    )
    things = page.locator(".kho-viec__o")
    assert things.count() == len(rows) <= 3
    first_tile = page.locator(".kho-o").first.bounding_box()
    for number, row in enumerate(rows):
        kind, level, name, overdue, *said, agency, due, since, others, code = row
        text = " ".join(things.nth(number).inner_text().split())
        shape = "■" if kind != "alert" else {"alarm": "◆", "warn": "▲"}[level]
        assert text.startswith(f"{number + 1} {shape} {name}{' · quá hạn' if overdue else ''}")
        due_text = f"{agency} · hạn {due}" if due else agency
        for part in (*said, due_text, f"Từ {since}", f"Mã {code}" if code else ""):
            assert part in text, (part, text)
        assert (f"và {others} cảnh báo" in text) == bool(others)
        box = things.nth(number).bounding_box()
        assert box and first_tile and box["y"] + box["height"] <= first_tile["y"]
    watched.assert_clean()


def test_a_thing_to_see_to_leads_to_its_alerts(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-viec__o")
    (subject,) = boards.rows(
        "select subject from mart.attention where kind = 'alert' order by rank limit 1"
    )[0]
    page.locator(".kho-viec__o:has(a[href*='canh-bao-don-doc']) a").first.click()
    listed = f"{SHOWN} .chart-slice:has-text('Danh sách cảnh báo đang mở') tbody tr"
    page.wait_for_selector(listed, timeout=WAIT)
    alerts = boards.rows(
        f"select count(*) from mart.alert where is_open and indicator_name = '{subject}'"
    )[0][0]
    expect(page.locator(listed)).to_have_count(min(alerts, 15), timeout=WAIT)
    watched.assert_clean()


def test_a_signal_has_a_shape_and_words_beside_its_colour(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-o")
    shapes = {
        "good": "● Thuận lợi",
        "warn": "▲ Cần theo dõi",
        "alarm": "◆ Cần xử lý",
        "none": "○ Chưa có ngưỡng",
    }
    signals = boards.rows("select signal from mart.main_board order by rank")
    for number, (signal,) in enumerate(signals):
        badge = page.locator(".kho-o").nth(number).locator(".kho-dau")
        assert badge.all_inner_texts() == [shapes[signal]]


def test_a_tile_leads_to_its_years(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-o")
    tile = page.locator(".kho-o__ten a").nth(2)
    name = tile.inner_text()
    tile.click()
    page.wait_for_selector(f".kho-dai__chu:text-is('{name}')", timeout=WAIT)
    chosen = page.locator("[data-test='form-item-value']").filter(has_text=name)
    expect(chosen).not_to_have_count(0, timeout=WAIT)
    watched.assert_clean()


def test_a_tile_draws_its_years_and_its_plan(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-o")
    rows = boards.rows(
        "select line_now, line_last, line_before, line_end_x, line_end_y, plan_bar, plan_due_pct "
        "from mart.main_board order by rank"
    )
    for number, (now, last, before, x, y, bar, due) in enumerate(rows):
        tile = page.locator(".kho-o").nth(number)
        drawn = tile.locator(".kho-duong path").evaluate_all(
            "all => all.map(p => p.getAttribute('d'))"
        )
        assert drawn == [line for line in (before, last, now) if line]
        dot = tile.locator(".kho-duong circle")
        assert (dot.get_attribute("cx"), dot.get_attribute("cy")) == (x, y)
        box = tile.locator(".kho-duong__nay").bounding_box()
        assert box and box["width"] > 0, "đường nhỏ không vẽ ra gì"
        for part, size in ((".kho-ke__xong", bar), (".kho-ke__moc", due)):
            assert tile.locator(part).count() == (size is not None)
        if bar is not None:
            assert float(tile.locator(".kho-ke__xong").get_attribute("width") or 0) == float(bar)


@pytest.mark.parametrize(("width", "height"), [(1500, 1000), (1920, 1080)])
@pytest.mark.parametrize("address", [BOARD, f"{BOARD}?standalone=1"])
def test_everything_is_on_one_screen_and_nothing_is_cut(
    watched: Watched, width: int, height: int, address: str
):
    page = watched.page
    page.set_viewport_size({"width": width, "height": height})
    try:
        watched.open(address, ".kho-o")
        # the wall keeps 60 pixels for its stamp
        limit = height - (60 if "standalone" in address else 0)
        for tile in page.locator(".kho-o, .kho-viec__o").all():
            box = tile.bounding_box()
            assert box and box["x"] >= 0 and box["y"] >= 0
            assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= limit
        cut = page.locator(".kho-o, .kho-viec__o").evaluate_all(
            "all => all.filter(t => t.scrollHeight > t.clientHeight + 1"
            " || t.scrollWidth > t.clientWidth + 1).map(t => t.innerText)"
        )
        assert cut == []
    finally:
        page.set_viewport_size({"width": 1500, "height": 1000})


def test_on_a_wall_nothing_is_smaller_than_24_pixels(watched: Watched):
    """At 4 m, 24 pixels of a 55" screen of 1920 × 1080 are 15 mm: 13 arc minutes."""
    page = watched.page
    page.set_viewport_size({"width": 1920, "height": 1020})
    try:
        watched.open(f"{BOARD}?standalone=1", ".kho-o")
        assert page.locator("[data-test='navbar-top']").count() == 0
        sizes = page.locator(".kho-o *, .kho-viec__o *").evaluate_all(
            "all => all.filter(e => e.checkVisibility() && [...e.childNodes].some("
            "n => n.nodeType === 3 && n.textContent.trim()))"
            ".map(e => [parseFloat(getComputedStyle(e).fontSize), e.className])"
        )
        assert sizes and [found for found in sizes if found[0] < 24] == []
        for figure in (".kho-o__so b", ".kho-viec__con-so"):
            size = page.locator(figure).first.evaluate("e => getComputedStyle(e).fontSize")
            assert float(size.removesuffix("px")) >= 40
    finally:
        page.set_viewport_size({"width": 1500, "height": 1000})


def test_a_stale_tile_greys_and_says_so(boards: Boards, watched: Watched):
    page = watched.open(BOARD, ".kho-o")
    rows = boards.rows("select is_stale from mart.main_board order by rank")
    for number, (stale,) in enumerate(rows):
        tile = page.locator(".kho-o").nth(number)
        grey = tile.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(236, 239, 242)"
        assert (grey, "◷ Số liệu cũ" in tile.inner_text()) == (stale, stale)
