"""What the iOffice sends for each table and how its texts become typed columns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

VIET_NAM = "Asia/Ho_Chi_Minh"
UPDATED = "thoiDiemCapNhat"
DELETED = "daXoa"
VERSION = "phienBan"
SECRECY = "doMat"
OPEN = ("Thường",)
"""The marks of secrecy that may land; every other one is refused, unknown and empty ones too."""

_INSTANT = pa.timestamp("us", tz="UTC")
_INSTANT_FORM = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,3})?$", re.ASCII)
_INSTANT_LENGTHS = pa.array([19, 21, 22, 23], pa.int32())
_LIST = pa.list_(pa.string())

Convert = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True)
class Shape:
    """One change log: its path, its key field, and lake columns by field of the protocol.

    Attributes:
        path: below the address of the iOffice.
        key: field with the record's key.
        fields: lake column and type by field; see `_TYPES`.
        month: lake column with the day that says to which month a record belongs, if any.
    """

    path: str
    key: str
    fields: Mapping[str, tuple[str, str]]
    month: str | None = None

    @property
    def key_column(self) -> str:
        """The lake column of the key."""
        return self.fields[self.key][0]

    def sent(self) -> pa.Schema:
        """Give the declared fields as they are sent."""
        told = {name: _TYPES[kind][0] for name, (_, kind) in self.fields.items()}
        return pa.schema([*told.items(), (UPDATED, pa.string())])


def typed(rows: pa.Table, shape: Shape) -> pa.Table:
    """Turn the fields of the protocol into the columns of the lake.

    Args:
        rows: the fields as sent; new ones come last.
        shape: the change log.

    Returns:
        The declared columns, `khong_doc_duoc` (names of columns that have a text which is no
        date or instant), new fields as they are, and `_known_at`.
    """
    columns: dict[str, pa.Array] = {}
    unread: list[tuple[str, pa.Array]] = []
    for name, (column, kind) in shape.fields.items():
        given = rows[name].combine_chunks()
        columns[column] = _TYPES[kind][1](given)
        if kind in ("day", "instant"):
            lost = pc.and_(pc.is_null(columns[column]), _says_something(given))
            if pc.any(lost).as_py():
                unread.append((column, lost))
    columns["khong_doc_duoc"] = _names(unread, rows.num_rows)
    for name in rows.column_names:
        if name not in shape.fields and name != UPDATED:
            columns[name] = rows[name]
    columns["_known_at"] = instants(rows[UPDATED].combine_chunks())
    return pa.table(columns)


def instants(texts: pa.Array) -> pa.Array:
    """Read local instants `yyyy-MM-dd HH:mm:ss.SSS` as UTC; what is none becomes null."""
    try:
        # whatever has one of these lengths and can be cast has the form: it takes a fifth of the
        # time of the regular expression
        good = pc.is_in(pc.binary_length(texts), _INSTANT_LENGTHS)
        plain = pc.if_else(good, texts, None).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        plain = pa.array([_instant(text) for text in texts.to_pylist()], pa.timestamp("us"))
    return pc.assume_timezone(plain, VIET_NAM).cast(_INSTANT)


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "") if _INSTANT_FORM.match(text or "") else None
    except ValueError:
        return None


def days(texts: pa.Array) -> pa.Array:
    """Read days `dd/MM/yyyy`; what is none, 31/02 for instance, becomes null."""
    coded = texts.dictionary_encode()
    told = [_day(text) for text in coded.dictionary.to_pylist()]
    return pa.array(told, pa.date32()).take(coded.indices)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y")
    except ValueError:
        return None


def texts(given: pa.Array) -> pa.Array:
    """Keep texts; an empty one is none."""
    return pc.if_else(_says_something(given), given, None)


def _says_something(given: pa.Array) -> pa.Array:
    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(given), ""), False)


def _joined(lists: pa.Array) -> pa.Array:
    return texts(pc.fill_null(pc.binary_join(lists, ";"), ""))


def _names(unread: list[tuple[str, pa.Array]], count: int) -> pa.Array:
    """Name the unread columns of each row, with a comma between them."""
    told = [pc.if_else(lost, name, None) for name, lost in unread]
    nothing = pa.nulls(count, pa.string())
    return reduce(
        lambda first, second: pc.coalesce(
            pc.binary_join_element_wise(first, second, ","), first, second
        ),
        told,
        nothing,
    )


_TYPES: dict[str, tuple[pa.DataType, Convert]] = {
    "text": (pa.string(), texts),
    "day": (pa.string(), days),
    "instant": (pa.string(), instants),
    "bool": (pa.bool_(), lambda given: given),
    "int": (pa.int64(), lambda given: given.cast(pa.int32())),
    "list": (_LIST, _joined),
}
"""How a kind of field is sent, and what makes a column of it."""

_LIFE = {VERSION: ("phien_ban", "int"), DELETED: ("da_xoa", "bool")}
_DOCUMENT = {
    "id": ("ma_van_ban", "text"),
    "soKyHieu": ("so_ky_hieu", "text"),
    "trichYeu": ("trich_yeu", "text"),
    "ngayVanBan": ("ngay_van_ban", "day"),
    "coQuanBanHanh": ("co_quan_ban_hanh", "text"),
    "donVi": ("don_vi", "text"),
    "linhVuc": ("linh_vuc", "text"),
    "hinhThucGui": ("hinh_thuc_gui", "text"),
    SECRECY: ("do_mat", "text"),
    "doKhan": ("do_khan", "text"),
    "soTrang": ("so_trang", "int"),
    **_LIFE,
}

SHAPES: Mapping[str, Shape] = {
    "van_ban_den": Shape(
        "/api/van-ban-den",
        "id",
        {
            **_DOCUMENT,
            "ngayDen": ("ngay_den", "day"),
            "hanXuLy": ("han_xu_ly", "day"),
            "trangThai": ("trang_thai", "text"),
            "thoiDiemHoanThanh": ("thoi_diem_hoan_thanh", "instant"),
        },
        month="ngay_den",
    ),
    "van_ban_di": Shape(
        "/api/van-ban-di",
        "id",
        {
            **_DOCUMENT,
            "trenTruc": ("tren_truc", "bool"),
            "kySo": ("ky_so", "bool"),
            "thoiDiemKySo": ("thoi_diem_ky_so", "instant"),
            "thoiDiemGuiTruc": ("thoi_diem_gui_truc", "instant"),
            "trangThaiNhan": ("trang_thai_nhan", "text"),
            "thoiDiemNhan": ("thoi_diem_nhan", "instant"),
        },
        month="ngay_van_ban",
    ),
    "truc_lien_thong": Shape(
        "/api/truc-lien-thong",
        "maGoiTin",
        {
            "maGoiTin": ("ma_goi_tin", "text"),
            "maVanBan": ("ma_van_ban", "text"),
            "loaiGoiTin": ("loai_goi_tin", "text"),
            "donViGui": ("don_vi_gui", "text"),
            "donViNhan": ("don_vi_nhan", "text"),
            SECRECY: ("do_mat", "text"),
            "thoiDiemGui": ("thoi_diem_gui", "instant"),
            "soTep": ("so_tep", "int"),
            **_LIFE,
        },
    ),
    "nhiem_vu": Shape(
        "/api/nhiem-vu",
        "maNhiemVu",
        {
            "maNhiemVu": ("ma_nhiem_vu", "text"),
            "soKyHieuVBGiao": ("so_ky_hieu_vb_giao", "text"),
            "ngayVBGiao": ("ngay_vb_giao", "day"),
            "ngayGiao": ("ngay_giao", "day"),
            "donViGiao": ("don_vi_giao", "text"),
            "donViChuTri": ("don_vi_chu_tri", "text"),
            "donViPhoiHop": ("don_vi_phoi_hop", "list"),
            "noiDung": ("noi_dung", "text"),
            "hanXuLy": ("han_xu_ly", "day"),
            "ngayHoanThanh": ("ngay_hoan_thanh", "day"),
            "trangThai": ("trang_thai", "text"),
            "lanDonDoc": ("lan_don_doc", "int"),
            SECRECY: ("do_mat", "text"),
            **_LIFE,
        },
        month="ngay_giao",
    ),
    "su_kien_nhiem_vu": Shape(
        "/api/su-kien-nhiem-vu",
        "maSuKien",
        {
            "maSuKien": ("ma_su_kien", "text"),
            "maNhiemVu": ("ma_nhiem_vu", "text"),
            "loaiSuKien": ("loai_su_kien", "text"),
            "hinhThuc": ("hinh_thuc", "text"),
            "thoiDiem": ("thoi_diem", "instant"),
            "hanCu": ("han_cu", "day"),
            "hanMoi": ("han_moi", "day"),
            "lyDo": ("ly_do", "text"),
            "lanThu": ("lan_thu", "int"),
            SECRECY: ("do_mat", "text"),
            **_LIFE,
        },
    ),
}
