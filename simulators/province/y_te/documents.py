"""Envelopes of visits, written by the database from the ledger's columns: no loop over records."""

from simulators.province.y_te.fields import KEPT, XML1

_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'


def envelope() -> str:
    """Give the SQL of a visit's envelope over a row of the ledger's table of visits."""
    files = ", ".join(_file(kind, content) for kind, content in _contents().items())
    # concat copies once, a chain of || copies the text so far with every part
    return (
        f"concat('{_PROLOG}<GIAMDINHHS><THONGTINDONVI><MACSKCB>', MA_CSKCB, '</MACSKCB>"
        "</THONGTINDONVI><THONGTINHOSO><NGAYLAP>', substr(NGAY_TTOAN, 1, 8), '</NGAYLAP>"
        "<SOLUONGHOSO>1</SOLUONGHOSO><DANHSACHHOSO><HOSO>', "
        f"{files}, '</HOSO></DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>')"
    )


def _contents() -> dict[str, str]:
    return {"XML1": _xml1(), "XML2": _xml2(), "XML3": _xml3(), "XML4": _xml4(), "XML5": _xml5()}


def _file(kind: str, content: str) -> str:
    """A file of the envelope; null, so that it is left out, for a visit without rows of a kind."""
    return (
        f"'<FILEHOSO><LOAIHOSO>{kind}</LOAIHOSO><NOIDUNGFILE>' || "
        f"base64(encode({content})) || '</NOIDUNGFILE></FILEHOSO>'"
    )


def _xml1() -> str:
    fields = "".join(_field(name, name if name in KEPT else "") for name in XML1)
    return _text(f"{_PROLOG}<TONG_HOP>{fields}</TONG_HOP>")


def _xml2() -> str:
    """Medicines: equal rows of whole đồng, the first takes what is left over."""
    amount = _share("T_THUOC", "SO_THUOC")
    row = (
        "<CHI_TIET_THUOC>"
        + _field("MA_LK", "MA_LK")
        + _field("STT", "i")
        + _field("MA_THUOC", "'40.' || (100 + i)")
        + _field("TEN_THUOC", "'Thuốc số ' || i")
        + _field("DON_VI_TINH", "'Viên'")
        + _field("SO_LUONG", "1")
        + _field("DON_GIA", amount)
        + _field("THANH_TIEN_BV", amount)
        + _field("MA_KHOA", "MA_KHOA")
        + _field("NGAY_YL", "NGAY_VAO")
        + "</CHI_TIET_THUOC>"
    )
    return _rows("CHITIEU_CHITIET_THUOC", "DSACH_CHI_TIET_THUOC", row, "SO_THUOC")


def _xml3() -> str:
    """Services, the beds behind them; together with the medicines they are the visit's total."""
    amount = _share("(try_cast(T_TONGCHI_BV as bigint) - T_THUOC)", "SO_DVKT")
    service = _service("'02.1896'", "'13'", amount, "1", "", "i")
    first = _bed("MA_GIUONG_1", "SO_NGAY_1", "'900'", "NGAY_VAO_NOI_TRU")
    moved = (
        "strftime(strptime(NGAY_VAO_NOI_TRU, '%Y%m%d%H%M') "
        "+ to_days(cast(SO_NGAY_1 as integer)), '%Y%m%d0000')"
    )
    second = _bed("MA_GIUONG_2", "SO_NGAY_2", "'901'", moved)
    return _rows(
        "CHITIEU_CHITIET_DVKT_VTYT",
        "DSACH_CHI_TIET_DVKT",
        service,
        "SO_DVKT",
        f"{first} || {second}",
    )


def _bed(code: str, days: str, number: str, start: str) -> str:
    row = _text(_service("'K02.1905'", "'15'", "0", days, code, number, start))
    return f"case when {code} = '' then '' else {row} end"


def _service(
    code: str, group: str, amount: str, count: str, bed: str, number: str, start: str = "NGAY_VAO"
) -> str:
    return (
        "<CHI_TIET_DVKT>"
        + _field("MA_LK", "MA_LK")
        + _field("STT", number)
        + _field("MA_DICH_VU", code)
        + _field("MA_VAT_TU", "")
        + _field("MA_NHOM", group)
        + _field("SO_LUONG", count)
        + _field("DON_GIA_BV", amount)
        + _field("THANH_TIEN_BV", amount)
        + _field("MA_KHOA", "MA_KHOA")
        + _field("MA_GIUONG", bed)
        + _field("NGAY_YL", start)
        + _field("NGAY_KQ", "NGAY_RA")
        + "</CHI_TIET_DVKT>"
    )


def _xml4() -> str:
    row = (
        "<CHI_TIET_CLS>"
        + _field("MA_LK", "MA_LK")
        + _field("STT", "i")
        + _field("MA_DICH_VU", "'23.0075'")
        + _field("MA_CHI_SO", "'GLU'")
        + _field("GIA_TRI", "'5.' || i")
        + _field("DON_VI_DO", "'mmol/L'")
        + _field("NGAY_KQ", "NGAY_VAO")
        + "</CHI_TIET_CLS>"
    )
    return _rows("CHITIEU_CHITIET_DICHVUCANLAMSANG", "DSACH_CHI_TIET_CLS", row, "SO_CLS")


def _xml5() -> str:
    row = (
        "<CHI_TIET_DIEN_BIEN_BENH>"
        + _field("MA_LK", "MA_LK")
        + _field("STT", "i")
        + _field("DIEN_BIEN_LS", "'Bệnh tỉnh, tiếp xúc tốt & < 38 độ'")
        + _field("THOI_DIEM_DBLS", "NGAY_VAO")
        + "</CHI_TIET_DIEN_BIEN_BENH>"
    )
    return _rows(
        "CHITIEU_CHITIET_DIENBIENLAMSANG", "DSACH_CHI_TIET_DIEN_BIEN_BENH", row, "SO_DIEN_BIEN"
    )


def _rows(root: str, listing: str, row: str, count: str, further: str = "''") -> str:
    """A file with `count` rows numbered by i; null, hence no file, when there is none."""
    number = f"cast({count} as integer)"
    rows = f"list_transform(range(1, {number} + 1), lambda i: {_text(row)})"
    body = f"array_to_string({rows}, '') || {further}"
    return (
        f"case when {number} > 0 then '{_PROLOG}<{root}><{listing}>' || {body}"
        f" || '</{listing}></{root}>' end"
    )


def _share(total: str, count: str) -> str:
    """The amount of row i when a total is spread over rows in whole đồng."""
    # a total that a fault made unreadable is spread as nothing
    whole = f"coalesce({total}, 0)"
    part = f"({whole} // cast({count} as bigint))"
    return f"case when i = 1 then {whole} - {part} * (cast({count} as bigint) - 1) else {part} end"


def _field(name: str, value: str) -> str:
    """An element; `value` is SQL between marks, or nothing for an empty element."""
    return f"<{name}>\x00{value}\x00</{name}>" if value else f"<{name}/>"


def _text(template: str) -> str:
    """SQL of a template: literals joined to the values between the marks, which are escaped."""
    parts = template.split("\x00")
    sql = [_escaped(part) if at % 2 else f"'{part}'" for at, part in enumerate(parts) if part]
    return f"concat({', '.join(sql)})"


def _escaped(value: str) -> str:
    return f"replace(replace(cast({value} as varchar), '&', '&amp;'), '<', '&lt;')"
