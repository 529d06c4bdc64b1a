"""Messages arrive once and in order, whatever the mail server does."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.outbox import Message, deliver, is_idle, put, store
from pipelines.settings import Settings
from tests.outbox.conftest import START
from tests.support.mail import MailServer


def later(settings: Settings, **since: float) -> Settings:
    return settings.model_copy(update={"now": START + timedelta(**since)})


def states(settings: Settings) -> dict[str, str]:
    with store.opened(settings) as db:
        rows = db.execute("select recipient || key as name, state from message order by id")
        return {row["name"]: row["state"] for row in rows}


def some(recipient: str, *keys: str) -> list[Message]:
    return [Message(key, recipient, f"Tin {key}", f"Nội dung {key}") for key in keys]


def test_a_message_arrives_as_it_was_written_and_once(
    settings: Settings, mail: MailServer, tmp_path: Path
) -> None:
    letter = tmp_path / "Công văn.txt"
    letter.write_bytes(b"mot")
    message = Message("k", "a", "Cảnh báo\tmới", "Dòng 1: ≥ 5 %\n.\nDòng 3", (letter,))
    assert put(settings, [message, message]) == 1
    letter.write_bytes(b"hai")
    assert put(settings, [message]) == 0
    assert deliver(settings).sent == 1 and deliver(settings).sent == 0
    (got,) = mail.mails
    assert (got.to, got.subject) == ("a@tinh.gov.vn", "Cảnh báo mới")
    assert got.body.rstrip("\n") == message.body
    assert [content for _, content in got.attachments] == ["mot"]
    assert got.receipt.startswith("kho-1-")


def test_every_attachment_arrives(settings: Settings, mail: MailServer, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("bao-cao.docx", "bao-cao.pdf", "phu-luc.xlsx")]
    for file in files:
        file.write_bytes(file.name.encode())
    put(settings, [Message("k", "a", "Báo cáo", "Gửi kèm.", tuple(files))])
    deliver(settings)
    (got,) = mail.mails
    assert dict(got.attachments) == {file.name: file.name.encode() for file in files}


def test_six_hours_without_a_server_lose_nothing_and_keep_the_order(
    settings: Settings, mail: MailServer
) -> None:
    mail.stop()
    for hour in range(6):
        at = later(settings, hours=hour)
        put(at, some("a", f"{hour}") + some("b", f"{hour}"))
        left = deliver(at)
        assert (left.sent, left.waiting, left.unsure) == (0, 2 * (hour + 1), 0)
    mail.start()
    assert deliver(later(settings, hours=6)).waiting == 0
    expected = [f"Tin {hour}" for hour in range(6)]
    assert mail.subjects("a@tinh.gov.vn") == mail.subjects("b@tinh.gov.vn") == expected


def test_a_turn_is_worth_a_run_only_when_a_message_is_due(
    settings: Settings, mail: MailServer
) -> None:
    assert is_idle(settings)
    put(settings, some("a", "1"))
    assert not is_idle(settings)
    mail.stop()
    deliver(settings)
    assert is_idle(later(settings, seconds=59)) and not is_idle(later(settings, minutes=1))
    mail.start()
    deliver(later(settings, minutes=1))
    assert is_idle(later(settings, minutes=1))


def test_a_dead_channel_is_asked_once_a_turn_and_ever_more_seldom(
    settings: Settings, mail: MailServer
) -> None:
    mail.script = lambda step, address: "421 closing" if step == "rcpt" else None
    put(settings, some("a", "1", "2") + some("b", "1"))
    asked = []
    for minute in (0, 0.5, 1, 2.9, 3, 6, 7, 14, 15, 30, 31, 60, 61, 90, 91, 92):
        before = mail.sessions
        deliver(later(settings, minutes=minute))
        if mail.sessions > before:
            assert mail.sessions == before + 1
            asked.append(minute)
    assert asked == [0, 1, 3, 7, 15, 31, 61, 91]


def test_one_refused_address_stops_neither_its_next_message_nor_others(
    settings: Settings, mail: MailServer
) -> None:
    put(settings, some("a", "1", "2") + some("b", "1"))
    answers = iter(["550 no such user", None, None])
    mail.script = lambda step, address: next(answers) if step == "rcpt" else None
    done = deliver(settings)
    assert (done.sent, done.refused, done.waiting) == (2, 1, 0)
    assert states(settings) == {"a1": "refused", "a2": "sent", "b1": "sent"}


def test_a_full_mailbox_keeps_its_messages_in_order_while_others_get_theirs(
    settings: Settings, mail: MailServer
) -> None:
    mail.script = lambda step, address: "452 full" if address.startswith("a") else None
    put(settings, some("a", "1", "2") + some("b", "1"))
    assert deliver(settings).sent == 1
    mail.script = lambda step, address: None
    assert deliver(settings).sent == 0, "not before its pause is over"
    assert deliver(later(settings, minutes=1)).sent == 2
    assert mail.subjects("a@tinh.gov.vn") == ["Tin 1", "Tin 2"]


@pytest.mark.parametrize("code, state", [("451 later", "waiting"), ("554 spam", "refused")])
def test_a_server_that_answers_the_message_with_an_error_has_not_got_it(
    settings: Settings, mail: MailServer, code: str, state: str
) -> None:
    mail.script = lambda step, address: code if step == "message" else None
    put(settings, some("a", "1"))
    deliver(settings)
    assert states(settings) == {"a1": state}


def test_a_channel_without_a_url_or_an_unknown_recipient_waits(
    settings: Settings, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, some("nobody", "1") + some("a", "1"))
    monkeypatch.setenv("KHO_CHANNEL_MAIL", "no url at all")
    assert deliver(settings).waiting == 2
    monkeypatch.delenv("KHO_CHANNEL_MAIL")
    assert deliver(later(settings, hours=1)).waiting == 2
    with store.opened(settings) as db:
        notes = [row["note"] for row in db.execute("select note from message order by id")]
    assert notes == ["người nhận không còn trong recipients.yaml", "thiếu KHO_CHANNEL_MAIL"]


def test_without_recipients_nothing_is_sent(tmp_path: Path) -> None:
    assert deliver(Settings(home=tmp_path, now=START)).sent == 0
