"""`kho report`: the monthly report and its frozen editions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import DONE, FAILED, HELD_BACK, WRONG_CALL, UserError
from pipelines.options import Target

if TYPE_CHECKING:
    from pipelines.editions.edition import Edition
    from pipelines.settings import Settings

app = typer.Typer(
    name="report",
    help="Báo cáo tháng: lập thử, lưu bản dự thảo, bản chính thức, đính chính.",
    invoke_without_command=True,
)
Period = Annotated[str, typer.Option(help="Tháng báo cáo, YYYY-MM.")]
AnyPeriod = Annotated[str | None, typer.Option(help="Tháng báo cáo, YYYY-MM.")]
Number = Annotated[int | None, typer.Option(min=1, help="Bản thứ mấy; mặc định là bản mới nhất.")]
IsFinal = Annotated[bool, typer.Option("--final/--draft", help="Bản chính thức hay bản dự thảo.")]


@app.callback()
def report(
    context: typer.Context,
    period: AnyPeriod = None,
    out: Annotated[Path | None, typer.Option(help="Thư mục ghi báo cáo.")] = None,
    target: Target = None,
) -> int:
    """Lập báo cáo của một tháng ra docx, pdf, xlsx mà không lưu thành bản."""
    if context.invoked_subcommand:
        return DONE
    if period is None:
        raise UserError("Thiếu --period, ví dụ: kho report --period 2024-12", WRONG_CALL)
    from pipelines import screen
    from pipelines.chain import Chain
    from pipelines.settings import load_settings

    settings = load_settings(target=target and target.value)
    with screen.progress() as stage:
        files = Chain(settings, stage=stage).report(period, out)
    for file in files:
        screen.out.print(str(file), soft_wrap=True)
    return DONE


@app.command()
def make(period: Period, is_final: IsFinal = False, target: Target = None) -> int:
    """Lưu một bản vào hồ dữ liệu; số liệu không đổi thì dùng lại bản đã có."""
    from pipelines.editions import showing
    from pipelines.editions.making import editions, make_edition

    settings = _settings(target)
    made = make_edition(settings, period, "final" if is_final else "draft", settings.clock())
    showing.show_made(made, editions(settings, period))
    return DONE


@app.command()
def correct(period: Period, target: Target = None) -> int:
    """Lập bản đính chính của bản chính thức; không có gì đổi thì không lập."""
    from pipelines.editions import showing
    from pipelines.editions.edition import title
    from pipelines.editions.making import editions, make_edition

    settings = _settings(target)
    before = _chosen(settings, period, None, is_final=True)
    made = make_edition(settings, period, "final", settings.clock())
    if made == before:
        raise UserError(f"Không có gì để đính chính: số liệu và mẫu vẫn như {title(before)}")
    showing.show_made(made, editions(settings, period))
    return DONE


@app.command("list")
def list_editions(period: AnyPeriod = None, target: Target = None) -> int:
    """Xem các bản đã lưu."""
    from pipelines.editions import showing
    from pipelines.editions.making import editions

    showing.show_list(editions(_settings(target), period))
    return DONE


@app.command()
def show(
    period: Period, number: Number = None, is_final: IsFinal = True, target: Target = None
) -> int:
    """Xem một bản: lập lúc nào, từ lần công bố nào, các tệp ở đâu."""
    from pipelines.editions import showing

    showing.show(_chosen(_settings(target), period, number, is_final))
    return DONE


@app.command()
def verify(
    period: Period,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Tệp docx, pdf, xlsx cần soát; không nêu thì soát các tệp đã lưu."),
    ] = None,
    number: Number = None,
    is_final: IsFinal = True,
    target: Target = None,
) -> int:
    """Đọc lại từng con số trong các tệp, so với bản đã lưu và với kho đang công bố."""
    from pipelines.editions import showing
    from pipelines.editions.verifying import verify as verify_edition

    settings = _settings(target)
    edition = _chosen(settings, period, number, is_final)
    found = verify_edition(settings, edition, files)
    showing.show_verified(edition, found)
    return FAILED if found.in_files else HELD_BACK if found.restated else DONE


def _settings(target: Target) -> "Settings":
    from pipelines.settings import load_settings

    return load_settings(target=target and target.value)


def _chosen(settings: "Settings", period: str, number: int | None, is_final: bool) -> "Edition":
    """Find an edition, the newest where no number is given."""
    from pipelines.editions.making import editions

    kind = "final" if is_final else "draft"
    found = [item for item in editions(settings, period) if item.kind == kind]
    chosen = [item for item in found if number in (None, item.number)]
    if not chosen:
        name = "bản chính thức" if is_final else "bản dự thảo"
        which = f" số {number}" if number else ""
        raise UserError(
            f"Chưa có {name}{which} của tháng {period}; `kho report list` cho biết các bản đã có"
        )
    return chosen[-1]
