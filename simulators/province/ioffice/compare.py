"""What of the iOffice's truth must stand in the warehouse, and where."""

_LIFE = {"phienBan": "version_no"}


def _day(column: str) -> str:
    """Write a day of the warehouse as the iOffice does."""
    return f"coalesce(strftime({column}, '%d/%m/%Y'), '')"


TABLES = [
    (
        "van_ban_den",
        "core.fct_document where direction = 'in'",
        "split_part(record_key, '|', 2)",
        {
            **_LIFE,
            "soKyHieu": "coalesce(reference, '')",
            "ngayDen": _day("arrived_on"),
            "ngayVanBan": _day("issued_on"),
            "donVi": "holder",
            "trangThai": "state",
            "hanXuLy": _day("due_on"),
        },
    ),
    (
        "van_ban_di",
        "core.fct_document where direction = 'out'",
        "split_part(record_key, '|', 2)",
        {
            **_LIFE,
            "soKyHieu": "coalesce(reference, '')",
            "ngayVanBan": _day("issued_on"),
            "donVi": "holder",
            "trenTruc": "is_on_axis",
            "kySo": "is_signed",
            "trangThaiNhan": "coalesce(receipt_state, '')",
        },
    ),
    (
        "truc_lien_thong",
        "core.fct_axis_message",
        "record_key",
        {**_LIFE, "loaiGoiTin": "kind", "donViGui": "sender", "donViNhan": "receiver"},
    ),
    (
        "nhiem_vu",
        "core.fct_task",
        "record_key",
        {
            **_LIFE,
            "soKyHieuVBGiao": "reference",
            "donViChuTri": "leader",
            "hanXuLy": _day("due_on"),
            "ngayHoanThanh": _day("done_on"),
            "trangThai": "state",
            "lanDonDoc": "reminder_count",
        },
    ),
    (
        "su_kien_nhiem_vu",
        "core.fct_task_event",
        "record_key",
        {**_LIFE, "maNhiemVu": "task_key", "loaiSuKien": "kind", "hanMoi": _day("new_due_on")},
    ),
]
"""Table of the truth, relation of the warehouse, its key, and what must be equal."""
