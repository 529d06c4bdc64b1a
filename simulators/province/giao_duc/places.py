"""Where schools lie: communes and provinces before and after 01/07/2025."""

from dataclasses import dataclass
from datetime import date

from simulators.province.giao_duc.calendar import Term
from simulators.province.profile import Profile

_BEFORE, _AFTER = date(2025, 6, 30), date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A commune: the codes of its province and its own, until 30/06/2025 and since."""

    old_province: str
    old_commune: str
    new_province: str
    new_commune: str

    def at(self, term: Term) -> tuple[str, str]:
        """Give the codes of province and commune on whose borders a term is told."""
        if term.last_day >= _AFTER:
            return self.new_province, self.new_commune
        return self.old_province, self.old_commune


def places_of(profile: Profile) -> list[Place]:
    """Give the communes of a province, each with one that it may have become.

    Args:
        profile: the province; its agencies tell which former province a district lay in.
    """
    provinces = {
        agency.identifier[:3]: agency.area_key[1:3]
        for agency in profile.agencies_on(_BEFORE)
        if agency.level == "so"
    }
    of_district = {
        agency.area_key[1:4]: provinces[agency.identifier[:3]]
        for agency in profile.agencies_on(_BEFORE)
        if agency.level == "huyen"
    }
    (today,) = {a.area_key[1:3] for a in profile.agencies_on(_AFTER) if a.level == "so"}
    old, new = profile.communes_on(_BEFORE), profile.communes_on(_AFTER)
    return [
        Place(
            of_district[commune.district], commune.code, today, new[at * len(new) // len(old)].code
        )
        for at, commune in enumerate(old)
    ]
