"""The profiles name only places and agencies that the warehouse knows, in their time."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from simulators.province import load_profile

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
NAMES = ["nghe_an", "bac_ninh"]
# The seed's names of districts and of communes before 01/07/2025 begin with the year of the list.
OLD_AREAS = "-20250101"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("name", NAMES)
def test_every_area_is_one_of_the_warehouse_and_ends_with_it(name: str) -> None:
    areas = {line["area_key"]: line for line in seed("areas")}
    profile = load_profile(name)
    for one in (*profile.agencies, *profile.communes):
        area = areas[one.area_key]
        last = date.fromisoformat(area["valid_to"] or "9999-12-31")
        assert (one.last or date.max) <= last
        if not one.area_key.endswith(OLD_AREAS):
            first = date.fromisoformat(area["valid_from"])
            assert (one.first or first) >= first


@pytest.mark.parametrize("name", NAMES)
def test_the_warehouse_maps_every_identifier_to_its_agency_in_its_time(name: str) -> None:
    mapped = {
        (line["identifier"], line["valid_from"], line["valid_to"]): line
        for line in seed("agency_identifiers")
    }
    for agency in load_profile(name).agencies:
        key = (
            agency.identifier,
            *(day.isoformat() if day else "" for day in (agency.first, agency.last)),
        )
        assert mapped[key]["agency_code"] == agency.agency
        assert mapped[key]["area_key"] == agency.area_key


@pytest.mark.parametrize("name", NAMES)
def test_an_identifier_stands_for_one_agency_on_any_day(name: str) -> None:
    profile = load_profile(name)
    day = date(2021, 1, 1)
    while day < date(2026, 1, 1):
        identifiers = [agency.identifier for agency in profile.agencies_on(day)]
        assert len(identifiers) == len(set(identifiers)) > 40
        day += timedelta(days=28)
