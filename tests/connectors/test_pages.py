"""Envelopes become Arrow: columns evolve, types freeze, nothing is guessed."""

import json
import unicodedata
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, strategies

from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.pages import Envelope

PART = pa.list_(pa.struct([("Id", pa.string())]))
SCHEMA = pa.schema([("Ma", pa.string()), ("So", pa.int64()), ("Phan", PART)])
ROW = {"Ma": "H40-1", "So": 5, "Phan": [{"Id": "1"}]}


def body(*data: dict[str, Any], **others: Any) -> bytes:
    return json.dumps(
        {"error_code": "00", "data": list(data), **others}, ensure_ascii=False
    ).encode()


def read(content: bytes) -> pa.Table:
    return Envelope(content, ("data",), SCHEMA).rows()


def test_rows_keep_their_declared_types_and_the_envelope_its_members() -> None:
    envelope = Envelope(body(ROW, tongSo=1), ("data",), SCHEMA)
    assert envelope.rows().schema.equals(SCHEMA)
    assert envelope.rows().to_pylist() == [ROW]
    assert (envelope.value("tongSo"), envelope.value("khac")) == (1, None)
    assert read(body()).schema.equals(SCHEMA)


def test_a_list_deeper_in_the_envelope_is_found() -> None:
    content = json.dumps({"status": 1, "data": {"tongSo": 1, "items": [ROW]}}).encode()
    envelope = Envelope(content, ("data", "items"), SCHEMA)
    assert envelope.rows().to_pylist() == [ROW]
    told = [envelope.value(*names) for names in (["status"], ["data", "tongSo"])]
    assert told == [1, 1]
    absent = [envelope.value(*names) for names in (["data", "khac"], ["status", "code"])]
    assert absent == [None, None]
    nothing = Envelope(b'{"status": {"code": "401"}, "data": null}', ("data", "items"), SCHEMA)
    assert (nothing.value("status", "code"), nothing.value("data", "tongSo")) == ("401", None)


def test_a_new_column_is_kept_as_text_whatever_it_holds() -> None:
    table = read(body({**ROW, "Moi": 1, "Sau": {"x": [1]}}, ROW))
    assert table.column_names == ["Ma", "So", "Phan", "Moi", "Sau"]
    assert table["Moi"].to_pylist() == ["1", None]
    assert table["Sau"].to_pylist() == ['{"x": [1]}', None]


def test_a_column_can_be_left_out_before_anything_looks_at_it() -> None:
    envelope = Envelope(body({**ROW, "ChuHoSo": "Hå s¬ ®¨ng"}), ("data",), SCHEMA)
    assert envelope.rows(without=["ChuHoSo"]).to_pylist() == [ROW]
    assert (
        read(body(ROW))
        .drop_columns(["So"])
        .equals(
            Envelope(body({"Ma": "H40-1", "Phan": [{"Id": "1"}]}), ("data",), SCHEMA).rows(["So"])
        )
    )


@pytest.mark.parametrize("wrong", [{"Ma": 5}, {"So": "năm"}, {"So": 1.5}, {"Phan": "x"}])
def test_a_changed_type_is_terminal_and_tells_nothing_of_the_data(wrong: dict[str, Any]) -> None:
    with pytest.raises(TerminalSourceError, match="đổi kiểu") as caught:
        read(body({**ROW, **wrong}))
    assert "năm" not in str(caught.value)


def test_a_declared_column_may_be_empty_but_not_gone() -> None:
    assert read(body({**ROW, "Ma": None})).to_pylist() == [{**ROW, "Ma": None}]
    with pytest.raises(TerminalSourceError, match="không còn gửi cột So"):
        read(body({"Ma": "a", "Phan": []}))


@pytest.mark.parametrize("content", [b'{"error_code":"03"}', b'{"data":null}', b"{}"])
def test_an_answer_without_the_list_is_terminal(content: bytes) -> None:
    with pytest.raises(TerminalSourceError, match="không có mục 'data'"):
        read(content)


@given(strategies.integers(0, len(body(ROW, ROW)) - 1))
def test_an_answer_cut_anywhere_is_never_read(end: int) -> None:
    with pytest.raises(TransientSourceError, match="bị cụt"):
        read(body(ROW, ROW)[:end])


@pytest.mark.parametrize("content", [b"null", b"[]", b"5", body(ROW) + body(ROW)])
def test_what_is_no_envelope_is_never_read(content: bytes) -> None:
    with pytest.raises(TransientSourceError, match="bị cụt"):
        read(content)


VIETNAMESE = "Đăng ký khai sinh – Hồ sơ đường bộ"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_in_any_certain_form_is_read(encoding: str) -> None:
    content = body({**ROW, "Ma": VIETNAMESE}).decode().encode(encoding)
    assert read(content)["Ma"].to_pylist() == [VIETNAMESE]


def test_decomposed_letters_are_composed() -> None:
    content = body({**ROW, "Ma": unicodedata.normalize("NFD", VIETNAMESE)})
    assert read(content)["Ma"].to_pylist() == [VIETNAMESE]


TCVN3 = ["Hå s¬ ®¨ng ký", "CÊp giÊy phÐp x©y dùng", "§¨ng ký khai sinh", "Tr­êng mÇm non"]
VNI = ["Ñaêng kyù khai sinh", "Hoà sô ñöôïc giaûi quyeát", "Caáp giaáy pheùp xaây döïng"]


@pytest.mark.parametrize("texts", [TCVN3, VNI])
def test_legacy_letters_are_refused(texts: list[str]) -> None:
    with pytest.raises(TerminalSourceError, match="TCVN3 hoặc VNI"):
        read(body(*({**ROW, "Ma": text} for text in texts)))
    with pytest.raises(TerminalSourceError, match="không phải UTF-8"):
        read(body({**ROW, "Ma": "é"}).decode().encode("latin-1"))


def test_a_foreign_name_among_vietnamese_texts_is_no_legacy_encoding() -> None:
    texts = ["Công ty Müller", "Café Noël", *(f"Hồ sơ số {number}" for number in range(30))]
    assert read(body(*({**ROW, "Ma": text} for text in texts)))["Ma"].to_pylist() == texts
