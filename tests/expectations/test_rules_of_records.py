"""The rules of the sources of records: each has a row that breaks it, and sound rows break none."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from connectors import registry
from connectors.connector import Connector, Delivery, PullContext
from connectors.landing import land
from expectations.rules import SHARED_FILE, load_rules
from expectations.runner import RULES, judge

Row = dict[str, Any]
Case = tuple[str, str, Row]
NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)

VISIT = {
    "ma_lk": "L1",
    "phien_ban": 1,
    "thoi_diem_tiep_nhan": AT,
    "thoi_diem_cap_nhat": AT,
    "da_xoa": False,
    "da_thay_the": False,
    "nguoi_benh": "a" * 32,
    "tuoi": 40,
    "ngay_vao": AT - 50 * HOUR,
    "ngay_ra": AT - 2 * HOUR,
    "ngay_ttoan": AT - HOUR,
    "so_ngay_dtri": 3,
    "ma_loai_kcb": "03",
    "ma_cskcb": "40001",
    "t_tongchi_bv": 300,
    "xml2_thanh_tien": 100,
    "xml3_thanh_tien": 200,
}
BED = {"ma_lk": "L1", "phien_ban": 1, "stt": 1, "ma_giuong": "H001", "so_luong": 3, "ngay_yl": AT}
FACILITY = {
    "ma_cskcb": "40001",
    "ma_tinh": "40",
    "giuong_ke_hoach": 100,
    "hieu_luc_tu": date(2026, 1, 1),
    "phien_ban": 1,
    "da_xoa": False,
}
READING = {
    "tram": "40_VINH_KK01",
    "thong_so": "PM10",
    "ket_qua": 40,
    "don_vi": "ug/Nm3",
    "thoi_diem": AT,
    "trang_thai": "00",
    "so_phut": 5,
    "tep": "40_VINH_KK01_20260310100000.txt",
    "dong": 1,
}
FILE = {"tep": READING["tep"], "tram": READING["tram"], "so_dong": 1}
DOSSIER = {
    "ma_ho_so": "H40.15-260310-0001",
    "phien_ban": 1,
    "da_xoa": False,
    "thoi_diem_cap_nhat": AT,
    "loai_doi_tuong": "1",
    "ma_doi_tuong": "a" * 32,
    "ngay_tiep_nhan": AT,
    "ngay_ket_thuc_xu_ly": AT,
    "trang_thai_ho_so": "10",
    "kenh_thuc_hien": "1",
    "so_le_phi": 0,
}
SUPPLEMENT = {"ma_ho_so": DOSSIER["ma_ho_so"], "phien_ban": 1, "ho_so_bo_sung_id": "1"}
STEP = {
    "ma_ho_so": DOSSIER["ma_ho_so"],
    "thu_tu": 1,
    "phien_ban": 1,
    "da_xoa": False,
    "trang_thai": "2",
    "ngay_bat_dau": AT,
    "thoi_diem_xu_ly": AT,
}
RECORD = {"phien_ban": 1, "da_xoa": False, "do_mat": "Thường"}
INCOMING = RECORD | {
    "ma_van_ban": "1",
    "so_ky_hieu": "12/UBND",
    "ngay_van_ban": date(2026, 3, 9),
    "ngay_den": date(2026, 3, 10),
}
OUTGOING = RECORD | {
    "ma_van_ban": "1",
    "so_ky_hieu": "12/UBND",
    "ngay_van_ban": date(2026, 3, 9),
    "thoi_diem_gui_truc": AT,
    "thoi_diem_nhan": AT,
}
TASK = RECORD | {
    "ma_nhiem_vu": "1",
    "so_ky_hieu_vb_giao": "52/TB-UBND",
    "ngay_vb_giao": date(2023, 2, 16),
    "ngay_giao": date(2023, 2, 17),
    "don_vi_giao": "H40",
    "trang_thai": "Đã hoàn thành",
    "ngay_hoan_thanh": date(2023, 3, 1),
}
EVENT = RECORD | {"ma_su_kien": "1", "ma_nhiem_vu": "1"}
MESSAGE = RECORD | {"ma_goi_tin": "1", "ma_van_ban": "1"}
MONTH = {"bang": "van_ban_den", "thang": "202602", "so_ban_ghi": 1, "khop": True}

SOUND: dict[str, dict[str, Row]] = {
    "y_te": {"ho_so": VISIT, "ngay_giuong": BED, "co_so": FACILITY},
    "quan_trac": {"so_do": READING, "tep": FILE},
    "dvc": {"ho_so": DOSSIER, "bo_sung": SUPPLEMENT, "tien_do": STEP, "thu_tuc": {"ma_tthc": "1"}},
    "ioffice": {
        "van_ban_den": INCOMING,
        "van_ban_di": OUTGOING,
        "nhiem_vu": TASK,
        "su_kien_nhiem_vu": EVENT,
        "truc_lien_thong": MESSAGE,
        "doi_soat": MONTH,
    },
}
OUTPATIENT = {"ma_lk": "L2", "ma_loai_kcb": "01", "so_ngay_dtri": None}
NOTHING = {"doubt": "không đọc được"}
WRONG: dict[str, list[Case]] = {
    "y_te": [
        ("visit_has_code", "ho_so", OUTPATIENT | {"thoi_diem_tiep_nhan": None}),
        ("bed_has_visit", "ngay_giuong", {"ma_lk": "L2"}),
        ("facility_has_code", "co_so", {"giuong_ke_hoach": None}),
        ("visit_understood", "ho_so", OUTPATIENT | NOTHING),
        ("visit_kind_known", "ho_so", OUTPATIENT | {"ma_loai_kcb": "11"}),
        ("version_told_once", "ho_so", {"ma_cskcb": "40002"}),
        ("bed_understood", "ngay_giuong", {"ngay_yl": None, "so_luong": 0}),
        ("visit_leaves_after_it_came", "ho_so", OUTPATIENT | {"ngay_ra": AT - 60 * HOUR}),
        ("received_after_it_was_paid", "ho_so", OUTPATIENT | {"ngay_ttoan": AT + HOUR}),
        ("parts_are_the_total", "ho_so", OUTPATIENT | {"t_tongchi_bv": 302}),
        ("treatment_days_as_counted", "ho_so", {"ma_lk": "L2", "so_ngay_dtri": 0}),
        ("beds_cover_the_stay", "ho_so", {"ma_lk": "L2"}),
        ("age_known", "ho_so", OUTPATIENT | {"tuoi": None}),
        ("beds_possible", "co_so", {"giuong_ke_hoach": 10_001}),
    ],
    "quan_trac": [
        ("lines_as_counted", "tep", {"tep": "khác.txt"}),
        ("line_understood", "so_do", {"dong_goc": "rác", **NOTHING}),
        ("line_complete", "so_do", {"trang_thai": None}),
        ("measured_before_sent", "so_do", {"thoi_diem": NOW + HOUR}),
        ("line_as_named", "so_do", {"tep": "40_VINH_KK01_20260310113000.txt"}),
        ("clock_not_in_utc", "so_do", {}),
        ("concentration_not_negative", "so_do", {"ket_qua": -1}),
        ("symbol_known", "so_do", {"thong_so": "XYZ"}),
        ("value_stands_still", "so_do", {}),
    ],
    "dvc": [
        ("supplement_has_dossier", "bo_sung", {"phien_ban": 2}),
        ("dossier_has_code", "ho_so", {"da_xoa": None}),
        ("step_has_code", "tien_do", {"thu_tu": None}),
        ("procedure_has_code", "thu_tuc", {"ma_tthc": None}),
        ("dossier_understood", "ho_so", NOTHING),
        ("supplement_understood", "bo_sung", NOTHING),
        ("step_understood", "tien_do", NOTHING),
        ("dossier_codes_known", "ho_so", {"trang_thai_ho_so": "11"}),
        ("step_state_known", "tien_do", {"trang_thai": "11"}),
        ("person_hidden", "ho_so", {"ma_doi_tuong": "040123456789"}),
        ("dossier_code_shape", "ho_so", {"ma_ho_so": "15/260310"}),
        ("update_from_the_future", "ho_so", {"thoi_diem_cap_nhat": NOW + HOUR}),
        ("fee_not_negative", "ho_so", {"so_le_phi": -1}),
        ("finished_after_received", "ho_so", {"ngay_ket_thuc_xu_ly": AT - HOUR}),
        ("step_after_start", "tien_do", {"thoi_diem_xu_ly": AT - HOUR}),
    ],
    "ioffice": [
        ("van_ban_den_not_secret", "van_ban_den", {"do_mat": "Mật"}),
        ("van_ban_di_not_secret", "van_ban_di", {"do_mat": None}),
        ("nhiem_vu_not_secret", "nhiem_vu", {"do_mat": "Tối mật"}),
        ("van_ban_den_keyed", "van_ban_den", {"phien_ban": 0}),
        ("van_ban_di_keyed", "van_ban_di", {"ma_van_ban": None}),
        ("nhiem_vu_keyed", "nhiem_vu", {"phien_ban": None}),
        ("van_ban_den_readable", "van_ban_den", {"khong_doc_duoc": "ngay_den"}),
        ("van_ban_di_readable", "van_ban_di", {"khong_doc_duoc": "ngay_van_ban"}),
        ("nhiem_vu_readable", "nhiem_vu", {"khong_doc_duoc": "ngay_giao"}),
        ("count_readable", "doi_soat", {"so_ban_ghi": None, "so_ban_ghi_chu": "791/903"}),
        ("month_agrees", "doi_soat", {"khop": False}),
        ("van_ban_di_incomplete", "van_ban_di", {"so_ky_hieu": "/UBND"}),
        ("van_ban_den_incomplete", "van_ban_den", {"so_ky_hieu": None}),
        ("van_ban_den_dated_before_arrival", "van_ban_den", {"ngay_van_ban": date(2026, 3, 11)}),
        ("receipt_after_sending", "van_ban_di", {"thoi_diem_nhan": AT - HOUR}),
        ("task_state_known", "nhiem_vu", {"trang_thai": "Tạm dừng"}),
        ("task_done_has_day", "nhiem_vu", {"ngay_hoan_thanh": date(2023, 2, 16)}),
        ("task_reference_consistent", "nhiem_vu", {"ngay_vb_giao": date(2022, 2, 16)}),
        ("task_reference_complete", "nhiem_vu", {"so_ky_hieu_vb_giao": "/TB-UBND"}),
        ("event_of_a_task", "su_kien_nhiem_vu", {"ma_nhiem_vu": None}),
        ("axis_message_keyed", "truc_lien_thong", {"ma_van_ban": None}),
    ],
}
SEVEN_HOURS_AGO = {
    "tep": "40_VINH_KK01_20260310033000.txt",
    "thoi_diem": AT + HOUR / 2 - 7 * HOUR,
}
# rules that no single row can break: six hours without a change, a delivery seven hours late
MANY = {
    "value_stands_still": [{"thoi_diem": AT - timedelta(minutes=5 * n)} for n in range(1, 72)],
    "clock_not_in_utc": [SEVEN_HOURS_AGO] * 12,
}
FAILED = {"version_told_once": 2, "clock_not_in_utc": 12}


def _rows(source: str, table: str, wrong: Sequence[tuple[str, Row]]) -> list[Row]:
    """Give a sound row of a table with the wrong ones beside it."""
    sound = SOUND[source][table]
    # a file says how many lines it has, so a wrong line is one of another file
    other = {"tep": "40_VINH_KK01_202603.zip"} if table == "so_do" else {}
    return [sound, *(sound | other | change for name, change in wrong if name == table)]


def _delivery(source: str, name: str, wrong: Sequence[tuple[str, Row]]) -> Delivery:
    spec = registry()[source].spec
    tables = {
        table: [
            pa.Table.from_pylist(_rows(source, table, wrong), spec.tables[table].arrow_schema())
        ]
        for table in SOUND[source]
    }
    return Delivery(name, AT + HOUR / 2, tables, name)


def _wrong(case: Case) -> list[tuple[str, Row]]:
    name, table, change = case
    return [(table, row) for row in MANY.get(name, [change])]


@pytest.mark.parametrize("source", WRONG)
def test_each_rule_is_broken_by_its_row_alone(tmp_path: Path, source: str) -> None:
    lake = tmp_path / "lake"
    cases = WRONG[source]
    found = [_delivery(source, "sound", []), *(_delivery(source, c[0], _wrong(c)) for c in cases)]
    # landing has a gate of its own before the rule on persons
    spec = registry()[source].spec.model_copy(update={"pseudonym_columns": ()})
    connector = Connector(spec, lambda _context: iter(found))
    done = land(connector, PullContext(now=NOW), lake, tmp_path / "dlt", lambda _kind: None)
    judge(lake, source, done.load_ids, RULES, NOW)
    with duckdb.connect() as connection:
        told = connection.execute(
            f"select delivery, rule_id, failed_rows from '{lake}/_quality/result/*.parquet'"
            " where not passed order by all"
        ).fetchall()
    assert told == sorted((c[0], c[0], FAILED.get(c[0], 1)) for c in cases)


@pytest.mark.parametrize("source", WRONG)
def test_no_rule_is_without_a_row_that_breaks_it(source: str) -> None:
    rules = load_rules(RULES, source)
    own = {rule.id for rule in rules.rules if rules.files[rule.id] != SHARED_FILE}
    assert own == {name for name, _, _ in WRONG[source]}
