"""`kho steward`: the inbox of those who look after the data."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from pipelines.options import Format, Output

app = typer.Typer(
    name="steward",
    help="Hộp việc của người quản lý số liệu: xem, quyết định, trả lời.",
    no_args_is_help=True,
)


class Severity(StrEnum):
    """How grave an issue is."""

    chan = "chan"
    canh_bao = "canh_bao"
    ghi_nhan = "ghi_nhan"


class State(StrEnum):
    """What became of an issue."""

    moi = "moi"
    dang_xu_ly = "dang_xu_ly"
    da_sua_tai_nguon = "da_sua_tai_nguon"
    chap_nhan = "chap_nhan"
    bo_qua = "bo_qua"


IssueId = Annotated[str, typer.Argument(help="Mã vấn đề, hoặc phần đầu của mã.")]
Reason = Annotated[str, typer.Option(help="Vì sao.")]
By = Annotated[str | None, typer.Option(help="Người quyết định; mặc định là tài khoản này.")]
Seen = Annotated[
    State | None,
    typer.Option("--expect-state", help="Tình trạng đã thấy; khác đi thì không ghi."),
]


@app.command("list")
def list_issues(
    source: Annotated[str | None, typer.Option(help="Mã nguồn.")] = None,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan.")] = None,
    family: Annotated[str | None, typer.Option(help="Nhóm chỉ tiêu.")] = None,
    rule: Annotated[str | None, typer.Option(help="Mã luật.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Mức.")] = None,
    state: Annotated[State | None, typer.Option(help="Tình trạng.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Chỉ việc giao cho tôi.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Cả việc đã xong.")] = False,
    expired: Annotated[
        bool, typer.Option("--expired", help="Các đính chính đã hết hiệu lực.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng tối đa của bảng.")] = 30,
    output: Output = Format.table,
) -> None:
    """Xem các vấn đề đang chờ, nặng và cũ đứng trước."""
    from pipelines import asking
    from pipelines.settings import load_settings
    from pipelines.steward import inbox, showing

    settings = load_settings()
    if expired:
        rows = inbox.expired(settings)
        if output is Format.table:
            showing.show_expired(rows)
        else:
            asking.print_rows(rows, output.value)
        return
    found, log = inbox.issues(settings)
    showing.warn_of(log)
    wanted = inbox.Filter(
        {
            "source": source,
            "agency_code": agency,
            "family": family,
            "rule_id": rule,
            "severity": severity and severity.value,
            "state": state and state.value,
        },
        mine=inbox.me() if mine else None,
        everything=everything,
    )
    chosen = [issue for issue in found if wanted.fits(issue)]
    if output is Format.table:
        showing.show_list(chosen, found, limit, inbox.today(settings))
    else:
        asking.print_rows([dict(issue.row) for issue in chosen], output.value)


@app.command()
def show(issue: IssueId) -> None:
    """Xem mọi điều về một vấn đề, kèm bản nháp công văn nhắc."""
    from pipelines.settings import load_settings
    from pipelines.steward import inbox, showing
    from pipelines.steward.ids import find

    settings = load_settings()
    found, log = inbox.issues(settings)
    showing.warn_of(log)
    chosen = find(found, issue, inbox.NOUN, inbox.LISTING)
    showing.show_issue(chosen, inbox.today(settings))


@app.command()
def accept(issue: IssueId, reason: Reason, by: By = None, expect_state: Seen = None) -> None:
    """Chấp nhận: số liệu đúng như vậy, không tính là lỗi nữa."""
    _decide(issue, "accept", by, reason, expect_state)


@app.command()
def mute(
    issue: IssueId,
    until: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Ngày cuối còn bỏ qua."),
    ],
    reason: Reason,
    by: By = None,
    expect_state: Seen = None,
) -> None:
    """Bỏ qua đến một ngày, rồi vấn đề trở lại hộp việc."""
    _decide(issue, "mute", by, reason, expect_state, until=until.date())


@app.command()
def assign(
    issue: IssueId,
    to: Annotated[str, typer.Option("--to", help="Người nhận việc.")],
    reason: Reason,
    by: By = None,
    expect_state: Seen = None,
) -> None:
    """Giao cho một người xử lý."""
    _decide(issue, "assign", by, reason, expect_state, assignee=to)


@app.command()
def answer(
    issue: IssueId,
    value: Annotated[str, typer.Option(help="Số mà chữ trong ô nói, theo đơn vị đã in.")],
    reason: Reason,
    always: Annotated[
        bool, typer.Option("--always", help="Thành quy tắc: chữ ấy ở dòng ấy về sau cũng vậy.")
    ] = False,
    by: By = None,
    expect_state: Seen = None,
) -> None:
    """Trả lời chữ trong ô là số nào; lần chạy sau số ấy vào kho."""
    scope = "always" if always else "once"
    _decide(issue, "answer", by, reason, expect_state, value=value, scope=scope)


@app.command()
def reopen(issue: IssueId, reason: Reason, by: By = None, expect_state: Seen = None) -> None:
    """Bỏ quyết định trước, đưa vấn đề về hộp việc."""
    _decide(issue, "reopen", by, reason, expect_state)


@app.command()
def verify() -> None:
    """Soát nhật ký quyết định: có dòng nào bị sửa, xoá, đảo, hay đuôi bị cắt không."""
    from pipelines.errors import UserError
    from pipelines.settings import load_settings
    from pipelines.steward import copy, showing
    from pipelines.steward.log import read_log

    settings = load_settings()
    log = read_log(settings.lake)
    problem = copy.complaint(settings)
    if problem:
        raise UserError(
            f"Nhật ký quyết định: {problem}; khôi phục lake/_steward/decision.jsonl từ bản sao lưu"
        )
    showing.say(f"Nhật ký nguyên vẹn: {len(log.entries)} quyết định, mã cuối {log.head[:16]}")
    if log.torn:
        showing.say("Dòng cuối viết dở (máy tắt giữa chừng) sẽ được bỏ khi có quyết định mới.")


def _decide(
    issue: str, action: Any, by: str | None, reason: str, seen: State | None, **more: Any
) -> None:
    from pipelines.settings import load_settings
    from pipelines.steward import inbox, showing
    from pipelines.steward.deciding import decide, told

    settings = load_settings()
    name = inbox.me() if by is None else by
    before, entry = decide(settings, issue, action, name, reason, seen and seen.value, **more)
    if before.history:
        showing.say(f"Trước đó: {told(before.history[-1])}")
    showing.say(f"Đã ghi quyết định số {entry.seq}: {told(entry)}")
    showing.say("Bước tiếp theo: `kho run` để điểm số và bảng điều hành theo quyết định này")
