"""What a simulated province is: its agencies, places and volumes, read from a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import yaml

from simulators.province.rhythm import Counts, daily_counts, portion, span

_FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True)
class Valid:
    """Something that exists from a first to a last day, both included; None is without end."""

    first: date | None
    last: date | None

    def on(self, day: date) -> bool:
        """Tell whether it exists on a day."""
        return (self.first or day) <= day <= (self.last or day)


@dataclass(frozen=True)
class Agency(Valid):
    """Who an identifier stands for in a span of days.

    Attributes:
        identifier: identifier on the portal and the document axis, such as "H40.10".
        name: official name.
        level: so, huyen or xa.
        agency: the warehouse's agency code; "_all" where the warehouse knows the place only.
        area_key: the warehouse's key of its area.
        share: weight of its share of the province's cases.
    """

    identifier: str
    name: str
    level: str
    agency: str
    area_key: str
    share: float


@dataclass(frozen=True)
class Commune(Valid):
    """A commune with the code of the General Statistics Office; its district until 30/06/2025."""

    code: str
    name: str
    area_key: str
    district: str


@dataclass(frozen=True)
class Volume:
    """How many cases the window has.

    Attributes:
        total: cases of the window at scale 1.
        rhythm: office, portal or health.
        of: the volume that these are a part of; empty when they are their own.
    """

    total: int
    rhythm: str
    of: str = ""


@dataclass(frozen=True)
class Profile:
    """A simulated province.

    Attributes:
        name: name of its file.
        province: its name for people.
        seed: seed of everything drawn for it.
        unit: identifier of the province on the national axis.
        window: first and last day of the span whose totals are exact.
        yearly_growth: growth of the volumes a year, as a fraction.
        volumes: volumes by name.
        agencies: its agencies over time.
        communes: a sample of its communes over time.
        sections: what sources keep for themselves: stations, facilities, schools, areas.
    """

    name: str
    province: str
    seed: int
    unit: str
    window: tuple[date, date]
    yearly_growth: float
    volumes: Mapping[str, Volume]
    agencies: tuple[Agency, ...]
    communes: tuple[Commune, ...]
    sections: Mapping[str, Any]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Take a profile from what its file says."""
        own = {"agencies", "communes", "volumes", "window", "yearly_growth"}
        plain = {"name", "province", "seed", "unit"}
        return cls(
            **{key: values[key] for key in plain},
            window=(values["window"]["first"], values["window"]["last"]),
            yearly_growth=values["yearly_growth"],
            volumes={name: Volume(**volume) for name, volume in values["volumes"].items()},
            agencies=tuple(_agency(line) for line in values["agencies"]),
            communes=tuple(_commune(line) for line in values["communes"]),
            sections={key: values[key] for key in values.keys() - own - plain},
        )

    def agencies_on(self, day: date) -> list[Agency]:
        """Give the agencies of a day, in the order of the file."""
        return [agency for agency in self.agencies if agency.on(day)]

    def communes_on(self, day: date) -> list[Commune]:
        """Give the communes of a day, in the order of the file."""
        return [commune for commune in self.communes if commune.on(day)]

    def total(self, volume: str, scale: float) -> int:
        """Give the cases of the window: its total times the scale, rounded half up."""
        return _rounded(Decimal(self.volumes[volume].total) * Decimal(str(scale)))

    def daily(self, volume: str, first_day: date, last_day: date, scale: float) -> Counts:
        """Give the cases of every day.

        Args:
            volume: name of the volume.
            first_day: first day.
            last_day: last day, included.
            scale: share of the real volume.

        Returns:
            One count a day; a day's count does not depend on the days asked for with it.
        """
        blocks = [
            self._block(volume, start, end, scale)[
                max((first_day - start).days, 0) : (min(last_day, end) - start).days + 1
            ]
            for start, end in self._blocks(first_day, last_day)
        ]
        return np.concatenate(blocks)

    def _blocks(self, first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
        """Cut time at New Year and at the window's ends; give the pieces that the days touch."""
        first, last = self.window
        starts = {date(year, 1, 1) for year in range(first_day.year, last_day.year + 2)}
        cuts = sorted(starts | {first, last + timedelta(days=1)})
        for start, after in pairwise(cuts):
            if after > first_day and start <= last_day:
                yield start, after - timedelta(days=1)

    def _block(self, volume: str, start: date, end: date, scale: float) -> Counts:
        what = self.volumes[volume]
        total = self._block_total(volume, start, end, scale)
        if what.of:
            return portion(self._block(what.of, start, end, scale), total)
        seed = [self.seed, start.toordinal(), *volume.encode()]
        return daily_counts(total, span(start, end), seed, what.rhythm)

    def _block_total(self, volume: str, start: date, end: date, scale: float) -> int:
        if (start, end) == self.window:
            return self.total(volume, scale)
        first, last = self.window
        mean = Decimal(self.volumes[volume].total) / ((last - first).days + 1)
        growth = Decimal(str(1 + self.yearly_growth)) ** (start.year - first.year)
        return _rounded(mean * growth * ((end - start).days + 1) * Decimal(str(scale)))


def load_profile(name: str) -> Profile:
    """Read a profile.

    Args:
        name: name of a file in `profiles/`, such as "nghe_an".

    Raises:
        ValueError: there is no such profile.
    """
    path = _FOLDER / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.yml")))
        raise ValueError(f"Không có tỉnh mô phỏng “{name}”; chọn một trong: {known}.")
    return Profile.read(yaml.safe_load(path.read_text("utf-8")))


def _agency(line: Mapping[str, Any]) -> Agency:
    return Agency(**{"first": None, "last": None, **line})


def _commune(line: Mapping[str, Any]) -> Commune:
    return Commune(**{"first": None, "last": None, "district": "", **line})


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
