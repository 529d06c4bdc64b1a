"""Vietnamese text in whatever encoding it comes: Unicode, or the fonts' codes of before Unicode.

Files still leave old programs in TCVN3 (fonts .Vn…) and VNI (fonts VNI-…), sometimes stored as
UTF-8 of the characters that those codes look like. Nothing in a byte says which; so the caller says
how many words of a text it recognises, and the reading with the most is taken.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TONES = "\u0301\u0300\u0309\u0303\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"

# TCVN 5712:1993, VN3: the letters from A1 on; a blank is a code without a letter
_TCVN3 = dict(
    zip(
        map(chr, range(0xA1, 0xFF)),
        "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè"
        " ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans({code: letter for code, letter in _TCVN3.items() if letter != " "})
_TCVN3_UNUSED = re.compile(
    "[\x7f-\xa0\xff" + "".join(c for c, v in _TCVN3.items() if v == " ") + "]"
)


class EncodingError(ValueError):
    """A text is in no encoding that is known; the message says what to do, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in NFC and the name of the encoding it came in."""

    text: str
    encoding: str


def decode(content: bytes, recognised: Callable[[str], int]) -> Decoded:
    """Read a text in UTF-8, UTF-16, TCVN3 or VNI.

    Args:
        content: the text as it came.
        recognised: how many words, of those that the text must have, stand in a reading of it.

    Returns:
        The reading in which most is recognised; of equals the one nearest to UTF-8.

    Raises:
        EncodingError: nothing is recognised in any reading.
    """
    best, most = None, 0
    for candidate in _readings(content):
        count = recognised(candidate.text)
        if count > most:
            best, most = candidate, count
    if best is None:
        raise EncodingError(
            "không nhận ra bảng mã của tệp (đã thử UTF-8, UTF-16, TCVN3, VNI); "
            "hãy xuất lại tệp dạng CSV UTF-8"
        )
    return best


def _readings(content: bytes) -> Iterator[Decoded]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from _read(content, "utf-16", "UTF-16")
        return
    if b"\0" in content[:64]:
        yield from _read(content, "utf-16-le", "UTF-16")
        yield from _read(content, "utf-16-be", "UTF-16")
        return
    unicode_text = list(_read(content, "utf-8", "UTF-8"))
    yield from unicode_text
    looks = unicode_text[0].text if unicode_text else content.decode("latin-1")
    if not _TCVN3_UNUSED.search(looks):
        yield Decoded(looks.translate(_TCVN3_TABLE), "TCVN3")
    yield Decoded(_VNI_CODE.sub(lambda code: _VNI[code[0]], looks), "VNI")


def _read(content: bytes, codec: str, name: str) -> Iterator[Decoded]:
    try:
        # some programs write a mark before a text that has one already
        text = content.decode(codec).lstrip("\ufeff")
        yield Decoded(unicodedata.normalize("NFC", text), name)
    except UnicodeDecodeError:
        return


def _vni() -> dict[str, str]:
    """Work out the codes of VNI for Windows: a letter, then a code for its shape and tone."""
    codes = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
    for letters, shape, marks in (
        ("aeouy", "", "ùøûõï"),
        ("aeo", _CIRCUMFLEX, "áàåãä"),
        ("a", _BREVE, "éèúüë"),
    ):
        plain_mark = {"": "", _CIRCUMFLEX: "â", _BREVE: "ê"}[shape]
        for letter in letters:
            if plain_mark:
                codes[letter + plain_mark] = letter + shape
            codes |= {letter + m: letter + shape + t for m, t in zip(marks, _TONES, strict=True)}
    for code, letter in (("ô", "o"), ("ö", "u")):
        codes |= {code + m: letter + _HORN + t for m, t in zip("ùøûõï", _TONES, strict=True)}
    # y with a dot below has a code of its own
    del codes["yï"]
    both = codes | {code.upper(): letter.upper() for code, letter in codes.items()}
    return {code: unicodedata.normalize("NFC", letter) for code, letter in both.items()}


_VNI = _vni()
_VNI_CODE = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))
