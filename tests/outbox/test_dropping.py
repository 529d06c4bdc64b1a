"""Messages laid down in a folder or on a real SFTP server: whole, once, and only where trusted."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.outbox import Message, deliver, put, store
from pipelines.outbox.dropping import LETTER
from pipelines.settings import Settings
from tests.outbox.conftest import START
from tests.outbox.test_delivering import later
from tests.support.sftp import PASSWORD, USER, SftpServer

DROP = """\
recipients:
  - {name: vp, title: Văn phòng, channel: drop, address: van phong/bao cao}
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "recipients.yaml").write_text(DROP, encoding="utf-8")
    (tmp_path / "bao-cao.docx").write_bytes(b"PK ban 1")
    return Settings(home=tmp_path, target="duckdb", now=START)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "nhan"
    folder.mkdir()
    return folder


@pytest.fixture
def server(home: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    running = SftpServer(shelf)
    login = f"{USER}:{quote(PASSWORD, safe='')}"
    url = f"sftp://{login}@127.0.0.1:{running.port}/den/{{address}}"
    monkeypatch.setenv("KHO_CHANNEL_DROP", url)
    (home.home / "known_hosts").write_text(running.known, encoding="utf-8")
    yield running
    running.stop()


def message(home: Settings) -> Message:
    file = home.home / "bao-cao.docx"
    return Message("report:2025-03:final:1", "vp", "Báo cáo", "Gửi kèm.", (file,))


def assert_lies_there(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"bao-cao.docx", LETTER}
    assert (folder / "bao-cao.docx").read_bytes() == b"PK ban 1"
    assert (folder / LETTER).read_text(encoding="utf-8") == "Báo cáo\n\nGửi kèm.\n"


def note(home: Settings) -> tuple[str, str]:
    with store.opened(home) as db:
        row = db.execute("select state, note from message").fetchone()
        return row["state"], row["note"]


def test_a_folder_gets_the_files_and_then_the_letter(
    home: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHO_CHANNEL_DROP", f"file://{shelf}/{{address}}")
    assert put(home, [message(home)]) == 1
    assert (deliver(home).sent, deliver(home).sent) == (1, 0)
    assert_lies_there(shelf / "van phong" / "bao cao" / "report-2025-03-final-1")


def test_a_server_gets_them_too_and_twice_changes_nothing(
    home: Settings, shelf: Path, server: SftpServer
) -> None:
    put(home, [message(home)])
    assert deliver(home).sent == 1
    folder = shelf / "den" / "van phong" / "bao cao" / "report-2025-03-final-1"
    assert_lies_there(folder)
    with store.opened(home) as db:
        db.execute("update message set state = 'waiting'")
    assert deliver(home).sent == 1
    assert_lies_there(folder)


def test_what_was_cut_short_is_laid_down_again_without_a_doubt(
    home: Settings, shelf: Path, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, [message(home)])
    server.stop()
    assert (left := deliver(home)).waiting == 1 and left.unsure == 0
    again = SftpServer(shelf)
    url = f"sftp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{again.port}/{{address}}"
    monkeypatch.setenv("KHO_CHANNEL_DROP", url)
    (home.home / "known_hosts").write_text(again.known, encoding="utf-8")
    assert deliver(later(home, hours=1)).sent == 1
    again.stop()
    assert_lies_there(shelf / "van phong" / "bao cao" / "report-2025-03-final-1")


@pytest.mark.parametrize(
    ("known", "said"),
    [("", "chưa tin máy chủ 127.0.0.1: chạy `ssh-keyscan"), ("other", "khác khóa trong")],
)
def test_a_server_that_is_not_known_gets_nothing(
    home: Settings, shelf: Path, server: SftpServer, known: str, said: str
) -> None:
    if known:
        stranger = SftpServer(shelf)
        stranger.stop()
        known = f"[127.0.0.1]:{server.port} {stranger.known.partition(' ')[2]}"
    (home.home / "known_hosts").write_text(known, encoding="utf-8")
    put(home, [message(home)])
    assert deliver(home).waiting == 1
    assert said in note(home)[1] and PASSWORD not in note(home)[1]
    assert list(shelf.iterdir()) == []


def test_a_wrong_password_waits_and_says_so(
    home: Settings, shelf: Path, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHO_CHANNEL_DROP", f"sftp://x:y@127.0.0.1:{server.port}/den/{{address}}")
    put(home, [message(home)])
    assert deliver(home).waiting == 1
    assert note(home) == ("waiting", "máy chủ 127.0.0.1 từ chối đăng nhập hoặc không có")


def test_an_address_cannot_climb_out_of_its_folder(
    home: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = DROP.replace("van phong/bao cao", "../../khac")
    (home.home / "recipients.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("KHO_CHANNEL_DROP", f"file://{shelf}/{{address}}")
    put(home, [message(home)])
    assert deliver(home).waiting == 1
    assert "không có .." in note(home)[1] and list(shelf.iterdir()) == []
