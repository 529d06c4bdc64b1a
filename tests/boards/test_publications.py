"""While publications land: no error, every answer of one of them, and the page follows."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from playwright.sync_api import Page

from superset_config.bundle import chart_uuid
from superset_config.environment import superset_home
from superset_config.source import read_source
from tests.boards.browser import WAIT, Watched
from tests.boards.conftest import Boards, Superset

BOARD = read_source().dashboards["bang-chinh"]
STAMP = "#kho-cong-bo"
TABLES = ("publication", "main_board", "attention")


@pytest.fixture
def publications(boards: Boards, tmp_path: Path) -> Iterator["Publications"]:
    """Publications that follow the one out now, which is out again afterwards."""
    original = boards.published.resolve()
    try:
        yield Publications(boards, original, tmp_path)
    finally:
        boards.publish(original)


class Publications:
    """Copies of a published file, each with the next number.

    Args:
        boards: Where they are published.
        original: The file that is copied.
        folder: Where the copies lie.
    """

    def __init__(self, boards: Boards, original: Path, folder: Path) -> None:
        self._boards, self._original, self._folder = boards, original, folder
        self.number: int = boards.rows("select publication_id from mart.publication")[0][0]

    def prepare(self, count: int) -> list[Path]:
        """Write the next files without publishing them."""
        first = self.number + 1
        return [self._copy(number) for number in range(first, first + count)]

    def publish(self, file: Path) -> int:
        """Let readers see a prepared file and give its number."""
        self._boards.publish(file)
        self.number += 1
        return self.number

    def _copy(self, number: int) -> Path:
        copy = self._folder / f"kho-{number}.duckdb"
        shutil.copyfile(self._original, copy)
        with duckdb.connect(str(copy)) as db:
            for table in TABLES:
                db.execute(f"update mart.{table} set publication_id = ?", [number])
        return copy


def saved_question(superset: Superset) -> dict[str, Any]:
    """The question of the main board's tiles."""
    number = superset.chart_ids()[chart_uuid(BOARD, BOARD.charts["o-chi-tieu"])]
    return {**superset.query_context(number), "force": False}


@contextmanager
def readers(superset: Superset, count: int) -> Iterator[list[list[int]]]:
    """Read the tiles of the main board over and over, each reader for himself.

    Args:
        superset: Whom they ask.
        count: How many they are.

    Yields:
        The numbers each reader was told, in order; complete after the block.
    """
    question = saved_question(superset)
    stop = threading.Event()
    seen: list[list[int]] = [[] for _ in range(count)]

    def read(mine: list[int]) -> None:
        headers = superset.client.headers
        with httpx.Client(base_url=superset.url, headers=headers, timeout=60) as client:
            while not stop.is_set():
                answer = client.post("/api/v1/chart/data", json=question)
                assert answer.status_code == 200, answer.text[:500]
                told = int(answer.headers["X-Kho-Publication"])
                rows = answer.json()["result"][0]["data"]
                assert {row["publication_id"] for row in rows} == {told}
                mine.append(told)

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(read, mine) for mine in seen]
        try:
            yield seen
        finally:
            stop.set()
        for reader in running:
            reader.result()


def wait_until_each_read(seen: list[list[int]], number: int) -> None:
    """Wait until every reader was told a publication."""
    pause = threading.Event()
    for _ in range(600):
        if all(mine and mine[-1] >= number for mine in seen):
            return
        pause.wait(0.1)
    pytest.fail(f"có người đọc không thấy bản công bố {number}: {[mine[-3:] for mine in seen]}")


def through_publications(superset: Superset, publish: Any, count: int, people: int) -> None:
    """Publish while people read: each goes through them in order, and ends at the last."""
    with readers(superset, people) as seen:
        for _ in range(count):
            wait_until_each_read(seen, publish())
    for mine in seen:
        assert mine == sorted(mine), mine


def test_readers_go_through_publications_in_order(superset: Superset, publications: Publications):
    waiting = iter(publications.prepare(2))
    through_publications(superset, lambda: publications.publish(next(waiting)), 2, 4)


@pytest.mark.slow
def test_ten_publications_while_twenty_people_read(superset: Superset, publications: Publications):
    waiting = iter(publications.prepare(10))
    through_publications(superset, lambda: publications.publish(next(waiting)), 10, 20)


def test_an_answer_is_kept_for_its_publication_and_asked_again_for_the_next(
    boards: Boards, superset: Superset, publications: Publications
):
    (file,) = publications.prepare(1)
    question = saved_question(superset)
    assert not _is_kept(superset, {**question, "force": True})
    assert _is_kept(superset, question)
    other = {**question, "queries": [{**question["queries"][0], "row_limit": 5}]}
    assert not _is_kept(superset, other)

    # an earlier test may have given the same number to another publication
    _warmed(boards).unlink(missing_ok=True)
    number = publications.publish(file)
    _wait_until_warm(boards, number)
    rows = _asked(superset, question)
    assert rows["is_cached"], "câu hỏi đã nhớ phải được hỏi trước khi có người mở bảng"
    assert {row["publication_id"] for row in rows["data"]} == {number}


def _asked(superset: Superset, question: dict[str, Any]) -> dict[str, Any]:
    answer = superset.client.post("/api/v1/chart/data?dashboard_id=1", json=question)
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()["result"][0]


def _is_kept(superset: Superset, question: dict[str, Any]) -> bool:
    return bool(_asked(superset, question)["is_cached"])


def _warmed(boards: Boards) -> Path:
    return superset_home(boards.home) / "questions" / "warmed"


def _wait_until_warm(boards: Boards, number: int) -> None:
    warmed, pause = _warmed(boards), threading.Event()
    for _ in range(600):
        if warmed.exists() and warmed.read_text(encoding="utf-8") == str(number):
            return
        pause.wait(0.1)
    pytest.fail(f"không ai hỏi trước cho bản công bố {number}")


def test_the_address_of_the_publication_tells_only_people_who_are_logged_in(
    superset: Superset, publications: Publications, watched: Watched
):
    told = httpx.get(f"{superset.url}/kho/cong-bo")
    assert told.status_code == 401 and "publication_id" not in told.json()
    told = _told(watched)
    assert told["publication_id"] == publications.number
    assert told["target"] == "duckdb"
    (file,) = publications.prepare(1)
    publications.publish(file)
    assert _told(watched)["publication_id"] == publications.number


def _told(watched: Watched) -> dict[str, Any]:
    answer = watched.page.request.get(f"{watched.url}/kho/cong-bo")
    assert answer.status == 200, answer.text()
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_a_board_says_of_which_publication_it_is_and_follows_the_next(
    watched: Watched, publications: Publications
):
    files = publications.prepare(2)
    first = publications.number
    page = watched.open("/superset/dashboard/bang-chinh/", f"{STAMP}[data-publication='{first}']")
    assert f"bản công bố số {first}" in page.locator(STAMP).inner_text()
    _forget_earlier_publications(page)
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    second = publications.publish(files[0])
    _look_for_news(page)
    page.wait_for_selector(f"{STAMP}[data-publication='{second}']", timeout=WAIT)
    page.wait_for_load_state("networkidle", timeout=WAIT)
    _look_for_news(page)
    assert len(loads) == 1, "một bản công bố mới chỉ được tải lại trang một lần"

    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("body > textarea").press_sequentially("ghi")
    third = publications.publish(files[1])
    _look_for_news(page)
    page.locator(STAMP).get_by_text(f"đang chuyển sang bản số {third}").wait_for(timeout=WAIT)
    page.wait_for_timeout(3_000)
    assert len(loads) == 1, "không tải lại trang khi người ta đang gõ"
    page.evaluate("document.activeElement.blur()")
    page.wait_for_selector(f"{STAMP}[data-publication='{third}']", timeout=WAIT)
    assert len(loads) == 2
    watched.assert_clean()


def test_a_board_whose_tiles_differ_is_loaded_again(watched: Watched, publications: Publications):
    (file,) = publications.prepare(1)
    page = watched.open("/superset/dashboard/bang-chinh/", STAMP)
    _forget_earlier_publications(page)
    second = publications.publish(file)
    status = page.evaluate(
        """() => {
            // one tile alone asks again, as Superset does when a tab is opened later
            const url = performance.getEntriesByType('resource').map(e => e.name)
                .findLast(name => name.includes('/api/v1/chart/data'));
            const body = JSON.stringify({datasource: {id: 1, type: 'table'}, queries: []});
            const token = document.getElementById('csrf_token').value;
            return fetch(url, {method: 'POST', body,
                headers: {'Content-Type': 'application/json', 'X-CSRFToken': token}})
                .then(answer => answer.status);
        }"""
    )
    assert status == 200
    page.wait_for_selector(f"{STAMP}[data-publication='{second}']", timeout=WAIT)


def test_a_page_shown_without_its_menus_says_it_too(watched: Watched, publications: Publications):
    shown = f"{STAMP}[data-publication='{publications.number}']"
    page = watched.open("/superset/dashboard/bang-chinh/?standalone=1", shown)
    assert page.locator(shown).is_visible()
    watched.assert_clean()


def _forget_earlier_publications(page: Page) -> None:
    """Other tests gave the same numbers, and a page follows a number once."""
    page.evaluate("sessionStorage.clear()")


def _look_for_news(page: Page) -> None:
    """What the page does every half minute."""
    with page.expect_response("**/kho/cong-bo"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
