"""How labels are set in type, read from the workbook's list of cell formats."""

import re
from dataclasses import dataclass

_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.S)
_FONT = re.compile(rb"<(?:\w+:)?font\s*(?:/>|>(.*?)</(?:\w+:)?font>)", re.S)
_BOLD = re.compile(rb'<(?:\w+:)?b(?:\s+val="(?:1|true)")?\s*/>')
_ITALIC = re.compile(rb'<(?:\w+:)?i(?:\s+val="(?:1|true)")?\s*/>')
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?xf>)", re.S)
_FONT_NUMBER = re.compile(rb'\bfontId="(\d+)"')
_INDENT = re.compile(rb'\bindent="(\d+)"')


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How a label is set in type: steps of indentation, bold, italic."""

    indent: int = 0
    bold: bool = False
    italic: bool = False


PLAIN = LabelStyle()


def label_styles(xml: bytes) -> list[LabelStyle]:
    """Give, for each cell format of the workbook, its indentation and its font weight.

    Args:
        xml: the part `xl/styles.xml`; empty when the workbook has none.
    """
    # the many named styles and colours of these files make a full parse several times slower
    fonts_xml, formats_xml = _FONTS.search(xml), _FORMATS.search(xml)
    fonts = [
        (_BOLD.search(font) is not None, _ITALIC.search(font) is not None)
        for font in _FONT.findall(fonts_xml.group() if fonts_xml else b"")
    ]
    styles = []
    for attributes, inner in _FORMAT.findall(formats_xml.group() if formats_xml else b""):
        indent, font = _INDENT.search(inner), _FONT_NUMBER.search(attributes)
        number = int(font[1]) if font else 0
        bold, italic = fonts[number] if number < len(fonts) else (False, False)
        styles.append(LabelStyle(int(indent[1]) if indent else 0, bold, italic))
    return styles
