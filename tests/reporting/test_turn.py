"""Each step of the monthly report is done once, at its hour, and somebody hears when it cannot."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.editions import editions
from pipelines.outbox import deliver
from pipelines.reporting.record import sent_editions
from pipelines.reporting.turn import NOBODY, is_due, take_turn
from pipelines.settings import REPOSITORY, Settings
from tests.reporting.conftest import FINALS, Office, lacks

CHAIRMAN, EDITOR, AGENCY, OPERATOR = "ct@x.vn", "bt@x.vn", "ct2@x.vn", "truc@x.vn"


def did(settings: Settings) -> list[str]:
    """Take the turn of a moment and insist that nothing stood in its way."""
    turn = take_turn(settings)
    assert not turn.trouble
    assert not is_due(settings), "một mốc đã làm thì không còn đến lượt"
    return list(turn.did)


def test_the_steps_of_a_month_in_their_order(office: Office) -> None:
    office.publish(lacks(12, "thiếu biểu xuất khẩu"))
    assert not is_due(office.at(12, 15, 7)) and did(office.at(12, 15, 7)) == []
    assert is_due(office.at(12, 15, 8))
    assert did(office.at(12, 15, 8)) == ["mốc preflight tháng 12/2024"]
    assert did(office.at(12, 15, 9)) == []
    assert did(office.at(12, 19, 8)) == ["mốc remind_5 tháng 12/2024"]
    assert did(office.at(12, 20, 6)) == ["lập dự thảo 1 tháng 12/2024"]
    assert did(office.at(12, 24, 14)) == ["mốc remind_1 tháng 12/2024"]
    assert did(office.at(12, 24, 15)) == ["chốt và gửi báo cáo tháng 12/2024"]
    assert did(office.at(12, 24, 16)) == did(office.at(12, 31, 9)) == []
    # the agency hears what it owes, whoever makes the report hears all, nobody else anything
    assert len(office.got(AGENCY, "còn thiếu 1 mục")) == 3 == len(office.mail.subjects(AGENCY))
    assert len(office.got(OPERATOR, "còn thiếu 1 mục")) == 3
    assert office.mail.subjects(EDITOR) == [
        "Dự thảo báo cáo tháng 12/2024 (bản 1)",
        "Báo cáo tháng 12/2024",
    ]
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]


def test_what_is_missing_is_told_with_whose_it_is_and_by_when(office: Office) -> None:
    office.publish(lacks(12, "Sở Công Thương còn thiếu 2 mục tháng 11/2024"))
    take_turn(office.at(12, 15, 8))
    (told,) = [mail for mail in office.mail.mails if mail.to == AGENCY]
    assert told.body.replace("\r", "").strip() == (
        "Báo cáo tháng 12/2024 (kỳ số liệu 15/11/2024 – 14/12/2024) chốt ngày 24/12/2024, phải đến "
        "trước 25/12/2024.\n\n– Sở Công Thương: Sở Công Thương còn thiếu 2 mục tháng 11/2024. Cần "
        "trước hết ngày 23/12/2024."
    )


def test_what_is_sent_is_the_edition_and_the_log_says_so(office: Office) -> None:
    office.publish()
    did(office.at(12, 24, 15))
    (edition,) = editions(office.settings, "2024-12")
    (mail,) = [mail for mail in office.mail.mails if mail.to == CHAIRMAN]
    stored = {path.name: path.read_bytes() for path in edition.files}
    assert dict(mail.attachments) == stored
    assert sent_editions(office.settings, "2024-12") == [1]
    log = (office.settings.lake / "_steward" / "decision.jsonl").read_text(encoding="utf-8")
    (entry,) = map(json.loads, log.splitlines())
    assert (entry["action"], entry["by"]) == ("report", "kho dữ liệu số")
    assert json.loads(entry["subject"])["checksums"] == edition.checksums


def test_a_day_off_moves_the_final_edition_to_the_working_day_before(office: Office) -> None:
    office.publish()
    assert FINALS[11] == 22
    assert did(office.at(11, 22, 14)) == [
        "mốc remind_1 tháng 11/2024",
        "lập dự thảo 1 tháng 11/2024",
    ]
    assert did(office.at(11, 22, 15)) == ["chốt và gửi báo cáo tháng 11/2024"]


def test_a_warehouse_that_slept_does_what_is_left_of_its_month_and_no_older_one(
    office: Office,
) -> None:
    office.publish()
    # nothing of October was begun here, so nobody expects it from this warehouse
    assert did(office.at(11, 1, 9)) == []
    assert did(office.at(11, 22, 20)) == [
        "mốc remind_1 tháng 11/2024",
        "chốt và gửi báo cáo tháng 11/2024",
    ]
    did(office.at(12, 20, 7))
    # December was begun and slept through: it is sent late rather than never
    assert is_due(office.at(12, 27, 9))
    assert "chốt và gửi báo cáo tháng 12/2024" in did(office.at(12, 27, 9))


def test_a_report_that_cannot_be_made_names_who_must_act_in_time_and_mends_itself(
    office: Office,
) -> None:
    office.publish("delete from mart.indicator_yoy where period_start = date '2024-12-01'")
    turn = take_turn(office.at(12, 24, 15))
    assert "Kho chưa có số liệu của kỳ 12/2024" in turn.trouble
    take_turn(office.at(12, 24, 16))
    assert office.mail.subjects(CHAIRMAN) == []
    (told,) = [mail for mail in office.mail.mails if "chưa chốt được" in mail.subject]
    assert told.to == OPERATOR and "Người phải xử lý: người trực kho dữ liệu" in told.body
    office.publish()
    assert did(office.at(12, 24, 17)) == ["chốt và gửi báo cáo tháng 12/2024"]
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]


def test_where_nobody_gets_the_report_it_lies_ready_and_is_not_called_sent(office: Office) -> None:
    office.publish()
    people = office.settings.home / "recipients.yaml"
    told = people.read_text(encoding="utf-8")
    people.unlink()
    (done,) = did(office.at(12, 24, 15))[-1:]
    assert done == f"chốt báo cáo tháng 12/2024; chưa gửi: {NOBODY}"
    assert sent_editions(office.settings, "2024-12") == [] and did(office.at(12, 24, 16)) == []
    people.write_text(told, encoding="utf-8")
    assert did(office.at(12, 24, 17)) == ["chốt và gửi báo cáo tháng 12/2024"]
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]


def test_leaders_hear_when_the_day_has_come_without_a_report(office: Office) -> None:
    office.publish("delete from mart.indicator_yoy where period_start = date '2024-12-01'")
    take_turn(office.at(12, 24, 15))
    take_turn(office.at(12, 25, 0))
    assert len(office.got(CHAIRMAN, "chưa chốt được")) == 1


def test_mail_that_is_down_keeps_the_report_until_it_is_up(office: Office) -> None:
    office.publish()
    office.mail.stop()
    did(office.at(12, 24, 15))
    office.mail.start()
    deliver(office.at(12, 24, 21))
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import {module}
{module}.{name} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
from pipelines.reporting.turn import take_turn
from pipelines.settings import Settings
take_turn(Settings(home=Path({home!r}), now=datetime.fromisoformat({now!r})))
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pipelines.editions.making", "store"),
        ("pipelines.reporting.turn", "note_sent"),
        pytest.param("pipelines.reporting.turn", "send_edition", marks=pytest.mark.slow),
        pytest.param("pipelines.reporting.turn", "deliver", marks=pytest.mark.slow),
    ],
)
def test_a_turn_that_is_killed_is_finished_by_the_next(
    office: Office, module: str, name: str
) -> None:
    office.publish()
    at = office.at(12, 24, 15)
    program = KILLED.format(module=module, name=name, home=str(at.home), now=at.now.isoformat())
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    take_turn(office.at(12, 24, 15, 15))
    deliver(office.at(12, 24, 15, 20))
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]
    assert len(editions(office.settings, "2024-12")) == len(sent_editions(at, "2024-12")) == 1


def test_two_schedulers_send_one_report(office: Office) -> None:
    office.publish()
    at = office.at(12, 24, 15)
    command = [str(Path(REPOSITORY) / "kho"), "report", "turn"]
    environment = {**os.environ, "KHO_HOME": str(at.home), "KHO_NOW": at.now.isoformat()}
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in "ab"]
    assert [process.wait(120) for process in both] == [0, 0]
    deliver(office.at(12, 24, 16))
    assert office.mail.subjects(CHAIRMAN) == ["Báo cáo tháng 12/2024"]
    assert sent_editions(office.settings, "2024-12") == [1]
