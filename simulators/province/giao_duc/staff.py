"""Teachers and other staff."""

import numpy as np
import pyarrow as pa

from simulators.province.giao_duc.calendar import Term
from simulators.province.giao_duc.columns import keyed, pick, running, take, texts
from simulators.province.giao_duc.hashing import draw
from simulators.province.giao_duc.people import people
from simulators.province.giao_duc.schools import Schools, silent_schools


def staff_list(schools: Schools, term: Term, version: int) -> pa.Table:
    """Give the teachers and other staff of the schools that have reported.

    Args:
        schools: the schools of a level.
        term: the term.
        version: number of the export; some schools come with the second.
    """
    level, seed = schools.level, schools.seed
    absent, never = silent_schools(schools, term)
    classes = len(level.grades) * level.classes
    share = 0.93 + 0.1 * draw(schools.numbers, seed + 8)
    teachers = (classes * level.teachers * share).astype(int)
    counts = np.where(absent if version == 1 else never, 0, teachers + 3)
    school = np.repeat(schools.numbers, counts)
    place = running(counts)
    person = level.number * 10**9 + school * 10**4 + place
    is_teacher = place >= 3
    degrees = ("Đại học", "Đại học", "Đại học", "Cao đẳng", "Thạc sĩ")
    subjects = ("Toán", "Ngữ văn", "Tiếng Anh", "Khoa học tự nhiên", "Giáo dục thể chất")
    return pa.table(
        {
            "_key": keyed(term, texts(person)),
            "maGV": texts(person),
            **people(person, 1964 + (draw(person, seed + 9) * 34).astype(int), seed),
            "maTruong": schools.codes.take(pa.array(school)),
            "viTri": take(("Nhân viên", "Giáo viên"), is_teacher.astype(int)),
            "trinhDo": pick(degrees, draw(person, seed + 10)),
            "bienChe": take(("Biên chế", "Hợp đồng"), (draw(person, seed + 11) > 0.9).astype(int)),
            "monDay": pick(subjects, draw(person, seed + 12)),
        }
    )
