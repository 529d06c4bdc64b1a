"""The watchdog speaks once when the telling is silent or stuck, and lets it be when all is well."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.responses import Response

from pipelines.alerting.watchdog import look
from pipelines.outbox import Message, deliver, put, store
from pipelines.settings import Settings
from tests.outbox.conftest import START
from tests.pipelines.test_cli import kho
from tests.support.http import Answers, answering
from tests.support.mail import MailServer

PEOPLE = """\
recipients:
  - {name: a, title: Sở A, channel: mail, address: a@b.vn}
  - {name: operator, title: Trực, level: none, is_operator: true, channel: hook, address: x}
"""
At = Callable[..., Settings]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    with answering(lambda number, asked: Response()) as answers:
        monkeypatch.setenv("KHO_CHANNEL_HOOK", answers.url.replace("http://", "json://"))
        yield answers


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    monkeypatch.setenv("KHO_CHANNEL_MAIL", server.url)
    yield server
    server.stop()


@pytest.fixture
def at(tmp_path: Path) -> At:
    (tmp_path / "recipients.yaml").write_text(PEOPLE, encoding="utf-8")
    return lambda **since: Settings(home=tmp_path, target="duckdb", now=START + timedelta(**since))


def kinds(settings: Settings) -> list[str]:
    return [trouble.what for trouble in look(settings)]


def said(hook: Answers) -> list[str]:
    return [asked["message"] for asked in hook.asked]


def test_a_silent_job_is_told_once_for_each_silence(at: At, hook: Answers) -> None:
    assert kinds(at()) == [], "what never ran has promised nothing"
    deliver(at())
    assert kinds(at(minutes=4)) == [] and kinds(at(minutes=6)) == ["deliver"]
    assert kinds(at(hours=3)) == ["deliver"]
    (message,) = said(hook)
    assert message.startswith("Việc gửi tin im lặng từ 08:00 06/03/2025; kiểm tra")
    deliver(at(hours=4))
    assert kinds(at(hours=4)) == []
    assert kinds(at(hours=5)) == ["deliver"] and len(said(hook)) == 2


def test_waiting_and_unsure_messages_are_told(at: At, hook: Answers, mail: MailServer) -> None:
    put(at(), [Message("1", "a", "Tin", "Nội dung")])
    deliver(at(minutes=55))
    assert kinds(at(minutes=59)) == []
    deliver(at(minutes=61))
    assert kinds(at(minutes=61)) == ["waiting"]
    assert said(hook) == ["1 tin chờ hơn một giờ (không kết nối được); xem `kho alert outbox`"]
    with store.opened(at()) as db:
        store.change_state(db, 1, "unsure", at().clock())
    assert kinds(at(minutes=62)) == ["unsure"] and len(said(hook)) == 2


def test_only_a_well_job_touches_the_outer_switch(
    at: At, hook: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHO_HEARTBEAT_URL", f"{hook.url}/beat/secret")
    deliver(at())
    look(at())
    assert [asked["path"] for asked in hook.asked] == ["/beat/secret"]
    assert look(at(hours=1)) and [asked["path"] for asked in hook.asked] == ["/beat/secret", "/"]


def test_the_command_says_what_is_wrong_and_fails(at: At, hook: Answers) -> None:
    settings = at()
    deliver(settings)
    late = {"KHO_NOW": at(hours=1).clock().isoformat()}
    done = kho("alert", "watchdog", home=settings.home, **late)
    assert done.returncode == 1 and done.stdout.startswith("Việc gửi tin im lặng từ 08:00")
    deliver(at(hours=1))
    assert kho("alert", "watchdog", home=settings.home, **late).returncode == 0


def test_it_stays_and_outlives_a_wrong_file(at: At, hook: Answers) -> None:
    settings = at()
    deliver(settings)
    (settings.home / "recipients.yaml").write_text("recipients: 1", encoding="utf-8")
    script = (
        "import sys, time; from datetime import datetime; from pathlib import Path\n"
        "from pipelines.alerting import watchdog; from pipelines.settings import Settings\n"
        f"file = Path({str(settings.home / 'recipients.yaml')!r})\n"
        "turns = 0\n"
        "def sleep(seconds):\n"
        "    global turns\n"
        "    turns += 1\n"
        f"    file.write_text({PEOPLE!r}, encoding='utf-8')\n"
        "    if turns == 3: sys.exit()\n"
        "time.sleep = sleep\n"
        f"now = datetime.fromisoformat({at(hours=1).clock().isoformat()!r})\n"
        f"settings = Settings(home=Path({str(settings.home)!r}), target='duckdb', now=now)\n"
        "watchdog.keep_looking(settings, 60)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    first, second = done.stderr.strip().splitlines()
    assert "recipients.yaml dòng 1" in first and second.startswith("Việc gửi tin im lặng")
    assert len(said(hook)) == 1
