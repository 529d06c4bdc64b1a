"""What a person sees on the terminal: progress, the summary of a run, tables."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.chain import Outcome, Stage
from pipelines.screen_errors import err
from pipelines.settings import REPOSITORY

_STAGES = {
    "simulate": "Dựng các hệ thống nguồn mô phỏng",
    "resume": "Hoàn tất phần dang dở",
    "read": "Đọc nguồn",
    "extract": "Tiếp nhận",
    "normalise": "Chuẩn hoá",
    "load": "Ghi vào hồ dữ liệu",
    "judge": "Kiểm tra chất lượng",
    "build": "Dựng kho (dbt)",
    "publish": "Công bố",
    "boards": "Cập nhật bảng điều hành",
    "alerts": "Gửi cảnh báo",
    "report": "Lập báo cáo",
}

out = Console(highlight=False)


@contextmanager
def progress() -> Iterator[Stage]:
    """Show the present step: a spinner on a terminal, one line a step elsewhere."""
    if not err.is_terminal:
        yield _Lines()
        return
    with err.status("Bắt đầu …") as status:
        yield lambda step, detail: status.update(_line(step, detail))


class _Lines:
    """Prints a line the first time a step is reached; details would flood a log."""

    def __init__(self) -> None:
        self._reached: set[str] = set()

    def __call__(self, step: str, detail: str) -> None:
        if step in _STAGES and step not in self._reached:
            self._reached.add(step)
            print(_STAGES[step], "…", file=sys.stderr, flush=True)


def _line(step: str, detail: str) -> str:
    return f"{_STAGES.get(step, step)} … {detail}".rstrip()


def _serve_command(home: Path) -> str:
    """Give the command that opens the boards of this very home."""
    if home == REPOSITORY / "var":
        return "./kho serve"
    return "make serve" if home == REPOSITORY / "var" / "demo" else f"KHO_HOME={home} ./kho serve"


def show_outcome(outcome: Outcome, home: Path) -> None:
    """Print what a run did and what to do next."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for label, text in _facts(outcome):
        table.add_row(label, text)
    out.print(table)
    for line in outcome.kept_back:
        err.print("Giữ lại:", style="yellow", end=" ")
        err.print(line, soft_wrap=True, markup=False)
    for line in outcome.failures:
        err.print("Hỏng:", style="red", end=" ")
        err.print(line, soft_wrap=True, markup=False)
    if not outcome.failures:
        out.print(f"Bước tiếp theo: `{_serve_command(home)}` để mở bảng điều hành", soft_wrap=True)


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    for source, report in outcome.landed.items():
        rows = sum(report.rows.values())
        kept_out = f", {number(report.left_out)} dòng mật không nhận" if report.left_out else ""
        yield (
            f"Nguồn {source}",
            f"{report.deliveries} tệp/lần mới, {number(rows)} dòng mới{kept_out}",
        )
    yield "Kiểm tra", f"{outcome.judged} lượt nạp, giữ lại {len(outcome.held)} lần giao nhận"
    if outcome.models:
        yield "dbt", f"{outcome.models} mô hình, {outcome.tests} kiểm thử"
    new = "mới" if outcome.is_new else "không có gì mới"
    yield "Công bố", f"số {outcome.publication_id} ({new})"
    if outcome.boards:
        yield "Bảng điều hành", outcome.boards
    if outcome.alerts:
        yield "Gửi cảnh báo", outcome.alerts
    if outcome.report:
        yield "Báo cáo", ", ".join(str(path) for path in outcome.report)
    elif outcome.report_note:
        yield "Báo cáo", outcome.report_note


def number(value: int) -> str:
    """Write a whole number the Vietnamese way: 1.234.567."""
    return f"{value:,}".replace(",", ".")
