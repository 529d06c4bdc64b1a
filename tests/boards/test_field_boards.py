"""Every board with figures: a made-up warehouse, because the real workbooks hold no records."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from superset_config.source import Dashboard, read_source
from tests.boards import sample, sample_fields
from tests.boards.browser import WAIT, Watched
from tests.boards.conftest import Boards, Superset
from tests.boards.shots import wait_until_drawn
from tests.boards.test_superset import assert_parity, is_empty

SOURCE = read_source()
FIELDS = [board for slug, board in SOURCE.dashboards.items() if slug in sample_fields.CODES]
SHOWN = ".ant-tabs-tabpane-active"


@pytest.fixture(scope="module")
def filled(boards: Boards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boards]:
    """The boards over figures of every field, and back afterwards."""
    real = boards.published.resolve()
    folder = tmp_path_factory.mktemp("filled")
    boards.publish(sample.write_warehouse(folder / "kho-7.duckdb", publication_id=7_000))
    yield boards
    boards.publish(real)


@pytest.mark.parametrize("board", FIELDS, ids=lambda board: board.slug)
def test_every_chart_of_a_field_has_figures_and_they_are_the_marts(
    filled: Boards, superset: Superset, board: Dashboard
):
    for chart in board.charts.values():
        assert not is_empty(chart, filled.rows), chart.file
        assert_parity(filled, superset, board, chart)


@pytest.mark.parametrize("board", SOURCE.dashboards.values(), ids=lambda board: board.slug)
def test_every_tab_is_drawn_and_nothing_leaves_the_machine(
    filled: Boards, watched: Watched, board: Dashboard, tmp_path: Path
):
    page = watched.open(f"/superset/dashboard/{board.slug}/", ".dashboard")
    for title in dict.fromkeys(row.tab for row in board.rows):
        if title:
            page.get_by_role("tab", name=title).click()
        charts = [p.chart for row in board.rows if row.tab == title for p in row.charts]
        shown = f"{SHOWN} .chart-slice" if title else ".chart-slice"
        expect(page.locator(shown)).to_have_count(len(charts), timeout=WAIT)
        wait_until_drawn(page)
        page.screenshot(path=tmp_path / f"{board.slug}-{title}.png")
        text = page.locator(".dashboard").inner_text()
        assert "{{" not in text and "undefined" not in text
        if board in FIELDS:
            assert page.locator(".kho-trong").count() == 0, title
    watched.assert_clean()


def test_the_map_draws_every_unit_over_the_dots_of_all(filled: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/hanh-chinh-cong/", ".kho-nganh__o")
    page.get_by_role("tab", name="Bản đồ").click()
    page.wait_for_selector(".kho-vong", timeout=WAIT)
    units = filled.rows(
        "select x, y, radius, tone, unit_label from mart.board_map "
        "where indicator_code = 'hs_dung_han' and basis = 'as_published' "
        "and period_choice = 'Kỳ mới nhất' order by heft"
    )
    circles = page.locator(".kho-vong").evaluate_all(
        "found => found.map(c => [...['cx', 'cy', 'r'].map(n => +c.getAttribute(n)),"
        " c.getAttribute('class').split('--')[1], c.textContent.split(' (')[0].split(':')[0]])"
    )
    assert [tuple(circle) for circle in circles] == units
    assert page.locator(".kho-ban-do__nen").get_attribute("d").startswith("M")
    assert page.locator(".kho-ban-do__ten").all_inner_texts() != []
    watched.assert_clean()


def test_a_row_of_the_ranking_leads_to_that_agencys_own_years(filled: Boards, watched: Watched):
    page = watched.open("/superset/dashboard/hanh-chinh-cong/", ".kho-nganh__o")
    page.get_by_role("tab", name="Xếp hạng cơ quan").click()
    link = page.locator(".kho-hang__ten a").nth(1)
    link.wait_for(timeout=WAIT)
    agency = link.inner_text()
    link.click()
    strip = page.locator(".kho-dai__nhan").first
    expect(strip).to_contain_text(agency, timeout=WAIT, ignore_case=True)
    value = filled.rows(
        "select value from mart.board_table where indicator_code = 'hs_dung_han' and is_newest "
        f"and basis = 'as_published' and agency_name = '{agency}'"
    )[0][0]
    shown = page.locator(".kho-dai__so").first.inner_text()
    assert shown.startswith(f"{float(value):.2f}".rstrip("0").rstrip(".").replace(".", ","))
    watched.assert_clean()
