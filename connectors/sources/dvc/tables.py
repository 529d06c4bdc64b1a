"""Rows of the portal, as they are sent, and the tables that become of them."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from connectors.columns import absent_if_empty, doubts, flags, instants
from connectors.privacy import Pseudonyms, without_personal
from connectors.spec import SourceSpec

_SUPPLEMENTS = "DanhSachHoSoBoSung"
_SUPPLEMENT = (
    "HoSoBoSungId",
    "NgayBoSung",
    "NgayTiepNhanBoSung",
    "NgayHenTraTruoc",
    "NgayHenTraMoi",
)
_NUMBERS = {
    "PhienBan": pa.int32(),
    "DaXoa": pa.int32(),
    "SoLePhi": pa.int64(),
    "ThoiGianGiaiQuyet": pa.int32(),
    "ThuTu": pa.int32(),
    "soHoSo": pa.int64(),
    "tongLePhi": pa.int64(),
    "soBuoc": pa.int64(),
    "tongThuTu": pa.int64(),
}
_INSTANTS = frozenset(
    {
        *("NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "ThoiDiemCapNhat"),
        *("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh"),
        *("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi"),
    }
)
_FLAGS = frozenset(
    {
        *("DaXoa", "DuocThanhToanTrucTuyen", "HoSoCoThanhPhanSoHoa", "KetQuaDienTu"),
        "TaiKhoanDuocXacThucVoiVNeID",
    }
)


def _sent(*names: str) -> pa.Schema:
    return pa.schema([(name, _NUMBERS.get(name, pa.string())) for name in names])


# in the order in which the portal sends them, persons among them: so they are read in six
# sevenths of the time
DOSSIERS = pa.schema(
    [
        *_sent("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "TrichYeuHoSo"),
        *_sent("ThoiGianGiaiQuyet", "DonViTinh", "ChuHoSo", "LoaiDoiTuong", "MaDoiTuong"),
        *_sent("Email", "SoDienThoai", "DiaChi", "DonViXuLy", "MaXa", "KenhThucHien"),
        *_sent("NgayTiepNhan", "NgayHenTra", "TrangThaiHoSo", "NgayTra", "NgayKetThucXuLy"),
        *_sent("SoLePhi", "HinhThuc", "DuocThanhToanTrucTuyen", "HoSoCoThanhPhanSoHoa"),
        *_sent("KetQuaDienTu", "TaiKhoanDuocXacThucVoiVNeID"),
        pa.field(_SUPPLEMENTS, pa.list_(pa.struct(list(_sent(*_SUPPLEMENT))))),
        *_sent("PhienBan", "ThoiDiemCapNhat", "DaXoa"),
    ]
)
"""What `DongBoHoSoMC` sends of a dossier."""

STEPS = _sent(
    *("MaHoSo", "ThuTu", "NguoiXuLy", "ChucDanh", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy"),
    *("TrangThai", "NgayBatDau", "NgayKetThucTheoQuyDinh", "PhienBan", "ThoiDiemCapNhat", "DaXoa"),
)
"""What `CapNhatTienDoHoSoMC` sends of a step."""

PROCEDURES = _sent(
    *("MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "CapThucHien", "ThoiGianGiaiQuyet"),
    *("DonViTinh", "MucDo"),
)
CLOSED_DOSSIERS = _sent("thang", "soHoSo", "tongLePhi", "maBam")
CLOSED_STEPS = _sent("thang", "soBuoc", "tongThuTu", "maBam")


def dossiers(rows: pa.Table, spec: SourceSpec, pseudonyms: Pseudonyms) -> pa.Table:
    """Give the table `ho_so` of a page, dated row by row, without persons.

    Args:
        rows: a page as it was sent.
        spec: the source, for its columns and the personal ones among them.
        pseudonyms: what stands for the numbers of persons and companies.
    """
    rows = rows.drop_columns([_SUPPLEMENTS])
    hidden = pseudonyms.column(rows["MaDoiTuong"], "doi_tuong")
    rows = rows.set_column(rows.column_names.index("MaDoiTuong"), "MaDoiTuong", hidden)
    return _dated(_typed(rows, spec, "ho_so", DOSSIERS.names))


def supplements(rows: pa.Table, spec: SourceSpec) -> pa.Table:
    """Give the table `bo_sung` of a page of dossiers: one row for each supplement of a version."""
    lists = rows[_SUPPLEMENTS].combine_chunks()
    parents = pc.list_parent_indices(lists)
    entries = pa.Table.from_struct_array(lists.flatten()).select(list(_SUPPLEMENT))
    owner = rows.select(["MaHoSo", "PhienBan", "ThoiDiemCapNhat"]).take(parents)
    for name in owner.column_names:
        entries = entries.append_column(name, owner[name])
    names = [*_SUPPLEMENT, "MaHoSo", "PhienBan"]
    known = instants(entries["ThoiDiemCapNhat"])
    typed = _typed(entries.select(names), spec, "bo_sung", names)
    return typed.append_column("_known_at", known)


def steps(rows: pa.Table, spec: SourceSpec) -> pa.Table:
    """Give the table `tien_do` of a page, dated row by row, without persons."""
    return _dated(_typed(rows, spec, "tien_do", STEPS.names))


def dossier_order(dossiers: pa.Table) -> tuple[pa.ChunkedArray, ...]:
    """Give what the log of dossiers is ordered by."""
    return dossiers["_known_at"], dossiers["ma_ho_so"], dossiers["phien_ban"]


def step_order(steps: pa.Table) -> tuple[pa.ChunkedArray, ...]:
    """Give what the log of steps is ordered by: the portal takes the key as one text."""
    number = steps["thu_tu"].cast(pa.string())
    key = pc.binary_join_element_wise(steps["ma_ho_so"], number, "|")
    return steps["_known_at"], key, steps["phien_ban"]


def listed(rows: pa.Table, spec: SourceSpec, table: str) -> pa.Table:
    """Give a table whose rows are listed whole, with the types of `source.yml`."""
    return _typed(rows, spec, table, rows.column_names)


def _typed(rows: pa.Table, spec: SourceSpec, table: str, names: Sequence[str]) -> pa.Table:
    """Bring sent columns to the lake's names, order and types; new ones come behind."""
    rows = without_personal(rows, spec, names)
    sent = {name: rows[name] for name in names if name in rows.column_names}
    read = {name: _read(name, column) for name, column in sent.items()}
    by_lake_name = {_bare(name): name for name in sent}
    columns = {}
    for field in spec.tables[table].arrow_schema():
        if field.name == "doubt":
            columns["doubt"] = doubts(sent, read)
        else:
            columns[field.name] = read[by_lake_name[_bare(field.name)]].cast(field.type)
    strangers = [name for name in rows.column_names if name not in sent]
    return pa.table({**columns, **{name: rows[name] for name in strangers}})


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _read(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if name in _INSTANTS:
        return instants(column)
    if name in _FLAGS:
        return flags(column)
    return absent_if_empty(column) if pa.types.is_string(column.type) else column


def _dated(table: pa.Table) -> pa.Table:
    """Date each row by its update: the source knew the state from then on."""
    return table.append_column("_known_at", table["thoi_diem_cap_nhat"])
