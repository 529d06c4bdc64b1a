"""Schools counted by hand: terms, replaced exports, vanished rows, and the merger of provinces."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import registry
from tests.support.records import RecordsWarehouse

SPEC = registry()["giao_duc"].spec
MODELS = ["+msr_counted", "+fct_school_year", "dim_school"]
Row = dict[str, Any]


def _export(kind: str, term: str, version: int, made: datetime, rows: list[Row]) -> dict[str, Any]:
    """The tables of one exported file."""
    group = f"{kind}.{term}"
    common = {"nhom_tep": group, "phien_ban": version, "ky_hoc": term, "_known_at": made}
    about = {
        **common,
        "ma_tep": f"{group}.v{version}",
        "loai": kind,
        "so_dong_bao": len(rows),
        "so_dong_doc": len(rows),
    }
    return {"tep": [about], kind: [common | row for row in rows]}


def _school(
    code: str, level: str, province: str, standard: str | None, rooms: tuple[int, int]
) -> Row:
    return {
        "ma_truong": code,
        "ten_truong": f"Trường {code}",
        "cap_hoc": level,
        "ma_tinh": province,
        "ma_xa": "09163",
        "dat_chuan_qg": standard,
        "so_phong": rooms[0],
        "so_phong_kien_co": rooms[1],
    }


def _learners(school: str, grade: str, states: str) -> list[Row]:
    """One learner a letter: d studies, t gave up, c moved away, b paused."""
    words = {"d": "Đang học", "t": "Thôi học", "c": "Chuyển đi", "b": "Bảo lưu"}
    return [
        {
            "bi_danh": f"{school}{grade}{number}",
            "ma_truong": school,
            "ma_lop": f"{school}-{grade}A1",
            "khoi": grade,
            "gioi_tinh": "Nữ",
            "trang_thai": words[state],
        }
        for number, state in enumerate(states)
    ]


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


@pytest.fixture(
    scope="module",
    params=[
        "duckdb",
        pytest.param("duckdb, load by load", marks=pytest.mark.slow),
        pytest.param("postgres, load by load", marks=pytest.mark.slow),
    ],
)
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    dsn = ""
    if request.param.startswith("postgres"):
        dsn = request.getfixturevalue("postgres").create_database("giao_duc")
    made = RecordsWarehouse(tmp_path_factory.mktemp("giao_duc"), SPEC, dsn)
    schools = [
        _school("S1", "TH", "27", "1", (20, 18)),
        _school("S2", "THPT", "24", None, (30, 24)),
        _school("S3", "MN", "27", "2", (8, 8)),
    ]
    term = "2024-2025.HK1"
    early, late = _day(2024, 10, 5), _day(2025, 1, 20)
    made.land(_export("truong", term, 1, early, schools))
    classes = [
        {"ma_truong": s, "ma_lop": f"{s}-{g}A1", "ten_lop": f"{g}A1", "khoi": g, "si_so": n}
        for s, g, n in (("S1", "1", 4), ("S2", "10", 5), ("S3", "5T", 3))
    ]
    made.land(_export("lop", term, 1, early, classes))
    first = [
        *_learners("S1", "1", "dddd"),
        *_learners("S2", "10", "dddddd"),
        *_learners("S3", "5T", "ddd"),
    ]
    made.land(_export("hoc_sinh", term, 1, early, first))
    staff = [("a", "S1"), ("b", "S1"), ("c", "S2"), ("d", "S2"), ("e", "S2"), ("f", "S3")]
    rows = [{"bi_danh": p, "ma_truong": s, "vi_tri": "Giáo viên"} for p, s in staff]
    rows.append({"bi_danh": "g", "ma_truong": "S1", "vi_tri": "Nhân viên"})
    made.land(_export("nhan_su", term, 1, early, rows))
    children = [{"ma_tinh": "27", "ma_xa": "09163", "so_tre_5_tuoi": 4}]
    made.land(_export("pho_cap", term, 1, early, children))
    if "load by load" in request.param:
        made.build(select=MODELS)
    # the end of the term: one gave up, one moved; the sixth of S2 had been entered by mistake
    second = [
        *_learners("S1", "1", "dddt"),
        *_learners("S2", "10", "ddcdd"),
        *_learners("S3", "5T", "ddd"),
    ]
    made.land(_export("hoc_sinh", term, 2, late, second))
    # the next year all lie in the new province, and S3 is not listed any more
    merged = [
        _school("S1", "TH", "24", "1", (20, 20)),
        _school("S2", "THPT", "24", None, (30, 24)),
    ]
    third = _school("S3", "MN", "24", "2", (8, 8))
    made.land(_export("truong", "2025-2026.HK2", 1, _day(2026, 2, 20), [*merged, third]))
    made.land(_export("truong", "2025-2026.HK2", 2, _day(2026, 5, 31), merged))
    results = [
        {"bi_danh": f"t{n}", "ma_truong": "S2", "ket_qua": "Công nhận tốt nghiệp"} for n in range(9)
    ]
    results.append({"bi_danh": "t9", "ma_truong": "S2", "ket_qua": "Chưa đạt"})
    made.land(_export("ket_qua_thi", "2025-2026.CN", 1, _day(2026, 7, 18), results))
    made.build(select=MODELS)
    return made


def _value(warehouse: RecordsWarehouse, measure: str, area: str, kind: str, start: str) -> Any:
    """The value known now, as a float, or nothing."""
    found = warehouse.rows(
        "select value from msr.msr_counted where known_to is null"
        f" and measure_code = '{measure}' and area_key = '{area}' and period_type = '{kind}'"
        f" and period_start = date '{start}'"
    )
    return float(found[0][0]) if found else None


OLD_BN, OLD_BG, NEW = "P27-20040708", "P24-20040708", "P24-20250701"
HK1, HK2, YEAR = "2024-09-01", "2026-02-01", "2025-09-01"
HAND = [
    ("hoc_sinh_tieu_hoc", OLD_BN, "half", HK1, 3),
    ("hoc_sinh_thpt", OLD_BG, "half", HK1, 4),
    ("hoc_sinh_mam_non", OLD_BN, "half", HK1, 3),
    ("so_hoc_sinh_bo_hoc", OLD_BN, "half", HK1, 1),
    ("so_hoc_sinh_dau_ky", OLD_BN, "half", HK1, 4),
    # the one entered by mistake is not a pupil of the start either
    ("so_hoc_sinh_dau_ky", OLD_BG, "half", HK1, 5),
    ("so_truong", OLD_BN, "half", HK1, 2),
    ("so_truong_chuan", OLD_BN, "half", HK1, 2),
    ("so_truong_chuan", OLD_BG, "half", HK1, None),
    ("so_phong_hoc", OLD_BN, "half", HK1, 28),
    ("so_phong_kien_co", OLD_BN, "half", HK1, 26),
    ("so_giao_vien", OLD_BN, "half", HK1, 3),
    # 1.5 for a class of primary school, 2.2 for one of a nursery
    ("giao_vien_dinh_muc", OLD_BN, "half", HK1, 3.7),
    ("giao_vien_dinh_muc", OLD_BG, "half", HK1, 2.25),
    ("tre_5_tuoi_ra_lop", OLD_BN, "half", HK1, 3),
    ("tre_5_tuoi", OLD_BN, "half", HK1, 4),
    # nothing of a first term is the whole year's
    ("hoc_sinh_tieu_hoc", OLD_BN, "year", HK1, None),
    ("so_truong", NEW, "half", HK2, 2),
    ("so_truong", NEW, "year", YEAR, 2),
    ("so_phong_kien_co", NEW, "year", YEAR, 44),
    ("so_du_thi_thpt", NEW, "year", YEAR, 10),
    ("so_tot_nghiep_thpt", NEW, "year", YEAR, 9),
    ("so_du_thi_thpt", NEW, "half", HK2, None),
]


def test_counts_are_those_worked_out_by_hand(warehouse: RecordsWarehouse) -> None:
    told = [(*key, _value(warehouse, *key)) for *key, _ in HAND]

    assert told == [tuple(line) for line in HAND]


def test_every_export_is_a_vintage(warehouse: RecordsWarehouse) -> None:
    vintages = warehouse.rows(
        "select cast(value as integer), known_from from msr.msr_counted where measure_code ="
        f" 'hoc_sinh_thpt' and area_key = '{OLD_BG}' and period_type = 'half' order by vintage_no"
    )
    gone = warehouse.rows(
        "select cast(value as integer) from msr.msr_counted where measure_code = 'so_truong'"
        f" and area_key = '{NEW}' and period_type = 'half' order by vintage_no"
    )

    assert [(value, at.astimezone(UTC)) for value, at in vintages] == [
        (6, _day(2024, 10, 5)),
        (4, _day(2025, 1, 20)),
    ]
    assert gone == [(3,), (2,)]


def test_facts_are_what_is_there_now(warehouse: RecordsWarehouse) -> None:
    terms = warehouse.rows(
        "select term_code, school_code, has_reported, pupil_count, teacher_count"
        " from core.fct_school_year order by term_code, school_code"
    )
    schools = warehouse.rows("select school_code, area_key from core.dim_school order by 1")

    assert terms == [
        ("2024-2025.HK1", "S1", True, 3, 2),
        ("2024-2025.HK1", "S2", True, 4, 3),
        ("2024-2025.HK1", "S3", True, 3, 1),
        ("2025-2026.HK2", "S1", False, None, None),
        ("2025-2026.HK2", "S2", False, None, None),
    ]
    assert schools == [("S1", NEW), ("S2", NEW), ("S3", OLD_BN)]


def test_nobody_is_told_of_behind_staging(warehouse: RecordsWarehouse) -> None:
    columns = warehouse.rows(
        "select table_schema, table_name from information_schema.columns where column_name in"
        " ('bi_danh', 'learner_id', 'person_id', 'candidate_id')"
        " and table_schema not in ('hist', 'stg', 'raw_giao_duc')"
    )

    assert columns == []
