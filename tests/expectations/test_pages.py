"""The pages of `kho quality docs`: what they say, and that they need no other machine."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from connectors.lake_files import compact
from expectations.pages import write_pages
from expectations.runner import RULES, judge
from pipelines.cli import main
from tests.expectations.lake_builder import SOURCE, Workbook, land, quality_rows, workbook

NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
OLD, NEW = "1736478000.1", "1736478900.5"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Two judged loads; in the newer one a number is infinite."""

    def bend(book: Workbook) -> None:
        book.cells[0]["value"] = float("inf")

    lake = tmp_path / "lake"
    land(lake, OLD, [workbook("a.xlsx", date(2024, 11, 6))])
    land(lake, NEW, [workbook("b.xlsx", seed=1, bend=bend)])
    judge(lake, SOURCE, [OLD, NEW], RULES, NOW)
    return lake


def test_a_browser_shows_each_rule_with_its_remedy_and_asks_no_other_machine(
    lake: Path, tmp_path: Path
) -> None:
    before = quality_rows(lake, "verdict"), quality_rows(lake, "rejected")
    chromium = shutil.which("chromium") or pytest.fail("Thiếu trình duyệt chromium", pytrace=False)

    index = write_pages(lake, [(SOURCE, [NEW])], tmp_path / "docs", NOW)

    asked: list[str] = []
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(index.as_uri())
        row = page.locator("tr", has_text="Bảng cell").inner_text().split("\t")
        page.get_by_text("Bảng cell").click()
        rule = page.locator("tr", has_text="cell.number_finite")
        said, count = rule.inner_text(), rule.locator("td").last.inner_text()
        mark = "el => getComputedStyle(el, '::before').content"
        sign = rule.locator("i").evaluate(mark)
        browser.close()
    assert row[0] == SOURCE and row[1] == NEW and row[-1] == "2"
    assert "Giá trị không phải là số hữu hạn (NaN hoặc vô cùng) [chặn · đúng]" in said
    assert "Cách sửa: Mở đúng ô nêu trong lỗi" in said
    assert (count.strip(), sign) == ("1", '"✗"')
    assert [url for url in asked if not url.startswith("file:")] == []
    assert (quality_rows(lake, "verdict"), quality_rows(lake, "rejected")) == before


def test_a_compacted_load_is_still_shown_and_old_pages_go(lake: Path, tmp_path: Path) -> None:
    write_pages(lake, [(SOURCE, [OLD])], tmp_path / "docs", NOW)
    for table in ("cell", "file", "delivery"):
        assert compact(lake / SOURCE / table, [OLD, NEW], limit=1)
    write_pages(lake, [(SOURCE, [NEW])], tmp_path / "docs", NOW)

    pages = {path.name for path in (tmp_path / "docs").iterdir()}
    tables = ("cell", "file", "delivery", "so_dong")
    assert pages == {"index.html"} | {f"{SOURCE}.{NEW}.{table}.html" for table in tables}
    assert (tmp_path / "docs" / f"{SOURCE}.{NEW}.cell.html").read_text().count("fa-times") == 2


def test_the_command_prints_the_page_or_what_to_do(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KHO_HOME", str(tmp_path))
    assert main(["quality", "docs", "--source", SOURCE, "--load", OLD]) == 0
    index = Path(capsys.readouterr().out.strip())
    assert index == tmp_path / "quality_docs" / "index.html"
    assert OLD in index.read_text() and NEW not in index.read_text()
    assert main(["quality", "docs", "--load", "123"]) == 2
    assert "Không có đợt nạp 123" in capsys.readouterr().err

    monkeypatch.setenv("KHO_HOME", str(tmp_path / "none"))
    assert main(["quality", "docs"]) == 1
    assert "kho ingest" in capsys.readouterr().err
