"""Columns of text as sources send them, to the types of the lake; what is not certain is asked."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us", tz="UTC")
# Viet Nam has kept UTC+7 since 13/06/1975
_OFFSET = pa.scalar(7 * 3600 * 1_000_000, pa.duration("us"))
_TRUE, _FALSE = pa.array(["1", "true"]), pa.array(["0", "false"])


def absent_if_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn texts of nothing but spaces into null."""
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def instants(column: pa.ChunkedArray, form: str = "%Y%m%d%H%M%S") -> pa.ChunkedArray:
    """Read local times.

    Args:
        column: digits as `form` says; 17 digits have milliseconds at the end.
        form: of the digits before the milliseconds.

    Returns:
        Instants, timestamp[us, UTC]; null for an empty text and for what is no time.
    """
    text = absent_if_empty(column)
    plain = pc.utf8_slice_codeunits(text, 0, 14)
    read = pc.strptime(plain, form, "s", error_is_null=True)
    # the reader takes 31 February for 3 March
    is_time = pc.and_(
        pc.equal(pc.strftime(read, form), plain), pc.is_in(pc.utf8_length(text), _SIZES)
    )
    split = pc.utf8_slice_codeunits(text, 14, 17)
    is_time = pc.and_(
        is_time, pc.or_(pc.equal(split, ""), pc.match_substring_regex(split, r"^\d{3}$"))
    )
    checked = pc.if_else(is_time, read, pa.scalar(None, read.type)).cast(pa.timestamp("us"))
    zeros = pc.if_else(pc.and_(is_time, pc.not_equal(split, "")), split, "0")
    thousandths = pc.multiply(zeros.cast(pa.int64()), 1000).cast(pa.duration("us"))
    return pc.subtract(pc.add(checked, thousandths), _OFFSET).cast(INSTANT)


_SIZES = pa.array([12, 14, 17], pa.int32())


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
        unread = pc.and_(pc.is_valid(absent_if_empty(column)), pc.is_null(read[name]))
        if pc.any(unread).as_py():
            told.append(pc.if_else(unread, f"{name}, ", ""))
    if not told:
        return pa.nulls(len(next(iter(sent.values()))), pa.string())
    names = pc.utf8_rtrim(pc.binary_join_element_wise(*told, ""), ", ")
    asked = pc.binary_join_element_wise(names, "có giá trị không đọc được", " ")
    return pc.if_else(pc.equal(names, ""), pa.scalar(None, pa.string()), asked)
