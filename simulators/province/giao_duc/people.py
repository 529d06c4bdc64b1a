"""What identifies people: every text here must be found nowhere in the product."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.giao_duc.columns import pick, same, texts
from simulators.province.giao_duc.hashing import draw

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Hồ", "Phan")


def people(persons: np.ndarray, birth_years: np.ndarray, seed: int) -> dict[str, pa.Array]:
    """Invent what identifies people.

    Args:
        persons: numbers of the people.
        birth_years: year of birth of each.
        seed: the province's seed.

    Returns:
        Name, date of birth, citizen number and telephone of each.
    """
    count = len(persons)
    serial = (draw(persons, seed + 14) * 10**6).astype(int)
    family = pick(_FAMILY, draw(persons, seed + 15))
    days = texts((draw(persons, seed + 16) * 28).astype(int) + 1)
    months = texts((draw(persons, seed + 17) * 12).astype(int) + 1)
    padded = pc.utf8_lpad(texts(serial), 6, "0")
    return {
        "hoTen": pc.binary_join_element_wise(family, same("CANARY-HO-TEN", count), padded, " "),
        "ngaySinh": pc.binary_join_element_wise(
            pc.utf8_lpad(days, 2, "0"),
            pc.utf8_lpad(months, 2, "0"),
            texts(birth_years),
            "/",
        ),
        "soDinhDanh": pc.binary_join_element_wise(same("999000", count), padded, ""),
        "soDienThoai": pc.binary_join_element_wise(
            same("0999000", count), pc.utf8_slice_codeunits(padded, 0, 3), ""
        ),
    }
