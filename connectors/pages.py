"""Envelopes of JSON to Arrow, without an object of Python for each row."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from connectors.encodings import as_utf8, composed
from connectors.errors import TerminalSourceError, TransientSourceError


class Envelope:
    """An answer: small members around a list of rows.

    Args:
        body: the whole answer.
        path: names that lead to the list of rows, for instance ('data',).
        schema: the declared columns as they are sent.
        label: what a person calls the source, for messages.

    Attributes:
        body: the answer in UTF-8.

    Raises:
        TransientSourceError: the body was cut short.
        TerminalSourceError: a declared column has another type, or the body is not Unicode.
    """

    def __init__(
        self, body: bytes, path: Sequence[str], schema: pa.Schema, label: str = "Nguồn"
    ) -> None:
        self.body = as_utf8(body)
        self._path = path
        self._schema = schema
        self._label = label
        self._envelope = _read(self.body, _nested(path, schema), label)

    def value(self, *names: str) -> Any:
        """Give a small member of the envelope, by the names that lead to it; None when absent."""
        if names[0] not in self._envelope.column_names:
            return None
        member = self._envelope[names[0]].combine_chunks()
        for name in names[1:]:
            if not pa.types.is_struct(member.type) or member.type.get_field_index(name) < 0:
                return None
            member = pc.struct_field(member, name)
        return member[0].as_py()

    def rows(self, without: Collection[str] = ()) -> pa.Table:
        """Give the rows, texts in NFC.

        Args:
            without: columns that are left where they are, for instance those that name persons.

        Returns:
            The declared columns in their order, then new ones in the order in which they came; a
            new column is text, whatever it holds.

        Raises:
            TerminalSourceError: a declared column is gone, there is no such list, or the letters
                are in a legacy encoding.
        """
        column = self._envelope.column(self._path[0])
        for name in self._path[1:]:
            column = pc.struct_field(column, name)
        lists = column.combine_chunks()
        if lists.null_count or not len(lists):
            raise TerminalSourceError(
                f"{self._label}: câu trả lời không có mục '{'.'.join(self._path)}'; cấu trúc đã "
                "đổi, hãy hỏi nguồn rồi sửa bộ nối"
            )
        table = pa.Table.from_struct_array(lists.flatten())
        table = table.drop_columns([name for name in table.column_names if name in without])
        declared = [name for name in self._schema.names if name not in without]
        _refuse_dropped(table, declared, self.body, self._label)
        return _tidy(table, declared)


def _nested(path: Sequence[str], schema: pa.Schema) -> pa.Schema:
    kind: pa.DataType = pa.list_(pa.struct(list(schema)))
    for name in reversed(path[1:]):
        kind = pa.struct([(name, kind)])
    return pa.schema([(path[0], kind)])


def _read(body: bytes, schema: pa.Schema, label: str) -> pa.Table:
    # the reader of Arrow crashes the process on a bare null
    if not body.lstrip().startswith(b"{"):
        raise _damaged(label)
    try:
        envelope = pj.read_json(
            pa.BufferReader(body),
            # one block: an envelope is one row
            read_options=pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, newlines_in_values=True),
        )
    except pa.ArrowInvalid as error:
        raise _kind_of(str(error), label) from None
    if envelope.num_rows != 1:
        raise _damaged(label)
    return envelope


def _damaged(label: str) -> TransientSourceError:
    return TransientSourceError(f"{label}: câu trả lời JSON bị cụt hoặc hỏng; lần sau tự lấy lại")


def _kind_of(message: str, label: str) -> TerminalSourceError | TransientSourceError:
    """Tell a changed type from a body that was cut short; nothing of the data is told."""
    if "changed from" in message or "Failed to convert" in message:
        column = message.partition("Column(")[2].partition(")")[0].rpartition("/")[2]
        named = f"cột '{column}'" if column else "một cột"
        return TerminalSourceError(
            f"{label}: {named} đổi kiểu so với khai báo; hãy xem lại nguồn rồi sửa bộ nối"
        )
    if "specified twice" in message:
        return TerminalSourceError(f"{label}: câu trả lời có cột lặp tên; báo đơn vị cung cấp sửa")
    return _damaged(label)


def _refuse_dropped(table: pa.Table, declared: Sequence[str], body: bytes, label: str) -> None:
    """A declared column may be empty, but its name must be there."""
    if not table.num_rows:
        return
    gone = [
        name
        for name in declared
        if table[name].null_count == table.num_rows and f'"{name}"'.encode() not in body
    ]
    if gone:
        raise TerminalSourceError(
            f"{label}: nguồn không còn gửi cột {', '.join(gone)}; đề nghị đơn vị cung cấp gửi lại "
            "hoặc thống nhất sửa khai báo"
        )


def _tidy(table: pa.Table, declared: Sequence[str]) -> pa.Table:
    names = [*declared, *(name for name in table.column_names if name not in declared)]
    columns = [
        composed(table[name] if name in declared else _as_text(table[name])) for name in names
    ]
    return pa.table(columns, names=names)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a column that nobody declared into text: its type may differ from page to page."""
    if pa.types.is_nested(column.type):
        told = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=str)
            for value in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(told, pa.string())])
    return column.cast(pa.string())
