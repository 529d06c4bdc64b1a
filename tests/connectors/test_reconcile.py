"""A closed month agrees by count, sum and the hash of its keys."""

import hashlib
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from connectors.reconcile import Total, newest, total

ROWS = pa.table(
    {
        "k": ["b", "a", "a", "b", "a"],
        "v": pa.array([1, 2, 10, 1, 2], pa.int32()),
        "fee": pa.array(
            [Decimal("5"), None, Decimal("7.5"), Decimal("5"), None], pa.decimal128(28, 6)
        ),
    }
)


def test_the_newest_versions_are_added_up_once() -> None:
    rows = newest(ROWS, ["k"], "v")
    found = total(rows, rows["k"], "v", "fee")
    assert (found.count, found.amount) == (2, Decimal("12.5"))
    assert found.key_hash == hashlib.sha256(b"a|10\nb|1").hexdigest()
    none = newest(ROWS.slice(0, 0), ["k"], "v")
    empty = total(none, none["k"], "v", "fee")
    assert (empty.count, empty.amount) == (0, 0)
    assert empty.key_hash == hashlib.sha256(b"").hexdigest()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(1, 12))))
def test_newest_is_what_a_dictionary_keeps(rows: list[tuple[str, str, int]]) -> None:
    kept: dict[tuple[str, str], int] = {}
    for key, part, version in rows:
        kept[key, part] = max(version, kept.get((key, part), 0))
    names = ["k", "p", "v"]
    table = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))) if rows else None
    found = newest(table, ["k", "p"], "v").to_pylist() if table is not None else []
    assert [(row["k"], row["p"], row["v"]) for row in found] == [
        (*key, version) for key, version in sorted(kept.items())
    ]


def test_a_difference_is_told_in_words() -> None:
    here = Total(2, Decimal("12.5"), "x")
    assert here.difference(here) == ""
    assert here.difference(Total(3, Decimal(0), "y")) == "nguồn báo 3 bản ghi, kho có 2"
    assert "tổng 13, kho có 12.5" in here.difference(Total(2, Decimal(13), "y"))
    assert "khác khóa" in here.difference(Total(2, Decimal("12.5"), "y"))
