"""The schools of a province: where they lie, what they have, and which of them are silent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulators.province.giao_duc.calendar import Term
from simulators.province.giao_duc.columns import keyed, pick, same, take, texts
from simulators.province.giao_duc.hashing import draw
from simulators.province.giao_duc.levels import LEVELS, Level
from simulators.province.giao_duc.places import Place

_NAMES = ("Kim Đồng", "Lê Lợi", "Quang Trung", "Nguyễn Du", "Trần Phú", "Hoa Sen", "Hồng Bàng")
_KINDS = {"MN": "Mầm non", "TH": "Tiểu học", "THCS": "THCS", "THPT": "THPT"}
_LATE, _SILENT = 0.05, 0.01


@dataclass(frozen=True, slots=True)
class Schools:
    """The schools of one level: numbers from 0, codes, and the commune of each."""

    level: Level
    numbers: np.ndarray
    codes: pa.Array
    places: list[Place]
    seed: int


def schools_of(counts: Mapping[str, int], places: Sequence[Place], seed: int) -> Iterator[Schools]:
    """Give the schools of each level.

    Args:
        counts: number of schools by the code of the level.
        places: the communes in which they may lie.
        seed: the province's seed.
    """
    for level in LEVELS:
        numbers = np.arange(counts[level.code])
        # from one end of the list to the other: a small sample lies on both sides of a merger
        chosen = np.linspace(0, len(places) - 1, len(numbers)).astype(int)
        codes = pa.array([f"{level.number}{number:05d}" for number in numbers])
        yield Schools(level, numbers, codes, [places[at] for at in chosen], seed)


def silent_schools(schools: Schools, term: Term) -> tuple[np.ndarray, np.ndarray]:
    """Say which schools report late, and which not at all, in a term.

    Args:
        schools: the schools of a level.
        term: the term.

    Returns:
        Two masks: absent from the first export, absent from all; at least one of five schools.
    """
    order = np.argsort(draw(schools.numbers + 1000 * term.index, schools.seed + 1))
    count = len(schools.numbers)
    never, late = np.zeros(count, bool), np.zeros(count, bool)
    if count >= 5:
        never[order[: max(1, int(count * _SILENT))]] = True
        late[order[-max(1, int(count * _LATE)) :]] = True
    return late | never, never


def school_list(schools: Schools, term: Term, version: int) -> pa.Table:
    """Give the list of schools as an export of a term tells it.

    Args:
        schools: the schools of a level.
        term: the term.
        version: number of the export; the second corrects some counts of rooms.
    """
    level, numbers, seed = schools.level, schools.numbers, schools.seed
    wanted = len(level.grades) * level.classes
    rooms = (wanted * (0.95 + 0.15 * draw(numbers, seed + 2))).astype(int)
    years = term.year - 2020
    share = 0.72 + 0.04 * years + 0.2 * draw(numbers, seed + 3)
    solid = (rooms * np.minimum(share, 1)).astype(int)
    if version > 1:
        rooms = rooms + (draw(numbers + term.index, seed + 4) < 0.2)
    standard = draw(numbers, seed + 5) * 100
    bars = np.array([28 + 2 * years, 62 + 3 * years])
    codes = [place.at(term) for place in schools.places]
    return pa.table(
        {
            "_key": keyed(term, schools.codes),
            "maTruong": schools.codes,
            "tenTruong": pa.array(
                [
                    f"Trường {_KINDS[level.code]} {name} {number + 1}"
                    for name, number in zip(
                        pick(_NAMES, draw(numbers, seed + 6)).to_pylist(), numbers, strict=True
                    )
                ]
            ),
            "capHoc": same(level.code, len(numbers)),
            "loaiHinh": take(("Công lập", "Tư thục"), (draw(numbers, seed + 7) > 0.94).astype(int)),
            "maTinh": pa.array([province for province, _ in codes]),
            "maXa": pa.array([commune for _, commune in codes]),
            "datChuanQG": take(("2", "1", ""), np.searchsorted(bars, standard)),
            "soPhong": texts(rooms),
            "soPhongKienCo": texts(solid),
        }
    )
