"""`kho quality`: what the quality rules say, for people."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import DONE, WRONG_CALL, UserError

if TYPE_CHECKING:
    from pipelines.chain import Stage
    from pipelines.settings import Settings

quality = typer.Typer(help="Chất lượng dữ liệu: luật và kết quả kiểm tra.", no_args_is_help=True)


@quality.callback()
def _group() -> None:
    """Keep `docs` a word of its own: with one command Typer would drop it."""


@quality.command()
def docs(
    source: Annotated[
        list[str] | None, typer.Option(help="Chỉ nguồn này; lặp lại được; mặc định mọi nguồn.")
    ] = None,
    load: Annotated[
        list[str] | None,
        typer.Option(help="Đợt nạp này; lặp lại được; mặc định đợt mới nhất của mỗi nguồn."),
    ] = None,
) -> int:
    """Lập trang kết quả kiểm tra từng luật của đợt nạp, in ra đường dẫn để mở."""
    from pipelines import screen
    from pipelines.settings import load_settings

    with screen.progress() as stage:
        page = _write_docs(load_settings(), source or (), load or (), stage)
    screen.out.print(str(page), soft_wrap=True)
    return DONE


def _write_docs(
    settings: "Settings", sources: Sequence[str], loads: Sequence[str], stage: "Stage"
) -> Path:
    from connectors.landing import completed_loads, write_empty_tables
    from expectations.pages import write_pages
    from expectations.quality import ensure_quality_files
    from pipelines.chain import Chain

    chain = Chain(settings, sources, stage=stage)
    # the pages use the scratch folder of judging
    with chain.exclusive():
        chosen = {}
        for name in chain.chosen:
            write_empty_tables(chain.connectors[name], settings.lake)
            known = completed_loads(settings.lake, name)
            chosen[name] = [item for item in known if item in loads] if loads else known[-1:]
        unknown = set(loads) - {item for found in chosen.values() for item in found}
        if unknown:
            raise UserError(f"Không có đợt nạp {', '.join(sorted(unknown))}", WRONG_CALL)
        shown = [(name, found) for name, found in chosen.items() if found]
        if not shown:
            raise UserError("Chưa có đợt nạp nào: chạy `kho run` hoặc `kho ingest NGUỒN` trước")
        ensure_quality_files(settings.lake, [name for name, _ in shown])
        return write_pages(
            settings.lake, shown, settings.home / "quality_docs", settings.clock(), stage=stage
        )
