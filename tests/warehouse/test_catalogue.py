"""The catalogue of indicators: complete, legal, and each line measured or awaiting its system."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pipelines.reader import Reader
from pipelines.settings import DBT_PROJECT

Row = dict[str, str]

# how many codes each domain of the draft has: A01 … A08, B01 … B06, …
DRAFTED = dict(
    zip("ABCDEFGHIJKLMNOPQR", (8, 6, 6, 7, 4, 6, 6, 5, 5, 12, 7, 8, 10, 7, 5, 6, 3, 4), strict=True)
)
LEGAL = {
    "direction": {"up", "down", "band", "neutral"},
    "calendar": {"calendar", "report_15_14", "school_year"},
    "kind": {"flow", "stock", "ratio", "published_index", "survey"},
    "time_agg": {"sum", "last", "mean", "ratio", "none"},
    "area_agg": {"sum", "ratio", "none"},
    "period_grain": {"month", "cumulative"},
    "public": {"true", "false"},
    "tet_aligned": {"true", "false"},
}
REQUIRED = ("name_vi", "name_en", "domain", "decimals", "factor", "legal_basis")


def _seed(name: str) -> list[Row]:
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Known:
    """What a line of the catalogue may name."""

    units: set[str]
    agencies: set[str]
    systems: set[str]
    awaited: set[str]


@pytest.fixture(scope="module")
def catalogue() -> list[Row]:
    return _seed("indicators")


@pytest.fixture(scope="module")
def known(catalogue: list[Row]) -> Known:
    own = {row["numerator"] for row in catalogue if row["kind"] != "ratio" and row["awaits_system"]}
    return Known(
        units={row["unit_name"] for row in _seed("units")},
        # a merged agency owns nothing any more
        agencies={row["agency_name"] for row in _seed("agencies") if not row["valid_to"]},
        systems={row["system_id"] for row in _seed("systems")},
        awaited={row["measure_code"] for row in _seed("awaited_measures")} | own,
    )


def _faults(row: Row, known: Known) -> Iterator[str]:
    yield from (name for name in REQUIRED if not row[name].strip())
    yield from (name for name, values in LEGAL.items() if row[name] not in values)
    if row["unit"] not in known.units:
        yield "unit"
    if row["owner_agency"] not in known.agencies:
        yield "owner_agency"
    if not row["definition_vi"].endswith(".") or len(row["definition_vi"]) < 25:
        yield "definition_vi"
    if not row["numerator"] or (row["kind"] == "ratio") != bool(row["denominator"]):
        yield "denominator"
    if row["kind"] in ("published_index", "survey") and row["area_agg"] != "none":
        yield "area_agg"
    if row["awaits_system"] and row["awaits_system"] not in known.systems:
        yield "awaits_system"
    if int(row["formula_version"]) < 1:
        yield "formula_version"


def test_every_drafted_code_is_in_the_catalogue(catalogue: list[Row]) -> None:
    drafted = {
        f"{letter}{number:02d}"
        for letter, count in DRAFTED.items()
        for number in range(1, count + 1)
    }
    assert len(drafted) == 115
    assert {row["catalogue_code"] for row in catalogue} - {""} == drafted
    assert len(catalogue) >= 115


def test_every_line_is_complete_and_legal(catalogue: list[Row], known: Known) -> None:
    found = {row["code"]: list(_faults(row, known)) for row in catalogue}
    assert {code: faults for code, faults in found.items() if faults} == {}


@pytest.mark.parametrize("column", ["code", "name_vi", "name_en"])
def test_names_are_unique(catalogue: list[Row], column: str) -> None:
    values = [row[column] for row in catalogue]
    assert sorted(values) == sorted(set(values))


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ({"unit": "thùng"}, "unit"),
        ({"direction": "lên"}, "direction"),
        ({"area_agg": "avg"}, "area_agg"),
        ({"denominator": ""}, "denominator"),
        ({"awaits_system": "S99"}, "awaits_system"),
        ({"owner_agency": "Sở Kế hoạch và Đầu tư"}, "owner_agency"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"definition_vi": "Tỷ lệ"}, "definition_vi"),
    ],
)
def test_a_broken_line_is_seen(catalogue: list[Row], known: Known, broken: Row, fault: str) -> None:
    ratio = next(row for row in catalogue if row["kind"] == "ratio")
    assert list(_faults(ratio | broken, known)) == [fault]


def test_awaited_parts_belong_to_an_awaiting_line(catalogue: list[Row]) -> None:
    parts = {
        part
        for row in catalogue
        if row["awaits_system"]
        for part in (row["numerator"], row["denominator"])
    }
    assert {row["measure_code"] for row in _seed("awaited_measures")} <= parts


def _is_measured(row: Row, measures: set[str]) -> bool:
    return {row["numerator"], row["denominator"] or row["numerator"]} <= measures


@pytest.mark.real_data
def test_every_line_has_its_measure_or_awaits_a_system(
    catalogue: list[Row], known: Known, built_reader: Reader
) -> None:
    found = built_reader.rows("select measure_code, is_awaited from msr.msr_measure", [])
    measures = {row["measure_code"] for row in found if not row["is_awaited"]}
    assert known.awaited <= {row["measure_code"] for row in found} - measures
    wrong = [
        row["code"]
        for row in catalogue
        if _is_measured(row, measures) == bool(row["awaits_system"])
    ]
    assert wrong == []
    used = {part for row in catalogue for part in (row["numerator"], row["denominator"])} - {""}
    assert used <= measures | known.awaited


@pytest.mark.real_data
def test_the_mart_says_what_is_fed_and_what_is_awaited(
    catalogue: list[Row], built_reader: Reader
) -> None:
    found = {
        row["indicator_code"]: row for row in built_reader.rows("select * from mart.indicator", [])
    }
    assert set(found) == {row["code"] for row in catalogue}
    fed = {code for code, row in found.items() if row["is_fed"]}
    awaiting = {code for code, row in found.items() if row["awaits_system_name"]}
    assert len(fed) > 100 and not fed & awaiting
    assert found["dn_von_binh_quan"]["formula"] == (
        "Vốn đăng ký của doanh nghiệp thành lập mới ÷ Doanh nghiệp thành lập mới"
    )
    assert found["cong_suat_giuong"]["formula"] == (
        "Số ngày điều trị nội trú ÷ Số ngày giường kế hoạch × 100"
    )
