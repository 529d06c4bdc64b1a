"""The boards as a person sees them, in a headless Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from superset_config.bundle import filter_id
from superset_config.source import read_source
from tests.boards.browser import WAIT, Watched
from tests.boards.conftest import Boards

# of the tab that is open
SHOWN = ".ant-tabs-tabpane-active"
RETAIL = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"


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


def test_the_main_board_tells_first_what_needs_attention(boards: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-viec__o")
    rows = boards.rows(
        "select kind, level, level_name, is_overdue, sentence, responsible_name, "
        "strftime(due_date, '%d/%m/%Y'), strftime(since_date, '%d/%m/%Y'), others, alert_code "
        "from mart.attention order by rank"
    )
    things = page.locator(".kho-viec__o")
    assert things.count() == len(rows) <= 3
    first_tile = page.locator(".kho-o").first.bounding_box()
    for number, row in enumerate(rows):
        kind, level, name, overdue, sentence, agency, due, since, others, code = row
        text = " ".join(things.nth(number).inner_text().split())
        shape = "■" if kind != "alert" else {"alarm": "◆", "warn": "▲"}[level]
        assert text.startswith(f"{shape} {name}{' · quá hạn' if overdue else ''}")
        due_text = f"{agency} · hạn {due}" if due else agency
        for part in (sentence, due_text, f"Từ {since}", f"Mã {code}" if code else ""):
            assert part in text, (part, text)
        assert (f"và {others} cảnh báo" in text) == bool(others)
        box = things.nth(number).bounding_box()
        assert box and first_tile and box["y"] + box["height"] <= first_tile["y"]
    watched.assert_clean()


def test_a_thing_to_see_to_leads_to_its_alerts(boards: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-viec__o")
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


@pytest.fixture
def tall(watched: Watched) -> Iterator[Watched]:
    """The browser high enough to draw a whole long board: what is out of sight is not drawn."""
    watched.page.set_viewport_size({"width": 1500, "height": 2700})
    yield watched
    watched.page.set_viewport_size({"width": 1500, "height": 1000})


ENGLISH = ("Loading", "There is", "Search", "entries", "true", "false", "No data", "Show")


def _read_whole(page: Page) -> str:
    """What a long board says when everything of it is drawn, without what is cut at its edges."""
    expect(page.locator("[data-test='loading-indicator']")).to_have_count(0, timeout=WAIT)
    text = page.locator(".dashboard").inner_text()
    assert "Không có số liệu" not in text
    for english in ENGLISH:
        assert english not in text, english
    for box in page.locator(":is(table, .kho-diem, .kho-bac):visible").all():
        edges = box.bounding_box()
        assert edges and edges["x"] >= 0 and edges["x"] + edges["width"] <= 1500
    return " ".join(text.split())


def _table(page: Page, title: str) -> list[list[str]]:
    """The rows of the table under a title; an empty cell (shown as a dash) is an empty text."""
    return page.locator(f".chart-slice:has-text('{title}') table tbody tr").evaluate_all(
        """rows => rows.map(row => [...row.cells].map(cell =>
            cell.classList.contains("dt-is-null") ? "" : cell.innerText.replace(/\\s+/g, " ").trim()
        ))"""
    )


def test_the_quality_board_shows_the_figures_of_the_mart(
    boards: Boards, tall: Watched, tmp_path: Path
):
    page = tall.open("/superset/dashboard/chat-luong-du-lieu/", ".kho-diem")
    for title in ("Luật bị vi phạm", "Hộp việc"):
        page.wait_for_selector(f".chart-slice:has-text('{title}') tbody tr", timeout=WAIT)
    expect(page.locator("canvas")).to_have_count(3, timeout=WAIT)
    text = _read_whole(page)
    page.screenshot(path=tmp_path / "chat-luong-du-lieu.png")
    scores = boards.rows(
        "select source_name, agency_name, period_label, formula, dung_bad, du_received, "
        "du_expected, dung_pct, du_pct, sach_pct, song_pct "
        "from mart.quality_scorecard where is_newest"
    )
    assert scores
    for source, agency, period, formula, bad, received, expected, *four in scores:
        assert f"{source} · {agency} · tháng {period}" in text
        assert " ".join(formula.split()) in text
        assert f"{_whole(bad)} ô sai" in text
        assert f"nhận {_whole(received)} trên {_whole(expected)} trường" in text
        for score in four:
            assert score is None or f"{_short(score)} %" in text, score
    waiting = "from mart.quality_issue where state in ('moi', 'dang_xu_ly')"
    rules = boards.rows(f"select count(*) {waiting} group by sentence, mend order by 1 desc")
    counts = [row[-1] for row in _table(page, "Luật bị vi phạm")]
    assert counts == [_whole(number) for (number,) in rules]
    issues = boards.rows(
        "select severity_name, sentence, coalesce(address, ''), agency_name, mend, issue_code "
        f"{waiting} order by severity_rank, last_seen desc, issue_id limit 15"
    )
    inbox = _table(page, "Hộp việc")
    assert len(inbox) == len(issues)
    for shown, (severity, sentence, address, agency, mend, code) in zip(inbox, issues, strict=True):
        assert [shown[n] for n in (0, 2, 4, 7, 8, 10)] == [
            severity, sentence, " ".join(address.split()), agency, mend, code
        ]  # fmt: skip
    tall.assert_clean()


def test_a_filter_holds_for_the_charts_that_know_it(boards: Boards, tall: Watched):
    severity, number = boards.rows(
        "select severity_name, count(*) from mart.quality_issue "
        "where state in ('moi', 'dang_xu_ly') group by 1 order by 2 limit 1"
    )[0]
    page = tall.open("/superset/dashboard/chat-luong-du-lieu/", ".kho-diem")
    board = read_source().dashboards["chat-luong-du-lieu"]
    item = next(f for f in board.filters if f.name == "Mức")
    page.locator(f"input[id='{filter_id(board, item)}']").click()
    page.locator(f".ant-select-item-option[title='{severity}']").click(timeout=WAIT)
    page.locator("[data-test='filter-bar__apply-button']").click()
    for title in ("Luật bị vi phạm", "Hộp việc"):
        rows = page.locator(f".chart-slice:has-text('{title}') tbody tr")
        expect(rows.filter(has_text=severity)).not_to_have_count(0, timeout=WAIT)
        expect(rows.filter(has_not_text=severity)).to_have_count(0, timeout=WAIT)
    shown = [int(row[-1].replace(".", "")) for row in _table(page, "Luật bị vi phạm")]
    assert sum(shown) == number
    assert {row[0] for row in _table(page, "Hộp việc")} == {severity}
    assert page.locator(".kho-diem").count() > 0, "điểm không có mức: bộ lọc không chạm tới"
    tall.assert_clean()


def test_the_board_of_sources_shows_the_ladder_in_words(
    boards: Boards, tall: Watched, tmp_path: Path
):
    page = tall.open("/superset/dashboard/nguon-du-lieu/", ".kho-bac")
    page.wait_for_selector("table tbody tr td", timeout=WAIT)
    text = _read_whole(page)
    page.screenshot(path=tmp_path / "nguon-du-lieu.png")
    systems, automatic, connected, blocked = boards.rows(
        "select system_count, automatic_count, connected_count, blocked_count "
        "from mart.source_summary"
    )[0]
    assert f"{automatic}/{systems} phân hệ tự động" in text
    assert f"{connected}/{systems} phân hệ đã có số liệu" in text
    assert f"{blocked} đang vướng văn bản" in text
    ladder = boards.rows(
        "select system_id, system_name, agency_name, step_name, mode_name, promise_kept_name, "
        "coalesce(blocked_by, '') from mart.source_status "
        "order by step desc, blocked_since, system_id"
    )
    shown = [[row[n] for n in (0, 1, 2, 3, 4, 7, 8)] for row in _table(page, "Thang nguồn")]
    assert shown == [[" ".join(value.split()) for value in row] for row in ladder]
    tall.assert_clean()


def test_the_board_of_alerts_shows_who_answers_by_when(
    boards: Boards, tall: Watched, tmp_path: Path
):
    page = tall.open("/superset/dashboard/canh-bao-don-doc/", ".ant-tabs-tab")
    for title in ("Nguồn thiếu số liệu", "Danh sách cảnh báo đang mở"):
        page.wait_for_selector(f".chart-slice:has-text('{title}') tbody tr", timeout=WAIT)
    expect(page.locator(f"{SHOWN} canvas")).to_have_count(1, timeout=WAIT)
    _read_whole(page)
    page.screenshot(path=tmp_path / "canh-bao-don-doc.png")
    alerts = boards.rows(
        "select level_name, message, coalesce(domain, ''), responsible_name, "
        "strftime(due_date, '%d/%m/%Y'), overdue_name, state_name, handling_name, alert_code "
        "from mart.alert where is_open order by level, due_date desc, alert_id limit 15"
    )
    shown = [row[:8] + row[10:] for row in _table(page, "Danh sách cảnh báo đang mở")]
    assert shown == [[" ".join((cell or "").split()) for cell in row] for row in alerts]
    page.get_by_role("tab", name="Diễn biến và ngưỡng").click()
    page.wait_for_selector(".chart-slice:has-text('Ngưỡng đã làm được gì') tbody tr", timeout=WAIT)
    expect(page.locator(f"{SHOWN} canvas")).to_have_count(1, timeout=WAIT)
    _read_whole(page)
    rules = boards.rows(
        "select indicator_name from mart.alert_rule "
        "order by false_count desc, fired_count desc, rule_id limit 20"
    )
    names = [row[0] for row in _table(page, "Ngưỡng đã làm được gì")]
    assert names == [" ".join(name.split()) for (name,) in rules]
    page.get_by_role("tab", name="Đôn đốc").click()
    page.wait_for_selector(".chart-slice:has-text('Ai còn nợ gì') tbody tr", timeout=WAIT)
    expect(page.locator(f"{SHOWN} canvas")).to_have_count(1, timeout=WAIT)
    owed = boards.rows(
        "select status_name, agency_name, period_label, strftime(due_date, '%d/%m/%Y'), days_late, "
        "missing_count from mart.submission where status in ('missing', 'waiting') "
        "order by status, days_late desc, due_date, submission_id limit 15"
    )
    lines = [[row[n] for n in (0, 1, 3, 4, 5, 8)] for row in _table(page, "Ai còn nợ gì")]
    assert lines == [[*words, _whole(late), _whole(missing)] for *words, late, missing in owed]
    tall.assert_clean()


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _short(number: float) -> str:
    """97,19 and 100 as the score tiles write them."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


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
