"""Visits, days in bed and planned beds: figures worked by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.spec import load_spec
from tests.support.postgres import PostgresServer
from tests.support.records import RecordsWarehouse, Row

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SPEC = Path(__file__).parents[2] / "connectors" / "sources" / "y_te" / "source.yml"
SEEDS = "indicators measures awaited_measures agency_identifiers areas area_events area_crosswalk"
SEEDS += " agencies calendar_windows calendar_holidays lunar_new_year"
MODELS = "tag:source_y_te,resource_type:model agency_in_office dim_area dim_date dim_period"
MODELS += " msr_measure msr_counted"
BUILT = [*(f"{seed},resource_type:seed" for seed in SEEDS.split()), *MODELS.split()]
NGHE_AN = "P40-20040708"


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.slow)])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordsWarehouse]:
    dsn = ""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        dsn = server.create_database(tmp_path.name)
    yield RecordsWarehouse(tmp_path, load_spec(SPEC), dsn)


def local(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=HANOI)


def visit(key: str, entered: str, left: str, told: str, version: int = 1, **more: Any) -> Row:
    """Give an inpatient's record, paid on leaving and received when it was told first."""
    row = {
        "ma_lk": key,
        "phien_ban": version,
        "_known_at": local(told),
        "thoi_diem_tiep_nhan": local(told),
        "thoi_diem_cap_nhat": local(told),
        "da_xoa": False,
        "da_thay_the": False,
        "ngay_vao": local(entered),
        "ngay_vao_noi_tru": local(entered),
        "ngay_ra": local(left),
        "ngay_ttoan": local(left),
        "ma_loai_kcb": "03",
        "ma_cskcb": "40001",
        "t_tongchi_bv": Decimal(1_000_000),
    }
    return row | more


def beds(code: str, count: int, first: date, last: date | None) -> Row:
    return {
        "ma_cskcb": code,
        "ten_cskcb": code,
        "ma_tinh": code[:2],
        "hang": "tinh",
        "giuong_ke_hoach": count,
        "hieu_luc_tu": first,
        "hieu_luc_den": last,
        "phien_ban": 1,
        "_known_at": local("2020-12-01 09:00"),
        "da_xoa": False,
    }


# A lies from 30 January to 2 February, by a later word to the 3rd; B came and was sent on in a day;
# C lies over the end of February; D and G saw a doctor; E is taken back; F was replaced by D
VISITS = [
    visit("A", "2021-01-30 22:00", "2021-02-02 09:00", "2021-02-02 10:00"),
    visit("B", "2021-02-10 07:00", "2021-02-10 16:00", "2021-02-11 08:00", ma_loai_rv="2"),
    visit("C", "2021-02-27 23:59", "2021-03-01 00:01", "2021-03-01 08:00"),
    visit("D", "2021-02-10 08:00", "2021-02-10 09:00", "2021-02-10 09:30", ma_loai_kcb="01"),
    visit("E", "2021-02-01 08:00", "2021-02-20 09:00", "2021-02-20 09:30"),
    visit("F", "2021-02-10 08:00", "2021-02-10 09:00", "2021-02-10 09:10", ma_loai_kcb="01"),
    visit("G", "2021-01-05 08:00", "2021-01-05 09:00", "2021-01-05 10:00", ma_loai_kcb="01"),
]
LATER = [
    visit("A", "2021-01-30 22:00", "2021-02-03 09:00", "2021-02-05 10:00", 2)
    | {"thoi_diem_tiep_nhan": local("2021-02-02 10:00")},
    visit("E", "2021-02-01 08:00", "2021-02-20 09:00", "2021-02-25 09:30", 2, da_xoa=True),
    visit("F", "2021-02-10 08:00", "2021-02-10 09:00", "2021-02-11 09:00", 2, da_thay_the=True),
]
BEDS = [
    beds("40001", 10, date(2020, 1, 1), date(2021, 2, 14)),
    beds("40001", 12, date(2021, 2, 15), None),
]


def months(warehouse: RecordsWarehouse, now: str = "9999-01-01 00:00") -> dict[str, list[int]]:
    """Give January, February and March 2021 of each measure, as known at a local time."""
    found: dict[str, list[int]] = {}
    for code, month, value in warehouse.rows(
        "select measure_code, extract(month from period_start), value from msr.msr_counted"
        f" where area_key = '{NGHE_AN}' and agency_code = 'so_yt' and period_type = 'month'"
        f" and known_from <= timestamptz '{now}+07' and period_start between date '2021-01-01'"
        f" and date '2021-03-31' and (known_to is null or known_to > timestamptz '{now}+07')"
    ):
        found.setdefault(code, [0, 0, 0])[int(month) - 1] = int(value)
    return found


def test_months_worked_by_hand(warehouse: RecordsWarehouse) -> None:
    warehouse.land({"co_so": BEDS, "ho_so": [VISITS[0], VISITS[1], VISITS[6]]})
    warehouse.build(select=BUILT)
    # the later words come in loads of their own, an old one among them
    warehouse.land({"ho_so": [VISITS[5], VISITS[3], LATER[0]]})
    warehouse.land({"ho_so": [LATER[1], LATER[2], VISITS[2], VISITS[4]]})
    warehouse.build(select=BUILT)
    assert months(warehouse) == {
        "ho_so_y_te_cap_nhat": [1, 3, 1],
        "luot_kham_benh": [1, 3, 1],
        "luot_noi_tru": [0, 2, 1],
        "luot_chuyen_tuyen": [0, 1, 0],
        # 30, 31 January; 1, 2, 3, 10, 27, 28 February; 1 March
        "ngay_dieu_tri_noi_tru": [2, 6, 1],
        # 10 × 31; 10 × 14 + 12 × 14; March has not ended
        "ngay_giuong_ke_hoach": [310, 308, 0],
        "xml_nhan": [1, 3, 1],
        "xml_dung_ngay": [1, 2, 1],
    }
    # on 21 February E stood and A had been corrected; nobody knew of C
    assert months(warehouse, "2021-02-21 00:00") == {
        "ho_so_y_te_cap_nhat": [1, 4, 0],
        "luot_kham_benh": [1, 4, 0],
        "luot_noi_tru": [0, 3, 0],
        "luot_chuyen_tuyen": [0, 1, 0],
        "ngay_dieu_tri_noi_tru": [2, 3 + 1 + 20, 0],
        "ngay_giuong_ke_hoach": [310, 0, 0],
        "xml_nhan": [1, 4, 0],
        "xml_dung_ngay": [1, 3, 0],
    }


def test_a_day_in_bed_names_the_bed_taken_last(warehouse: RecordsWarehouse) -> None:
    taken = [
        {"stt": 900, "ma_giuong": "T001", "so_luong": Decimal(2), "ngay_yl": VISITS[0]["ngay_vao"]},
        {"stt": 901, "ma_giuong": "H010", "so_luong": Decimal(2)},
    ]
    taken[1]["ngay_yl"] = local("2021-02-01 00:00")
    stamp = {"ma_lk": "A", "phien_ban": 1, "_known_at": VISITS[0]["_known_at"]}
    warehouse.land({"ho_so": VISITS[:1], "ngay_giuong": [bed | stamp for bed in taken]})
    warehouse.build(select=BUILT)
    assert warehouse.rows("select bed_day, bed_code from core.fct_bed_day order by 1") == [
        (date(2021, 1, 30), "T001"),
        (date(2021, 1, 31), "T001"),
        (date(2021, 2, 1), "H010"),
        (date(2021, 2, 2), "H010"),
    ]


def test_a_merged_province_counts_each_day_where_it_was(warehouse: RecordsWarehouse) -> None:
    stay = visit("M", "2025-06-29 08:00", "2025-07-02 09:00", "2025-07-02 10:00", ma_cskcb="27001")
    warehouse.land({"co_so": [beds("27001", 10, date(2020, 1, 1), None)], "ho_so": [stay]})
    warehouse.build(select=BUILT)
    found = warehouse.rows(
        "select area_key, period_start, value from msr.msr_counted where period_type = 'month'"
        " and measure_code = 'ngay_dieu_tri_noi_tru' and agency_code = 'so_yt' order by 1"
    )
    assert found == [("P24-20250701", date(2025, 7, 1), 2), ("P27-20040708", date(2025, 6, 1), 2)]


@pytest.mark.slow
def test_one_code_told_in_two_ways_in_two_loads_is_a_question(warehouse: RecordsWarehouse) -> None:
    again = {"_known_at": local("2021-02-12 08:00"), "t_tongchi_bv": Decimal(2_500_000)}
    warehouse.land({"ho_so": [VISITS[0], VISITS[1]]})
    warehouse.land({"ho_so": [VISITS[1] | again]})
    warehouse.build(select=[*BUILT, "dq_question"])
    assert warehouse.rows("select record_key, question from dq.dq_question") == [
        ("visit|B", "Mã lượt B (phiên bản 1 và 1): T_TONGCHI_BV 1.000.000 ≠ 2.500.000")
    ]
    later = again | {"phien_ban": 2, "_known_at": local("2021-02-13 08:00")}
    warehouse.land({"ho_so": [VISITS[1] | later]})
    warehouse.build(select=[*BUILT, "dq_question"])
    assert warehouse.rows("select * from dq.dq_question") == []
