"""The lines of monitoring files: parameter, result, unit, local time and state of the device.

TT 10/2021/TT-BTNMT, Điều 39 and Phụ lục 15: text separated by tabs or commas. A line that is not
certainly a reading is kept as it was sent with a question (`doubt`), so that judging sets it aside.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TIME_ZONE = "Asia/Ho_Chi_Minh"
_DECIMAL = pa.decimal128(28, 6)
_INSTANT = pa.timestamp("us", tz="UTC")

# "PM2,5" is the one symbol with a comma; a decimal comma stays with its number
_LINE = (
    r"^\s*(?P<symbol>PM2,5|[^\t,]+)[\t,]\s*(?P<value>[+-]?\d+(?:[.,]\d+)?|[^\t,]*?)\s*[\t,]"
    r"\s*(?P<unit>[^\t,]*?)\s*[\t,]\s*(?P<time>\d{14})\s*[\t,]\s*(?P<state>\d\d)\s*$"
)
_NUMBER = r"^[+-]?\d{1,15}(?:[.,]\d+)?$"
_THOUSANDS_OR_DECIMALS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_ABSENT = pa.array(["", "-", "--", "N/A", "NaN", "null"])
_STATES = pa.array(["00", "01", "02"])
_LONGEST_QUOTE = 80


def parse_lines(texts: pa.Array, first_line: int = 1) -> pa.Table:
    """Read the lines of several texts.

    Args:
        texts: string array, one text for each file (or part of one), lines ended by LF or CRLF.
        first_line: number of the first line of each text.

    Returns:
        One row for each line that is not blank: `text_no` (index into `texts`), `dong` (line
        number), `thong_so`, `ket_qua`, `don_vi`, `thoi_diem` (UTC), `trang_thai`, and for a line
        that is not understood `dong_goc` and `doubt`, its readings being null.
    """
    parts = pc.split_pattern(pc.replace_substring(texts, "\r\n", "\n"), "\n")
    lines = pc.list_flatten(parts)
    parents = pc.list_parent_indices(parts)
    starts = parts.offsets.to_numpy()[:-1][parents.to_numpy()]
    numbers = np.arange(len(lines)) + parts.offsets[0].as_py() - starts + first_line
    written = pc.match_substring_regex(lines, r"\S")
    told = pa.table({"text_no": parents, "dong": pa.array(numbers, pa.int32()), "line": lines})
    told = told.filter(written).combine_chunks()
    return _readings(told)


def _readings(told: pa.Table) -> pa.Table:
    lines = _flat(told["line"])
    fields = pc.extract_regex(lines, _LINE)
    symbol, text, unit, time, state = (pc.struct_field(fields, [n]) for n in range(5))
    number = _only(text, pc.match_substring_regex(text, _NUMBER))
    instant = _instants(time)
    # "PM2,5,48.21,20260914101500,00" would read as 5 of PM2: the unit is missing
    state = _only(state, pc.invert(pc.match_substring_regex(unit, _NUMBER)))
    doubt = _doubts(text, number, instant, state)
    sure = pc.is_null(doubt)
    value = pc.cast(pc.cast(pc.replace_substring(number, ",", "."), pa.float64()), _DECIMAL)
    return pa.table(
        {
            "text_no": told["text_no"],
            "dong": told["dong"],
            "thong_so": _only(pc.utf8_trim_whitespace(symbol), sure),
            "ket_qua": _only(value, sure),
            "don_vi": _only(unit, sure),
            "thoi_diem": _only(instant, sure),
            "trang_thai": _only(state, sure),
            "dong_goc": _only(pc.utf8_slice_codeunits(lines, 0, _LONGEST_QUOTE), pc.invert(sure)),
            "doubt": doubt,
        }
    )


def _doubts(text: pa.Array, number: pa.Array, instant: pa.Array, state: pa.Array) -> pa.Array:
    """Give the question about each line; null where there is none."""
    absent = pc.is_in(text, _ABSENT)
    measured = pc.equal(state, "00")
    questions = [
        (
            pc.is_null(state),
            "dòng không đủ năm cột (thông số, kết quả, đơn vị, thời gian, trạng thái) cách nhau "
            "bằng tab hoặc dấu phẩy; hãy xem lại cấu hình xuất tệp của trạm",
        ),
        (
            pc.is_null(instant),
            "thời gian không phải thời điểm có thật dạng yyyyMMddHHmmss; hãy chỉnh đồng hồ trạm",
        ),
        (
            pc.invert(pc.is_in(state, _STATES)),
            "trạng thái khác 00 (đang đo), 01 (hiệu chuẩn), 02 (báo lỗi); hãy sửa cấu hình trạm",
        ),
        (
            pc.match_substring_regex(text, _THOUSANDS_OR_DECIMALS),
            "kết quả có dấu phẩy là hàng nghìn hay phần thập phân? Hãy xuất số bằng dấu chấm",
        ),
        (
            pc.and_(pc.is_null(number), pc.or_(measured, pc.invert(absent))),
            "kết quả không phải là số; hãy kiểm tra thiết bị đo",
        ),
    ]
    masks = [pc.fill_null(mask, False) for mask, _ in questions]
    return pc.case_when(
        pa.StructArray.from_arrays(masks, names=[str(n) for n in range(len(masks))]),
        *(pa.scalar(sentence) for _, sentence in questions),
    )


def _instants(time: pa.Array) -> pa.Array:
    """Read local times; what no clock shows (31/02, 10:15:60) is null."""
    form = "%Y%m%d%H%M%S"
    local = pc.strptime(time, format=form, unit="s", error_is_null=True)
    real = pc.equal(pc.strftime(local, format=form), time)
    return pc.cast(pc.assume_timezone(_only(local, real), TIME_ZONE), _INSTANT)


def _only(values: pa.Array, mask: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(mask, False), values, pa.scalar(None, values.type))


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
