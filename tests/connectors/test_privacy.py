"""Persons are dropped or stand behind a keyed pseudonym."""

import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import TerminalSourceError
from connectors.privacy import Pseudonyms, without_personal
from tests.connectors.test_landing import spec

KEY = "0123456789abcdef"
NAMES = Pseudonyms.from_environment({"KHO_PSEUDONYM_KEY": KEY})


def one(value: str, kind: str = "doi_tuong", key: str = KEY) -> str | None:
    made = Pseudonyms(key.encode()).column(pa.array([value]), kind).to_pylist()
    return made[0]


def test_a_pseudonym_is_the_hmac_of_kind_and_value_in_letters() -> None:
    digest = hmac.new(KEY.encode(), b"doi_tuong:999000000001", hashlib.sha256).hexdigest()[:32]
    assert one("999000000001") == "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    assert one("999000000001") == one(" 999000000001 ")
    others = {
        one("999000000002"),
        one("999000000001", "nguoi_xu_ly"),
        one("999000000001", key="x" * 16),
    }
    assert one("999000000001") not in others and len(others) == 3


@given(st.lists(st.one_of(st.none(), st.text(max_size=5))))
def test_equal_values_and_only_they_share_a_pseudonym(values: list[str | None]) -> None:
    chunks = pa.chunked_array([pa.array(values, pa.string()), pa.array(values, pa.string())])
    made = NAMES.column(chunks, "k").to_pylist()
    assert made[: len(values)] == made[len(values) :]
    told = {(value or "").strip() for value in values} - {""}
    assert len(set(made) - {None}) == len(told)


@pytest.mark.parametrize("key", ["", "ngắn"])
def test_without_a_good_key_nothing_is_pulled(key: str) -> None:
    with pytest.raises(TerminalSourceError, match="Đặt KHO_PSEUDONYM_KEY"):
        Pseudonyms.from_environment({"KHO_PSEUDONYM_KEY": key} if key else {})


def test_declared_persons_and_strangers_that_look_like_persons_are_dropped() -> None:
    source = spec().model_copy(update={"personal_columns": ["ChuHoSo"]})
    table = pa.table(
        {
            "a": ["0912345678"],
            "ChuHoSo": ["x"],
            "HoTenNguoiNop": ["x"],
            "Moi1": ["0912345678"],
            "Moi2": [912345678901],
            "Moi3": ["an@example.vn"],
            "Moi4": ["20240506101112"],
            "Moi5": [17],
        }
    )
    assert without_personal(table, source, ["a"]).column_names == ["a", "Moi4", "Moi5"]
