"""Texts of the iOffice become typed columns or questions, never guesses; edXML headers."""

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.closed_months import closed_months
from connectors.errors import TerminalSourceError
from connectors.sources.ioffice.closed_months import read_count
from connectors.sources.ioffice.edxml import Business, read_business
from connectors.sources.ioffice.shapes import SHAPES, days, instants, texts, typed

LOCAL = timezone(timedelta(hours=7))
NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


def message(header: str) -> bytes:
    """Wrap a header as published messages do, with an attachment that must stay unread."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><edXML xmlns="{NAMESPACE}">'
        f'<edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}"><edXML:edXMLHeader>{header}'
        "</edXML:edXMLHeader></edXML:edXMLEnvelope>"
        "<Attachments><DocumentId>TUYET-MAT-CANARY-0</DocumentId></Attachments></edXML>"
    ).encode()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_days_are_read_as_they_are_written(day: date) -> None:
    assert days(pa.array([f"{day:%d/%m/%Y}"])).to_pylist() == [day]


@given(st.text(max_size=12))
def test_what_is_no_day_is_none(text: str) -> None:
    (read,) = days(pa.array([text])).to_pylist()
    assert read is None or text.strip().count("/") == 2


@pytest.mark.parametrize("text", ["31/02/2021", "00/00/0000", "7/10", "2021-01-04", "", " "])
def test_a_day_that_does_not_exist_is_none(text: str) -> None:
    assert days(pa.array([text])).to_pylist() == [None]


@given(st.datetimes(datetime(1976, 1, 1), datetime(2100, 1, 1)))
def test_instants_are_local_and_keep_their_milliseconds(moment: datetime) -> None:
    text = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert instants(pa.array([text])).to_pylist() == [whole.replace(tzinfo=LOCAL).astimezone(UTC)]


def test_one_instant_that_cannot_be_does_not_hide_the_others() -> None:
    told = instants(pa.array(["2021-02-31 08:00:00.000", "2021-01-04 08:00:00.001", "hôm qua"]))
    assert told.to_pylist() == [None, datetime(2021, 1, 4, 1, 0, 0, 1000, UTC), None]


@pytest.mark.parametrize(
    "text", ["2021-01-04 08:00+07:00", "2021-01-04 08:00:00,001", "2021-01-04 08:00:00 +07"]
)
def test_an_instant_in_another_form_is_none(text: str) -> None:
    assert instants(pa.array([text, None])).to_pylist() == [None, None]


def test_empty_texts_are_none() -> None:
    assert texts(pa.array(["", " ", None, "52/TB-UBND"])).to_pylist() == [None] * 3 + ["52/TB-UBND"]


def test_a_row_names_the_columns_that_nobody_can_read() -> None:
    shape = SHAPES["nhiem_vu"]
    row = {field.name: "x" for field in shape.sent()}
    row |= {"ngayVBGiao": "16/02/2023", "ngayGiao": "31/02/2023", "hanXuLy": "mai"}
    row |= {"ngayHoanThanh": "", "donViPhoiHop": ["H40.03", "H40.05"], "lanDonDoc": 1}
    row |= {"phienBan": 1, "daXoa": False, "thoiDiemCapNhat": "2023-02-20 08:00:00.000"}
    (read,) = typed(pa.Table.from_pylist([row], schema=shape.sent()), shape).to_pylist()
    assert read["khong_doc_duoc"] == "ngay_giao,han_xu_ly"
    assert (read["ngay_vb_giao"], read["ngay_giao"]) == (date(2023, 2, 16), None)
    assert read["don_vi_phoi_hop"] == "H40.03;H40.05"


@pytest.mark.parametrize(
    ("text", "count"),
    [("5.238.802", 5_238_802), ("791903", 791_903), ("0", 0)]
    + [(text, None) for text in ("791/903", "5,238,802", "1.23", "12,07%", "—", "", "٣", "1.2345")],
)
def test_a_count_is_read_or_asked_about(text: str, count: int | None) -> None:
    assert read_count(text) == count


@given(st.integers(0, 10**12))
def test_counts_are_read_with_and_without_dots(count: int) -> None:
    assert read_count(str(count)) == read_count(f"{count:,}".replace(",", ".")) == count


def test_months_close_when_the_next_has_begun() -> None:
    first = date(2020, 12, 1)
    assert closed_months(first, datetime(2021, 2, 28, 16, tzinfo=UTC)) == ["202012", "202101"]
    assert closed_months(first, datetime(2021, 2, 28, 17, tzinfo=UTC))[-1] == "202102"


def test_business_is_read_from_the_header_only() -> None:
    replaced = (
        "<edXML:TraceHeaderList><edXML:Bussiness><edXML:BussinessDocType>3"
        "</edXML:BussinessDocType><edXML:ReplacementInfoList><edXML:ReplacementInfo>"
        "<edXML:DocumentId>H40.02,2021/01/04,52/TB-UBND</edXML:DocumentId>"
        "</edXML:ReplacementInfo></edXML:ReplacementInfoList></edXML:Bussiness>"
        "</edXML:TraceHeaderList>"
    )
    assert read_business(message(replaced)) == Business("3", "H40.02,2021/01/04,52/TB-UBND")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>login</body></html>",
        b"<edXML",
        message(""),
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ],
)
def test_what_is_no_message_is_terminal_and_untold(body: bytes) -> None:
    with pytest.raises(TerminalSourceError) as told:
        read_business(body)
    assert "login" not in str(told.value) and "root:" not in str(told.value)
