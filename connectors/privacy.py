"""Personal data: dropped, or replaced by keyed pseudonyms, before anything is written."""

import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import TerminalSourceError
from connectors.spec import SourceSpec

KEY_VARIABLE = "KHO_PSEUDONYM_KEY"
_SHORTEST_KEY = 16
_REMEMBERED = 100_000
# letters only: nothing that looks for phone or identity numbers takes a pseudonym for one
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_PSEUDONYM = "^[a-p]{32}$"
_TELLING_NAME = re.compile(
    r"hoten|tencongdan|chuhoso|nguoinop|cccd|cmnd|giayto|dinhdanhcanhan|email|dienthoai|sdt|diachi"
    r"|ngaysinh|bhyt|bhxh|biensoxe|hochieu",
    re.I,
)
_TELLING_VALUE = r"^\s*(?:0\d{9}|\+84\d{9}|\d{9}|\d{12}|[^@\s]+@[^@\s]+\.[^@\s]+)\s*$"


class Pseudonyms:
    """Replaces values by keyed pseudonyms: the same value of the same kind gives the same one.

    Args:
        key: the secret; whoever has it can tell whether a known value is behind a pseudonym.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, _Known] = {}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Take the key from `KHO_PSEUDONYM_KEY`.

        Raises:
            TerminalSourceError: there is no key, or one that can be guessed.
        """
        key = environment.get(KEY_VARIABLE, "")
        if len(key) < _SHORTEST_KEY:
            raise TerminalSourceError(
                f"Đặt {KEY_VARIABLE} (khóa bí mật từ {_SHORTEST_KEY} ký tự, ví dụ sinh bằng "
                "`openssl rand -hex 32`) rồi chạy lại: thiếu khóa thì không che được dữ liệu riêng"
            )
        return cls(key.encode())

    def column(self, values: pa.Array | pa.ChunkedArray, kind: str) -> pa.Array:
        """Replace a column; each distinct value is worked out once.

        Args:
            values: texts; null and empty texts say that there is nobody.
            kind: what the values are, for instance 'doi_tuong'; kinds share no pseudonym.

        Returns:
            32 letters (128 bits of HMAC-SHA256, RFC 2104) for each value, null for nobody.
        """
        whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        coded = pc.dictionary_encode(pc.utf8_trim_whitespace(whole.cast(pa.string())))
        known = self._known.get(kind)
        if known is None or len(known) > _REMEMBERED:
            known = self._known[kind] = _Known(self._key, kind)
        told = [known[value] for value in coded.dictionary.to_pylist()]
        return pa.array(told, pa.string()).take(coded.indices)


class _Known(dict[str, str | None]):
    """Pseudonyms of one kind by their value: a person comes back in each version of a record."""

    def __init__(self, key: bytes, kind: str) -> None:
        # a copy of a begun HMAC takes half of the time of a new one
        self._begun = hmac.new(key, f"{kind}:".encode(), "sha256")
        self[""] = None

    def __missing__(self, value: str) -> str | None:
        made = self._begun.copy()
        made.update(value.encode())
        told = self[value] = made.hexdigest()[:32].translate(_LETTERS)
        return told


def refuse_persons(table: pa.Table, spec: SourceSpec, label: str) -> None:
    """Refuse a table that still holds what must not land: the last gate before the lake.

    Args:
        table: rows about to be written.
        spec: its personal columns may not be there, its pseudonym columns hold pseudonyms only.
        label: what a person calls the delivery.

    Raises:
        TerminalSourceError: it does; nothing of the values is told.
    """
    bare = [
        name
        for name in spec.pseudonyms_among(table.column_names)
        if pc.any(pc.invert(pc.match_substring_regex(table[name], _PSEUDONYM))).as_py()
    ]
    found = [*spec.personal_among(table.column_names), *bare]
    if found:
        raise TerminalSourceError(
            f"{label}: còn cột cá nhân {', '.join(found)} chưa được che nên không nạp; báo người "
            "quản trị kho sửa bộ nối của nguồn"
        )


def without_personal(table: pa.Table, spec: SourceSpec, declared: Iterable[str]) -> pa.Table:
    """Drop the columns that name persons: those of `source.yml`, and new ones that look like it.

    Args:
        table: rows as the source gave them.
        spec: its `personal_columns` are dropped.
        declared: columns that are known to be harmless.

    Returns:
        The other columns.
    """
    known = set(declared)
    strangers = [name for name in table.column_names if name not in known]
    personal = set(spec.personal_among(table.column_names))
    personal |= {name for name in strangers if _looks_personal(name, table[name])}
    return table.drop_columns([name for name in table.column_names if name in personal])


def _looks_personal(name: str, values: pa.ChunkedArray) -> bool:
    if _TELLING_NAME.search(name.replace("_", "")):
        return True
    if not (pa.types.is_string(values.type) or pa.types.is_integer(values.type)):
        return False
    return bool(pc.any(pc.match_substring_regex(values.cast(pa.string()), _TELLING_VALUE)).as_py())
