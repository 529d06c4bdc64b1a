"""Writing reminder letters, recording that they were sent, and handing them to the outbox.

The sealed log is the truth: it keeps the whole letter before anything leaves. A letter that was
recorded and not handed over, because the command was killed between the two, is handed over by the
next one; the outbox takes each letter once.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.errors import FAILED, UserError
from pipelines.official.archive import write_all
from pipelines.outbox import Message, put
from pipelines.outbox.recipients import recipients
from pipelines.reader import read_consistently
from pipelines.reminding.ledger import overlay, read_ledger
from pipelines.reminding.letter import Letter, body, render, subject
from pipelines.reminding.planning import plan
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM, today
from pipelines.steward.log import Draft, Log, append, read_log, require_sound

_DECISIONS = ("remind", "contest", "uphold", "withdraw")


class _OvertakenError(Exception):
    """Somebody decided on reminders since the ledger was read."""


def readers_by_agency(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Give the names of those who get the letters of each agency.

    Who gets the messages of every agency watches; a letter goes to the agency itself.
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in recipients(settings):
        for code in one.agency_codes:
            found[code] = (*found.get(code, ()), one.name)
    return found


def planned(settings: Settings, agency: str | None = None) -> list[Letter]:
    """Give the letters that are due today.

    Args:
        settings: which warehouse.
        agency: only this one.
    """
    return plan(read_ledger(settings), today(settings), readers_by_agency(settings), agency)


def write_drafts(
    settings: Settings, letters: Iterable[Letter], out: Path | None = None
) -> list[Path]:
    """Write letters as drafts; nothing is sent or counted.

    Args:
        settings: which home.
        letters: the letters.
        out: folder; `don-doc/<day>` in the home's reports when not given.

    Returns:
        The files, in the order of the letters.
    """
    folder = out or settings.reports / "don-doc" / f"{today(settings):%Y-%m-%d}"
    files = {folder / letter.letter: render(letter) for letter in letters}
    write_all(files)
    return list(files)


def send(
    settings: Settings, by: str, agency: str | None = None, *, by_hand: bool = False
) -> list[Letter]:
    """Record the letters that are due and hand them to the outbox; several may run at once.

    Args:
        settings: which warehouse.
        by: who sends.
        agency: only this one.
        by_hand: record the letters of agencies without a recipient instead, which people carry.

    Returns:
        The letters recorded now.

    Raises:
        UserError: the publication is not today's, or the log is broken.
    """
    ledger = read_ledger(settings)
    require_sound(ledger.log)
    _require_fresh(settings)
    readers = readers_by_agency(settings)
    sent: list[Letter] = []
    while True:
        letters = plan(ledger, today(settings), readers, agency)
        letter = next((one for one in letters if bool(one.recipients) != by_hand), None)
        if letter is None:
            break
        try:
            _record(settings, letter, by, ledger.log)
            sent.append(letter)
        except _OvertakenError:
            pass
        ledger = overlay([dict(item.row) for item in ledger.items], read_log(settings.lake))
    hand_over(settings)
    return sent


def _require_fresh(settings: Settings) -> None:
    """Refuse to remind of what may have come since the warehouse was built."""
    known_at = read_consistently(
        settings, lambda reader: reader.rows("select known_at from mart.publication")
    )[0]["known_at"]
    day = known_at.astimezone(VIET_NAM).date()
    if day != today(settings):
        raise UserError(
            f"Kho công bố ngày {day:%d/%m/%Y}, có thể đã nhận thêm: chạy `kho run` rồi gửi", FAILED
        )


def _record(settings: Settings, letter: Letter, by: str, seen: Log) -> None:
    def still_fits(log: Log) -> None:
        newer = log.entries[len(seen.entries) :]
        if any(entry.action in _DECISIONS for entry in newer):
            raise _OvertakenError

    year = f"lần {letter.number_in_year} năm {letter.day.year}"
    append(
        settings.lake,
        Draft(
            issue_id=letter.id,
            action="remind",
            by=by,
            reason=f"{letter.agency_name}, {year}, {len(letter.items)} nội dung",
            subject=letter.model_dump_json(),
        ),
        settings.clock(),
        still_fits,
    )


def hand_over(settings: Settings) -> int:
    """Put every recorded letter into the outbox that is not there yet.

    Returns:
        How many messages were new.
    """
    return put(settings, _messages(settings, _recorded(read_log(settings.lake))))


def _recorded(log: Log) -> Iterator[Letter]:
    for entry in log.entries:
        if entry.action == "remind":
            yield Letter.model_validate_json(entry.subject or "{}")


def _messages(settings: Settings, letters: Iterable[Letter]) -> Iterator[Message]:
    for letter in letters:
        file = sent_file(settings, letter)
        if letter.recipients and not file.exists():
            write_all({file: render(letter)})
        for recipient in letter.recipients:
            yield Message(letter.id, recipient, subject(letter), body(letter), (file,))


def sent_file(settings: Settings, letter: Letter) -> Path:
    """Give the path of the letter as it was sent."""
    return settings.reports / "don-doc" / "da-gui" / letter.id[:8] / letter.letter
