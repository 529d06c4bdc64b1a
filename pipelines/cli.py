"""The `kho` command. Heavy libraries are imported inside the calls that need them."""

import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from pipelines.alerting.cli import app as alert_app
from pipelines.boards_cli import app as boards_app
from pipelines.errors import DONE, FAILED, HELD_BACK, WRONG_CALL, UserError
from pipelines.options import Format, Output, Target
from pipelines.quality_cli import quality
from pipelines.reminding.cli import app as remind_app
from pipelines.reporting.cli import app as report_app
from pipelines.steward.cli import app as steward_app

app = typer.Typer(
    name="kho",
    help="Kho dữ liệu số: từ nguồn đến bảng điều hành và báo cáo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(steward_app)
app.add_typer(alert_app)
app.add_typer(remind_app)
app.add_typer(report_app)
app.add_typer(boards_app)
app.add_typer(quality, name="quality")
new = typer.Typer(help="Viết khung cho phần mới của kho.", no_args_is_help=True)
app.add_typer(new, name="new")


class Basis(StrEnum):
    """Whose borders a figure is told on."""

    as_published = "as_published"
    current = "current"


class PassportFormat(StrEnum):
    """Ways to print a passport."""

    table = "table"
    json = "json"


@app.command()
def run(
    target: Target = None,
    source: Annotated[list[str] | None, typer.Option(help="Chỉ nạp nguồn này.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Dựng lại toàn bộ từ hồ dữ liệu.")] = False,
) -> int:
    """Chạy cả chuỗi: nạp, kiểm tra, dựng kho, công bố, bảng điều hành, báo cáo."""
    from pipelines import screen
    from pipelines.chain import Chain
    from pipelines.settings import load_settings

    settings = load_settings(target=target and target.value)
    with screen.progress() as stage:
        chain = Chain(settings, sources=source or (), full=full, stage=stage)
        with chain.exclusive():
            from pipelines.headless import run_chain

            run_chain(chain)
    screen.show_outcome(chain.outcome, settings.home)
    if chain.outcome.failures:
        raise UserError(
            "Không công bố vì kho dựng không đạt; sửa các dòng 'Hỏng' ở trên rồi chạy lại `kho run`"
        )
    return HELD_BACK if chain.outcome.is_incomplete else DONE


@app.command()
def ingest(
    source: Annotated[str, typer.Argument(help="Tên nguồn, ví dụ thong_ke.")],
    path: Annotated[list[Path] | None, typer.Option(help="Tệp hoặc thư mục; lặp lại được.")] = None,
    published: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Ngày công bố, khi tên tệp không ghi."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Chỉ thử xem nguồn có đúng quy ước, không ghi gì.")
    ] = False,
    target: Target = None,
) -> int:
    """Nạp một nguồn vào hồ dữ liệu, kiểm tra, và đếm ô đã ánh xạ theo nhóm chỉ tiêu."""
    from pipelines import ingesting, screen
    from pipelines.settings import load_settings

    settings = load_settings(target=target and target.value)
    if check:
        return DONE if ingesting.show_checks(ingesting.check(settings, source)) else FAILED
    missing = [str(item) for item in path or () if not item.exists()]
    if missing:
        raise UserError(f"Không có tệp hoặc thư mục {', '.join(missing)}", WRONG_CALL)
    with screen.progress() as stage:
        outcome, counts = ingesting.ingest(
            settings, source, path or (), published.date() if published else None, stage
        )
    ingesting.show(source, outcome, counts)
    return HELD_BACK if outcome.is_incomplete else DONE


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Câu lệnh select.")],
    output: Output = Format.table,
    target: Target = None,
) -> int:
    """Hỏi kho đã công bố, chỉ đọc."""
    from pipelines import asking
    from pipelines.settings import load_settings

    asking.ask(load_settings(target=target and target.value), query, output.value)
    return DONE


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="Mã, mã danh mục (D01) hoặc tên chỉ tiêu.")],
    area: Annotated[str, typer.Argument(help="Tên, khóa (VN-00) hoặc mã kèm ngày: 24@2025-07-01.")],
    period: Annotated[
        str,
        typer.Argument(help="2024-12, 2024-Q4, 2024-H1, 2024-9T, 2024, 2024-12-ytd, 2024-12-31."),
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Như đã biết đến hết ngày này, giờ Việt Nam.")
    ] = None,
    output: Annotated[
        PassportFormat, typer.Option("--format", help="Cách in.")
    ] = PassportFormat.table,
    calendar: Annotated[
        str | None, typer.Option(help="Lịch của kỳ: calendar, report_15_14, school_year.")
    ] = None,
    basis: Annotated[Basis | None, typer.Option(help="Cơ sở địa giới.")] = None,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan.")] = None,
    target: Target = None,
) -> int:
    """Hộ chiếu của một con số: từ ô nào, công thức gì, ai công bố, đã biết những gì từ khi nào."""
    from pipelines.explain import showing
    from pipelines.explain.finding import Choice
    from pipelines.explain.passport import parse_day, passport
    from pipelines.reader import read_consistently
    from pipelines.settings import load_settings

    day = parse_day(as_of)
    choice = Choice(calendar, basis and basis.value, agency)
    found = read_consistently(
        load_settings(target=target and target.value),
        lambda reader: passport(reader, indicator, area, period, choice, day),
    )
    (showing.show if output is PassportFormat.table else showing.show_json)(found)
    return DONE


@new.callback()
def _group() -> None:
    """Keep `source` a word of its own: with one command Typer would drop it."""


@new.command()
def source(
    name: Annotated[str, typer.Argument(help="Tên nguồn: chữ thường không dấu, như giao_thong.")],
) -> int:
    """Viết khung của một nguồn bản ghi mới: bộ nối, luật, mô hình dbt và phép thử."""
    from pipelines import new_source

    new_source.show(name, new_source.write_stubs(name))
    return DONE


@app.command()
def demo(
    years: Annotated[int, typer.Option(min=1, max=10, help="Số năm số liệu.")] = 3,
    scale: Annotated[
        float, typer.Option(min=0.0001, max=1, help="Phần khối lượng thật của tỉnh.")
    ] = 0.01,
    profile: Annotated[str, typer.Option(help="Hồ sơ tỉnh: nghe_an, bac_ninh.")] = "nghe_an",
    target: Target = None,
) -> int:
    """Tỉnh trong hộp: dựng các hệ thống nguồn mô phỏng, chạy cả chuỗi, đối chiếu với sổ gốc."""
    from pipelines import screen
    from pipelines.demo import box_of, demo_settings
    from pipelines.demo import demo as run_demo

    settings = demo_settings(target and target.value)
    with screen.progress() as stage:
        chain, is_equal = run_demo(settings, box_of(settings, profile, years, scale), stage)
    screen.show_outcome(chain.outcome, settings.home)
    if chain.outcome.failures or not is_equal:
        return FAILED
    return HELD_BACK if chain.outcome.is_incomplete else DONE


@app.command()
def simulate(
    years: Annotated[int, typer.Option(min=1, max=10, help="Số năm số liệu.")] = 3,
    scale: Annotated[
        float, typer.Option(min=0.0001, max=1, help="Phần khối lượng thật của tỉnh.")
    ] = 0.01,
    profile: Annotated[str, typer.Option(help="Hồ sơ tỉnh: nghe_an, bac_ninh.")] = "nghe_an",
) -> int:
    """Chỉ chạy các hệ thống nguồn mô phỏng trên máy này, đến khi nhấn Ctrl-C."""
    from pipelines.demo import box_of, demo_settings
    from pipelines.province import keep_running

    settings = demo_settings(None)
    return keep_running(settings, box_of(settings, profile, years, scale))


@app.command()
def serve(target: Target = None) -> int:
    """Mở bảng điều hành (Superset) và trang vận hành (Dagster) trên máy này."""
    from pipelines.serving import serve as serve_pages
    from pipelines.settings import load_settings

    return serve_pages(load_settings(target=target and target.value))


@app.command()
def doctor(target: Target = None) -> int:
    """Xem máy này thiếu gì, hỏng gì, và cách sửa."""
    from pipelines.doctor import examine
    from pipelines.settings import load_settings

    return examine(load_settings(target=target and target.value))


def main(arguments: list[str] | None = None) -> int:
    """Run the command and turn every failure into one line and an exit status.

    Args:
        arguments: the words after `kho`; the process's own when not given.

    Returns:
        0 done, 1 failed, 2 wrong call, 3 published with something held back.
    """
    words = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    return _guarded(lambda: app(words, prog_name="kho", standalone_mode=False), debug)


def _guarded(call: Callable[[], Any], debug: bool) -> int:
    from pipelines import screen_errors

    try:
        return int(call() or DONE)
    except UserError as error:
        screen_errors.complain(str(error))
        return error.status
    except TyperException as error:
        # called without a word the help is printed already; anything else is a wrong word
        if type(error).__name__ != "NoArgsIsHelpError":
            screen_errors.complain(f"Gọi sai: {screen_errors.wrong_call(str(error))}")
        return WRONG_CALL
    except (KeyboardInterrupt, typer.Abort):
        screen_errors.complain("Đã dừng theo yêu cầu; chạy lại lệnh để làm tiếp.")
        return FAILED
    except Exception as error:
        if debug:
            raise
        screen_errors.complain(screen_errors.one_line(error))
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
