"""`kho remind`: remind agencies of what they owe, and keep count."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.options import Format, Output

app = typer.Typer(
    name="remind", help="Đôn đốc: nợ gì, nhắc ai, lần thứ mấy.", invoke_without_command=True
)
ReminderId = Annotated[str, typer.Argument(help="Mã lần nhắc, hoặc phần đầu của mã.")]
Reason = Annotated[str, typer.Option(help="Vì sao.")]
By = Annotated[str | None, typer.Option(help="Người quyết định; mặc định là tài khoản này.")]
Agency = Annotated[str | None, typer.Option(help="Mã cơ quan.")]


@app.callback()
def remind(
    context: typer.Context,
    sends: Annotated[
        bool, typer.Option("--send/--dry-run", help="Gửi và ghi sổ; không thì chỉ soạn nháp.")
    ] = False,
    by_hand: Annotated[
        bool,
        typer.Option("--sent-by-hand", help="Ghi sổ công văn của cơ quan phải gửi tay."),
    ] = False,
    agency: Agency = None,
    out: Annotated[Path | None, typer.Option(help="Thư mục ghi bản nháp.")] = None,
    by: By = None,
) -> None:
    """Soạn công văn đôn đốc cho từng cơ quan; thêm --send để gửi và ghi sổ."""
    if context.invoked_subcommand:
        return
    from pipelines.reminding import sending, showing
    from pipelines.settings import load_settings
    from pipelines.steward.inbox import me

    settings = load_settings()
    if not sends and not by_hand:
        letters = sending.planned(settings, agency)
        showing.show_drafts(letters, sending.write_drafts(settings, letters, out))
        return
    name = by or me()
    sent = sending.send(settings, name, agency) if sends else []
    if by_hand:
        sent += sending.send(settings, name, agency, by_hand=True)
    showing.show_sent(sent)


@app.command("list")
def list_items(
    agency: Agency = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Cả việc chưa đến hạn và việc đã xong.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng tối đa của bảng.")] = 30,
    output: Output = Format.table,
) -> None:
    """Xem ai còn nợ gì, chậm nhất đứng trước, đã nhắc mấy lần."""
    from pipelines import asking
    from pipelines.reminding import showing
    from pipelines.reminding.ledger import read_ledger
    from pipelines.settings import load_settings
    from pipelines.steward.showing import warn_of

    ledger = read_ledger(load_settings())
    warn_of(ledger.log)
    chosen = [
        item
        for item in ledger.items
        if agency in (None, item.row["agency_code"])
        and (everything or item.row["status"] == "missing" or item.contested)
    ]
    if output is Format.table:
        showing.show_list(chosen, ledger, limit)
    else:
        asking.print_rows([showing.plain_row(item) for item in chosen], output.value)


@app.command()
def contest(reminder: ReminderId, reason: Reason, by: By = None) -> None:
    """Ghi ý kiến của cơ quan về một lần nhắc; chưa xử lý xong thì chưa tính."""
    _decide(reminder, "contest", by, reason)


@app.command()
def uphold(reminder: ReminderId, reason: Reason, by: By = None) -> None:
    """Giữ nguyên lần nhắc sau khi xem ý kiến: lại tính."""
    _decide(reminder, "uphold", by, reason)


@app.command()
def withdraw(reminder: ReminderId, reason: Reason, by: By = None) -> None:
    """Rút một lần nhắc: không bao giờ tính."""
    _decide(reminder, "withdraw", by, reason)


def _decide(reminder: str, action: Any, by: str | None, reason: str) -> None:
    from pipelines.reminding.contesting import decide
    from pipelines.settings import load_settings
    from pipelines.steward.deciding import told
    from pipelines.steward.inbox import me
    from pipelines.steward.showing import say

    before, entry = decide(load_settings(), reminder, action, me() if by is None else by, reason)
    say(f"{before.agency_name}, {before.form_name}, kỳ {before.period_label}")
    say(f"Đã ghi quyết định số {entry.seq}: {told(entry)}")
    say("Bước tiếp theo: `kho run` để bảng điều hành theo quyết định này")
