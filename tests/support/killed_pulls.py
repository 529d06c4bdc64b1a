"""Pull a source in a process of its own that is killed at its n-th request or its n-th write.

`python -m tests.support.killed_pulls` reads what to do from `KILLED_PULL`, as `Killed` writes it.
The product knows nothing of this: its connection is wrapped, and Python itself tells of its files.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from connectors import landing, registry
from connectors.connector import PullContext
from tests.support.killed import die, on_call

REPOSITORY = Path(__file__).resolve().parents[2]
_TASK = "KILLED_PULL"
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir"}


@dataclass(frozen=True)
class Killed:
    """A pull that is killed again and again.

    Attributes:
        source: name of the source.
        folder: holds the lake in `lake` and dlt's state in `dlt`.
        now: ISO instant of the pull, with a time zone.
        small: numbers that make a small box have many pages, by `module:name`.
        first_day: ISO day on which the source begins for this test; "" for its own.
        asks: what is called once for each request, as `module:class.method`.
    """

    source: str
    folder: str
    now: str
    small: Mapping[str, int] = field(default_factory=dict)
    first_day: str = ""
    asks: str = "connectors.rest:Rest._once"

    def again_and_again(
        self, environment: Mapping[str, str], seed: int, rounds: int, requests: int, writes: int
    ) -> None:
        """Start the pull so many times; each dies at random, in turn while it asks or writes.

        Args:
            environment: variables that connect the source.
            seed: seed of the places.
            rounds: processes for each of the two kinds of death.
            requests: requests that the whole pull makes at least.
            writes: writes below the folder that one load makes at least.
        """
        chance = random.Random(seed)
        kinds = (("request", requests), ("write", writes)) * rounds
        statuses = [self.once(environment, kind, chance.randint(1, most)) for kind, most in kinds]
        # those before it may leave a later one too little to die at
        assert set(statuses[:2]) == {-signal.SIGKILL} and set(statuses) <= {-signal.SIGKILL, 0}

    def once(self, environment: Mapping[str, str], kind: str, at: int) -> int:
        """Pull in a process of its own that dies at its n-th request or write; gives its status."""
        task = json.dumps(asdict(self) | {"kind": kind, "at": at})
        call = [sys.executable, "-m", "tests.support.killed_pulls"]
        return subprocess.run(
            call, env={**os.environ, **environment, _TASK: task}, cwd=REPOSITORY
        ).returncode


def _die_at(at: int) -> Callable[..., bool]:
    """Give what says at its n-th call that now is the time."""
    calls = count(1)
    return lambda *_args, **_more: next(calls) == at


def _die_at_write(folder: str, at: int) -> None:
    is_time = _die_at(at)

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if _changes(event, args) and str(args[0]).startswith(folder) and is_time():
            die()

    sys.addaudithook(hear)


def _changes(event: str, args: tuple[Any, ...]) -> bool:
    return event in _CHANGES or (event == "open" and bool(args[2] & (os.O_WRONLY | os.O_RDWR)))


def _make_small(pull: Killed) -> None:
    landing._BATCH_DELIVERIES = 1
    for place, value in pull.small.items():
        module, _, name = place.partition(":")
        setattr(import_module(module), name, value)
    if pull.first_day:
        source = import_module(f"connectors.sources.{pull.source}.source")
        day = datetime.fromisoformat(pull.first_day).date()
        short = source.spec().model_copy(update={"first_day": day})
        source.spec = lambda: short


def main() -> None:
    """Pull until the time has come."""
    task = json.loads(os.environ[_TASK])
    kind, at = task.pop("kind"), task.pop("at")
    pull = Killed(**task)
    _make_small(pull)
    if kind == "write":
        _die_at_write(pull.folder, at)
    else:
        on_call(pull.asks, _die_at(at))()
    context = PullContext(now=datetime.fromisoformat(pull.now), environment=dict(os.environ))
    home = Path(pull.folder)
    connector = registry()[pull.source]
    landing.land(connector, context, home / "lake", home / "dlt", lambda simulated: None)


if __name__ == "__main__":
    main()
