"""The facilities of a province: hospitals with planned beds, and stations of the communes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulators.province.profile import Profile
from simulators.province.y_te.stays import MEAN_DAYS

_VISITS = {"tinh": 5.0, "huyen": 3.0, "tram": 1.0}
_OCCUPANCY = 0.88
VOLUME = "health_records"


@dataclass(frozen=True)
class Facility:
    """A facility as the gateway knows it.

    Attributes:
        code: its code of 5 digits, the first two those of its province.
        name: its name.
        rank: tinh, huyen or tram.
        beds: planned beds at the scale of the province.
        share: its share of all visits.
        inpatients: the share of its visits that stay.
    """

    code: str
    name: str
    rank: str
    beds: int
    share: float
    inpatients: float


def facilities_of(profile: Profile, scale: float) -> list[Facility]:
    """Give the facilities, their planned beds scaled as the volume is.

    Args:
        profile: the province.
        scale: share of the real volume; a hospital keeps at least one bed.

    Returns:
        Facilities whose inpatients fill their beds by 88 % on an average day.
    """
    lines: Sequence[dict[str, object]] = profile.sections["facilities"]
    weights = [_VISITS[str(line["kind"])] for line in lines]
    first, last = profile.window
    daily = profile.volumes[VOLUME].total / ((last - first).days + 1)
    found = []
    for line, weight in zip(lines, weights, strict=True):
        share = weight / sum(weights)
        beds = int(str(line["beds"]))
        stays = beds * _OCCUPANCY / MEAN_DAYS
        found.append(
            Facility(
                code=str(line["code"]),
                name=str(line["name"]),
                rank=str(line["kind"]),
                beds=max(int(beds * scale + 0.5), 1) if beds else 0,
                share=share,
                inpatients=stays / (daily * share),
            )
        )
    return found


def enlarged_on(profile: Profile) -> date:
    """Give the day on which each hospital got a tenth more planned beds."""
    return date(profile.window[0].year + 2, 1, 1)
