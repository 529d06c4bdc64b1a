"""What of the portal's truth must stand in the warehouse, and where."""


def _utc(field: str) -> str:
    """Read a local instant of the protocol as an instant of the warehouse, both without a zone."""
    return f"strptime(nullif({field}, ''), '%Y%m%d%H%M%S') - interval 7 hours"


def _kept(column: str) -> str:
    return f"{column}::timestamp"


TABLES = [
    (
        "ho_so",
        "core.fct_dossier",
        "record_key",
        {
            "PhienBan": "version_no",
            "TrangThaiHoSo": "state",
            "DonViXuLy": "handler",
            "SoLePhi::decimal(28, 6)": "fee",
            "len(DanhSachHoSoBoSung)": "supplement_count",
            _utc("NgayTiepNhan"): _kept("received_at"),
            _utc("NgayHenTra"): _kept("promised_at"),
            _utc("NgayKetThucXuLy"): _kept("finished_at"),
        },
    ),
    (
        "tien_do",
        "core.fct_dossier_step",
        "record_key",
        {
            "PhienBan": "version_no",
            "TrangThai": "state",
            "ChucDanh": "handler_title",
            _utc("ThoiDiemXuLy"): _kept("handled_at"),
        },
    ),
    ("thu_tuc", "core.dim_procedure", "procedure_code", {"TenTTHC": "procedure_name"}),
]
"""Table of the truth, relation of the warehouse, its key, and what must be equal."""
