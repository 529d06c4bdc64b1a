"""A lake written by hand, laid out and typed as landing leaves it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SOURCE = "thong_ke"
Row = dict[str, Any]

_STAMPS: list[tuple[str, pa.DataType]] = [
    ("_row_no", pa.int64()),
    ("_known_at", pa.timestamp("us", tz="UTC")),
    ("_delivery", pa.string()),
    ("_dlt_load_id", pa.string()),
]
SCHEMAS = {
    "cell": pa.schema(
        [
            ("source_file", pa.string()),
            ("file_sha", pa.string()),
            ("published_on", pa.date32()),
            ("published_seq", pa.int32()),
            ("sheet", pa.string()),
            ("sheet_no", pa.int32()),
            ("sheet_hidden", pa.bool_()),
            ("table_no", pa.int32()),
            ("table_title", pa.string()),
            ("row_no", pa.int32()),
            ("col_no", pa.int32()),
            ("cell", pa.string()),
            ("row_hidden", pa.bool_()),
            ("col_hidden", pa.bool_()),
            ("cell_kind", pa.string()),
            ("item_path", pa.string()),
            ("item_label", pa.string()),
            ("column_path", pa.string()),
            ("unit_text", pa.string()),
            ("is_text", pa.bool_()),
            ("value_text", pa.string()),
            ("value", pa.float64()),
            *_STAMPS,
        ]
    ),
    "file": pa.schema(
        [
            ("source_file", pa.string()),
            ("file_sha", pa.string()),
            ("size_bytes", pa.int64()),
            ("published_on", pa.date32()),
            ("published_seq", pa.int32()),
            ("sheet_count", pa.int32()),
            ("numeric_cell_count", pa.int64()),
            *_STAMPS,
        ]
    ),
    "delivery": pa.schema(
        [
            ("delivery_id", pa.string()),
            ("label", pa.string()),
            ("published_on", pa.date32()),
            ("published_seq", pa.int32()),
            ("row_count", pa.int64()),
            *_STAMPS,
        ]
    ),
}
_SHEETS = (
    ("16.CPI", "Chỉ số giá tiêu dùng"),
    ("2.IIP", "Chỉ số sản xuất công nghiệp"),
    ("10.BL", "Tổng mức bán lẻ hàng hóa"),
    ("14.XK", "Hàng hóa xuất khẩu"),
)


@dataclass
class Workbook:
    """One delivery to be landed: its rows may be bent before it is.

    `rows[table]` holds the rows; `cells` is a shorthand for the rows of `cell`.
    """

    label: str
    published_on: date
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def cells(self) -> list[Row]:
        return self.rows["cell"]

    @property
    def file(self) -> Row:
        return self.rows["file"][0]

    @property
    def id(self) -> str:
        return hashlib.sha256(self.label.encode()).hexdigest()


def workbook(
    label: str,
    published_on: date = date(2024, 12, 6),
    cells: int = 40,
    bend: Callable[[Workbook], None] | None = None,
    seed: float = 0,
) -> Workbook:
    """Make a sound workbook.

    Args:
        label: file name.
        published_on: publication date.
        cells: numeric cells, spread over the sheets.
        bend: called at the end to break something.
        seed: added to every value, so that two workbooks differ.

    Returns:
        The workbook, its counts agreeing with its rows.
    """
    book = Workbook(label, published_on)
    common = {"source_file": label, "file_sha": book.id, "published_on": published_on}
    common["published_seq"] = 1
    book.rows["cell"] = [_cell(index, seed) | common for index in range(cells)]
    counts = {"size_bytes": 1000, "sheet_count": 34, "numeric_cell_count": cells}
    book.rows["file"] = [common | counts]
    if bend:
        bend(book)
    register = {"delivery_id": book.id, "label": label, "published_on": book.published_on}
    total = sum(len(rows) for rows in book.rows.values())
    book.rows["delivery"] = [register | {"published_seq": 1, "row_count": total}]
    return book


def _cell(index: int, seed: float) -> Row:
    sheet_no = index % len(_SHEETS)
    sheet, title = _SHEETS[sheet_no]
    row_no = 10 + index // len(_SHEETS)
    value = 100.5 + index + seed
    return {
        "sheet": sheet,
        "sheet_no": sheet_no + 1,
        "sheet_hidden": False,
        "table_no": 1,
        "table_title": title,
        "row_no": row_no,
        "col_no": 3,
        "cell": f"C{row_no}",
        "row_hidden": False,
        "col_hidden": False,
        "cell_kind": "body",
        "item_path": f"Tổng số › Mặt hàng {index}",
        "item_label": f"Mặt hàng {index}",
        "column_path": "Tháng 11 năm 2024",
        "unit_text": "Tỷ đồng",
        "is_text": False,
        "value_text": repr(value),
        "value": value,
    }


def land(lake: Path, load_id: str, books: Sequence[Workbook], source: str = SOURCE) -> str:
    """Write one load as dlt does: the tables first, the entry in `_dlt_loads` last."""
    for table, schema in SCHEMAS.items():
        folder = lake / source / table
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(schema.empty_table(), folder / "0.empty.parquet")
        rows = [_stamped(row, book) for book in books for row in book.rows[table]]
        for number, row in enumerate(rows, 1):
            row |= {"_row_no": number, "_dlt_load_id": load_id}
        if rows:
            content = pa.Table.from_pylist(rows, schema=schema)
            pq.write_table(content, folder / f"{load_id}.0a1b2c3d4e.parquet")
    finish(lake, load_id, source)
    return load_id


def _stamped(row: Row, book: Workbook) -> Row:
    midnight = datetime.combine(book.published_on, datetime.min.time(), UTC)
    return row | {"_known_at": midnight - timedelta(hours=7), "_delivery": book.id}


def finish(lake: Path, load_id: str, source: str = SOURCE, status: int = 0) -> None:
    """Write the entry by which a load counts as complete."""
    folder = lake / source / "_dlt_loads"
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"load_id": load_id, "schema_name": source, "status": status}
    entry["inserted_at"] = datetime.fromtimestamp(float(load_id), UTC).isoformat()
    (folder / f"{source}__{load_id}.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")


def quality_rows(lake: Path, kind: str, source: str = SOURCE) -> list[Row]:
    """Read everything of one kind of judgement, as the warehouse's glob does."""
    rows: list[Row] = []
    for path in sorted((lake / "_quality" / kind).glob(f"{source}.*.parquet")):
        rows += pq.ParquetFile(path).read().to_pylist()
    return rows


LATER_COLUMNS = {"rejected": ["address", "record", "known_at"], "result": ["dimension"]}


def age_judgement(lake: Path, load_id: str, source: str = SOURCE) -> None:
    """Rewrite the judgement on a load as it was before some columns came."""
    for kind, added in LATER_COLUMNS.items():
        path = lake / "_quality" / kind / f"{source}.{load_id}.parquet"
        pq.write_table(pq.ParquetFile(path).read().drop_columns(added), path)
