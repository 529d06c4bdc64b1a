"""Columns of text as sources send them, to the types of the lake; what is not certain is asked."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_Int = TypeVar("_Int", bound=np.signedinteger)
_Column = TypeVar("_Column", pa.Array, pa.ChunkedArray)
INSTANT = pa.timestamp("us", tz="UTC")
# Viet Nam has kept UTC+7 since 13/06/1975; milliseconds
_OFFSET = 7 * 3_600_000
_LENGTHS, _LONGEST = pa.array([12, 14, 17], pa.int32()), 17
_POWERS = 10 ** np.arange(_LONGEST + 1, dtype=np.int64)
_FIRST_YEAR, _LAST_YEAR = 1900, 9999
_MONTH_STARTS = (
    np.arange(f"{_FIRST_YEAR}-01", f"{_LAST_YEAR + 1}-02", dtype="datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int32)
)
"""Days from 1970-01-01 to the first of each month from `_FIRST_YEAR` on."""
_TRUE, _FALSE = pa.array(["1", "true"]), pa.array(["0", "false"])


def absent_if_empty(column: _Column) -> _Column:
    """Turn texts of nothing but spaces into null."""
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def instants(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read local times written as digits.

    Args:
        column: `yyyyMMddHHmm`, `yyyyMMddHHmmss` or `yyyyMMddHHmmssSSS`.

    Returns:
        Instants, timestamp[us, UTC]; null for an empty text and for what is no time.
    """
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    lengths = pc.binary_length(text)
    # a regular expression takes ten times as long
    is_digits = pc.and_(pc.ascii_is_decimal(text), pc.is_in(lengths, _LENGTHS))
    is_digits = pc.fill_null(is_digits, False)
    numbers = pc.if_else(is_digits, text, "0").cast(pa.int64()).to_numpy()
    missing = np.where(is_digits, _LONGEST - pc.fill_null(lengths, 0).to_numpy(), 0)
    instant, is_time = _from_digits(numbers * _POWERS[missing])
    return pa.chunked_array([pa.array(instant, INSTANT, mask=~is_time)], INSTANT)


def _from_digits(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Turn 17 digits, local, into microseconds since 1970 UTC; tell which are a time at all."""
    date, clock = _split(numbers, 10**9)
    # 32 bits divide in a third of the time of 64
    month_of_all, day = _split(date.astype(np.int32), 100)
    year, month = _split(month_of_all, 100)
    to_minute, thousandths = _split(clock.astype(np.int32), 10**5)
    hour, minute = _split(to_minute, 100)
    is_time = (year >= _FIRST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    index = np.where(is_time, (year - _FIRST_YEAR) * 12 + month - 1, 0)
    starts = _MONTH_STARTS[index]
    # the 31st of February would fall into March
    is_time &= day <= _MONTH_STARTS[index + 1] - starts
    is_time &= (hour < 24) & (minute < 60) & (thousandths < 60_000)
    of_day = (hour * 60 + minute) * 60_000 + thousandths - _OFFSET
    days = (starts + day - 1).astype(np.int64)
    return (days * 86_400_000 + of_day) * 1000, is_time


def _split(numbers: NDArray[_Int], unit: int) -> tuple[NDArray[_Int], NDArray[_Int]]:
    """Divide with a remainder; numpy's own remainder takes five times as long as its division."""
    whole = numbers // unit
    return whole, numbers - whole * unit


def flags(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read yes and no: 1 and 0, true and false; null for anything else."""
    coded = pc.dictionary_encode(column.combine_chunks())
    text = pc.utf8_lower(absent_if_empty(coded.dictionary))
    yes = pc.is_in(text, _TRUE)
    read = pc.if_else(pc.or_(yes, pc.is_in(text, _FALSE)), yes, pa.scalar(None, pa.bool_()))
    return pa.chunked_array([read.take(coded.indices)])


def doubts(
    sent: Mapping[str, pa.ChunkedArray], read: Mapping[str, pa.ChunkedArray]
) -> pa.Array | pa.ChunkedArray:
    """Ask about what was sent but could not be read.

    Args:
        sent: columns as they were sent, by their name at the source.
        read: the same columns, typed.

    Returns:
        For each row a question that names the columns, null when all is certain.
    """
    told = []
    for name, column in sent.items():
        # a text is what was sent, and what has no more gaps than before was read
        if pa.types.is_string(read[name].type) or read[name].null_count == column.null_count:
            continue
        unread = pc.and_(pc.is_valid(absent_if_empty(column)), pc.is_null(read[name]))
        if pc.any(unread).as_py():
            told.append(pc.if_else(unread, f"{name}, ", ""))
    if not told:
        return pa.nulls(len(next(iter(sent.values()))), pa.string())
    names = pc.utf8_rtrim(pc.binary_join_element_wise(*told, ""), ", ")
    asked = pc.binary_join_element_wise(names, "có giá trị không đọc được", " ")
    return pc.if_else(pc.equal(names, ""), pa.scalar(None, pa.string()), asked)
