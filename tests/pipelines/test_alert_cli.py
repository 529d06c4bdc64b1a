"""The commands on alerts as a person calls them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.steward.log import log_file, read_log
from tests.pipelines.test_cli import kho, one_line_of_complaint
from tests.support.alerts import publish_alerts

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def alert(tmp_path: Path) -> Call:
    publish_alerts(tmp_path)

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"KHO_NOW": "2020-05-20T10:00:00+07:00", "COLUMNS": "100", **environment}
        return kho("alert", *words, home=tmp_path, **given)

    return call


def listed(alert: Call, *words: str, **environment: str) -> dict[str, Any]:
    done = alert("list", "--format", "json", *words, **environment)
    assert done.returncode == 0, done.stderr
    return {row["alert_id"][:5]: row for row in json.loads(done.stdout)}


def test_the_list_shows_what_is_open_the_gravest_first(alert: Call) -> None:
    said = alert("list", "--limit", "1").stdout
    assert "aaaa1111" in said and "aaaa2222" not in said
    assert "12/05/2020 (quá hạn)" in " ".join(said.split()) and "1 trong 2 cảnh báo" in said


@pytest.mark.parametrize(
    "words, expected",
    [
        ([], ["aaaa1", "aaaa2"]),
        (["--all"], ["aaaa1", "aaaa2", "bbbb3"]),
        (["--level", "warn"], ["aaaa2"]),
        (["--indicator", "ban_le_tong_muc", "--all"], ["aaaa1", "bbbb3"]),
        (["--agency", "so_xay_dung"], ["aaaa2"]),
        (["--overdue"], ["aaaa1"]),
        (["--area", "Nghệ An", "--overdue"], ["aaaa1"]),
        (["--area", "P41-20040708"], []),
        (["--mine"], []),
    ],
)
def test_filters(alert: Call, words: list[str], expected: list[str]) -> None:
    assert list(listed(alert, *words)) == expected


def test_show_tells_why_who_and_each_step(alert: Call) -> None:
    alert("assign", "aaaa1", "--to", "Minh", "--reason", "họp chiều nay", "--by", "Lan")
    said = " ".join(alert("show", "aaaa1").stdout.split())
    for part in (
        "giảm 26 % so với cùng kỳ năm trước",
        "ngưỡng ban_le_tong_muc__so_cung_ky",
        "Sở Công Thương, hạn 12/05/2020 (quá hạn)",
        "đã giao (Minh)",
        "00:00 29/04/2020: bình thường → chờ đủ kỳ (kỳ đến 30/04/2020)",
        "chờ đủ kỳ → đang cảnh báo",
        "Lan đã giao cho Minh lúc 10:00 20/05/2020 (họp chiều nay)",
    ):
        assert part in said, part
    assert "Sở Giao thông vận tải" in alert("show", "aaaa2").stdout


def test_a_decision_shows_at_once_and_only_closing_ends_it(alert: Call, tmp_path: Path) -> None:
    assert "quyết định số 1" in alert("ack", "aaaa1", "--reason", "đã biết", "--by", "Lan").stdout
    alert("assign", "aaaa1", "--to", "Minh", "--reason", "hỏi doanh nghiệp", "--by", "Lan")
    assert listed(alert, "--mine", LOGNAME="Minh")["aaaa1"]["handling"] == "da_giao"
    words = ("--reason", "do dịch bệnh", "--verdict", "useful", "--by", "Chủ tịch")
    done = alert("close", "aaaa1", *words)
    assert "Trước đó: Lan đã giao" in done.stdout and "đóng, có ích" in done.stdout
    assert list(listed(alert)) == ["aaaa2"]
    closed = listed(alert, "--all")["aaaa1"]
    assert (closed["handling"], closed["verdict"], closed["is_overdue"]) == (
        *("da_dong", "useful"),
        False,
    )
    alert("reopen", "aaaa1", "--reason", "chưa xong", "--by", "Lan")
    again = listed(alert)["aaaa1"]
    assert (again["handling"], again["assignee"], again["is_overdue"]) == ("moi", None, True)
    # what ended by itself can still be judged
    assert alert("close", "bbbb", "--reason", "x", "--verdict", "false").returncode == 0
    assert [entry.action for entry in read_log(tmp_path / "lake").entries] == [
        *("ack", "assign", "close", "reopen", "close"),
    ]


@pytest.mark.parametrize(
    "words, status, said",
    [
        (["show", "zzzz"], 2, "Không có cảnh báo 'zzzz'"),
        (["ack", "aaaa", "--reason", "x"], 2, "trúng 2 cảnh báo"),
        (["ack", "aaaa1"], 2, "thiếu reason"),
        (["ack", "aaaa1", "--reason", " "], 2, "--reason"),
        (["close", "aaaa1", "--reason", "x"], 2, "thiếu verdict"),
        (["ack", "bbbb", "--reason", "x"], 1, "đã kết thúc"),
        (["reopen", "aaaa1", "--reason", "x"], 1, "chưa đóng"),
    ],
)
def test_a_wrong_decision_is_one_line_and_writes_nothing(
    alert: Call, tmp_path: Path, words: list[str], status: int, said: str
) -> None:
    assert said in one_line_of_complaint(alert(*words), status)
    assert not log_file(tmp_path / "lake").exists()


def test_noisy_rules_stand_first(alert: Call) -> None:
    rows = json.loads(alert("rules", "--format", "json").stdout)
    assert [(row["rule_id"], row["is_noisy"]) for row in rows] == [
        ("ban_le_tong_muc__so_cung_ky", True),
        ("a_calm_one", False),
    ]
    assert "2 ngưỡng" in alert("rules").stdout


def test_a_silence_says_how_many_alerts_it_fits(alert: Call) -> None:
    words = ("silence", "--until", "2020-06-01", "--reason", "sửa đường")
    assert "khớp 1 cảnh báo" in alert(*words, "--indicator", "ban_le_tong_muc").stdout
    assert "khớp 0 cảnh báo" in alert(*words, "--indicator", "ban_le").stdout
    assert alert("silences").stdout.count("đã tắt tin đến") == 2
