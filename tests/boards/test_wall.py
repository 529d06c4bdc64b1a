"""The wall: boards in turn without a flash, and never an old figure as a new one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from superset_config.environment import PACKAGE
from superset_config.errors import BoardError
from superset_config.source import read_source
from superset_config.wall import read_wall
from tests.boards.browser import WAIT, Watched, open_browser
from tests.boards.conftest import Boards, Superset

SHOWN = ".man.hien"
NEVER = 1_000_000  # hours: a made-up publication is years old
WALL = read_wall(PACKAGE / "wall.yaml", read_source())


@pytest.fixture
def wall(watched: Watched) -> Iterator[Watched]:
    """The browser as the wall's screen; nothing asked of the server is cut off afterwards."""
    watched.page.set_viewport_size({"width": 1920, "height": 1080})
    yield watched
    watched.page.unroute_all(behavior="ignoreErrors")
    watched.page.goto("about:blank")
    watched.page.set_viewport_size({"width": 1500, "height": 1000})
    watched.errors.clear()
    watched.failed.clear()


def quickly(page: Page, **told: object) -> None:
    """Let the wall wait less than it does on a wall."""

    def shorten(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        before, _, rest = text.partition('id="cau-hinh">')
        config, _, after = rest.partition("</script>")
        changed = json.dumps({**json.loads(config), **told})
        route.fulfill(response=answer, body=f'{before}id="cau-hinh">{changed}</script>{after}')

    page.route("**/kho/tuong", shorten)


def test_the_wall_shows_the_main_board_and_its_publication(boards: Boards, wall: Watched):
    quickly(wall.page, old_hours=NEVER)
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    frame = page.frame_locator(SHOWN)
    expect(frame.locator(".kho-o")).to_have_count(
        len(boards.rows("select 1 from mart.main_board")), timeout=WAIT
    )
    assert frame.locator("[data-test='navbar-top']").count() == 0
    number = boards.rows("select publication_id from mart.publication")[0][0]
    expect(page.locator("#dau")).to_contain_text(f"bản công bố số {number}")
    assert page.locator("#dau").inner_text().startswith("Số liệu đến ")
    expect(page.locator("#ten")).to_have_text(f"1/{len(WALL.screens)} · Bảng chính")
    assert page.locator("#tin").is_hidden()
    # on the screen, and large: 24 pixels at 4 m on a 55" screen
    for part in ("#ten", "#dau", "#gio"):
        box = page.locator(part).bounding_box()
        size = page.locator(part).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert box and box["y"] + box["height"] <= 1080 and size >= 28
    wall.assert_clean()


def test_the_next_board_comes_whole_and_nothing_flashes_between(wall: Watched):
    """In every frame the browser paints, one screen is in sight and it has figures."""
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    page.evaluate("""() => {
        window.seen = [];
        const look = () => {
            const shown = [...document.querySelectorAll(".man.hien")];
            const page = shown[0].contentDocument;
            window.seen.push([shown.length, Boolean(
                page && page.querySelector(".dashboard :is(.handlebars, canvas, table)")
            )]);
            requestAnimationFrame(look);
        };
        look();
    }""")
    first = page.locator("#ten").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#ten")).not_to_have_text(first, timeout=WAIT)
    seen = page.evaluate("window.seen")
    assert len(seen) > 3 and {tuple(one) for one in seen} == {(1, True)}
    # a board without sizes of its own for a wall is enlarged
    scale = page.locator(SHOWN).evaluate("e => new DOMMatrix(getComputedStyle(e).transform).a")
    assert scale == WALL.screens[1].zoom > 1
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#ten")).to_have_text(first, timeout=WAIT)
    wall.assert_clean()


def test_the_boards_turn_by_themselves_until_somebody_pauses(wall: Watched):
    screens = [{"title": n, "address": "/superset/dashboard/bang-chinh/?standalone=1",
                "seconds": 1, "zoom": 1} for n in ("một", "hai")]  # fmt: skip
    quickly(wall.page, screens=screens)
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    expect(page.locator("#ten")).to_have_text("2/2 · hai", timeout=WAIT)
    page.keyboard.press(" ")
    expect(page.locator("#dung")).to_be_visible()
    held = page.locator("#ten").inner_text()
    # the next turn would have come within its second; let two of the clock's seconds pass
    page.evaluate("() => new Promise(done => setTimeout(done, 2500))")
    assert page.locator("#ten").inner_text() in {held, "1/2 · một"}


def test_another_publication_draws_the_board_again(wall: Watched):
    quickly(wall.page, ask_seconds=1)
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    before = page.locator("#dau").inner_text()

    def newer(route: Route) -> None:
        answer = route.fetch()
        told = {**answer.json(), "publication_id": 4711, "data_as_of": "2031-02-03"}
        route.fulfill(response=answer, json=told)

    page.route("**/kho/cong-bo", newer)
    frame = page.locator(SHOWN).element_handle()
    expect(page.locator("#dau")).to_have_text(
        "Số liệu đến 03/02/2031 · bản công bố số 4711", timeout=WAIT
    )
    assert before not in page.locator("#dau").inner_text()
    assert page.locator(SHOWN).element_handle() != frame, "số mới đứng trên bảng vẽ từ bản cũ"


def test_a_silent_server_is_told_and_the_figures_grey(wall: Watched):
    quickly(wall.page, ask_seconds=1, silent_seconds=2, old_hours=NEVER)
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    stamp = page.locator("#dau").inner_text()
    page.route("**/*", lambda route: route.abort())
    expect(page.locator("#tin")).to_contain_text("Máy chủ chưa trả lời từ", timeout=WAIT)
    assert "grayscale(1)" in page.locator(SHOWN).evaluate("e => getComputedStyle(e).filter")
    assert page.locator("#dau").inner_text() == stamp
    assert page.frame_locator(SHOWN).locator(".kho-o").count() > 0
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator("#tin")).to_be_hidden(timeout=WAIT)


def test_an_old_publication_is_told(wall: Watched):
    quickly(wall.page, old_hours=-1)
    page = wall.open("/kho/tuong", f"{SHOWN}[data-screen]")
    expect(page.locator("#tin")).to_contain_text("Chưa có bản công bố mới từ", timeout=WAIT)


def test_only_who_is_logged_in_sees_the_wall_and_only_in_our_own_frames(
    superset: Superset, chromium: str, playwright: Playwright, tmp_path: Path
):
    with open_browser(playwright, chromium, superset.url, tmp_path) as stranger:
        answer = stranger.page.goto(f"{superset.url}/kho/tuong")
        assert answer is not None and "/login/" in stranger.page.url
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy and "frame-src 'self'" in policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("screens: [{board: khong-co, seconds: 5}]", "không có bảng khong-co"),
        ("screens: [{board: canh-bao-don-doc, tab: Lạ, seconds: 5}]", "không có thẻ Lạ"),
        ("screens: [{board: bang-chinh}]", "seconds"),
        ("screens: []", "chưa có màn nào"),
    ],
)
def test_a_wrong_screen_is_one_sentence(tmp_path: Path, text: str, said: str):
    file = tmp_path / "wall.yaml"
    numbers = "zoom: 1\nask_seconds: 1\nsilent_seconds: 2\nold_hours: 3\n"
    file.write_text(numbers + text, encoding="utf-8")
    with pytest.raises(BoardError, match=said):
        read_wall(file, read_source())
