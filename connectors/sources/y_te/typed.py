"""Columns of texts of XML1 read into types: what cannot be read for certain becomes a question."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from connectors import columns

AMOUNT = pa.decimal128(28, 6)
_OLDEST = 130
_MAX_QUOTED = 20


class Questions:
    """What could not be read, row by row; one text per row in the end.

    Args:
        count: rows.
        known: questions that stand already, None for none.
    """

    def __init__(self, count: int, known: Sequence[str | None]) -> None:
        self._asked: list[list[str]] = [[] for _ in range(count)]
        for asked, question in zip(self._asked, known, strict=True):
            if question:
                asked.append(question)

    def say(self, at: int, question: str) -> None:
        """Ask one thing about one row."""
        self._asked[at].append(question)

    def ask(self, rows: pa.Array, field: str, texts: pa.Array) -> None:
        """Ask about the rows where `rows` is true, quoting the text of the field."""
        for at in pc.indices_nonzero(pc.fill_null(rows, False)).to_pylist():
            self.say(at, f"XML1: {field} “{str(texts[at])[:_MAX_QUOTED]}” không đọc được")

    def column(self) -> pa.Array:
        """Give the questions of each row in one text, null where there is none."""
        return pa.array(["; ".join(asked) or None for asked in self._asked], pa.string())


def instants(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Read local instants `yyyyMMddHHmm`, with seconds or without.

    Args:
        texts: as sent; empty or null for none.

    Returns:
        UTC instants, null where there is none or no such instant; and which rows are wrong.
    """
    read = columns.instants(pa.chunked_array([texts])).combine_chunks()
    return read, pc.and_(_said(texts), pc.is_null(read))


def numbers(texts: pa.Array, kind: pa.DataType) -> tuple[pa.Array, pa.Array]:
    """Read numbers with a point before at most six decimals.

    Args:
        texts: as sent; empty or null for none.
        kind: an integer type, or that of amounts.

    Returns:
        The numbers, null where there is none or not certainly one; and which rows are wrong.
    """
    form = r"^-?[0-9]{1,9}$" if pa.types.is_integer(kind) else r"^-?[0-9]{1,18}([.][0-9]{1,6})?$"
    certain = pc.fill_null(pc.match_substring_regex(texts, form), False)
    return pc.if_else(certain, texts, None).cast(kind), pc.and_(_said(texts), pc.invert(certain))


def _said(texts: pa.Array) -> pa.Array:
    return pc.not_equal(pc.fill_null(texts, ""), "")


def ages(born: pa.Array, entered: pa.Array) -> pa.Array:
    """Work out the whole years between birth and entry.

    Args:
        born: `yyyyMMdd…` as sent; month and day may be 00 when they are not known.
        entered: `yyyyMMdd…` as sent.

    Returns:
        Years (int32), null where one of the two is missing or the age is none a person has.
    """
    form = r"^[0-9]{8}([0-9]{4})?$"
    good = pc.and_(pc.match_substring_regex(born, form), pc.match_substring_regex(entered, form))
    day_of = [
        pc.utf8_slice_codeunits(pc.if_else(good, texts, None), 0, 8).cast(pa.int32())
        for texts in (born, entered)
    ]
    # yyyyMMdd as numbers: their difference in units of years falls short before the birthday
    years = pc.divide(pc.subtract(day_of[1], day_of[0]), pa.scalar(10_000, pa.int32()))
    possible = pc.and_(pc.greater_equal(years, 0), pc.less_equal(years, _OLDEST))
    ordered = pc.greater_equal(day_of[1], day_of[0])
    return pc.if_else(pc.and_(possible, ordered), years, None)
