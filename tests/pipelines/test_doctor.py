"""What `kho doctor` says of the quality of what is published."""

import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.steward.log import log_file
from tests.pipelines.test_cli import kho
from tests.pipelines.test_scorecard_checks import COLUMNS, row
from tests.support.inbox import publish_inbox

BLOCKING = "aaaa1111"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_inbox(tmp_path)
    with_scores(tmp_path, row("a", 11, 97.0, 90.0, is_newest=True), row("a", 10, 1.0, 1.0))
    return tmp_path


def with_scores(home: Path, *rows: tuple[Any, ...]) -> None:
    with duckdb.connect(str(home / "warehouse" / "kho-1.duckdb")) as connection:
        connection.execute(f"create or replace table mart.quality_scorecard ({COLUMNS})")
        for given in rows:
            marks = ", ".join("?" * len(given))
            connection.execute(f"insert into mart.quality_scorecard values ({marks})", given)


def doctor(home: Path) -> subprocess.CompletedProcess[str]:
    return kho("doctor", home=home, KHO_NOW="2025-01-20T10:00:00+07:00")


def told(home: Path, title: str) -> tuple[str, str]:
    """The line about a thing, and the line after it."""
    lines = doctor(home).stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line[2:].startswith(title)]
    return lines[at], (*lines, "")[at + 1].strip()


def test_blocking_issues_are_counted_until_they_are_decided(home: Path) -> None:
    seen, remedy = told(home, "Vấn đề mức chặn")
    assert seen == "✘ Vấn đề mức chặn: 1 đang chờ"
    assert remedy.endswith("`kho steward list --severity chan`")
    assert kho("steward", "accept", BLOCKING, "--reason", "đúng", home=home).returncode == 0
    assert told(home, "Vấn đề mức chặn")[0] == "✔ Vấn đề mức chặn: không có"


def test_a_broken_log_is_told(home: Path) -> None:
    assert kho("steward", "accept", BLOCKING, "--reason", "đúng", home=home).returncode == 0
    assert told(home, "Nhật ký")[0] == "✔ Nhật ký quyết định: 1 quyết định, mã băm khớp"
    path = log_file(home / "lake")
    path.write_text(path.read_text().replace("đúng", "sai"))
    seen, remedy = told(home, "Nhật ký")
    assert seen.startswith("✘ Nhật ký quyết định: hỏng từ dòng 1")
    assert "kho steward verify" in remedy


def test_low_scores_of_the_newest_month_are_told(home: Path) -> None:
    seen, remedy = told(home, "Điểm chất lượng nguồn thong_ke")
    assert seen == (
        "✘ Điểm chất lượng nguồn thong_ke: dưới 95: Đủ 80,50 (11/2024); Sống 90,00 (11/2024)"
    )
    assert remedy.endswith("`kho steward list --source thong_ke`")


def test_a_publication_without_scores_is_no_failure(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse" / "kho-1.duckdb")) as connection:
        connection.execute("alter table mart.quality_scorecard drop column is_newest")
    done = doctor(home)
    assert "Điểm chất lượng" not in done.stdout and "Lỗi" not in done.stderr


def test_nothing_published_has_no_quality_to_tell(tmp_path: Path) -> None:
    said = doctor(tmp_path).stdout
    assert "Vấn đề mức chặn" not in said and "Điểm chất lượng" not in said
    assert "✔ Nhật ký quyết định: 0 quyết định" in said
