"""How a row that was set aside is told to people: where it stands, and the row whole."""

from collections.abc import Mapping, Sequence

_FLOATS = ("DOUBLE", "FLOAT")


def address_sql(columns: Mapping[str, str], key: Sequence[str]) -> str:
    """Give the SQL expression for where a row stands.

    Args:
        columns: the columns of its table and their DuckDB types.
        key: the columns that tell its rows apart.

    Returns:
        `sheet!cell` for a cell of a workbook, else the key joined by `|`; never null, and
        without the NUL that PostgreSQL does not keep.
    """
    if {"sheet", "cell"} <= columns.keys():
        told = "concat(sheet, '!', cell)"
    else:
        parts = [f"coalesce(\"{name}\"::varchar, '')" for name in key if name in columns]
        told = f"concat_ws('|', {', '.join(parts)})" if parts else "''"
    return f"replace({told}, chr(0), '')"


def record_sql(row: str, columns: Mapping[str, str]) -> str:
    """Give the SQL expression for a row as a JSON object.

    Args:
        row: alias of the relation.
        columns: its columns and their DuckDB types.

    Returns:
        JSON text; numbers that JSON does not know (NaN, infinity) are strings in it.
    """
    members = ", ".join(f'"{name}" := {_member(row, name, columns[name])}' for name in columns)
    return f"to_json(struct_pack({members}))::varchar"


def _member(row: str, name: str, kind: str) -> str:
    value = f'{row}."{name}"'
    if kind not in _FLOATS:
        return value
    return f"case when isfinite({value}) then to_json({value}) else to_json({value}::varchar) end"
