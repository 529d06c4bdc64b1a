"""Where the warehouse keeps what the education sector's lists say."""


def _newest(versions: str) -> str:
    return f"core.{versions} where known_to is null and not is_deleted"


TABLES = (
    (
        "truong",
        _newest("school_version"),
        "record_key",
        {
            "maTruong": "school_code",
            "tenTruong": "school_name",
            "capHoc": "level",
            "loaiHinh": "ownership",
            "maTinh": "province_code",
            "maXa": "commune_code",
            "coalesce(nullif(datChuanQG, ''), '0')": "standard_level",
            "soPhong": "room_count",
            "soPhongKienCo": "solid_room_count",
        },
    ),
    (
        "lop",
        _newest("class_version"),
        "record_key",
        {"maTruong": "school_code", "tenLop": "class_name", "khoi": "grade", "siSo": "class_size"},
    ),
    (
        "lop_hoc_sinh",
        "core.fct_pupil",
        "record_key",
        {
            "tatCa": "pupils_at_start",
            "dangHoc": "pupil_count",
            "thoiHoc": "gave_up_count",
            "chuyenDi": "moved_count",
            "baoLuu": "paused_count",
        },
    ),
    (
        "truong_nhan_su",
        _newest("school_staff_version"),
        "record_key",
        {"tatCa": "staff_count", "giaoVien": "teacher_count"},
    ),
    (
        "truong_thi",
        _newest("exam_version"),
        "record_key",
        {"tatCa": "candidate_count", "totNghiep": "passed_count"},
    ),
    (
        "pho_cap",
        _newest("young_child_version"),
        "record_key",
        {"soTre5Tuoi": "child_count"},
    ),
)
"""Table of the truth, relation of the warehouse, its key, and its columns by the truth's fields."""
