"""The rules of the education source: what each sets aside, holds back or tells."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from connectors import registry
from connectors.connector import Connector, Delivery, PullContext
from connectors.landing import land
from expectations.runner import RULES, judge

NOW = datetime(2025, 2, 1, tzinfo=UTC)
MADE = datetime(2025, 1, 20, 1, tzinfo=UTC)
SPEC = registry()["giao_duc"].spec
Row = dict[str, Any]
SCHOOL = {
    "ma_truong": "200001",
    "cap_hoc": "TH",
    "ma_tinh": "40",
    "dat_chuan_qg": "1",
    "so_phong": 20,
    "so_phong_kien_co": 18,
}
CLASS = {"ma_truong": "200001", "ma_lop": "200001-1A1", "si_so": 32}
LEARNER = {
    "bi_danh": "a",
    "ma_truong": "200001",
    "ma_lop": "200001-1A1",
    "trang_thai": "Đang học",
}
PERSON = {"bi_danh": "b", "ma_truong": "200001", "vi_tri": "Giáo viên"}
CANDIDATE = {"bi_danh": "c", "ma_truong": "400001", "ket_qua": "Chưa đạt", "tong_diem": 8}
SURVEY = {"ma_tinh": "40", "ma_xa": "16681", "so_tre_5_tuoi": 70}
SOUND = {
    "truong": SCHOOL,
    "lop": CLASS,
    "hoc_sinh": LEARNER,
    "nhan_su": PERSON,
    "ket_qua_thi": CANDIDATE,
    "pho_cap": SURVEY,
}


def _deliver(kind: str, rows: list[Row], **about: Any) -> Delivery:
    """A file of one kind, as the connector gives it."""
    term = {"nhom_tep": f"{kind}.2024-2025.HK1", "phien_ban": 1, "ky_hoc": "2024-2025.HK1"}
    told = term | {"dong": 2, "doubt": None}
    file = term | {"ma_tep": kind, "loai": kind, "so_dong_bao": len(rows), "so_dong_doc": len(rows)}
    tables = {
        "tep": [file | {"bang_ma": "UTF-8"} | about],
        kind: [told | {"dong": line} | row for line, row in enumerate(rows, 2)],
    }
    arrow = {
        name: [pa.Table.from_pylist(found, schema=SPEC.tables[name].arrow_schema())]
        for name, found in tables.items()
    }
    return Delivery(kind, MADE, arrow, f"{kind}.csv")


def _judged(folder: Path, delivery: Delivery) -> tuple[str, set[str], set[str]]:
    """Land and judge one file: the verdict, rules that set rows aside, rules that were broken."""
    lake = folder / "lake"
    connector = Connector(SPEC, lambda _context: iter([delivery]))
    done = land(connector, PullContext(now=NOW), lake, folder / "dlt", lambda _kind: None)
    (verdict,) = judge(lake, "giao_duc", done.load_ids, RULES, NOW)
    quality = lake / "_quality"
    with duckdb.connect() as connection:
        aside, broken = (
            {name for (name,) in connection.execute(sql).fetchall()}
            for sql in (
                f"select distinct rule_id from '{quality}/rejected/giao_duc.*.parquet'",
                f"select rule_id from '{quality}/result/giao_duc.*.parquet' where not passed",
            )
        )
    return verdict.decision, aside, broken


WRONG: dict[str, list[tuple[Row, str]]] = {
    "truong": [
        ({"so_phong_kien_co": 21}, "solid_rooms_within_rooms"),
        ({"cap_hoc": "ĐH"}, "school_level_known"),
        ({"dat_chuan_qg": "3"}, "standard_level_known"),
        ({"ma_tinh": None}, "school_complete"),
        ({"doubt": "Số phòng học: “1.234” là số nào?"}, "school_understood"),
    ],
    "lop": [({"ma_lop": None}, "class_complete")],
    "hoc_sinh": [
        ({"trang_thai": "Nghỉ luôn"}, "learner_state_known"),
        ({"ma_lop": None}, "learner_complete"),
    ],
    "nhan_su": [({"vi_tri": None}, "person_complete")],
    "ket_qua_thi": [({"ket_qua": None}, "candidate_complete")],
    "pho_cap": [({"so_tre_5_tuoi": None}, "survey_understood")],
}
KEYS = {"truong": "ma_truong", "lop": "ma_lop", "pho_cap": "ma_xa"}
ONCE = {"truong": "school", "lop": "class", "hoc_sinh": "learner", "nhan_su": "person"}
ONCE |= {"ket_qua_thi": "candidate", "pho_cap": "commune"}


@pytest.mark.parametrize("kind", SOUND)
def test_only_wrong_rows_are_set_aside_each_by_its_rule(tmp_path: Path, kind: str) -> None:
    key = KEYS.get(kind, "bi_danh")
    wrong = [
        SOUND[kind] | {key: f"wrong {number}"} | changed
        for number, (changed, _) in enumerate(WRONG[kind])
    ]
    twice = [SOUND[kind], SOUND[kind]]

    found, decision = _judged(tmp_path, _deliver(kind, [*twice, *wrong]))[1::-1]

    assert decision == "accepted"
    assert found == {rule for _, rule in WRONG[kind]} | {f"{ONCE[kind]}_once"}
    with duckdb.connect() as connection:
        lines = connection.execute(
            f"select distinct row_no from '{tmp_path}/lake/_quality/rejected/*.parquet' order by 1"
        ).fetchall()
    assert [line for (line,) in lines] == list(range(2, 3 + len(wrong)))


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ({"so_dong_bao": 2}, "rows_as_advertised"),
        ({"ky_hoc": "2024-2026.HK1"}, "term_code_form"),
        ({"ky_hoc": "học kỳ I"}, "term_code_form"),
    ],
)
def test_a_wrong_file_is_held_back(tmp_path: Path, about: Row, rule: str) -> None:
    decision, _, broken = _judged(tmp_path, _deliver("lop", [CLASS], **about))

    assert decision == "blocked" and rule in broken


@pytest.mark.parametrize(
    ("about", "row", "rule"),
    [
        ({"cot_la": "Số điện thoại phụ huynh"}, {}, "columns_as_agreed"),
        ({"bang_ma": "TCVN3"}, {}, "encoding_is_unicode"),
        ({}, {"si_so": 61}, "class_size_plausible"),
    ],
)
def test_what_is_only_told_goes_on(tmp_path: Path, about: Row, row: Row, rule: str) -> None:
    delivery = _deliver("lop", [CLASS | row], **about)

    assert _judged(tmp_path, delivery) == ("accepted", set(), {rule})
