"""Pupils and classes: who is in which class of which school in a term, and who has left."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.giao_duc.calendar import Term
from simulators.province.giao_duc.columns import keyed, pick, running, same, take, texts
from simulators.province.giao_duc.hashing import draw
from simulators.province.giao_duc.people import people
from simulators.province.giao_duc.schools import Schools, silent_schools

STUDYING, MOVED, GIVEN_UP, PAUSED = range(4)
STATES = ("Đang học", "Chuyển đi", "Thôi học", "Bảo lưu")

_MOVING, _PAUSING, _WRONG, _RECLASSED = 0.0015, 0.0004, 0.002, 0.1
_PEOPLES = ("Kinh", "Kinh", "Kinh", "Kinh", "Thái", "Thổ", "Tày", "Nùng")


@dataclass(frozen=True, slots=True)
class Pupils:
    """The pupils that an export of a term tells of: parallel arrays of numbers."""

    identities: np.ndarray
    schools: np.ndarray
    grades: np.ndarray
    classes: np.ndarray
    states: np.ndarray


def pupils_of(schools: Schools, term: Term, version: int) -> Pupils:
    """Give the pupils of a level of schools in a term.

    Args:
        schools: the schools.
        term: the term.
        version: number of the export: the first knows of nobody who left and lacks the schools
            that are late; the second is that of the end of the term; the third corrects it.
    """
    level, seed = schools.level, schools.seed
    first, never = silent_schools(schools, term)
    school = np.repeat(schools.numbers, len(level.grades))
    grade = np.tile(np.arange(len(level.grades)), len(schools.numbers))
    entered = term.year - grade
    wobble = 0.92 + 0.16 * draw(school * 10_000 + entered + level.number, seed + 20)
    sizes = (level.classes * level.class_size * wobble).astype(int)
    sizes[(first if version == 1 else never)[school]] = 0
    place = running(sizes)
    school, grade, entered = (np.repeat(each, sizes) for each in (school, grade, entered))
    identity = level.number * 10**9 + school * 10**5 + entered % 10 * 10**4 + place
    # a pupil's chance decides once in which term of the career something happens
    career = grade * 2 + term.number - 1
    given_up = np.floor(draw(identity, seed + 21) / level.leaving) - career
    moved = np.floor(draw(identity, seed + 22) / _MOVING) - career
    state = np.full(len(identity), STUDYING)
    if version > 1:
        state[draw(identity * 64 + career, seed + 23) < _PAUSING] = PAUSED
        state[moved == 0] = MOVED
        state[given_up == 0] = GIVEN_UP
    there = (given_up >= 0) & (moved >= 0)
    if version > 2:
        there &= draw(identity * 64 + career, seed + 24) >= _WRONG
        state[(given_up == 0) & (draw(identity, seed + 25) < _RECLASSED)] = MOVED
    number = place // level.class_size
    return Pupils(identity[there], school[there], grade[there], number[there], state[there])


def pupil_list(schools: Schools, term: Term, version: int) -> pa.Table:
    """Give the list of pupils as an export of a term tells it."""
    found, level, seed = pupils_of(schools, term, version), schools.level, schools.seed
    marks, conduct = _results(found, schools, term, version)
    identity = found.identities
    codes = texts(identity)
    born = term.year - level.first_age - found.grades
    return pa.table(
        {
            "_key": keyed(term, codes),
            "maHocSinh": codes,
            **people(identity, born, seed),
            "gioiTinh": pick(("Nam", "Nữ"), draw(identity, seed + 26)),
            "danToc": pick(_PEOPLES, draw(identity, seed + 27)),
            "maTruong": schools.codes.take(pa.array(found.schools)),
            "maLop": _class_codes(schools, found),
            "khoi": take(level.grades, found.grades),
            "trangThai": take(STATES, found.states),
            "hocTap": marks,
            "renLuyen": conduct,
        }
    )


def _results(
    found: Pupils, schools: Schools, term: Term, version: int
) -> tuple[pa.Array, pa.Array]:
    """Give marks and conduct, which are known from the end of the term on."""
    count = len(found.identities)
    if version == 1 or schools.level.code == "MN":
        return same("", count), same("", count)
    words = ("Tốt", "Khá", "Đạt", "Chưa đạt", "")
    results = []
    for draws, bars in ((30, (0.24, 0.66, 0.97)), (31, (0.7, 0.94, 0.995))):
        chances = draw(found.identities * 64 + term.index, schools.seed + draws)
        grade = np.searchsorted(bars, chances)
        results.append(take(words, np.where(found.states == STUDYING, grade, 4)))
    return results[0], results[1]


def class_list(schools: Schools, term: Term, version: int) -> pa.Table:
    """Give the list of classes with the number of pupils who are studying in each."""
    found = pupils_of(schools, term, version)
    rows = pa.table(
        {
            "maLop": _class_codes(schools, found),
            "maTruong": schools.codes.take(pa.array(found.schools)),
            "khoi": take(schools.level.grades, found.grades),
            "tenLop": _class_names(schools, found),
            "studying": pa.array((found.states == STUDYING).astype(int)),
        }
    )
    named = ["maLop", "maTruong", "khoi", "tenLop"]
    classes = rows.group_by(named).aggregate([("studying", "sum")])
    return pa.table(
        {
            "_key": keyed(term, classes["maLop"].combine_chunks()),
            "maTruong": classes["maTruong"],
            "maLop": classes["maLop"],
            "tenLop": classes["tenLop"],
            "khoi": classes["khoi"],
            "siSo": classes["studying_sum"].cast(pa.string()),
        }
    )


def _class_names(schools: Schools, found: Pupils) -> pa.Array:
    grade = take(schools.level.grades, found.grades)
    return pc.binary_join_element_wise(grade, same("A", len(grade)), texts(found.classes + 1), "")


def _class_codes(schools: Schools, found: Pupils) -> pa.Array:
    codes = schools.codes.take(pa.array(found.schools))
    return pc.binary_join_element_wise(codes, _class_names(schools, found), "-")


def exam_list(schools: Schools, term: Term, version: int) -> pa.Table:
    """Give the results of the leaving examination of those who finished the last grade.

    Args:
        schools: the schools of the upper level.
        term: the whole school year.
        version: number of the export; the second knows the outcome of appeals.
    """
    found = pupils_of(schools, Term(term.year, 2), 3)
    sat = (found.grades == len(schools.level.grades) - 1) & (found.states == STUDYING)
    identity, seed = found.identities[sat], schools.seed
    score = 9 + 20 * draw(identity * 64 + term.year, seed + 32)
    passed = score > 9.4
    if version > 1:
        passed |= (score > 9.25) & (draw(identity, seed + 33) < 0.5)
    exam_year = same(str(term.year + 1), len(identity))
    codes = pc.binary_join_element_wise(exam_year, texts(identity), "")
    hundredths = np.round(score * 100).astype(int)
    return pa.table(
        {
            "_key": keyed(term, codes),
            "soBaoDanh": codes,
            **people(identity, np.full(len(identity), term.year - 17), seed),
            "maTruong": schools.codes.take(pa.array(found.schools[sat])),
            "tongDiem": pc.binary_join_element_wise(
                texts(hundredths // 100),
                pc.utf8_lpad(texts(hundredths % 100), 2, "0"),
                ",",
            ),
            "ketQua": take(("Chưa đạt", "Công nhận tốt nghiệp"), passed.astype(int)),
        }
    )


def five_year_olds(schools: Schools, term: Term) -> dict[tuple[str, str], int]:
    """Count the pupils of the oldest grade by the codes of province and commune."""
    found = pupils_of(schools, term, 2)
    oldest = found.schools[found.grades == len(schools.level.grades) - 1]
    counts: dict[tuple[str, str], int] = {}
    for number, count in zip(*np.unique(oldest, return_counts=True), strict=True):
        place = schools.places[number].at(term)
        counts[place] = counts.get(place, 0) + int(count)
    return counts
