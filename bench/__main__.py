"""`make bench`: measure the limits of time on this machine."""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import alerts, boards, deltas, increments, pulls, report
from bench.measure import Measure
from bench.scratch import scratch
from pipelines.settings import REPOSITORY

REAL = REPOSITORY.parent / "shared" / "data" / "gso_monthly"


def main() -> int:
    """Measure the parts named, or all of them, and print it; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(_PARTS))
    named = parser.parse_args().parts
    if unknown := set(named) - set(_PARTS):
        parser.error(f"không có phần {', '.join(sorted(unknown))}")
    print(_machine(), flush=True)
    missed = False
    for part in named or _PARTS:
        for measure in _PARTS[part]():
            print(measure.line(), flush=True)
            missed |= measure.is_missed
    return int(missed)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = os.getloadavg()[0]
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        f"Máy: {os.cpu_count()} nhân, {memory:.0f} GiB, {platform.machine()}, "
        f"Python {platform.python_version()}, tải {load:.1f}, {when}"
    )


def _landing() -> Iterator[Measure]:
    """Land the 60 real workbooks in a process of its own; reading alone is the baseline."""
    if not REAL.is_dir():
        print(f"BỎ QUA  nạp biểu thống kê: không có {REAL}")
        return
    files = len(list(REAL.glob("*.xlsx")))
    with scratch() as home:
        script = (
            "from pathlib import Path; from datetime import UTC, datetime\n"
            "from connectors import registry\n"
            "from connectors.connector import PullContext; from connectors.landing import land\n"
            f"context = PullContext(datetime.now(UTC), (Path({str(REAL)!r}),))\n"
            f"home = Path({str(home)!r})\n"
            "land(registry()['thong_ke'], context, home / 'lake', home / 'dlt', lambda s: None)"
        )
        seconds = _timed(lambda: _python(script))
    reading = (
        "from pathlib import Path; from python_calamine import CalamineWorkbook as W\n"
        f"for path in Path({str(REAL)!r}).glob('*.xlsx'):\n"
        "    book = W.from_path(path)\n"
        "    [book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names]"
    )
    baseline = _timed(lambda: _python(reading))
    yield Measure("nạp biểu thống kê vào hồ dữ liệu", f"{files} tệp", seconds, 10, baseline)


def _real() -> Iterator[Measure]:
    """Build from the real workbooks but the last, then take the last one in."""
    files = sorted(REAL.glob("*.xlsx"))
    if not files:
        return
    with scratch() as home:
        inbox = home / "inbox" / "thong_ke"
        inbox.mkdir(parents=True)
        for file in files[:-1]:
            (inbox / file.name).symlink_to(file)
        script = (
            "from pipelines.chain import Chain; from pipelines.settings import load_settings\n"
            "chain = Chain(load_settings())\n"
            "chain.land('thong_ke'); chain.judge(); assert chain.build(); chain.publish()"
        )
        step = lambda: _python(script, KHO_HOME=str(home))  # noqa: E731
        yield Measure("nạp, kiểm tra, dựng, công bố", f"{len(files) - 1} tệp", _timed(step), 60)
        (inbox / files[-1].name).symlink_to(files[-1])
        yield Measure("thêm một tệp", f"1 tệp, kho đã có {len(files) - 1}", _timed(step), 20)
        yield from _passports(home)


def _passports(home: Path) -> Iterator[Measure]:
    """Ask for passports of real figures: the slowest answer after start-up, and a whole command."""
    asked = [
        ["explain", "D01", "VN-00", "2024-12"],
        ["explain", "D01", "VN-00", "2024-12", "--as-of", "2024-12-31"],
        ["explain", "nhap_khau_ty_trong_fdi", "VN-00", "2022-11", "--format", "json"],
        ["explain", "ban_le_dich_vu_khac", "VN-00", "2023-11-ytd"],
        ["explain", "van_tai_hang_hoa", "VN-00", "2022-12"],
    ]
    script = (
        "import sys, time; from pipelines.cli import main\n"
        "from pipelines import reader, screen_errors\n"
        "import duckdb, rich.table; from pipelines.explain import passport, showing\n"
        "slowest = 0.0\n"
        f"for words in {asked!r}:\n"
        "    start = time.perf_counter(); status = main(words)\n"
        "    slowest = max(slowest, time.perf_counter() - start)\n"
        "    assert status == 0\n"
        "print(slowest, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    slowest = float(done.stderr.split()[-1])
    yield Measure("kho explain sau khi khởi động", f"chậm nhất của {len(asked)}", slowest, 0.5)
    whole = _timed(lambda: _kho(home, *asked[0]))
    yield Measure("kho explain cả lệnh", "1 con số", whole, 2)


def _demo() -> Iterator[Measure]:
    """Run the demonstration twice: the first builds everything, the second has nothing to do."""
    with scratch() as home:
        inbox = home / "inbox" / "thong_ke"
        _run([sys.executable, "-m", "simulators.workbooks", "--out", str(inbox)])
        size = f"{len(list(inbox.glob('*.xlsx')))} tệp mô phỏng"
        yield Measure("kho run lần đầu", size, _timed(lambda: _kho(home, "run")), 180)
        yield Measure("kho run khi không có gì mới", size, _timed(lambda: _kho(home, "run")), 30)
        query = "select indicator_code, value from mart.main_board"
        seconds = _timed(lambda: _kho(home, "sql", query))
        yield Measure("kho sql", "9 dòng", seconds, 2)
        report = ("report", "--period", "2024-12", "--out", str(home / "out"))
        yield Measure("kho report", "1 tháng", _timed(lambda: _kho(home, *report)), 10)


def _answers() -> Iterator[Measure]:
    with scratch() as home:
        yield Measure("kho --help", "không dữ liệu", _timed(lambda: _kho(home, "--help")), 1.5)


def _timed(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _python(script: str, **environment: str) -> None:
    _run([sys.executable, "-c", script], **environment)


def _kho(home: Path, *words: str) -> None:
    _run([str(REPOSITORY / "kho"), *words], KHO_HOME=str(home))


def _run(command: list[str], **environment: str) -> None:
    subprocess.run(
        command,
        check=True,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


_PARTS: dict[str, Callable[[], Iterator[Measure]]] = {
    "landing": _landing,
    "real": _real,
    "demo": _demo,
    "answers": _answers,
    "deltas": deltas.measures,
    "pulls": pulls.measures,
    "increments": increments.measures,
    "alerts": alerts.measures,
    "boards": boards.measures,
    "report": report.measures,
}

if __name__ == "__main__":
    sys.exit(main())
