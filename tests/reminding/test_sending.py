"""A reminder is recorded and sent once, however often, by how many, or how rudely it is tried."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import UserError
from pipelines.outbox import deliver, store
from pipelines.reminding.contesting import decide
from pipelines.reminding.ledger import read_ledger
from pipelines.reminding.letter import Letter, render
from pipelines.reminding.limits import Limits, limits_on, working_days_after
from pipelines.reminding.sending import planned, send, write_drafts
from pipelines.settings import REPOSITORY, Settings
from pipelines.steward.log import Draft, append, log_file, read_log
from tests.support.mail import MailServer
from tests.support.reminders import DOSSIERS, HEALTH, TASKS

SEND = "from pipelines.settings import Settings; from pipelines.reminding import sending\n"


def in_outbox(settings: Settings) -> list[tuple[str, str]]:
    with store.opened(settings) as db:
        rows = db.execute("select key, recipient from message order by id")
        return [(row["key"], row["recipient"]) for row in rows]


def later(settings: Settings, day: str) -> Settings:
    """Give the home on another day, with a publication of that day."""
    now = datetime.fromisoformat(f"{day}T08:00:00+07:00")
    with duckdb.connect(str(settings.published_db.resolve())) as connection:
        connection.execute("update mart.publication set known_at = ?", [now])
    return settings.model_copy(update={"now": now})


def start(settings: Settings, script: str) -> subprocess.Popen[str]:
    assert settings.now
    given = {**os.environ, "KHO_HOME": str(settings.home), "KHO_NOW": settings.now.isoformat()}
    return subprocess.Popen([sys.executable, "-c", script], cwd=REPOSITORY, env=given, text=True)


def reminded(settings: Settings) -> list[str]:
    return [entry.reason for entry in read_log(settings.lake).entries if entry.action == "remind"]


def remind_before(settings: Settings, days: Iterable[str], agency: str = "so_tc") -> None:
    """Record letters of earlier days about something else."""
    for day in days:
        item = {"reminder_id": f"{agency}{day}", "submission_id": day, "form_name": "f"}
        told = {"agency_code": agency, "agency_name": "Sở", "letter": "x.docx"}
        told |= {"day": day, "answer_by": day, "number_in_year": 1, "meaning": ""}
        line = {"said": "s", "period_label": "p", "due_date": day, "days_late": 1, "number": 1}
        subject = json.dumps(told | {"is_simulated": False, "items": [item | line]})
        drafted = Draft(issue_id=f"l{agency}{day}", action="remind", by="Lan", reason="x",
                        subject=subject)  # fmt: skip
        append(settings.lake, drafted, datetime.fromisoformat(f"{day}T09:00:00+07:00"))


def test_a_letter_names_all_that_an_agency_owes_and_nothing_else(settings: Settings) -> None:
    finance, health = planned(settings)
    assert [item.submission_id for item in finance.items] == [
        TASKS["submission_id"],
        DOSSIERS["submission_id"],
    ]
    assert finance.items[0].said == (
        "Nhiệm vụ được giao trên iOffice: còn 3/10 nhiệm vụ"
        " (của Sở Kế hoạch và Đầu tư trước khi sắp xếp)"
    )
    assert finance.items[1].said == "Hồ sơ thủ tục hành chính: còn 3/10 hồ sơ"
    assert [item.submission_id for item in health.items] == [HEALTH["submission_id"]]
    # who gets the messages of all agencies is not the agency
    assert (finance.recipients, health.recipients) == (("tai_chinh",), ())
    assert finance.answer_by == date(2025, 3, 27)


def test_drafts_count_for_nothing(settings: Settings) -> None:
    files = write_drafts(settings, planned(settings))
    assert [file.name for file in files] == [
        "don-doc-so_tc-2025-03-20.docx",
        "don-doc-so_yt-2025-03-20.docx",
    ]
    assert not log_file(settings.lake).exists() and not in_outbox(settings)


def test_a_letter_is_sent_once_and_arrives_with_its_document(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = MailServer()
    mail.start()
    monkeypatch.setenv("KHO_CHANNEL_MAIL", mail.url)
    (letter,) = send(settings, "Lan")
    assert send(settings, "Minh") == []
    assert deliver(settings).sent == 1 and deliver(settings).sent == 0
    mail.stop()
    (got,) = mail.mails
    assert got.to == "a@b.vn" and "(lần 1 năm 2025)" in got.subject
    assert "Kính gửi: Sở Tài chính" in got.body and "chậm 23 ngày" in got.body
    assert got.attachments == ((letter.letter, render(letter)),)


def test_what_goes_by_hand_counts_when_somebody_says_so(settings: Settings) -> None:
    assert [letter.agency_code for letter in send(settings, "Lan")] == ["so_tc"]
    assert [letter.agency_code for letter in send(settings, "Lan", by_hand=True)] == ["so_yt"]
    assert len(reminded(settings)) == 2 and len(in_outbox(settings)) == 1


def test_killed_before_the_outbox_the_next_one_hands_it_over(settings: Settings) -> None:
    die = "import os; sending.put = lambda *_: os.kill(os.getpid(), 9)\n"
    victim = start(settings, f"{SEND}{die}sending.send(Settings(), 'Lan')")
    assert victim.wait(60) == -signal.SIGKILL
    assert len(reminded(settings)) == 1 and not in_outbox(settings)
    assert send(settings, "Lan") == []
    ((key, name),) = in_outbox(settings)
    assert (key, name) == (read_log(settings.lake).entries[0].issue_id, "tai_chinh")


def test_killed_before_the_log_nothing_was_sent(settings: Settings) -> None:
    die = "import os; sending.append = lambda *_: os.kill(os.getpid(), 9)\n"
    victim = start(settings, f"{SEND}{die}sending.send(Settings(), 'Lan')")
    assert victim.wait(60) == -signal.SIGKILL
    assert not reminded(settings) and not in_outbox(settings)
    assert len(send(settings, "Lan")) == 1


def test_several_at_once_remind_once(settings: Settings) -> None:
    crowd = [start(settings, f"{SEND}sending.send(Settings(), 'Lan')") for _ in range(3)]
    assert [one.wait(60) for one in crowd] == [0, 0, 0]
    assert len(reminded(settings)) == len(in_outbox(settings)) == 1


def test_one_overtaken_between_reading_and_writing_starts_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.reminding import sending

    before = sending.append

    def overtaken(*words: object) -> object:
        monkeypatch.setattr(sending, "append", before)
        assert len(send(settings, "Minh")) == 1
        return before(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "append", overtaken)
    assert send(settings, "Lan") == []
    assert len(reminded(settings)) == len(in_outbox(settings)) == 1


def test_the_same_item_waits_five_working_days(settings: Settings) -> None:
    send(settings, "Lan")
    assert send(later(settings, "2025-03-26"), "Lan") == []
    (again,) = send(later(settings, "2025-03-27"), "Lan")
    assert [item.number for item in again.items] == [2, 2] and again.number_in_year == 2
    # 30 April and 1 May are holidays, 2 May was swapped for a Saturday
    assert working_days_after(date(2025, 4, 29), 5) == date(2025, 5, 9)


@pytest.mark.parametrize(
    ("earlier", "meaning"),
    [
        (1, ""),
        (2, "đến mức xem xét trách nhiệm người đứng đầu"),
        (4, "đến mức xem xét trách nhiệm người đứng đầu"),
        (5, "đến mức xử lý kỷ luật"),
    ],
)
def test_the_third_and_the_sixth_letter_of_a_year_mean_something(
    settings: Settings, earlier: int, meaning: str
) -> None:
    remind_before(
        settings, ["2024-12-31", *(f"2025-01-{day:02d}" for day in range(1, earlier + 1))]
    )
    remind_before(settings, ["2025-01-02"], "so_yt")
    (letter,) = planned(settings, "so_tc")
    assert (letter.number_in_year, letter.meaning) == (earlier + 1, meaning)


def test_contested_letters_do_not_count_and_withdrawn_ones_never(settings: Settings) -> None:
    remind_before(settings, ["2025-01-02", "2025-01-03", "2025-01-06"])
    decide(settings, "so_tc2025-01-02", "contest", "Sở Tài chính", "đã gửi")
    decide(settings, "so_tc2025-01-03", "withdraw", "Lan", "nhầm")
    (letter,) = planned(settings, "so_tc")
    # the third standing one; one counts, so that this is the second that counts
    assert (letter.number_in_year, letter.meaning) == (3, "")
    decide(settings, "so_tc2025-01-02", "uphold", "Lan", "chưa thấy")
    assert planned(settings, "so_tc")[0].meaning == "đến mức xem xét trách nhiệm người đứng đầu"


def test_a_contested_item_is_left_alone_until_it_is_settled(settings: Settings) -> None:
    send(settings, "Lan", "so_tc")
    day = later(settings, "2025-03-27")
    item = next(one for one in read_ledger(day).items if one.row["form_code"] == "nhiem_vu"
                and one.reminders and one.row["period_label"] == "02/2025")  # fmt: skip
    decide(day, item.reminders[0].id, "contest", "Sở Tài chính", "đã xong")
    assert [line.period_label for line in planned(day, "so_tc")[0].items] == ["03/2025"]
    decide(day, item.reminders[0].id, "withdraw", "Lan", "đúng là đã xong")
    lines = planned(day, "so_tc")[0].items
    assert [(line.period_label, line.number) for line in lines] == [("02/2025", 1), ("03/2025", 2)]
    # the withdrawn one keeps its id, so that the next has another
    assert lines[0].reminder_id != item.reminders[0].id


@pytest.mark.parametrize(
    ("done", "action"),
    [
        (["contest"], "contest"),
        (["contest", "uphold"], "contest"),
        (["contest", "uphold"], "withdraw"),
        (["withdraw"], "contest"),
        ([], "uphold"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(
    settings: Settings, done: list, action: str
) -> None:
    remind_before(settings, ["2025-01-02"])
    for step in done:
        decide(settings, "so_tc", step, "Lan", "x")
    with pytest.raises(UserError, match="không còn quyết định thế"):
        decide(settings, "so_tc", action, "Lan", "x")  # type: ignore[arg-type]
    assert len(read_log(settings.lake).entries) == 1 + len(done)


def test_nobody_is_reminded_by_an_old_publication(settings: Settings) -> None:
    tomorrow = settings.model_copy(update={"now": datetime(2025, 3, 21, 1, tzinfo=UTC)})
    with pytest.raises(UserError, match="Kho công bố ngày 20/03/2025"):
        send(tomorrow, "Lan")
    assert planned(tomorrow) and not reminded(settings)


def test_a_letter_can_be_made_again_from_the_log(settings: Settings) -> None:
    (letter,) = send(settings, "Lan")
    (entry,) = read_log(settings.lake).entries
    again = Letter.model_validate_json(entry.subject or "")
    assert again == letter and render(again) == render(letter) and again.id == entry.issue_id
    for file in (settings.reports / "don-doc" / "da-gui").rglob("*.docx"):
        file.unlink()
    send(settings, "Lan")
    assert len(in_outbox(settings)) == 1


def test_the_limits_are_those_of_the_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = tmp_path / "limits.csv"
    head = (
        "valid_from,valid_to,review_limit,discipline_limit,days_between,days_to_answer,months_back"
    )
    seed.write_text(f"{head}\n,2025-06-30,3,6,5,7,12\n2025-07-01,,2,4,3,5,6\n", encoding="utf-8")
    monkeypatch.setattr("pipelines.reminding.limits._SEED", seed)
    assert limits_on(date(2025, 6, 30)) == Limits(3, 6, 5, 7, 12)
    assert limits_on(date(2025, 6, 30) + timedelta(days=1)) == Limits(2, 4, 3, 5, 6)
    seed.write_text(f"{head}\n,2025-06-30,3,6,5,7,12\n", encoding="utf-8")
    with pytest.raises(UserError, match="01/07/2025"):
        limits_on(date(2025, 7, 1))
