"""`kho demo`: years of a simulated province, from its source systems to the boards."""

import calendar
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from connectors.landing import VIET_NAM
from pipelines import province
from pipelines.chain import Chain, Stage
from pipelines.errors import UserError
from pipelines.province import Box
from pipelines.settings import REPOSITORY, Settings, load_settings

_MONTHS_A_YEAR = 12


def demo_settings(target: str | None) -> Settings:
    """Read the settings; without KHO_HOME the demonstration keeps to its own folder."""
    settings = load_settings(target=target)
    if "home" in settings.model_fields_set:
        return settings
    return load_settings(home=REPOSITORY / "var" / "demo", target=target)


def box_of(settings: Settings, profile: str, years: int, scale: float) -> Box:
    """Give the province of the months from `years` before up to this one.

    Months are whole, so that a demonstration can go on another day: what lies in the future of
    the clock is not told yet.

    Args:
        settings: whose clock says what today is.
        profile: name of the province's profile.
        years: how many years of records.
        scale: share of the profile's volumes.
    """
    today = settings.clock().astimezone(VIET_NAM).date()
    first = date(today.year - years, today.month, 1)
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    return Box(profile, scale, first, last)


def demo(settings: Settings, box: Box, stage: Stage) -> tuple[Chain, bool]:
    """Start the source systems, run the whole chain on them, and compare with their ledger.

    Args:
        settings: which warehouse; its data folder must hold simulated figures or none.
        box: which province.
        stage: listener of progress.

    Returns:
        The chain with its outcome, and whether the warehouse equals the ledger of truth.

    Raises:
        UserError: the source systems did not start, or the chain cannot run.
    """
    from pipelines.headless import run_chain

    # the source systems and the chain look at one clock
    settings = settings.model_copy(update={"now": settings.clock()})
    _write_workbooks(settings, box, stage)
    stage("simulate", box.profile)
    with province.running(settings, box):
        chain = Chain(settings, stage=stage)
        with chain.exclusive():
            run_chain(chain)
    return chain, bool(chain.outcome.publication_id) and province.compare(settings)


def _write_workbooks(settings: Settings, box: Box, stage: Stage) -> None:
    """Put the statistics workbooks of the same years into the inbox, once."""
    inbox = settings.inbox / "thong_ke"
    if inbox.is_dir() and any(inbox.iterdir()):
        return
    stage("simulate", "biểu thống kê")
    last = box.last_day.replace(day=1) - timedelta(days=1)
    months = _MONTHS_A_YEAR * (box.last_day.year - box.first_day.year or 1)
    draft = inbox.with_name("thong_ke.draft")
    words = ["--out", str(draft), "--months", str(months), "--last-month", f"{last:%Y-%m}"]
    done = subprocess.run(
        [sys.executable, "-m", "simulators.workbooks", *words],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise UserError("Không sinh được biểu thống kê mô phỏng; xem dòng lỗi ở trên")
    inbox.parent.mkdir(parents=True, exist_ok=True)
    if inbox.is_dir():
        inbox.rmdir()
    draft.rename(inbox)
    _keep_ledger(draft, settings)


def _keep_ledger(draft: Path, settings: Settings) -> None:
    target = settings.home / "ledger" / "thong_ke"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.with_name(f"{draft.name}-ledger").rename(target)
