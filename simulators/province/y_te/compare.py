"""What of the health gateway's truth must stand in the warehouse, and where."""


def _minute(column: str) -> str:
    """Write an instant of the warehouse as the records do, in local time."""
    return f"coalesce(strftime({column} at time zone 'Asia/Ho_Chi_Minh', '%Y%m%d%H%M'), '')"


TABLES = [
    (
        "ho_so",
        "core.fct_visit",
        "record_key",
        {
            "phienBan": "version_no",
            "MA_CSKCB": "facility_code",
            "MA_LOAI_KCB": "visit_kind",
            "MA_BENH_CHINH": "disease_code",
            "NGAY_VAO": _minute("entered_at"),
            "NGAY_RA": _minute("left_at"),
            "NGAY_TTOAN": _minute("paid_at"),
            "T_TONGCHI_BV": "total_cost::bigint",
        },
    ),
]
"""Table of the truth, relation of the warehouse, its key, and what must be equal."""
