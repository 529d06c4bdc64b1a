"""One visit's envelope and the files inside it: which texts are kept, what is counted and summed.

Structure: QĐ 130/QĐ-BYT and QĐ 4750/QĐ-BYT (files XML1 to XML5), envelope GIAMDINHHS.
"""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from connectors.secure_xml import RefusedXmlError, parse

_FIELDS = """
    MA_BN NGAY_SINH GIOI_TINH MATINH_CU_TRU MAXA_CU_TRU MA_BENH_CHINH NGAY_VAO NGAY_VAO_NOI_TRU
    NGAY_RA SO_NGAY_DTRI KET_QUA_DTRI MA_LOAI_RV NGAY_TTOAN T_THUOC T_VTYT T_TONGCHI_BV
    T_TONGCHI_BH T_BNTT T_BNCCT T_BHTT T_NGUONKHAC NAM_QT THANG_QT MA_LOAI_KCB MA_KHOA MA_CSKCB
"""
KEPT = tuple(_FIELDS.split())
"""Fields of XML1 that indicators need; MA_BN and NGAY_SINH leave as a pseudonym and an age."""

_KNOWN = frozenset(KEPT) | {"MA_LK"}
_AMOUNT = "THANH_TIEN_BV"
_MOST_ENVELOPE = 8_000_000
_MOST_INNER = 4_000_000
_READ = ("XML1", "XML2", "XML3", "XML4", "XML5")
_amounts = etree.XPath(f"*/*/{_AMOUNT}/text()")
_beds = etree.XPath("*/*[string-length(MA_GIUONG) > 0]")


@dataclass(frozen=True, slots=True)
class Bed:
    """A row of XML3 that puts the patient into a bed: texts as sent."""

    number: str
    code: str
    days: str
    start: str


@dataclass(slots=True)
class Visit:
    """What one envelope says: texts of XML1, rows and amounts of the lists, beds."""

    texts: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, list[str]] = field(default_factory=dict)
    beds: list[Bed] = field(default_factory=list)


class RefusedVisitError(ValueError):
    """An envelope cannot be used; the message gives the file inside it and the reason."""


def read_visit(envelope: bytes, visit_key: str) -> Visit:
    """Read an envelope with its inner files.

    Args:
        envelope: a `GIAMDINHHS` document.
        visit_key: the MA_LK under which the gateway lists it.

    Returns:
        The visit.

    Raises:
        RefusedVisitError: anything in it cannot be read, or it is another visit.
    """
    visit: Visit | None = None
    lists: dict[str, etree._Element] = {}
    for kind, root in _inner_files(envelope):
        if kind in lists or (kind == "XML1" and visit):
            raise RefusedVisitError(f"{kind}: có hai tệp cùng loại trong một hồ sơ")
        if kind == "XML1":
            visit = _main(root, visit_key)
        else:
            lists[kind] = root
    if visit is None:
        raise RefusedVisitError("XML1: hồ sơ không có tệp này")
    for kind, root in lists.items():
        _count(visit, kind, root)
    return visit


def _inner_files(envelope: bytes) -> Iterator[tuple[str, etree._Element]]:
    for entry in _parsed("phong bì", envelope, _MOST_ENVELOPE).iter("FILEHOSO"):
        # findtext would be half of the time spent here
        parts = {part.tag: part.text or "" for part in entry}
        kind = parts.get("LOAIHOSO", "").strip()
        if kind not in _READ:
            continue
        text = "".join(parts.get("NOIDUNGFILE", "").split())
        try:
            content = binascii.a2b_base64(text, strict_mode=True)
        except (binascii.Error, ValueError):
            raise RefusedVisitError(f"{kind}: nội dung base64 hỏng; hãy gửi lại hồ sơ") from None
        yield kind, _parsed(kind, content, _MOST_INNER)


def _parsed(what: str, content: bytes, most_bytes: int) -> etree._Element:
    try:
        return parse(content, most_bytes)
    except RefusedXmlError as error:
        raise RefusedVisitError(f"{what}: {error}") from None


def _main(root: etree._Element, visit_key: str) -> Visit:
    if root.tag != "TONG_HOP":
        raise RefusedVisitError("XML1: gốc của tệp không phải TONG_HOP")
    texts = {one.tag: (one.text or "").strip() for one in root.iterchildren(*_KNOWN)}
    missing = sorted(_KNOWN - texts.keys())
    if missing:
        raise RefusedVisitError(f"XML1: thiếu trường {', '.join(missing[:5])}")
    if texts["MA_LK"] != visit_key:
        raise RefusedVisitError("XML1: MA_LK khác mã hồ sơ mà cổng liệt kê")
    return Visit(texts)


def _count(visit: Visit, kind: str, root: etree._Element) -> None:
    visit.rows[kind] = sum(len(listing) for listing in root)
    if kind in ("XML2", "XML3"):
        visit.amounts[kind] = _amounts(root)
    if kind == "XML3":
        visit.beds = [_bed(row) for row in _beds(root)]


def _bed(row: etree._Element) -> Bed:
    def text(name: str) -> str:
        return (row.findtext(name) or "").strip()

    return Bed(text("STT"), text("MA_GIUONG"), text("SO_LUONG"), text("NGAY_YL"))
