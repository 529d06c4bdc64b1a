"""The province in a box: the simulated source systems, run as a process of their own."""

import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import DONE, UserError
from pipelines.files import write_atomically
from pipelines.settings import REPOSITORY, Settings

_MODULE = [sys.executable, "-m", "simulators.province"]
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Box:
    """Which province lives in the box.

    Args:
        profile: name of its profile, for instance `nghe_an`.
        scale: share of the profile's volumes, above 0.
        first_day: first local day with records.
        last_day: last local day with records.
    """

    profile: str
    scale: float
    first_day: date
    last_day: date


def truth_folder(settings: Settings) -> Path:
    """Give the folder of the ledger of truth, which no part of the product reads."""
    return settings.home / "ledger" / "province"


@contextmanager
def running(settings: Settings, box: Box) -> Iterator[dict[str, str]]:
    """Run the source systems until the block ends; their addresses stand in the environment.

    Args:
        settings: whose data folder holds the ledger, and which port is asked for.
        box: which province.

    Returns:
        The variables that point the product at the simulated systems.

    Raises:
        UserError: the systems did not start.
    """
    process = subprocess.Popen(
        [*_MODULE, "serve", *_words(settings, box)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        variables = {**_addresses(process), "KHO_PSEUDONYM_KEY": _pseudonym_key(settings)}
        os.environ.update(variables)
        yield variables
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _words(settings: Settings, box: Box) -> list[str]:
    return [
        *("--profile", box.profile, "--scale", str(box.scale)),
        *("--first-day", box.first_day.isoformat(), "--last-day", box.last_day.isoformat()),
        *("--truth", str(truth_folder(settings)), "--port", str(settings.sim_port)),
        *("--now", settings.clock().isoformat()),
    ]


def _addresses(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    # DuckDB may draw the progress of a long sort before
    for line in process.stdout:
        if line.startswith("{"):
            return dict(json.loads(line))
    raise UserError(
        "Các hệ thống mô phỏng không khởi động được; xem dòng lỗi ở trên, "
        "nếu cổng đang bận thì đặt KHO_SIM_PORT sang cổng khác"
    )


def _pseudonym_key(settings: Settings) -> str:
    """Keep one key for the simulated persons of a data folder, unless the operator gave one."""
    if given := os.environ.get("KHO_PSEUDONYM_KEY"):
        return given
    path = settings.state / "demo_pseudonym_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


def compare(settings: Settings) -> bool:
    """Compare the published warehouse with the ledger of truth, and print what was found.

    Args:
        settings: which warehouse.

    Returns:
        Whether every source has the rows, keys and states of the ledger.
    """
    words = ["compare", "--truth", str(truth_folder(settings))]
    words += ["--warehouse", str(settings.published_db), "--now", settings.clock().isoformat()]
    return subprocess.run([*_MODULE, *words], cwd=REPOSITORY, check=False).returncode == 0


def keep_running(settings: Settings, box: Box) -> int:
    """Run the source systems until the user stops them, and say how to point the product at them.

    Args:
        settings: whose data folder holds the ledger, and which port is asked for.
        box: which province.

    Returns:
        The exit status.
    """
    from pipelines import screen

    with running(settings, box) as variables:
        for name, value in sorted(variables.items()):
            screen.out.print(f"export {name}={shlex.quote(value)}", soft_wrap=True, markup=False)
        screen.err.print("Nhấn Ctrl-C để dừng.")
        with suppress(KeyboardInterrupt):
            signal.pause()
    return DONE
