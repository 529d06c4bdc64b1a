"""Everything that the sector's database ever exported, written into the truth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date

import pyarrow as pa

from simulators.province.giao_duc.calendar import VIET_NAM, Export, Term, exports, terms
from simulators.province.giao_duc.files import IN_CSV
from simulators.province.giao_duc.places import Place, places_of
from simulators.province.giao_duc.pupils import class_list, exam_list, five_year_olds, pupil_list
from simulators.province.giao_duc.schools import Schools, school_list, schools_of
from simulators.province.giao_duc.staff import staff_list
from simulators.province.giao_duc.survey import young_children
from simulators.province.giao_duc.tallies import TALLIES, tally
from simulators.province.giao_duc.versions import changes
from simulators.province.profile import Profile
from simulators.province.truth import KEEPING, Truth

SOURCE = "giao_duc"
Rows = Callable[[int], pa.Table]


@dataclass(frozen=True, slots=True)
class _List:
    """One list of a term: its kind, the level of its schools ("" for all), its rows by export."""

    kind: str
    level: str
    rows: Rows


def generate(profile: Profile, scale: float, first_day: date, last_day: date, truth: Truth) -> None:
    """Write the lists of every term whose first export falls into the span.

    The number of schools is that of the profile at every scale: it is a sample already.

    Args:
        profile: the province.
        scale: not used.
        first_day: first day of the span.
        last_day: last day of the span.
        truth: where to write.
    """
    places = places_of(profile)
    schools = list(schools_of(profile.sections["schools"], places, profile.seed))
    index = []
    for term in terms(first_day, last_day):
        for number, item in enumerate(_lists(schools, places, term, profile.seed)):
            made = exports(term, item.kind, number, last_day)
            part = part_of(item.kind, term.code, item.level)
            told = [(export, item.rows(export.version)) for export in made]
            truth.write(SOURCE, item.kind, part, changes(told))
            if item.kind in TALLIES:
                about = TALLIES[item.kind]
                counted = [(export, tally(rows, term, about)) for export, rows in told]
                truth.write(SOURCE, about.table, part, changes(counted))
            index += [_line(part, item, term, export, len(rows)) for export, rows in told]
    fields = pa.schema([(name, pa.string()) for name in LISTED])
    schema = pa.unify_schemas([KEEPING, fields])
    truth.write(SOURCE, "tep", "all", pa.Table.from_pylist(index, schema=schema))


def part_of(kind: str, term: str, level: str) -> str:
    """Name a list, which is also the part of the truth that holds it."""
    return ".".join(filter(None, (kind, term, level)))


def _lists(
    schools: Sequence[Schools], places: Sequence[Place], term: Term, seed: int
) -> Iterator[_List]:
    if term.number == 0:
        upper = schools[-1]
        yield _List("ket_qua_thi", upper.level.code, lambda v: exam_list(upper, term, v))
        return

    def of_all(rows: Callable[[Schools, Term, int], pa.Table]) -> Rows:
        return lambda version: pa.concat_tables([rows(each, term, version) for each in schools])

    yield _List("truong", "", of_all(school_list))
    yield _List("nhan_su", "", of_all(staff_list))
    children = five_year_olds(schools[0], term)
    yield _List("pho_cap", "", lambda _: young_children(places, term, children, seed))
    for each in schools:
        yield _List("lop", each.level.code, _of_one(class_list, each, term))
        yield _List("hoc_sinh", each.level.code, _of_one(pupil_list, each, term))


def _of_one(rows: Callable[[Schools, Term, int], pa.Table], schools: Schools, term: Term) -> Rows:
    return lambda version: rows(schools, term, version)


LISTED = (
    "maTep", "tenTep", "loai", "kyHoc", "capHoc", "phienBan", "thoiDiemXuat", "soDong",
)  # fmt: skip
"""What the site's list says of a file."""


def _line(part: str, item: _List, term: Term, export: Export, rows: int) -> dict[str, object]:
    code = f"{part}.v{export.version}"
    ending = "csv" if item.kind in IN_CSV else "xlsx"
    moment = export.made_at.replace(tzinfo=VIET_NAM)
    return {
        "_key": code,
        "maTep": code,
        "tenTep": f"{code.replace('.', '_')}.{ending}",
        "loai": item.kind,
        "kyHoc": term.code,
        "capHoc": item.level,
        "phienBan": str(export.version),
        "thoiDiemXuat": moment.isoformat(timespec="milliseconds"),
        "soDong": str(rows),
        "_version": 1,
        "_known_at": moment.astimezone(UTC),
        "_deleted": False,
        "_secret": False,
    }
