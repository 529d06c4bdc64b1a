"""Text in TCVN3 and VNI is read, whatever is in it, and what is no text is refused."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.legacy_text import EncodingError, decode
from simulators.province.encodings import spoil

HEADING = "Mã trường,Tên trường,Sĩ số"
VOWELS = "aăâeêioôơuưy"
LETTERS = [
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in VOWELS
    for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
]
SMALL = st.text("bcdfghklmnpqrstvxđ ,.-0123456789\n" + "".join(LETTERS), max_size=60)


def _known(text: str) -> int:
    found = text.partition("\n")[0].split(",")
    return sum(name in found for name in HEADING.split(","))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "utf16", "bom", "nfd"])
@settings(deadline=None)
@given(body=SMALL)
def test_what_was_written_is_read(encoding: str, body: str) -> None:
    text = f"{HEADING}\n{body}"

    read = decode(spoil(text.encode(), encoding), _known)

    assert read.text == text
    names = {"tcvn3": "TCVN3", "vni": "VNI", "utf16": "UTF-16"}
    assert read.encoding == names.get(encoding, "UTF-8")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_bytes_of_the_old_programs_are_read_too(encoding: str) -> None:
    seen_as_latin = spoil(HEADING.encode(), encoding).decode()

    assert decode(seen_as_latin.encode("latin-1"), _known).text == HEADING


def test_capital_letters_of_vni_are_read() -> None:
    text = f"{HEADING}\nTRƯỜNG TIỂU HỌC NGUYỄN ÁI QUỐC, HUYỆN KỲ ANH, ĐẢO LÝ SƠN"

    assert decode(spoil(text.encode(), "vni"), _known).text == text


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 40, b"a,b,c\n1,2,3\n", b"\xff\xfe\x00"])
def test_what_nobody_recognises_is_refused(content: bytes) -> None:
    with pytest.raises(EncodingError, match="CSV UTF-8"):
        decode(content, _known)
