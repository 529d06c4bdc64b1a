"""Looks for people in what the product keeps: a lake's folder, a warehouse's file, a table.

What must be found nowhere: names and numbers that the simulators invent (canaries), telephone
numbers, citizen and health insurance numbers, plates, and dates of birth beside a person.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CANARIES = ("CANARY-HO-TEN", "TUYET-MAT-CANARY")
PATTERNS = {
    "canary": "|".join(CANARIES),
    # a mobile number, however it is grouped; a domestic one has ten digits
    "phone": r"(^|[^0-9A-Za-z])(\+?84|0)[35789]([ .-]?[0-9]){8}($|[^0-9A-Za-z])",
    # province (three digits), sex and century, year of birth, six more: QĐ 3195/QĐ-BCA
    "cccd": r"(^|[^0-9A-Za-z.])([0-9]{3}[0-3][0-9]{8})($|[^0-9A-Za-z.])",
    # two letters, benefit 1-5, province, ten digits: QĐ 1351/QĐ-BHXH; since 2021 the ten alone
    "bhyt": r"(^|[^0-9A-Za-z])[A-Z]{2}[1-5][0-9]{12}($|[^0-9A-Za-z])",
    "plate": r"(^|[^0-9A-Za-z])[1-9][0-9][A-Z][A-Z0-9]?[- ]"
    r"([0-9]{3}\.[0-9]{2}|[0-9]{4,5})($|[^0-9A-Za-z])",
}
_ANY = "|".join(f"({pattern})" for pattern in PATTERNS.values())
_NAMES_A_PERSON = re.compile(
    r"ho_?ten|ngay_?sinh|cccd|cmnd|so_?dinh_?danh|dien_?thoai|the_?bhyt|ma_?the|dan_?toc|bien_?so_?xe"
    r"|full_?name|birth|phone|identity_?no|citizen",
    re.I,
)
# keys of the product's own that are long numbers by nature
_OWN = frozenset({"_dlt_load_id", "_dlt_id", "load_id", "next_load_id", "_delivery", "delivery"})
_OWN |= frozenset({"delivery_id", "file_sha", "series_key", "inputs_md5", "publication_order"})


def personal_texts(table: pa.Table) -> list[str]:
    """Give what looks like a person in a table: `column: pattern: text`, and telling columns.

    Args:
        table: any table; texts nested in lists and structures are looked at, too.
    """
    found = [f"{name}: tên cột" for name in table.column_names if _NAMES_A_PERSON.search(name)]
    for name in table.column_names:
        if name in _OWN:
            continue
        for texts in _texts(table[name]):
            hits = pc.unique(texts.filter(pc.match_substring_regex(texts, _ANY))).to_pylist()
            found += [f"{name}: {_kind(text)}: {text[:60]}" for text in hits[:3]]
    return found


def _kind(text: str) -> str:
    return next(kind for kind, pattern in PATTERNS.items() if re.search(pattern, text))


def _texts(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    if pa.types.is_nested(column.type):
        column = pa.chunked_array([pa.array([str(value) for value in column.to_pylist()])])
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        yield column.combine_chunks().drop_null()


def personal_in_lake(lake: Path) -> list[str]:
    """Look through every file of a lake.

    Args:
        lake: the lake's folder.

    Returns:
        What was found, each with its file.
    """
    found = []
    for path in sorted(lake.rglob("*")):
        if path.suffix == ".parquet":
            hits = personal_texts(pq.read_table(path))
        elif path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            hits = [canary for canary in CANARIES if canary in text]
        else:
            continue
        found += [f"{path.relative_to(lake)}: {hit}" for hit in hits]
    return found


def personal_in_warehouse(warehouse: Path) -> list[str]:
    """Look through every table of a DuckDB warehouse.

    Args:
        warehouse: the file, opened read-only.

    Returns:
        What was found, each with its table.
    """
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.sql(
            "select table_schema, table_name from information_schema.tables"
            " where table_type = 'BASE TABLE' order by all"
        ).fetchall()
        for schema, name in tables:
            rows = connection.sql(f'select * from "{schema}"."{name}"').to_arrow_table()
            found += [f"{schema}.{name}: {hit}" for hit in personal_texts(rows)]
    return found
