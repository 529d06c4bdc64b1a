"""A sender killed at any point sends nothing twice, and says what it does not know."""

import os
import signal
import subprocess
import sys

import pytest

from pipelines.outbox import deliver, put
from pipelines.settings import REPOSITORY, Settings
from tests.outbox.conftest import START
from tests.outbox.test_delivering import later, some, states
from tests.support.http import answering
from tests.support.mail import MailServer

SENDER = (
    "from pipelines.settings import Settings; from pipelines.outbox import deliver\n"
    "print(deliver(Settings()).is_busy)"
)


def start_sender(settings: Settings, script: str = SENDER) -> subprocess.Popen[str]:
    given = {**os.environ, "KHO_HOME": str(settings.home), "KHO_NOW": START.isoformat()}
    return subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=given, stdout=subprocess.PIPE, text=True
    )


class Killer:
    """Kills a sender when the server reaches a step."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.victim: subprocess.Popen[str] | None = None

    def __call__(self, step: str, address: str) -> None:
        if self.victim and step == self.step:
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait()


def killed(settings: Settings, mail: MailServer, step: str) -> None:
    mail.script = killer = Killer(step)
    killer.victim = sender = start_sender(settings)
    sender.wait(30)
    assert sender.returncode == -signal.SIGKILL
    mail.script = lambda step, address: None


def test_killed_before_the_message_left_it_is_sent_again(
    settings: Settings, mail: MailServer
) -> None:
    put(settings, some("a", "1", "2"))
    killed(settings, mail, "rcpt")
    assert states(settings) == {"a1": "waiting", "a2": "waiting"} and not mail.mails
    assert deliver(settings).sent == 2
    assert mail.subjects("a@tinh.gov.vn") == ["Tin 1", "Tin 2"]


def test_killed_after_the_message_left_it_is_never_sent_again(
    settings: Settings, mail: MailServer
) -> None:
    put(settings, some("a", "1", "2") + some("b", "1"))
    killed(settings, mail, "message")
    assert states(settings)["a1"] == "handing"
    for hour in range(3):
        deliver(later(settings, hours=hour))
    assert states(settings) == {"a1": "unsure", "a2": "sent", "b1": "sent"}
    assert mail.subjects("a@tinh.gov.vn").count("Tin 1") <= 1
    assert mail.subjects("a@tinh.gov.vn")[-1] == "Tin 2"


def test_a_webhook_killed_before_it_answers_is_unsure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starlette.responses import Response

    sender: list[subprocess.Popen[str]] = []

    def script(number: int, asked: dict) -> Response:
        if sender:
            sender[0].send_signal(signal.SIGKILL)
            sender[0].wait()
        return Response()

    put(settings, some("a", "1", "2"))
    with answering(script) as hook:
        url = hook.url.replace("http://", "json://") + "/{address}"
        monkeypatch.setenv("KHO_CHANNEL_MAIL", url)
        sender.append(start_sender(settings))
        sender[0].wait(30)
        sender.clear()
        assert states(settings) == {"a1": "handing", "a2": "waiting"}
        assert deliver(settings).sent == 1 and deliver(settings).sent == 0
        assert [asked["title"] for asked in hook.asked] == ["Tin 1", "Tin 2"]


def test_a_second_sender_says_that_the_first_is_at_work(
    settings: Settings, mail: MailServer
) -> None:
    put(settings, some("a", "1", "2"))
    seen: list[bool] = []

    def script(step: str, address: str) -> None:
        if step == "message" and not seen:
            seen.append(deliver(settings).is_busy)

    mail.script = script
    first = start_sender(settings)
    assert first.communicate(timeout=30)[0] == "False\n"
    assert seen == [True] and mail.subjects("a@tinh.gov.vn") == ["Tin 1", "Tin 2"]


def test_put_is_durable_while_a_sender_works(settings: Settings, mail: MailServer) -> None:
    put(settings, some("a", "1"))

    def script(step: str, address: str) -> None:
        if step == "message":
            put(settings, some("a", "2"))

    mail.script = script
    assert deliver(settings).sent == 2
    assert mail.subjects("a@tinh.gov.vn") == ["Tin 1", "Tin 2"]
