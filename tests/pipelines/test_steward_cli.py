"""The steward's commands as a person calls them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import REPOSITORY
from pipelines.steward.log import log_file, read_log
from tests.pipelines.test_cli import HEAVY, kho, one_line_of_complaint
from tests.support.inbox import publish_inbox

NOW = "2025-01-20T10:00:00+07:00"
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def steward(tmp_path: Path) -> Call:
    publish_inbox(tmp_path)

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"KHO_NOW": NOW, "COLUMNS": "100", **environment}
        return kho("steward", *words, home=tmp_path, **given)

    return call


def listed(steward: Call, *words: str, **environment: str) -> dict[str, Any]:
    done = steward("list", "--format", "json", *words, **environment)
    assert done.returncode == 0, done.stderr
    return {row["issue_id"][:4]: row for row in json.loads(done.stdout)}


def test_the_list_shows_what_waits_the_gravest_and_oldest_first(steward: Call) -> None:
    table = steward("list", "--limit", "2")
    lines = table.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    ids = [line.split()[0] for line in lines if line[:4] in ("aaaa", "bbbb", "cccc")]
    assert ids == ["aaaa1111", "aaaa2222"]
    assert "2 trong 3 vấn đề" in table.stdout and "13. Tongmuc!E9" in table.stdout
    csv = steward("list", "--all", "--format", "csv").stdout.splitlines()
    assert csv[0].startswith("issue_id,source,") and len(csv) == 5


@pytest.mark.parametrize(
    "words, expected",
    [
        (["--severity", "chan"], {"aaaa"}),
        (["--rule", "robust_z", "--family", "xuat_khau"], {"aaaa", "bbbb"}),
        (["--agency", "so_y_te"], set()),
        (["--source", "y_te"], set()),
        (["--state", "da_sua_tai_nguon"], {"cccc"}),
        (["--all"], {"aaaa", "bbbb", "cccc"}),
        (["--mine"], set()),
    ],
)
def test_filters(steward: Call, words: list[str], expected: set[str]) -> None:
    assert set(listed(steward, *words)) == expected


def test_show_tells_everything_and_drafts_the_letter(steward: Call) -> None:
    steward("assign", "aaaa1", "--to", "Minh", "--reason", "hỏi Cục", "--by", "Lan")
    said = steward("show", "aaaa1").stdout
    for part in (
        *("aaaa1111" + "0" * 24, "value_present (dung, Chặn)", "2024-12-29-Bieu.xlsx"),
        *("13. Tongmuc!E9", "791/903", "item_path: TỔNG SỐ", "Ghi lại con số vào ô"),
        *("lần đầu 06/01/2025", "Đang xử lý (Minh): hỏi Cục"),
        "Lan đã giao cho Minh lúc 10:00 20/01/2025 (hỏi Cục)",
        *("Kính gửi: Cục Thống kê", "trước ngày 27/01/2025"),
    ):
        assert part in " ".join(said.split()), part


def test_a_decision_shows_at_once(steward: Call) -> None:
    done = steward("accept", "aaaa2", "--reason", "Tết", "--by", "Lan")
    assert done.returncode == 0 and "quyết định số 1" in done.stdout
    steward("mute", "bbbb", "--until", "20/02/2025", "--reason", "chờ", "--by", "Lan")
    steward("assign", "aaaa1", "--to", "Minh", "--reason", "hỏi", "--by", "Lan")
    assert set(listed(steward)) == {"aaaa"}
    every = listed(steward, "--all")
    assert (every["bbbb"]["state"], every["bbbb"]["until"]) == ("bo_qua", "2025-02-20")
    mine = listed(steward, "--mine", LOGNAME="Minh")
    assert [row["state"] for row in mine.values()] == ["dang_xu_ly"]
    # the silence ends by itself
    later = listed(steward, KHO_NOW="2025-02-21T00:00:00+07:00")
    assert later["bbbb"]["state"] == "moi"
    again = steward("reopen", "aaaa2", "--reason", "xem lại", "--by", "Minh")
    assert "Trước đó: Lan đã chấp nhận" in again.stdout
    states = [row["state"] for row in json.loads(steward("list", "--format", "json").stdout)]
    assert states == ["dang_xu_ly", "moi"]


@pytest.mark.parametrize(
    "words, status, said",
    [
        (["show", "zzzz"], 2, "Không có vấn đề 'zzzz'"),
        (["show", "aaaa"], 2, "trúng 2 vấn đề"),
        (["accept", "aaaa1"], 2, "thiếu reason"),
        (["accept", "aaaa1", "--reason", " "], 2, "--reason"),
        (["accept", "aaaa1", "--reason", "x", "--by", ""], 2, "--by"),
        (["mute", "bbbb", "--reason", "x"], 2, "thiếu until"),
        (["mute", "bbbb", "--reason", "x", "--until", "2025-01-20"], 2, "sau hôm nay"),
        (["mute", "bbbb", "--reason", "x", "--until", "2026-01-22"], 2, "một năm"),
        (["accept", "cccc", "--reason", "x"], 1, "không còn mở"),
        (["answer", "aaaa1", "--value", "791/903", "--reason", "x"], 2, "không chắc"),
        (["answer", "aaaa1", "--value", "791.903", "--reason", "x"], 2, "không chắc"),
        (["answer", "aaaa1", "--value", "—", "--reason", "x"], 2, "một số"),
        (["answer", "aaaa1", "--value", "0,0000001", "--reason", "x"], 2, "quá nhiều"),
        (["answer", "aaaa2", "--value", "5", "--reason", "x", "--always"], 1, "bỏ --always"),
    ],
)
def test_a_wrong_decision_is_one_line_and_writes_nothing(
    steward: Call, tmp_path: Path, words: list[str], status: int, said: str
) -> None:
    assert said in one_line_of_complaint(steward(*words), status)
    assert not log_file(tmp_path / "lake").exists()


def test_an_answer_says_where_its_text_stands(steward: Call, tmp_path: Path) -> None:
    done = steward(
        "answer", "aaaa1", "--value", "791903,5", "--always", "--reason", "công văn", "--by", "Lan"
    )
    assert done.returncode == 0, done.stderr
    (entry,) = read_log(tmp_path / "lake").entries
    assert (entry.expect, entry.value, entry.scope) == ("791/903", "791903.5", "always")
    assert json.loads(entry.subject or "") == {
        "source_code": "thong_ke",
        "published_month": "2024-12-01",
        "sheet": "13. Tongmuc",
        "cell": "E9",
        "item_path": "TỔNG SỐ",
        "unit_text": "Tỷ đồng",
    }


def test_of_two_stewards_at_once_the_second_learns_what_the_first_decided(
    steward: Call, tmp_path: Path
) -> None:
    environment = {**os.environ, "KHO_HOME": str(tmp_path), "KHO_NOW": NOW}
    both = [
        subprocess.Popen(
            [
                *(str(REPOSITORY / "kho"), "steward", deed, "aaaa2", "--reason", "cùng lúc"),
                *("--by", by, "--expect-state", "moi", *more),
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for deed, by, more in (("accept", "Lan", []), ("assign", "Minh", ["--to", "Hoà"]))
    ]
    ends = {process.communicate()[1]: process.returncode for process in both}
    assert sorted(ends.values()) == [0, 1]
    (entry,) = read_log(tmp_path / "lake").entries
    (complaint,) = [said for said, status in ends.items() if status == 1]
    assert f"{entry.by} đã" in complaint and "cùng lúc" in complaint


def test_verify_names_the_broken_line_and_the_cut_tail(steward: Call, tmp_path: Path) -> None:
    assert "0 quyết định" in steward("verify").stdout
    for issue in ("aaaa1", "aaaa2", "bbbb"):
        steward("accept", issue, "--reason", "x", "--by", "Lan")
    path = log_file(tmp_path / "lake")
    lines = path.read_bytes().splitlines(keepends=True)
    assert "3 quyết định" in steward("verify").stdout

    path.write_bytes(lines[0] + lines[1].replace(b"Lan", b"Mai") + lines[2])
    assert "dòng 2 hỏng" in one_line_of_complaint(steward("verify"), 1)
    assert "dòng 2" in one_line_of_complaint(steward("reopen", "aaaa1", "--reason", "x"), 1)
    shown = steward("list")
    assert shown.returncode == 0 and "dòng 2" in shown.stderr

    path.write_bytes(lines[0] + lines[1])
    (tmp_path / "warehouse" / "kho.duckdb").unlink()
    (tmp_path / "warehouse" / "kho-1.duckdb").unlink()
    publish_inbox(tmp_path, 3, json.loads(lines[2])["hash"])
    assert "đuôi bị cắt" in one_line_of_complaint(steward("verify"), 1)


def test_expired_corrections_are_told(steward: Call) -> None:
    done = steward("list", "--expired")
    assert "qd-7" in done.stdout and "qd-8" not in done.stdout
    assert "Nguồn nay in «791.903»" in " ".join(done.stdout.split())
    rows = json.loads(steward("list", "--expired", "--format", "json").stdout)
    assert [row["correction_id"] for row in rows] == ["qd-7"]


def test_without_a_publication_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    assert "kho run" in one_line_of_complaint(kho("steward", "list", home=tmp_path), 1)


def test_the_inbox_opens_without_heavy_libraries(tmp_path: Path) -> None:
    publish_inbox(tmp_path)
    script = (
        "import sys; from pipelines.cli import main\n"
        "main(['steward', 'answer', 'aaaa1', '--value', '5', '--reason', 'x'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "quyết định số 1" in done.stdout, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
