"""The texts of a file as columns of the lake: a number where it is certain, else a question."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.privacy import Pseudonyms
from connectors.sources.giao_duc.layouts import Layout
from connectors.sources.giao_duc.reading import LINE
from connectors.vietnamese import NotANumberError, decimal_mark_of, parse_number, quoted

_LARGEST_COUNT = 10**6


def lake_rows(
    rows: pa.Table, layout: Layout, schema: pa.Schema, about: dict[str, Any], names: Pseudonyms
) -> pa.Table:
    """Give the rows of a file as they land.

    Args:
        rows: texts by heading, with their line in the file.
        layout: columns by heading.
        schema: the lake's columns.
        about: what is the same for all rows of the file.
        names: replaces the code of a person.

    Returns:
        A table of that schema; `doubt` says which cells hold no certain number.
    """
    count = len(rows)
    columns: dict[str, Any] = {
        name: pa.repeat(pa.scalar(value, schema.field(name).type), count)
        for name, value in about.items()
    }
    columns["dong"] = rows[LINE]
    if layout.person:
        columns["bi_danh"] = names.column(rows[layout.person], layout.kind_of_person)
    doubts = pa.nulls(count, pa.string())
    for heading, name in layout.columns.items():
        columns[name] = rows[heading]
        if not pa.types.is_string(schema.field(name).type):
            columns[name], asked = _numbers(heading, rows[heading], schema.field(name).type)
            both = pc.binary_join_element_wise(doubts, asked, "; ")
            doubts = pc.coalesce(both, doubts, asked)
    columns["doubt"] = doubts
    return pa.table([_flat(columns[field.name]) for field in schema], schema=schema)


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _numbers(heading: str, texts: pa.ChunkedArray, kind: pa.DataType) -> tuple[pa.Array, pa.Array]:
    """Read a column of numbers, each distinct text once.

    Returns:
        The numbers, null where there is none that is certain, and the questions about them.
    """
    coded = pc.dictionary_encode(_flat(texts))
    distinct = coded.dictionary.to_pylist()
    mark = decimal_mark_of(distinct)
    read: Callable[[str, str], Any] = _count if pa.types.is_integer(kind) else _decimal
    values: list[Any] = []
    asked: list[str | None] = []
    for text in distinct:
        try:
            values.append(read(text, mark))
            asked.append(None)
        except NotANumberError as error:
            values.append(None)
            asked.append(f"{heading}: {error}")
    return (
        pa.array(values, kind).take(coded.indices),
        pa.array(asked, pa.string()).take(coded.indices),
    )


def _count(text: str, mark: str) -> int | None:
    value = parse_number(text, mark).value
    if value is None:
        return None
    if value != int(value) or not 0 <= value <= _LARGEST_COUNT:
        raise NotANumberError(f"{quoted(text)} không phải số đếm; hãy ghi một số nguyên không âm")
    return int(value)


def _decimal(text: str, mark: str) -> Decimal | None:
    value = parse_number(text, mark).value
    return None if value is None else value.quantize(Decimal("0.000001"))
