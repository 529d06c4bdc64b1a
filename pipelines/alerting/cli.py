"""`kho alert`: what crossed its threshold, and what is done about it."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from pipelines.alerting.delivery_cli import app as delivery
from pipelines.options import Format, Output

app = typer.Typer(
    name="alert",
    help="Cảnh báo: xem, tiếp nhận, giao, đóng, gửi.",
    no_args_is_help=True,
)
app.add_typer(delivery)


class Level(StrEnum):
    """How grave an alert is."""

    warn = "warn"
    alarm = "alarm"


class Verdict(StrEnum):
    """What an alert was worth."""

    useful = "useful"
    false = "false"


AlertId = Annotated[str, typer.Argument(help="Mã cảnh báo, hoặc phần đầu của mã.")]
Reason = Annotated[str, typer.Option(help="Vì sao, hoặc đã làm gì.")]
By = Annotated[str | None, typer.Option(help="Người quyết định; mặc định là tài khoản này.")]


@app.command("list")
def list_alerts(
    indicator: Annotated[str | None, typer.Option(help="Mã chỉ tiêu.")] = None,
    area: Annotated[str | None, typer.Option(help="Tên hoặc khóa địa bàn.")] = None,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan phải trả lời.")] = None,
    level: Annotated[Level | None, typer.Option(help="Mức.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Chỉ việc giao cho tôi.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Chỉ việc quá hạn.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Cả cảnh báo đã kết thúc.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng tối đa của bảng.")] = 30,
    output: Output = Format.table,
) -> None:
    """Xem các cảnh báo đang mở, nặng và gần hạn đứng trước."""
    from pipelines import asking
    from pipelines.alerting import register, showing
    from pipelines.settings import load_settings
    from pipelines.steward.inbox import me
    from pipelines.steward.showing import warn_of

    found, log = register.alerts(load_settings())
    warn_of(log)
    wanted = {
        "indicator_code": indicator,
        "responsible_code": agency,
        "level": level and level.value,
        "assignee": me() if mine else None,
        "is_overdue": overdue or None,
    }
    chosen = [
        alert
        for alert in found
        if (everything or alert.row["is_open"])
        and area in (None, alert.row["area_name"], alert.row["area_key"])
        and all(alert.row[name] == value for name, value in wanted.items() if value is not None)
    ]
    if output is Format.table:
        showing.show_list(chosen, found, limit)
    else:
        asking.print_rows([dict(alert.row) for alert in chosen], output.value)


@app.command()
def show(alert: AlertId) -> None:
    """Xem mọi điều về một cảnh báo: ngưỡng, căn cứ, từng bước, từng quyết định."""
    from pipelines.alerting import register, showing
    from pipelines.settings import load_settings
    from pipelines.steward.ids import find
    from pipelines.steward.showing import warn_of

    settings = load_settings()
    found, log = register.alerts(settings)
    warn_of(log)
    chosen = find(found, alert, register.NOUN, register.LISTING)
    showing.show_alert(chosen, register.steps(settings, chosen))


@app.command()
def rules(output: Output = Format.table) -> None:
    """Xem mỗi ngưỡng đã phát bao nhiêu, có ích hay báo nhầm; ngưỡng ồn đứng trước."""
    from pipelines import asking
    from pipelines.alerting import register, showing
    from pipelines.settings import load_settings

    rows = register.rules(load_settings())
    if output is Format.table:
        showing.show_rules(rows)
    else:
        asking.print_rows(rows, output.value)


@app.command()
def ack(alert: AlertId, reason: Reason, by: By = None) -> None:
    """Tiếp nhận: đã biết và đang xử lý."""
    _handle(alert, "ack", by, reason)


@app.command()
def assign(
    alert: AlertId,
    to: Annotated[str, typer.Option("--to", help="Người nhận việc.")],
    reason: Reason,
    by: By = None,
) -> None:
    """Giao cho một người xử lý."""
    _handle(alert, "assign", by, reason, assignee=to)


@app.command()
def close(
    alert: AlertId,
    reason: Reason,
    verdict: Annotated[Verdict, typer.Option(help="Cảnh báo có ích (useful) hay nhầm (false).")],
    by: By = None,
) -> None:
    """Đóng vì lãnh đạo chấp nhận lý do; nếu không, cảnh báo chỉ hết khi chỉ tiêu hồi phục."""
    _handle(alert, "close", by, reason, verdict=verdict.value)


@app.command()
def reopen(alert: AlertId, reason: Reason, by: By = None) -> None:
    """Mở lại cảnh báo đã đóng."""
    _handle(alert, "reopen", by, reason)


def _handle(alert: str, action: Any, by: str | None, reason: str, **more: Any) -> None:
    from pipelines.alerting.register import handle
    from pipelines.settings import load_settings
    from pipelines.steward.deciding import told
    from pipelines.steward.inbox import me
    from pipelines.steward.showing import say

    before, entry = handle(
        load_settings(), alert, action, me() if by is None else by, reason, **more
    )
    if before.history:
        say(f"Trước đó: {told(before.history[-1])}")
    say(f"Đã ghi quyết định số {entry.seq}: {told(entry)}")
    say("Bước tiếp theo: `kho run` để bảng điều hành theo quyết định này")
