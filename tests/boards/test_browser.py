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


def test_the_field_board_shows_every_year_and_the_months(
    boards: Boards, watched: Watched, tmp_path: Path
):
    page = watched.open("/superset/dashboard/kt-xh/", ".kho-dai__chu")
    page.wait_for_selector("canvas", timeout=WAIT)
    page.screenshot(path=tmp_path / "kt-xh.png")
    assert page.locator(".kho-dai__chu").inner_text() == RETAIL
    page.get_by_role("tab", name="Số liệu từng kỳ").click()
    page.wait_for_selector(f"{SHOWN} table tbody tr td", timeout=WAIT)
    heads = [" ".join(text.split()) for text in page.locator("th").all_inner_texts()]
    assert {"Giá trị", "Cùng kỳ năm trước", "So với cùng kỳ (%)"} <= set(heads), heads
    period, value, before, difference, change = boards.rows(
        "select period_label, value, value_same_period_last_year, yoy_abs, yoy_pct "
        f"from mart.board_table where indicator_name = '{RETAIL}' and basis = 'as_published' "
        "order by period_start desc limit 1"
    )[0]
    cells = page.locator("table tbody tr").first.locator("td").all_inner_texts()
    changes = [_text(difference, sign=True), _text(change, sign=True)]
    assert cells[:5] == [period, _text(value), _text(before), *changes]
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
    page.locator(".kho-diem__chan summary").click()
    text = _read_whole(page)
    page.screenshot(path=tmp_path / "chat-luong-du-lieu.png")
    scores = boards.rows(
        "select source_name, agency_name, period_label, formula, dung_bad, du_received, "
        "du_expected, dung_pct, du_pct, sach_pct, song_pct "
        "from mart.quality_scorecard where is_newest"
    )
    assert scores
    assert page.locator(".kho-diem").count() == len(scores)
    for source, agency, period, formula, bad, received, expected, *four in scores:
        assert f"{source} · {agency} · tháng {period}" in text
        assert " ".join(formula.split()) in text
        assert f"{_whole(bad)} sai trên" in text
        assert f"nhận {_whole(received)} trên {_whole(expected)} phần phải có" in text
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


def test_what_a_viewer_reads_is_vietnamese(watched: Watched):
    page = watched.open("/superset/dashboard/kt-xh/", ".kho-dai")
    assert page.evaluate("document.documentElement.lang") == "vi"
    page.locator("[data-test='actions-trigger']").click()
    page.wait_for_selector(".ant-dropdown-menu:visible", timeout=WAIT)
    text = page.locator("body").inner_text()
    assert "Làm mới bảng" in text and "Bảng điều hành" in text and "Áp dụng" in text
    for english in ("Loading", "Apply", "Settings", "Dashboards", "Refresh", "Download"):
        assert english not in text, english
    page.keyboard.press("Escape")
