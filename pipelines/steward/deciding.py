"""Writing a decision about an issue, when it still fits what has been decided since."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.vietnamese import NotANumberError, parse_number
from pipelines.errors import FAILED, WRONG_CALL, UserError
from pipelines.settings import Settings
from pipelines.steward.ids import find
from pipelines.steward.inbox import LISTING, NOUN, VIET_NAM, Issue, issues, today
from pipelines.steward.log import Action, Draft, Entry, Log, append, require_sound
from pipelines.steward.state import NEW, STATE_NAMES, states

LONGEST_SILENCE = timedelta(days=366)
_DECIMALS, _LARGEST = 6, Decimal(10) ** 18
DEEDS = {
    "accept": "chấp nhận",
    "mute": "bỏ qua",
    "assign": "giao",
    "answer": "trả lời",
    "reopen": "mở lại",
    "ack": "tiếp nhận",
    "close": "đóng",
    "remind": "đôn đốc",
    "contest": "nêu ý kiến",
    "uphold": "giữ nguyên",
    "withdraw": "rút",
    "silence": "tắt tin",
    "unsilence": "bật lại tin",
    "report": "gửi báo cáo",
}
VERDICTS = {"useful": "có ích", "false": "báo nhầm"}


def decide(
    settings: Settings,
    prefix: str,
    action: Action,
    by: str,
    reason: str,
    expect_state: str | None = None,
    **more: Any,
) -> tuple[Issue, Entry]:
    """Write a decision.

    Args:
        settings: which warehouse.
        prefix: the issue's id or its beginning.
        action: what is decided.
        by: who decides.
        reason: why.
        expect_state: the state that the decider saw; another one refuses the decision.
        more: `assignee`; `until`, a local day; `value`, as typed, with `scope`.

    Returns:
        The issue as it was before, and the decision.

    Raises:
        UserError: something is missing or no longer fits; nothing was written then.
    """
    if not by.strip() or not reason.strip():
        raise UserError("Phải nêu người quyết định (--by) và lý do (--reason)", WRONG_CALL)
    found, seen = issues(settings)
    require_sound(seen)
    issue = find(found, prefix, NOUN, LISTING)
    # an answer closes its issue; only reopening takes it back
    if not issue.row["is_open"] and not (action == "reopen" and issue.history):
        raise UserError("Vấn đề này không còn mở, không cần quyết định nữa", FAILED)
    if action == "mute":
        check_until(more["until"], today(settings))
    if action == "answer":
        more |= _answer(issue, more["value"], more["scope"])
    draft = Draft(issue_id=issue.id, action=action, by=by.strip(), reason=reason.strip(), **more)

    def still_fits(log: Log) -> None:
        newer = [e for e in log.entries[len(seen.entries) :] if e.issue_id == issue.id]
        known = states(log.entries, today(settings)).get(issue.id)
        state = known.state if known else NEW
        if newer or (expect_state and state != expect_state):
            last = known.last if known else None
            raise UserError(
                f"Vấn đề {issue.id[:8]} nay là “{STATE_NAMES[state]}”: {told(last)}; "
                "xem lại bằng `kho steward show` rồi hãy quyết định",
                FAILED,
            )

    return issue, append(settings.lake, draft, settings.clock(), still_fits)


def told(entry: Entry | None) -> str:
    """Say a decision in one clause: who did what, when and why."""
    if entry is None:
        return "chưa ai quyết định"
    extra = ""
    if entry.assignee:
        extra = f" cho {entry.assignee}"
    if entry.until:
        extra = f" đến {entry.until:%d/%m/%Y}"
    if entry.value is not None:
        always = ", dùng mãi" if entry.scope == "always" else ""
        extra = f" «{entry.expect}» là {entry.value}{always}"
    if entry.verdict:
        extra = f", {VERDICTS[entry.verdict]}"
    at = entry.decided_at.astimezone(VIET_NAM)
    return f"{entry.by} đã {DEEDS[entry.action]}{extra} lúc {at:%H:%M %d/%m/%Y} ({entry.reason})"


def check_until(until: date, now: date) -> None:
    """Refuse a last day that is no silence, or one too long.

    Args:
        until: the last silent day, local.
        now: the local day.

    Raises:
        UserError: the day is not after today, or more than a year away.
    """
    if not now < until <= now + LONGEST_SILENCE:
        raise UserError(
            f"Ngày hết bỏ qua phải sau hôm nay và không quá một năm: {until:%d/%m/%Y}", WRONG_CALL
        )


def _answer(issue: Issue, typed: str, scope: str) -> dict[str, str]:
    """Give what an answer needs: the text, its number, and where it stands."""
    expect = issue.row["value_text"]
    record = issue.record
    sheet, cell = issue.row["sheet"], issue.row["cell"]
    if not (expect and sheet and cell):
        raise UserError("Vấn đề này không hỏi về chữ trong một ô: dùng accept, mute hoặc assign")
    if scope == "always" and not record.get("item_path"):
        raise UserError("Không rõ ô này thuộc dòng nào nên không thành quy tắc: bỏ --always")
    published = str(record.get("published_on") or issue.row["period"] or "")[:7]
    if not published:
        raise UserError("Không rõ ô này của tháng công bố nào nên không trả lời được")
    subject = {
        "source_code": issue.row["source"],
        "published_month": f"{published}-01",
        "sheet": sheet,
        "cell": cell,
        "item_path": record.get("item_path"),
        "unit_text": record.get("unit_text"),
    }
    return {
        "expect": expect,
        "value": _number(typed),
        "subject": json.dumps(subject, ensure_ascii=False, sort_keys=True),
    }


def _number(typed: str) -> str:
    """Give the digits of a typed number, which must be certain and fit the warehouse."""
    try:
        found = parse_number(typed)
    except NotANumberError as error:
        raise UserError(
            f"--value '{typed}' không chắc là một số: gõ liền các chữ số, phần lẻ sau dấu phẩy",
            WRONG_CALL,
        ) from error
    value = found.value
    if value is None or found.unit:
        raise UserError(f"--value phải là một số không kèm đơn vị: '{typed}'", WRONG_CALL)
    exponent = value.as_tuple().exponent
    if abs(value) > _LARGEST or (isinstance(exponent, int) and -exponent > _DECIMALS):
        raise UserError("--value có quá nhiều chữ số (tối đa 10^18, 6 số lẻ)", WRONG_CALL)
    return f"{value:f}"
