"""`kho doctor`: what is missing or wrong on this machine, and how to mend it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import DONE, FAILED, UserError
from pipelines.settings import REPOSITORY, Settings

if TYPE_CHECKING:
    from pipelines.scorecard import Score

_GIB = 1024**3
_LEAST_FREE_GIB = 2


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and how to mend it."""

    title: str
    is_well: bool
    seen: str
    remedy: str = ""


def examine(settings: Settings) -> int:
    """Print every finding.

    Returns:
        0 when all is well, 1 otherwise.
    """
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    findings = [finding for look in _LOOKS for finding in look(settings)]
    for finding in findings:
        mark = "✔" if finding.is_well else "✘"
        console.print(f"{mark} {finding.title}: {finding.seen}", soft_wrap=True)
        if not finding.is_well:
            console.print(f"    → {finding.remedy}", soft_wrap=True)
    return DONE if all(finding.is_well for finding in findings) else FAILED


def _python(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] < (3, 13)
    yield Finding("Python", fits, version, "cài Python 3.11 rồi chạy `make setup`")


def _superset(_settings: Settings) -> Iterator[Finding]:
    there = (REPOSITORY / ".venv-superset" / "bin" / "superset").exists()
    seen = "đã cài" if there else "chưa cài"
    yield Finding("Superset (.venv-superset)", there, seen, "chạy `make superset`")


def _home(settings: Settings) -> Iterator[Finding]:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    writable = os.access(folder, os.W_OK)
    yield Finding(
        "Thư mục dữ liệu KHO_HOME",
        writable,
        f"{settings.home} ({'ghi được' if writable else 'không ghi được'})",
        f"cấp quyền ghi vào {folder} cho tài khoản đang chạy hoặc đặt KHO_HOME khác",
    )
    free = shutil.disk_usage(folder).free / _GIB
    yield Finding(
        "Đĩa trống",
        free >= _LEAST_FREE_GIB,
        f"{free:.0f} GiB",
        f"dọn đĩa để còn ít nhất {_LEAST_FREE_GIB} GiB",
    )


def _sources(settings: Settings) -> Iterator[Finding]:
    from connectors import registry

    for name, connector in registry().items():
        loads = _completed(settings, name)
        yield Finding(
            f"Nguồn {name}",
            loads > 0 or connector.spec.cadence.every == "when_it_comes",
            f"{loads} lượt nạp" if loads else "chưa có dữ liệu",
            f"chạy `kho ingest {name} --path TỆP_HOẶC_THƯ_MỤC` ({connector.spec.title})",
        )


def _completed(settings: Settings, source: str) -> int:
    from connectors.landing import completed_loads

    return len(completed_loads(settings.lake, source))


def _warehouse(settings: Settings) -> Iterator[Finding]:
    from pipelines.reader import published_state

    try:
        number, _ = published_state(settings)
    except UserError as error:
        yield Finding(f"Kho ({settings.target})", False, "chưa cấu hình", str(error))
        return
    except Exception as error:
        yield Finding(
            f"Kho ({settings.target})",
            False,
            " ".join(str(error).split())[:200],
            "kiểm tra máy chủ và KHO_PG_DSN",
        )
        return
    seen = f"lần công bố {number}" if number else "chưa công bố"
    yield Finding(f"Kho ({settings.target})", number > 0, seen, "chạy `kho run`")


def _decision_log(settings: Settings) -> Iterator[Finding]:
    from pipelines.steward.copy import complaint
    from pipelines.steward.log import read_log

    log = read_log(settings.lake)
    problem = f"hỏng từ dòng {log.broken.line}: {log.broken.problem}" if log.broken else ""
    if not problem and _is_published(settings):
        problem = complaint(settings)
    yield Finding(
        "Nhật ký quyết định",
        not problem,
        problem or f"{len(log.entries)} quyết định, mã băm khớp",
        "khôi phục lake/_steward/decision.jsonl từ bản sao lưu rồi chạy `kho steward verify`",
    )


def _blocking_issues(settings: Settings) -> Iterator[Finding]:
    from pipelines.steward.inbox import Filter, issues

    if not _is_published(settings):
        return
    try:
        found, _ = issues(settings)
    except UserError as error:
        yield Finding("Vấn đề mức chặn", False, "chưa có hộp việc", str(error))
        return
    waiting = sum(map(Filter({"severity": "chan"}).fits, found))
    yield Finding(
        "Vấn đề mức chặn",
        not waiting,
        f"{waiting} đang chờ" if waiting else "không có",
        "xem và quyết định: `kho steward list --severity chan`",
    )


def _scores(settings: Settings) -> Iterator[Finding]:
    from connectors import registry
    from pipelines.reader import read_consistently
    from pipelines.scorecard import BAR, NAMES, scored

    if not _is_published(settings):
        return
    found = read_consistently(settings, lambda reader: scored(reader, list(registry())))
    for source, scores in found.items():
        known = [(NAMES[name], score) for name, score in scores.items() if score.pct is not None]
        told = [_told(name, score) for name, score in known]
        low = [_told(name, score) for name, score in known if not score.passed]
        if told:
            yield Finding(
                f"Điểm chất lượng nguồn {source}",
                not low,
                f"dưới {BAR:.0f}: {'; '.join(low)}" if low else "; ".join(told),
                f"xem các vấn đề kéo điểm xuống: `kho steward list --source {source}`",
            )


def _told(name: str, score: "Score") -> str:
    percent = f"{score.pct:.2f}".replace(".", ",")
    return f"{name} {percent} ({score.facts['period_label']})"


def _is_published(settings: Settings) -> bool:
    """Whether there is anything to read; why not is told by `_warehouse`."""
    from pipelines.reader import published_state

    try:
        return published_state(settings)[0] > 0
    except Exception:
        return False


_LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _python,
    _superset,
    _home,
    _sources,
    _warehouse,
    _decision_log,
    _blocking_issues,
    _scores,
)
