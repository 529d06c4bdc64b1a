"""XML from outside, read without trust: no document types or entities, no network, bounded size."""

import re

from lxml import etree

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOM = b"\xef\xbb\xbf"
_MAX_QUOTED = 20
# one parser for all: it keeps the names of elements. Resolving is off even though a document type
# never gets here: two locks on one door
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


class RefusedXmlError(ValueError):
    """A document is not read; the message says why, in Vietnamese, and quotes none of it."""


def parse(content: bytes, most_bytes: int) -> etree._Element:
    """Read one document in UTF-8.

    Args:
        content: its bytes.
        most_bytes: larger documents are refused.

    Returns:
        The root element.

    Raises:
        RefusedXmlError: too large, not UTF-8, a document type, or not well formed.
    """
    if len(content) > most_bytes:
        raise RefusedXmlError(
            f"tệp XML dài {len(content)} byte, quá mức {most_bytes}; hãy chia nhỏ tệp"
        )
    # UTF-16 would hide a document type from this look; it is refused with the other encodings
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RefusedXmlError("XML có khai báo DOCTYPE hoặc ENTITY; hãy gửi XML không có khai báo")
    _check_encoding(content)
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedXmlError(_place(error)) from None
    return root


def _check_encoding(content: bytes) -> None:
    start = content[:200].removeprefix(_BOM).lstrip()
    declared = _DECLARED.match(start)
    name = declared[1].decode("ascii").upper() if declared else "UTF-8"
    if name not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        raise RefusedXmlError(
            f"XML khai báo bảng mã {name[:_MAX_QUOTED]}; hãy gửi bằng UTF-8, kho không đoán bảng mã"
        )
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise RefusedXmlError("XML là UTF-16; hãy gửi bằng UTF-8")


def _place(error: Exception) -> str:
    """Say where a document breaks off: the parser's own words may quote what must not be told."""
    line, column = getattr(error, "position", (0, 0))
    return f"XML hỏng hoặc bị cắt ở dòng {line}, cột {column}; hãy gửi lại tệp"
