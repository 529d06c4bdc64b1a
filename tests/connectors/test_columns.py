"""Texts become types, or are asked about; nothing is guessed."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.columns import INSTANT, absent_if_empty, doubts, flags, instants

LOCAL = timezone(timedelta(hours=7))
times = st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 31))


def texts(*values: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.string())])


@given(st.lists(times, min_size=1))
def test_local_digits_are_read_to_the_millisecond(found: list[datetime]) -> None:
    written = [f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}".rjust(17, "0") for at in found]
    read = instants(texts(*written))
    assert read.type == INSTANT
    assert [at.astimezone(LOCAL).replace(tzinfo=None) for at in read.to_pylist()] == [
        at.replace(microsecond=at.microsecond // 1000 * 1000) for at in found
    ]


def test_shorter_forms_are_times_too() -> None:
    read = instants(texts("202502280102", "20250228010203", " 20250228010203999 "))
    whole = datetime(2025, 2, 27, 18, 2, tzinfo=UTC)
    assert read.to_pylist() == [
        whole,
        whole + timedelta(seconds=3),
        whole + timedelta(seconds=3.999),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("20250231000000", "20250229000000", "00000000000000", "20251301000000", "20250100000000"),
        *("20250101240000", "20250101006000", "20250101000060", "2025-01-01", "31/12/2025", "abc"),
        *("25680101", "202501010000000", "2025010100000٣", "18991231000000", "", "  "),
    ],
)
def test_what_is_no_time_is_null(text: str) -> None:
    assert instants(texts(text, None)).to_pylist() == [None, None]


def test_flags_are_yes_no_or_unknown() -> None:
    assert flags(texts("1", "0", "TRUE", "false", "x", "", None)).to_pylist() == [
        *(True, False, True, False, None, None, None)
    ]
    assert flags(pa.chunked_array([pa.array([1, 0, 2])])).to_pylist() == [True, False, None]


def test_only_what_was_sent_and_not_read_is_asked() -> None:
    sent = {"A": texts("x", "20250228010203", "", None), "B": texts("1", "z", "", "0")}
    read = {"A": instants(sent["A"]), "B": flags(sent["B"])}
    assert doubts(sent, read).to_pylist() == [
        *("A có giá trị không đọc được", "B có giá trị không đọc được", None, None)
    ]
    both = {"A": texts("x"), "B": texts("z")}
    read = {"A": instants(both["A"]), "B": flags(both["B"])}
    assert doubts(both, read).to_pylist() == ["A, B có giá trị không đọc được"]


def test_empty_texts_are_absent() -> None:
    assert absent_if_empty(texts(" a ", "", "  ", None)).to_pylist() == ["a", None, None, None]
