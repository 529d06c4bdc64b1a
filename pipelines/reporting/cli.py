"""`kho report calendar|missing|turn|send`: the monthly report on its calendar."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.editions.cli import app
from pipelines.errors import DONE, FAILED, WRONG_CALL, UserError
from pipelines.options import Target
from pipelines.page import page

if TYPE_CHECKING:
    from pipelines.reporting.calendar import Month
    from pipelines.settings import Settings

Period = Annotated[str | None, typer.Option(help="Tháng báo cáo, YYYY-MM; mặc định tháng này.")]


@app.command()
def calendar(period: Period = None, target: Target = None) -> int:
    """Các mốc của báo cáo tháng: rà soát, dự thảo, nhắc, chốt, hạn nộp."""
    from pipelines.reporting.record import sent_editions
    from pipelines.steward.inbox import VIET_NAM

    settings = _settings(target)
    month = _chosen(settings, period)
    now = settings.clock()
    page.print(
        f"Báo cáo tháng {month.label}, kỳ số liệu {month.window_start:%d/%m/%Y} – "
        f"{month.window_end:%d/%m/%Y}"
    )
    for step, at in sorted(month.steps.items(), key=lambda item: item[1]):
        mark = "●" if at <= now else "○"
        page.print(f"{mark} {at.astimezone(VIET_NAM):%d/%m/%Y %H:%M}  {month.names[step]}")
    sent = sent_editions(settings, month.period)
    left = (month.final_on - now.astimezone(VIET_NAM).date()).days
    if sent:
        page.print(f"Đã gửi bản {sent[-1]}.")
    elif left >= 0:
        page.print(f"Còn {left} ngày đến ngày chốt.")
    else:
        page.print(f"Quá ngày chốt {-left} ngày mà chưa gửi: chạy `kho report turn`.")
    return DONE


@app.command()
def missing(period: Period = None, target: Target = None) -> int:
    """Báo cáo đang chuẩn bị còn thiếu gì, của ai, cần trước ngày nào."""
    from pipelines.reporting.blockers import blockers
    from pipelines.reporting.wording import look_body

    settings = _settings(target)
    month = _chosen(settings, period)
    page.print(look_body(month, blockers(settings, month.period)), soft_wrap=True)
    return DONE


@app.command()
def turn(target: Target = None) -> int:
    """Làm ngay những mốc đã đến: rà soát, lập dự thảo, chốt và gửi (máy tự làm mỗi mười phút)."""
    from pipelines.reporting.turn import take_turn

    done = take_turn(_settings(target))
    if done.is_busy:
        page.print("Một lượt khác đang làm; xem lại sau ít phút.")
        return DONE
    for said in done.did:
        page.print(f"{said[:1].upper()}{said[1:]}.")
    if done.trouble:
        raise UserError(done.trouble, FAILED)
    if not done.did:
        page.print("Không có mốc nào đến lượt.")
    return DONE


@app.command()
def send(
    period: Annotated[str, typer.Option(help="Tháng báo cáo, YYYY-MM.")], target: Target = None
) -> int:
    """Gửi bản chốt mới nhất của một tháng cho người nhận; bản đính chính cũng gửi bằng lệnh này."""
    from pipelines.editions import editions
    from pipelines.outbox import deliver
    from pipelines.reporting.telling import readers
    from pipelines.reporting.turn import NOBODY, send_edition

    settings = _settings(target)
    month = _chosen(settings, period)
    made = [one for one in editions(settings, month.period) if one.kind == "final"]
    if not made:
        raise UserError(
            f"Tháng {month.label} chưa có bản chốt: lập bằng "
            f"`kho report make --period {month.period} --final`",
            WRONG_CALL,
        )
    if not readers(settings, is_final=True):
        raise UserError(f"Không gửi được: {NOBODY}", WRONG_CALL)
    new = send_edition(settings, month, made[-1])
    done = deliver(settings, is_job=False)
    page.print(f"Bản {made[-1].number}: {new} tin mới, {done.sent} đã gửi, còn {done.waiting} chờ.")
    return DONE


def _chosen(settings: "Settings", period: str | None) -> "Month":
    from pipelines.reporting.calendar import in_preparation, months

    known = months(settings)
    if period is None:
        _, month = in_preparation(known, settings.clock())
    else:
        month = next((one for one in known if one.period == period), None)
    if month is None:
        first, last = known[0].period, known[-1].period
        raise UserError(
            f"Lịch báo cáo có từ {first} đến {last}: chọn --period trong đó", WRONG_CALL
        )
    return month


def _settings(target: Target) -> "Settings":
    from pipelines.settings import load_settings

    return load_settings(target=target and target.value)
