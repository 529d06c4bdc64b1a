"""Legacy encodings of Vietnamese text, as a vendor's old database gives them."""

import codecs
import unicodedata
from collections.abc import Callable

# TCVN 5712:1993 (ABC fonts): capital letters with a tone share the small letter's place.
_TCVN3_LETTERS = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĂÂÊÔƠƯĐ"
_TCVN3_PLACES = (
    "B5B6B7B8B9A8BBBCBDBEC6A9C7C8C9CACBCCCECFD0D1AAD2D3D4D5D6D7D8DCDDDEDFE1E2E3E4ABE5E6E7E8E9"
    "ACEAEBECEDEEEFF1F2F3F4ADF5F6F7F8F9FAFBFCFDFEAEA1A2A3A4A5A6A7"
)
_TCVN3_TABLE = dict(
    zip(_TCVN3_LETTERS, bytes.fromhex(_TCVN3_PLACES).decode("latin-1"), strict=True)
)
_TCVN3 = str.maketrans(
    {letter.upper(): place for letter, place in _TCVN3_TABLE.items()} | _TCVN3_TABLE
)

# VNI for Windows: the letter, then a sign for its tone; these are the composed exceptions.
_VNI_WHOLE = dict(zip("đơưìíỉĩịỵ", "ñôöìíæóòî", strict=True))
_VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HAT = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}


def spoil(body: bytes, encoding: str) -> bytes:
    """Write a UTF-8 text as a source with another encoding sends it.

    Args:
        body: the text, UTF-8.
        encoding: tcvn3, vni, utf16, bom or nfd.

    Returns:
        The bytes; the two font encodings come as the letters that a Unicode driver reads.
    """
    return _WRITERS[encoding](body.decode())


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_WHOLE:
        written = _VNI_WHOLE[small]
        return written if letter == small else written.upper()
    parts = list(unicodedata.normalize("NFD", letter))
    base, marks = parts[0], parts[1:]
    tone = next((mark for mark in marks if mark in _VNI_TONES), "")
    if "\u0302" in marks:
        sign = _VNI_HAT[tone]
    elif "\u0306" in marks:
        sign = _VNI_BREVE[tone]
    elif "\u031b" in marks:
        base, sign = _vni_letter(unicodedata.normalize("NFC", base + "\u031b")), _VNI_TONES[tone]
    else:
        sign = _VNI_TONES.get(tone, "")
    return base + (sign if letter == small else sign.upper())


def _vni(text: str) -> str:
    return "".join(_vni_letter(letter) if letter > "\x7f" else letter for letter in text)


_WRITERS: dict[str, Callable[[str], bytes]] = {
    "tcvn3": lambda text: text.translate(_TCVN3).encode(),
    "vni": lambda text: _vni(text).encode(),
    "utf16": lambda text: text.encode("utf-16"),
    "bom": lambda text: codecs.BOM_UTF8 + text.encode(),
    "nfd": lambda text: unicodedata.normalize("NFD", text).encode(),
}
