"""The commands of `kho alert` about messages: sending, the outbox, silences, the watchdog."""

from datetime import datetime
from typing import Annotated

import typer

from pipelines.errors import DONE, FAILED

app = typer.Typer()
Reason = Annotated[str, typer.Option(help="Vì sao.")]
By = Annotated[str | None, typer.Option(help="Người quyết định; mặc định là tài khoản này.")]
Number = Annotated[int, typer.Argument(help="Số của tin, như `kho alert outbox` in.")]


@app.command()
def send(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ in các tin sẽ lập, không ghi, không gửi.")
    ] = False,
) -> None:
    """Lập tin về cảnh báo mới và gửi mọi tin đến hạn."""
    from pipelines.alerting import sending, telling
    from pipelines.page import page
    from pipelines.settings import load_settings

    settings = load_settings()
    if not dry_run:
        page.print(f"Gửi cảnh báo: {sending.send(settings).words}", soft_wrap=True)
        return
    messages = telling.planned(settings)
    for message in messages:
        page.print(f"Gửi {message.recipient}: {message.subject}", style="bold", soft_wrap=True)
        page.print(f"{message.body}\n", soft_wrap=True)
    page.print(f"{len(messages)} tin sẽ lập.")


@app.command()
def outbox(
    everything: Annotated[bool, typer.Option("--all", help="Cả tin đã gửi.")] = False,
) -> None:
    """Xem các tin đang chờ, bị từ chối hoặc không rõ đã đến chưa."""
    from pipelines.outbox import showing
    from pipelines.settings import load_settings

    showing.show(showing.messages(load_settings(), everything))


@app.command()
def resend(number: Number) -> None:
    """Gửi lại một tin bị từ chối hoặc không rõ đã đến chưa."""
    from pipelines.outbox import showing
    from pipelines.page import page
    from pipelines.settings import load_settings

    row = showing.resend(load_settings(), number)
    page.print(f"Tin {number} cho {row['recipient']} sẽ đi ở lượt gửi tới (`kho alert send`).")


@app.command()
def settle(number: Number) -> None:
    """Ghi rằng một tin không phải gửi nữa: người nhận đã có, hoặc không cần."""
    from pipelines.outbox import showing
    from pipelines.page import page
    from pipelines.settings import load_settings

    row = showing.settle(load_settings(), number)
    page.print(f"Tin {number} cho {row['recipient']} không gửi nữa.")


@app.command()
def recipients(
    example: Annotated[bool, typer.Option("--example", help="In một tệp mẫu.")] = False,
) -> None:
    """Xem ai nhận tin (KHO_HOME/recipients.yaml)."""
    from pipelines.alerting.addressees import unknown_agencies
    from pipelines.outbox import recipients as people
    from pipelines.page import page
    from pipelines.reader import read_consistently
    from pipelines.screen_errors import err
    from pipelines.settings import load_settings

    if example:
        page.print(people.EXAMPLE, soft_wrap=True, end="")
        return
    settings = load_settings()
    found = people.recipients(settings)
    for one in found:
        whose = ", ".join(one.agency_codes) or "mọi cơ quan"
        page.print(f"{one.name}: {one.title}; {whose}; mức {one.level}; kênh {one.channel}")
    if not found:
        path = people.recipients_file(settings)
        page.print(f"Chưa có {path}: lập từ `kho alert recipients --example`", soft_wrap=True)
        return
    for name, code in read_consistently(settings, lambda reader: unknown_agencies(reader, found)):
        err.print(
            f"{name}: kho không có cơ quan '{code}', người này sẽ không nhận được gì; "
            'xem `kho sql "select agency_code, agency_name from core.dim_agency"`',
            style="yellow",
            soft_wrap=True,
        )


@app.command()
def silence(
    until: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Ngày cuối còn tắt tin."),
    ],
    reason: Reason,
    rule: Annotated[str | None, typer.Option(help="Mã ngưỡng.")] = None,
    indicator: Annotated[str | None, typer.Option(help="Mã chỉ tiêu.")] = None,
    area: Annotated[str | None, typer.Option(help="Tên hoặc khóa địa bàn.")] = None,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan phải trả lời.")] = None,
    source: Annotated[str | None, typer.Option(help="Mã nguồn.")] = None,
    by: By = None,
) -> None:
    """Tắt tin về một số cảnh báo đến hết một ngày; cảnh báo vẫn được xét."""
    from pipelines.alerting import register, silences
    from pipelines.page import page
    from pipelines.settings import load_settings
    from pipelines.steward.inbox import me

    wanted = {
        "rule": rule,
        "indicator": indicator,
        "area": area,
        "agency": agency,
        "source": source,
    }
    name = me() if by is None else by
    settings = load_settings()
    now_open = [alert.row for alert in register.alerts(settings)[0] if alert.row["is_open"]]
    made = silences.silence(settings, wanted, until.date(), name, reason)
    page.print(f"Đã tắt tin về {made.words} đến hết {until:%d/%m/%Y} (mã {made.id[:8]}).")
    page.print(f"Hiện khớp {sum(map(made.fits, now_open))} cảnh báo đang mở.")


@app.command("silences")
def list_silences() -> None:
    """Xem các lệnh tắt tin đang có hiệu lực."""
    from pipelines.alerting import silences
    from pipelines.page import page
    from pipelines.settings import load_settings
    from pipelines.steward.deciding import told
    from pipelines.steward.inbox import today
    from pipelines.steward.log import read_log

    settings = load_settings()
    found = silences.in_force(read_log(settings.lake), today(settings))
    for one in found:
        page.print(f"{one.id[:8]}: {one.words}: {told(one.entry)}", soft_wrap=True)
    if not found:
        page.print("Không có lệnh tắt tin nào.")


@app.command()
def unsilence(
    silence_id: Annotated[str, typer.Argument(metavar="MÃ", help="Mã lệnh, hoặc phần đầu.")],
    reason: Reason,
    by: By = None,
) -> None:
    """Bật lại tin trước ngày đã hẹn."""
    from pipelines.alerting import silences
    from pipelines.page import page
    from pipelines.settings import load_settings
    from pipelines.steward.inbox import me

    lifted = silences.unsilence(load_settings(), silence_id, me() if by is None else by, reason)
    page.print(f"Đã bật lại tin về {lifted.words}.")


@app.command()
def watchdog(
    every: Annotated[
        int | None, typer.Option(min=1, help="Ở lại, cứ chừng này giây nhìn một lần.")
    ] = None,
) -> int:
    """Canh việc gửi tin: nói khi nó im lặng hoặc tin bị tắc; mã thoát 1 khi có chuyện."""
    from pipelines.alerting.watchdog import keep_looking, look
    from pipelines.page import page
    from pipelines.settings import load_settings

    settings = load_settings()
    if every:
        keep_looking(settings, every)
    found = look(settings)
    for trouble in found:
        page.print(trouble.words, soft_wrap=True)
    if not found:
        page.print("Không thấy việc gửi tin im lặng hay tin bị tắc.")
    return FAILED if found else DONE
