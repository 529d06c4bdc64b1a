"""`kho remind` as a person calls it."""

import json
from pathlib import Path

import pytest

from tests.pipelines.test_cli import kho, one_line_of_complaint
from tests.support.reminders import NOW, publish_ledger


def test_from_the_draft_to_the_settled_contest(tmp_path: Path) -> None:
    publish_ledger(tmp_path)

    def remind(*words: str) -> str:
        done = kho("remind", *words, home=tmp_path, KHO_NOW=NOW, COLUMNS="300")
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    said = remind()
    assert "Sở Tài chính: 2 việc, lần thứ 1 năm 2025; gửi tai_chinh" in said
    assert "kho remind --sent-by-hand --agency so_yt" in said and "chưa gửi" in said
    assert "1 công văn. Bước tiếp theo" in remind("--send", "--by", "Lan")
    rows = json.loads(remind("list", "--agency", "so_tc", "--format", "json"))
    assert [(row["days_late"], row["reminders_sent"]) for row in rows] == [(23, 1), (8, 1)]
    key = rows[0]["last_reminder_id"]
    words = ("--reason", "đã gửi ngày 24/02", "--by", "Sở Tài chính")
    assert "Sở Tài chính đã nêu ý kiến" in remind("contest", key[:8], *words)
    assert "đang có ý kiến: đã gửi ngày 24/02" in remind("list")
    assert "Lan đã rút" in remind("withdraw", key, "--reason", "đúng", "--by", "Lan")
    done = kho("remind", "contest", key, "--reason", "x", home=tmp_path, KHO_NOW=NOW)
    assert "đã rút: không còn quyết định thế được" in one_line_of_complaint(done, 1)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["contest", "zzzz", "--reason", "x"], 2, "Không có lần nhắc 'zzzz'"),
        (["uphold", "zzzz"], 2, "thiếu reason"),
    ],
)
def test_a_wrong_call_is_one_line(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    publish_ledger(tmp_path)
    done = kho("remind", *words, home=tmp_path, KHO_NOW=NOW)
    assert said in one_line_of_complaint(done, status)
