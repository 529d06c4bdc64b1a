"""A province in a box: makes its records once, and serves its source systems on loopback."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from simulators.province import sources as available
from simulators.province.changes import change
from simulators.province.clock import Clock
from simulators.province.faults import CHANGES, Fault, Faults
from simulators.province.profile import load_profile
from simulators.province.transport import Transport
from simulators.province.truth import Truth
from simulators.province.web import WebServer

_HOST = "127.0.0.1"
# A fault that changes records dates them within this time after now; a standing clock moves on.
_CHANGE_TIME = timedelta(minutes=1)


class ProvinceBox:
    """The source systems of a simulated province, as a context manager.

    Args:
        profile: name of its profile, such as "nghe_an".
        scale: share of the real volumes.
        first_day: first day of its records.
        last_day: last day of its records, included.
        folder: folder of the truth; records of the same call made before are served again.
        now: present instant of the province, with a time zone; None for the true time.
        faults: faults at work from the start.
        port: port of the web sources; 0 takes a free one.
        sources: sources to serve; None for all.

    Attributes:
        clock: its clock.
        truth: its ledger of truth.
    """

    def __init__(
        self,
        profile: str,
        scale: float,
        first_day: date,
        last_day: date,
        folder: Path,
        now: datetime | None = None,
        faults: Iterable[Fault] = (),
        port: int = 0,
        sources: Sequence[str] | None = None,
    ) -> None:
        self._made_by = (profile, scale, first_day, last_day)
        self._sources = available.names() if sources is None else list(sources)
        self._at_start = tuple(faults)
        self._faults = Faults()
        self._port = port
        self._environment: dict[str, str] = {}
        self._stack = ExitStack()
        self.clock = Clock(now)
        self.truth = Truth(folder)

    def generate(self) -> None:
        """Make the records of every source that has none of this call yet."""
        profile, scale, first_day, last_day = self._made_by
        made_by = json.dumps([profile, scale, first_day.isoformat(), last_day.isoformat()])
        for source in self._sources:
            folder = self.truth.folder / source
            note = folder / "made_by.json"
            if note.is_file() and note.read_text("utf-8") == made_by:
                continue
            shutil.rmtree(folder, ignore_errors=True)
            make = available.part(source, "generate").generate
            make(load_profile(profile), scale, first_day, last_day, self.truth)
            note.write_text(made_by, "utf-8")

    def __enter__(self) -> Self:
        """Make the records and start the servers."""
        self.generate()
        web = [name for name in self._sources if _has(name, "routes")]
        mounts = [Mount(f"/{name}", routes=self._routes(name)) for name in web]
        server = WebServer(Transport(Starlette(routes=mounts), self._faults), self._port)
        server.start()
        self._stack.callback(server.stop)
        for name in web:
            base = f"http://{_HOST}:{server.port}/{name}"
            variables = available.part(name, "serve").environment(base)
            unit = load_profile(self._made_by[0]).unit
            self._environment |= {key: text.format(unit=unit) for key, text in variables.items()}
        for name in self._sources:
            if _has(name, "start"):
                start = available.part(name, "serve").start
                environment, stop = start(self.truth, self.clock, self._faults, _HOST)
                self._stack.callback(stop)
                self._environment |= environment
        self.inject(*self._at_start)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the servers."""
        self._stack.close()

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables that point the product at this province and its time."""
        fixed = self.clock.fixed
        return self._environment | ({"KHO_NOW": fixed.isoformat()} if fixed else {})

    def inject(self, *faults: Fault) -> None:
        """Put faults to work.

        Those that change records do so now, and a standing clock moves on by a minute.
        """
        for fault in faults:
            if fault.name in CHANGES:
                self._change(fault)
                self.clock.forward(_CHANGE_TIME)
            else:
                self._faults.inject(fault)

    def _change(self, fault: Fault) -> None:
        """Change what exists at a source: its records, or what it says of them in whole lists."""
        now = self.clock.now()
        if available.has(fault.source, "reexport"):
            available.part(fault.source, "reexport").change(self.truth, fault, now)
        else:
            change(self.truth, available.part(fault.source, "serve").FEEDS[0], fault, now)

    def heal(self) -> None:
        """Take every fault away; what it changed stays changed."""
        self._faults.heal()

    def _routes(self, source: str) -> list[BaseRoute]:
        routes: Callable[..., list[BaseRoute]] = available.part(source, "serve").routes
        return routes(self.truth, self.clock, self._faults)


def _has(source: str, function: str) -> bool:
    return available.has(source, "serve") and hasattr(available.part(source, "serve"), function)
