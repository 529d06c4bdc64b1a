"""The survey of five-year-olds in each commune."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from simulators.province.giao_duc.calendar import Term
from simulators.province.giao_duc.columns import keyed
from simulators.province.giao_duc.hashing import draw
from simulators.province.giao_duc.places import Place


def young_children(
    all_places: Sequence[Place], term: Term, in_school: Mapping[tuple[str, str], int], seed: int
) -> pa.Table:
    """Give the survey of five-year-olds: how many live in each commune.

    Args:
        all_places: the communes.
        term: the term.
        in_school: five-year-olds at school, by province and commune.
        seed: the province's seed.
    """
    places = sorted({place.at(term) for place in all_places})
    numbers = np.array([int(commune) for _, commune in places])
    missed = draw(numbers + term.index, seed + 13) * 0.03
    counts = [
        max(1, int(in_school.get(place, 0) * (1 + share) + 0.999))
        for place, share in zip(places, missed, strict=True)
    ]
    codes = pa.array([f"{province}|{commune}" for province, commune in places])
    return pa.table(
        {
            "_key": keyed(term, codes),
            "maTinh": pa.array([province for province, _ in places]),
            "maXa": pa.array([commune for _, commune in places]),
            "soTre5Tuoi": pa.array(map(str, counts)),
        }
    )
