"""Headers of edXML messages (QCVN 102:2016/BTTTT): who sent what about which document.

Only the header is read; attachments, signers and staff are never looked at.
"""

from dataclasses import dataclass

from lxml import etree

from connectors.errors import TerminalSourceError, TransientSourceError

_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Business:
    """What a message does to an earlier one: the kind's number and the document's identity."""

    kind: str
    earlier: str | None


def read_business(body: bytes) -> Business:
    """Read what a message of the axis does to an earlier document.

    Args:
        body: the message as received, UTF-8 XML.

    Raises:
        TerminalSourceError: the body is no edXML message or lacks its kind.
    """
    header = _header(body)
    return Business(
        _text(header, "BussinessDocType"),
        next(iter(_found(header, "ReplacementInfo//{*}DocumentId")), None),
    )


def refuse_torn(body: bytes) -> None:
    """Refuse a message that was cut short on its way.

    Args:
        body: the message as received.

    Raises:
        TransientSourceError: it ends before its end; asked for again, it may come whole.
    """
    parser = _parser()
    try:
        parser.feed(body)
    except etree.XMLSyntaxError:
        # what is wrong in the middle is no message, however often it is asked for
        return
    try:
        parser.close()
    except etree.XMLSyntaxError:
        raise TransientSourceError("Bản tin edXML bị cụt; lần sau tự lấy lại") from None


def _parser() -> etree.XMLParser:
    """Make a parser that resolves nothing that lies outside of the message."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _header(body: bytes) -> etree._Element:
    try:
        root = etree.fromstring(body, _parser()) if len(body) <= _LIMIT else None
    except etree.XMLSyntaxError:
        root = None
    header = None if root is None else root.find(".//{*}edXMLHeader")
    if header is None:
        raise TerminalSourceError(
            "Trục liên thông trả về nội dung không phải bản tin edXML; "
            "hãy báo đơn vị vận hành trục kiểm tra dịch vụ edxml"
        )
    return header


def _found(header: etree._Element, path: str) -> list[str]:
    texts = [(found.text or "").strip() for found in header.iterfind(f".//{{*}}{path}")]
    return [text for text in texts if text]


def _text(header: etree._Element, path: str) -> str:
    found = _found(header, path)
    if not found:
        name = path.rsplit("}", 1)[-1]
        raise TerminalSourceError(
            f"Bản tin edXML thiếu mục {name}; hãy báo đơn vị vận hành trục gửi lại đúng QCVN 102"
        )
    return found[0]
