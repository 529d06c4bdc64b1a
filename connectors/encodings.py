"""Bytes and letters that are certainly Vietnamese in Unicode; anything else is refused."""

import codecs

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import TerminalSourceError

# letters of Latin-1 that no Vietnamese word has, but that TCVN3 (TCVN 5712:1993) and VNI texts are
# full of when they are taken for Latin-1: "Hå s¬", "hoà sô"
_FOREIGN = "[¡-©«-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ\u00ad]"
_LEAST, _SHARE = 3, 0.2
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def as_utf8(body: bytes) -> bytes:
    """Bring a body to UTF-8 without a byte order mark.

    Args:
        body: UTF-8, or UTF-16 that says so by its byte order mark.

    Raises:
        TerminalSourceError: it is in some other encoding.
    """
    try:
        for mark, encoding in _BOMS:
            if body.startswith(mark):
                return body[len(mark) :].decode(encoding).encode()
        body = body.removeprefix(codecs.BOM_UTF8)
        _refuse_other_bytes(body)
    except (UnicodeDecodeError, pa.ArrowInvalid):
        raise TerminalSourceError(_refusal("không phải UTF-8")) from None
    return body


def _refuse_other_bytes(body: bytes) -> None:
    """Insist on UTF-8, without making a text of it or copying it."""
    ends = pa.array([0, len(body)], pa.int32()).buffers()[1]
    pa.StringArray.from_buffers(1, ends, pa.py_buffer(body)).validate(full=True)


def composed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Bring texts to composed letters (NFC); decomposed ones come from some keyboards.

    Args:
        column: texts, or anything else, which is left alone.

    Raises:
        TerminalSourceError: the texts are in TCVN3 or VNI, taken for Latin-1.
    """
    if not pa.types.is_string(column.type) or pc.all(pc.string_is_ascii(column)).as_py():
        return column
    coded = pc.dictionary_encode(column.combine_chunks())
    _refuse_legacy(coded.dictionary)
    told = pc.utf8_normalize(coded.dictionary, "NFC")
    if told.equals(coded.dictionary):
        return column
    return pa.chunked_array([told.take(coded.indices)])


def _refuse_legacy(texts: pa.Array) -> None:
    """Look at distinct texts beyond ASCII: foreign letters in many of them are no names."""
    beyond = texts.filter(pc.invert(pc.string_is_ascii(texts)))
    foreign = pc.sum(pc.match_substring_regex(beyond, _FOREIGN)).as_py() or 0
    if foreign >= min(_LEAST, len(beyond)) and foreign and foreign >= _SHARE * len(beyond):
        raise TerminalSourceError(_refusal("ở bảng mã cũ (TCVN3 hoặc VNI)"))


def _refusal(what: str) -> str:
    return (
        f"Chữ của nguồn {what} nên không đọc chắc được; đề nghị đơn vị cung cấp xuất Unicode UTF-8"
    )
