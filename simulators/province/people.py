"""People who do not exist: names, phones and identity numbers, some of them canaries.

A canary is a value that must never be found behind a connector: names contain CANARY-HO-TEN,
phones start with 0999000, identity numbers with 999000.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]

_CANARY_EVERY = 50
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Hồ", "Võ")
_MIDDLES = ("Văn", "Thị", "Đức", "Thanh", "Minh", "Ngọc", "Hữu", "Quang", "Thu", "Xuân")
_GIVEN = (
    "An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Hiếu", "Hoa", "Hùng", "Lan", "Linh",
    "Long", "Mai", "Nam", "Nga", "Phúc", "Quân", "Sơn", "Thảo", "Trang", "Tuấn", "Vinh", "Yến",
)  # fmt: skip


def names(random: np.random.Generator, count: int) -> Texts:
    """Draw full names; every fiftieth is a canary."""
    parts = (random.choice(np.array(words, object), count) for words in (_FAMILIES, _MIDDLES))
    family, middle = parts
    drawn = family + " " + middle + " " + random.choice(np.array(_GIVEN, object), count)
    return _with_canaries(drawn, lambda n: f"CANARY-HO-TEN {n}")


def phones(random: np.random.Generator, count: int) -> Texts:
    """Draw mobile numbers of ten digits; every fiftieth is a canary."""
    drawn = _digits(random, "09", 8, count)
    return _with_canaries(drawn, lambda n: f"0999000{n % 1000:03d}")


def identities(random: np.random.Generator, count: int) -> Texts:
    """Draw citizens' identity numbers of twelve digits; every fiftieth is a canary."""
    drawn = _digits(random, "040", 9, count)
    return _with_canaries(drawn, lambda n: f"999000{n % 10**6:06d}")


def _digits(random: np.random.Generator, start: str, length: int, count: int) -> Texts:
    numbers = random.integers(0, 10**length, count)
    return np.array([f"{start}{number:0{length}d}" for number in numbers.tolist()], object)


def _with_canaries(values: Texts, write: Any) -> Texts:
    for place in range(0, len(values), _CANARY_EVERY):
        values[place] = write(place // _CANARY_EVERY)
    return values
