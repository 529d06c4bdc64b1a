"""Columns of text as sources send them, to the types of the lake; what is not certain is asked."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

INSTANT = pa.timestamp("us", tz="UTC")
# Viet Nam has kept UTC+7 since 13/06/1975
_OFFSET = 7 * 3600
_LENGTHS, _NEVER = pa.array([12, 14, 17], pa.int32()), "0" * 17
_TRUE, _FALSE = pa.array(["1", "true"]), pa.array(["0", "false"])


def absent_if_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
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
    text = absent_if_empty(column)
    # a regular expression takes ten times as long
    has_length = pc.is_in(pc.binary_length(text), _LENGTHS)
    is_digits = pc.fill_null(pc.and_(pc.ascii_is_decimal(text), has_length), False)
    padded = pc.utf8_rpad(pc.if_else(is_digits, text, _NEVER), 17, "0")
    numbers = padded.cast(pa.int64()).to_numpy()
    instant, is_time = _from_digits(numbers)
    is_time &= is_digits.to_numpy()
    return pa.chunked_array([pa.array(instant, INSTANT, mask=~is_time)], INSTANT)


def _from_digits(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Turn 17 digits, local, into microseconds since 1970 UTC; tell which are a time at all."""
    clock, date = numbers % 10**9, numbers // 10**9
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    hour, minute, second = clock // 10**7, clock // 10**5 % 100, clock // 1000 % 100
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    is_time = (year >= 1900) & (month >= 1) & (month <= 12) & (day >= 1)
    # the 31st of February would fall into March
    is_time &= days.astype("datetime64[M]") == months
    is_time &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = days.astype(np.int64) * 86_400 + hour * 3600 + minute * 60 + second - _OFFSET
    return seconds * 1_000_000 + clock % 1000 * 1000, is_time


def flags(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read yes and no: 1 and 0, true and false; null for anything else."""
    text = pc.utf8_lower(absent_if_empty(column))
    yes = pc.is_in(text, _TRUE)
    return pc.if_else(pc.or_(yes, pc.is_in(text, _FALSE)), yes, pa.scalar(None, pa.bool_()))


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
