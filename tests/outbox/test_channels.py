"""Webhooks, secrets and the file of recipients."""

import logging
from pathlib import Path

import pytest
from starlette.responses import Response

from pipelines.errors import UserError
from pipelines.outbox import deliver, put
from pipelines.outbox.recipients import EXAMPLE, recipients
from pipelines.settings import Settings
from tests.outbox.test_delivering import later, some, states
from tests.support.http import answering

SECRET = "bi-mat-khong-ai-duoc-thay"


@pytest.mark.parametrize(
    "status, state",
    [(200, "sent"), (400, "refused"), (404, "waiting"), (503, "waiting"), (500, "unsure")],
)
def test_what_a_webhook_answers_says_what_became_of_the_message(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, status: int, state: str
) -> None:
    put(settings, some("a", "1"))
    with answering(lambda number, asked: Response(status_code=status)) as hook:
        url = hook.url.replace("http://", "json://")
        monkeypatch.setenv("KHO_CHANNEL_MAIL", f"{url}/{{address}}")
        deliver(settings)
        deliver(settings)
        (asked,) = hook.asked
    assert states(settings) == {"a1": state}
    assert (asked["path"], asked["message"]) == ("/a@tinh.gov.vn", "Nội dung 1")
    assert asked["headers"]["idempotency-key"].startswith("kho-1-")


def test_a_webhook_that_is_down_keeps_the_message(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, some("a", "1"))
    with answering(lambda number, asked: Response()) as hook:
        gone = hook.url.replace("http://", "json://")
    monkeypatch.setenv("KHO_CHANNEL_MAIL", gone)
    assert deliver(settings).waiting == 1 and states(settings) == {"a1": "waiting"}


def test_no_secret_of_a_channel_is_ever_written(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    put(settings, some("a", "1"))
    answers = [500, 503]
    with answering(lambda number, asked: Response(status_code=answers[number % 2])) as hook:
        host = hook.url.removeprefix("http://")
        urls = [f"json://kho:{SECRET}@{host}/{SECRET}", f"json://kho:{SECRET}@127.0.0.1:1"]
        urls += [f"mailto://kho:{SECRET}@127.0.0.1:1/?from=a%40b.vn&to={{address}}"]
        urls += [f"nothing://{SECRET}"]
        for hour, url in enumerate(urls):
            monkeypatch.setenv("KHO_CHANNEL_MAIL", url)
            put(settings, some("a", f"next{hour}"))
            deliver(later(settings, hours=hour))
        assert hook.asked, "the channel was really used"
    out, err = capfd.readouterr()
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    for text in (out, err, caplog.text, kept.decode("utf-8", "replace")):
        assert SECRET not in text


def read(home: Path, text: str) -> list:
    (home / "recipients.yaml").write_text(text, encoding="utf-8")
    return recipients(Settings(home=home))


def test_the_example_is_right(tmp_path: Path) -> None:
    first, leader, operator = read(tmp_path, EXAMPLE)
    assert first.agency_codes == ("so_ct",) and not first.is_leader
    assert leader.is_leader and leader.level == "alarm" and operator.is_operator


@pytest.mark.parametrize(
    "wrong, said",
    [
        ("level: alarm", "dòng 11: recipients.1.level: chỉ nhận warn"),
        ("channel: telegram", "dòng 20: recipients.2.channel: chỉ dùng chữ thường"),
        ("name: chu_tich", "dòng 1: recipients: tên trùng: so_cong_thuong"),
        ("recipients:", "cú pháp YAML"),
        ("address: vpct@tinh.gov.vn", "recipients.1.address: thiếu"),
    ],
)
def test_a_wrong_file_names_its_line_and_field(tmp_path: Path, wrong: str, said: str) -> None:
    new = {
        "level: alarm": "level: nặng",
        "channel: telegram": "channel: Tele gram",
        "name: chu_tich": "name: so_cong_thuong",
        "recipients:": "recipients: [",
        "address: vpct@tinh.gov.vn": "is_operator: false",
    }[wrong]
    with pytest.raises(UserError) as caught:
        read(tmp_path, EXAMPLE.replace(wrong, new))
    assert said in str(caught.value) and "\n" not in str(caught.value)
