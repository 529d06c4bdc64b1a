"""The portal's truth: exact totals, whole lives, the same bytes for the same seed."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from simulators.province import Truth, load_profile
from simulators.province.dvc.generate import generate
from tests.simulators.province.conftest import LATER, NINE_MONTHS


def received(truth: Truth, now: datetime = LATER) -> list[dict[str, Any]]:
    state = truth.state("dvc", "ho_so", now).to_pylist()
    return [row for row in state if "20210101" <= row["NgayTiepNhan"] < "20211001"]


def log(truth: Truth, table: str) -> list[dict[str, Any]]:
    rows = [row for part in truth.parts("dvc", table) for row in pq.read_table(part).to_pylist()]
    return sorted(rows, key=lambda row: (row["_known_at"], row["_key"], row["_version"]))


def test_a_hundredth_of_the_nine_months_is_exact(truth: Truth) -> None:
    assert len(received(truth)) == 2_832


@pytest.mark.slow
def test_the_nine_months_have_the_reported_dossiers(tmp_path: Path) -> None:
    truth = Truth(tmp_path)
    generate(load_profile("nghe_an"), 1, *NINE_MONTHS, truth)
    found = truth.query(
        """
        select count(distinct _key) as n from (
            select * from {rows} qualify row_number() over (
                partition by _key order by _version desc) = 1
        ) as newest
        where not _deleted and NgayTiepNhan between '20210101' and '20211001'
        """,
        "dvc",
        "ho_so",
        [],
    )
    assert found["n"].to_pylist() == [283_175]


def test_the_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    def digest(folder: Path) -> dict[str, str]:
        days = (date(2025, 2, 20), date(2025, 3, 10))
        generate(load_profile("bac_ninh"), 0.01, *days, Truth(folder))
        files = sorted(folder.rglob("*.parquet"))
        return {
            str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in files
        }

    first = digest(tmp_path / "a")
    assert first == digest(tmp_path / "b")
    assert "dvc/ho_so/2025-02.parquet" in first


@pytest.mark.parametrize("table", ["ho_so", "tien_do"])
@pytest.mark.parametrize("now", [datetime(2021, month, 17, 4, tzinfo=UTC) for month in (2, 6, 10)])
def test_the_state_is_what_a_replay_of_the_log_gives(
    truth: Truth, table: str, now: datetime
) -> None:
    state: dict[str, dict[str, Any]] = {}
    for row in log(truth, table):
        if row["_known_at"] <= now:
            state[row["_key"]] = row
    expected = {key: row for key, row in state.items() if not row["_deleted"]}
    found = {row["_key"]: row for row in truth.state("dvc", table, now).to_pylist()}
    assert found == expected
    assert expected


def test_versions_of_a_dossier_count_up_and_become_known_in_order(truth: Truth) -> None:
    for table in ("ho_so", "tien_do"):
        numbers: Counter[str] = Counter()
        for row in log(truth, table):
            numbers[row["_key"]] += 1
            assert row["_version"] == row["PhienBan"] == numbers[row["_key"]]
            assert row["DaXoa"] == int(row["_deleted"])


def test_lives_have_every_shape(truth: Truth) -> None:
    rows = log(truth, "ho_so")
    lives: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        lives.setdefault(row["_key"], []).append(row)
    assert {row["TrangThaiHoSo"] for row in rows} == {str(state) for state in range(1, 11)}
    paths = [[row["TrangThaiHoSo"] for row in life] for life in lives.values()]
    assert any(("10", "4") in pairwise(path) for path in paths)
    last = [life[-1] for life in lives.values()]
    assert any(row["_deleted"] for row in last)
    assert any(
        life[-1]["DaXoa"] == 0 and any(row["DaXoa"] for row in life) for life in lives.values()
    )
    assert any(len(row["DanhSachHoSoBoSung"]) > 1 for row in last)
    assert any(row["NgayTiepNhan"] and not row["NgayHenTra"] for row in last)
    assert any(row["NgayHenTra"] and row["NgayKetThucXuLy"] > row["NgayHenTra"] for row in last)
    assert any(life[0]["SoLePhi"] != life[-1]["SoLePhi"] for life in lives.values())
    assert {row["KenhThucHien"] for row in last} == {"", "1", "2", "3"}


def test_a_supplement_moves_the_promise_by_the_time_it_took(truth: Truth) -> None:
    def instant(text: str) -> datetime:
        return datetime.strptime(text, "%Y%m%d%H%M%S")

    answered = [
        entry
        for row in received(truth)
        for entry in row["DanhSachHoSoBoSung"]
        if entry["NgayHenTraMoi"]
    ]
    assert answered
    for entry in answered:
        taken = instant(entry["NgayTiepNhanBoSung"]) - instant(entry["NgayBoSung"])
        moved = instant(entry["NgayHenTraMoi"]) - instant(entry["NgayHenTraTruoc"])
        assert abs(moved - taken) <= timedelta(seconds=1)


def test_dossiers_follow_the_mergers(tmp_path: Path) -> None:
    truth = Truth(tmp_path)
    for first, last in (((2025, 2, 27), (2025, 3, 3)), ((2025, 6, 27), (2025, 7, 2))):
        generate(load_profile("bac_ninh"), 0.05, date(*first), date(*last), truth)
    profile = load_profile("bac_ninh")
    seen = Counter()
    for row in truth.state("dvc", "ho_so", datetime(2026, 1, 1, tzinfo=UTC)).to_pylist():
        day = datetime.strptime(row["MaHoSo"].split("-")[1], "%y%m%d").date()
        units = {agency.identifier: agency for agency in profile.agencies_on(day)}
        communes = {commune.code for commune in profile.communes_on(day)}
        assert row["DonViXuLy"] in units and row["MaXa"] in communes
        seen[day >= date(2025, 7, 1), row["DonViXuLy"][:3], units[row["DonViXuLy"]].level] += 1
    assert {key for key in seen if key[0]} == {(True, "H05", "so"), (True, "H05", "xa")}
    assert {key[1:] for key in seen if not key[0]} == {
        (unit, level) for unit in ("H02", "H05") for level in ("so", "huyen", "xa")
    }


def test_canaries_stand_in_every_personal_field(truth: Truth) -> None:
    dossiers, steps = log(truth, "ho_so"), log(truth, "tien_do")
    assert any("CANARY-HO-TEN" in row["ChuHoSo"] for row in dossiers)
    assert any(row["SoDienThoai"].startswith("0999000") for row in dossiers)
    assert any(row["MaDoiTuong"].startswith("999000") for row in dossiers)
    assert any("999000" in row["Email"] for row in dossiers)
    assert any("CANARY-HO-TEN" in row["NguoiXuLy"] for row in steps)
    assert any("CANARY-HO-TEN" in row["NoiDungXuLy"] for row in steps)
