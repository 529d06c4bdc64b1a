"""An agency contests a reminder, and who keeps the data settles it."""

from pipelines.errors import FAILED, WRONG_CALL, UserError
from pipelines.reminding.ledger import (
    CONTESTED,
    SENT,
    STATE_NAMES,
    Reminder,
    read_ledger,
)
from pipelines.settings import Settings
from pipelines.steward.deciding import told
from pipelines.steward.ids import find
from pipelines.steward.log import Action, Draft, Entry, Log, append, require_sound

NOUN, LISTING = "lần nhắc", "kho remind list"
_FITS: dict[Action, tuple[str, ...]] = {
    "contest": (SENT,),
    "uphold": (CONTESTED,),
    "withdraw": (SENT, CONTESTED),
}


def decide(
    settings: Settings, prefix: str, action: Action, by: str, reason: str
) -> tuple[Reminder, Entry]:
    """Write a decision on one reminder.

    Args:
        settings: which warehouse.
        prefix: the reminder's id or its beginning.
        action: `contest`, `uphold` or `withdraw`.
        by: who decides.
        reason: why.

    Returns:
        The reminder as it was before, and the decision.

    Raises:
        UserError: something is missing or no longer fits; nothing was written then.
    """
    if not by.strip() or not reason.strip():
        raise UserError("Phải nêu người quyết định (--by) và lý do (--reason)", WRONG_CALL)
    ledger = read_ledger(settings)
    require_sound(ledger.log)
    reminder = find(ledger.reminders, prefix, NOUN, LISTING)
    if reminder.state not in _FITS[action]:
        raise UserError(
            f"Lần nhắc {reminder.id[:8]} {STATE_NAMES[reminder.state]}: không còn quyết định thế "
            "được; xem `kho remind list`",
            FAILED,
        )

    def still_fits(log: Log) -> None:
        newer = [e for e in log.entries[len(ledger.log.entries) :] if e.issue_id == reminder.id]
        if newer:
            raise UserError(
                f"Lần nhắc {reminder.id[:8]} vừa có quyết định khác: {told(newer[-1])}; "
                "xem lại bằng `kho remind list` rồi hãy quyết định",
                FAILED,
            )

    drafted = Draft(issue_id=reminder.id, action=action, by=by.strip(), reason=reason.strip())
    return reminder, append(settings.lake, drafted, settings.clock(), still_fits)
