"""Messages of the interconnection axis in the shape of QCVN 102:2016/BTTTT (edXML).

Element names, «Bussiness» included, are those of published messages; the numbers of business
kinds and of states follow common use and were not compared with the regulation's own list.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
BUSINESS = {"edoc": "0", "revocation": "1", "update": "2", "replacement": "3"}

Row = Mapping[str, str]


def message(axis: Row, document: Row, earlier: Row | None) -> bytes:
    """Write the message that carried a document.

    Args:
        axis: the row of the axis list.
        document: the document, as the list of documents out tells it.
        earlier: the document that the message replaces, recalls or updates.
    """
    root, header = _envelope()
    head = _add(header, "MessageHeader")
    _organ(head, "From", axis["donViGui"])
    _organ(head, "To", axis["donViNhan"])
    _code(head, document)
    promulgation = _add(head, "PromulgationInfo")
    _add(promulgation, "Place", "Nghệ An")
    _add(promulgation, "PromulgationDate", _day(document["ngayVanBan"]))
    kind = _add(head, "DocumentType")
    _add(kind, "Type", "2")
    _add(kind, "TypeName", "Văn bản hành chính")
    _add(head, "Subject", document["trichYeu"])
    signer = _add(head, "SignerInfo")
    _add(signer, "Position", "Giám đốc")
    _add(signer, "FullName", document["nguoiKy"])
    _add(head, "DocumentId", _identity(document))
    trace = _add(header, "TraceHeaderList")
    hop = _add(trace, "TraceHeader")
    _add(hop, "OrganId", axis["donViGui"])
    _add(hop, "Timestamp", _moment(axis["thoiDiemGui"]))
    _business(trace, axis, document, earlier)
    _attachment(root, document)
    return _written(root)


def status(axis: Row, document: Row) -> bytes:
    """Write the receiver's newest word on a message: its state and when."""
    root, header = _envelope()
    head = _add(header, "MessageHeader")
    answered = _add(head, "ResponseFor")
    _add(answered, "OrganId", axis["donViGui"])
    _add(answered, "Code", document["soKyHieu"])
    _add(answered, "PromulgationDate", _day(document["ngayVanBan"]))
    _add(answered, "DocumentId", _identity(document))
    _organ(head, "From", axis["donViNhan"])
    _add(head, "StatusCode", document["trangThaiNhan"])
    _add(head, "Description", "Sai nơi nhận" if document["trangThaiNhan"] == "02" else "")
    staff = _add(head, "StaffInfo")
    _add(staff, "Staff", document["nguoiSoan"])
    _add(staff, "Mobile", document["dienThoai"])
    _add(head, "Timestamp", _moment(document["thoiDiemNhan"] or axis["thoiDiemGui"]))
    return _written(root)


def _envelope() -> tuple[ET.Element, ET.Element]:
    ET.register_namespace("edXML", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}edXML")
    return root, _add(_add(root, "edXMLEnvelope"), "edXMLHeader")


def _business(trace: ET.Element, axis: Row, document: Row, earlier: Row | None) -> None:
    business = _add(trace, "Bussiness")
    _add(business, "BussinessDocType", BUSINESS[axis["loaiGoiTin"]])
    _add(business, "BussinessDocReason", "Văn bản có nghiệp vụ" if earlier else "Văn bản mới")
    staff = _add(business, "StaffInfo")
    _add(staff, "Staff", document["nguoiSoan"])
    _add(staff, "Mobile", document["dienThoai"])
    if earlier is not None:
        listed = _add(_add(business, "ReplacementInfoList"), "ReplacementInfo")
        _add(listed, "DocumentId", _identity(earlier))


def _attachment(root: ET.Element, document: Row) -> None:
    """Hang on the file itself, which a warehouse has no business with."""
    holder = _add(_add(root, "Attachments"), "Attachment")
    _add(holder, "AttachmentName", f"{document['id']}.pdf")
    _add(holder, "Content", "JVBERi0xLjQKQ0FOQVJZLUhPLVRFTg==")


def _organ(head: ET.Element, name: str, identifier: str) -> None:
    organ = _add(head, name)
    _add(organ, "OrganId", identifier)
    _add(organ, "OrganName", identifier)


def _code(head: ET.Element, document: Row) -> None:
    number, _, notation = document["soKyHieu"].partition("/")
    code = _add(head, "Code")
    _add(code, "CodeNumber", number)
    _add(code, "CodeNotation", notation)


def _identity(document: Row) -> str:
    return f"{document['donVi']},{_day(document['ngayVanBan'])},{document['soKyHieu']}"


def _day(text: str) -> str:
    """Turn dd/MM/yyyy into yyyy/MM/dd, as the regulation writes days."""
    return "/".join(reversed(text.split("/")))


def _moment(text: str) -> str:
    return text[:19].replace("-", "/")


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
