"""A day and a month of the real volume, taken into a warehouse in which a year is published."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from bench.measure import Measure
from bench.scratch import scratch
from connectors.landing import REGISTER
from pipelines.settings import REPOSITORY

_PROFILE = "nghe_an"
# a year at a hundredth; from March 2022 on as many records as Nghệ An had in 2021, less its growth
_PAST_SCALE, _FIRST, _LAST = 0.01, date(2021, 3, 1), date(2022, 2, 28)
_REAL_SCALE, _REAL_LAST = "0.97", date(2022, 4, 1)
# the systems whose documents, dossiers and visits make the limits' 27,745 rows a day
_RECORDS = ("ioffice", "dvc", "y_te")
_STARTS = "2022-03-01T00:00:00+07:00"
_STEPS = (
    ("thêm một ngày", "2022-03-02T00:00:00+07:00", 30),
    ("thêm một tháng", "2022-04-02T00:00:00+07:00", 90),
)


def measures() -> Iterator[Measure]:
    """Take in a day, then the month after it, in a process whose tools have started."""
    with scratch() as folder, _own_environment():
        home = folder / "home"
        _taken_in(home, _STARTS)
        _join_real_days(home / "ledger" / "province", folder / "real")
        for title, now, limit in _STEPS:
            seconds, rows = _taken_in(home, now)
            told = f"{rows:,}".replace(",", ".")
            size = f"{told} dòng, kho đã có một năm thu nhỏ 100 lần"
            yield Measure(title, size, seconds, limit)


def _taken_in(home: Path, now: str) -> tuple[float, int]:
    """Bring a warehouse up to an instant of the province: seconds it took, and rows it landed."""
    from pipelines import province
    from pipelines.chain import Chain
    from pipelines.province import Box
    from pipelines.settings import load_settings

    settings = load_settings(home=home, now=datetime.fromisoformat(now))
    with province.running(settings, Box(_PROFILE, _PAST_SCALE, _FIRST, _LAST)):
        chain = Chain(settings, _RECORDS)
        start = time.perf_counter()
        for source in chain.chosen:
            chain.land(source)
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
        seconds = time.perf_counter() - start
    assert not chain.outcome.sick, chain.outcome.sick
    landed = (report.rows.items() for report in chain.outcome.landed.values())
    return seconds, sum(rows for tables in landed for name, rows in tables if name != REGISTER)


def _join_real_days(truth: Path, real: Path) -> None:
    """Let days of the real volume follow the past in the ledger that the systems answer from."""
    words = ["generate", "--profile", _PROFILE, "--scale", _REAL_SCALE, "--truth", str(real)]
    words += ["--first-day", _STARTS[:10], "--last-day", _REAL_LAST.isoformat()]
    for source in _RECORDS:
        words += ["--source", source]
    subprocess.run(
        [sys.executable, "-m", "simulators.province", *words],
        check=True,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    for source in _RECORDS:
        for month in real.glob(f"{source}/*/*2022*.parquet"):
            month.rename(truth / source / month.parent.name / month.name)


@contextmanager
def _own_environment() -> Iterator[None]:
    """Take back the addresses of systems that run no longer."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
