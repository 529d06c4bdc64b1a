"""The portal over HTTP: sessions, windows that tile, closing figures, statistics."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.province import ProvinceBox
from simulators.province.dvc.texts import instant, stamp
from tests.simulators.province.portal import ALL, Portal, entry

MARCH = datetime(2021, 2, 28, 17, tzinfo=UTC)
INSTANTS = st.integers(0, 40 * 24 * 3600 * 1000).map(lambda ms: MARCH + timedelta(milliseconds=ms))


def test_a_session_is_needed_and_wrong_credentials_get_none(portal: Portal) -> None:
    assert portal.login("kho_du_lieu", "sai")["error_code"] == 1
    answer = portal.ask()
    assert (answer.status_code, answer.json()["error_code"]) == (200, "03")


def test_a_session_lives_half_an_hour(box: ProvinceBox, portal: Portal) -> None:
    now = box.clock.now()
    box.clock.forward(timedelta(minutes=29))
    assert portal.ask(soDong=1).json()["error_code"] == "00"
    box.clock.forward(timedelta(minutes=1))
    assert portal.ask(soDong=1).json()["error_code"] == "03"
    box.clock.set(now)


def test_every_answer_says_that_it_is_simulated(portal: Portal) -> None:
    assert portal.ask(soDong=1).headers["X-Mo-Phong"] == "1"
    assert portal.http.get("/khong-co").headers["X-Mo-Phong"] == "1"


def test_wrong_windows_and_pages_are_refused(portal: Portal) -> None:
    for more in ({"tuThoiDiem": "2021"}, {"soDong": 5001}, {"trang": 0}, {"denThoiDiem": None}):
        assert portal.ask(**more).json()["error_code"] == "01"
    assert portal.ask("KhongCo").json()["error_code"] == "04"


def test_pages_hold_the_whole_log_once_and_in_order(box: ProvinceBox, portal: Portal) -> None:
    for service, table in (("DongBoHoSoMC", "ho_so"), ("CapNhatTienDoHoSoMC", "tien_do")):
        rows = portal.rows(service, soDong=97)
        assert len(rows) == portal.ask(service).json()["tongSo"]
        (counted,) = box.truth.query(
            "select count(*) as n from {rows}", "dvc", table, []
        ).to_pylist()
        assert len(rows) == counted["n"]
        places = [(row["ThoiDiemCapNhat"], row["MaHoSo"]) for row in rows]
        assert places == sorted(places)
        assert len({(*entry(row), row.get("ThuTu")) for row in rows}) == len(rows)


@given(st.lists(INSTANTS, min_size=1, max_size=6))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_windows_tile_without_gap_or_overlap(portal: Portal, cuts: list[datetime]) -> None:
    bounds = [ALL[0], *map(stamp, sorted(cuts)), ALL[1]]
    taken = [
        entry(row)
        for start, end in pairwise(bounds)
        for row in portal.rows(tuThoiDiem=start, denThoiDiem=end)
    ]
    assert taken == [entry(row) for row in portal.rows()]


def test_a_window_is_open_at_its_start_and_closed_at_its_end(portal: Portal) -> None:
    moment = portal.rows()[100]["ThoiDiemCapNhat"]
    before = stamp(instant(moment) - timedelta(milliseconds=1))
    assert portal.ask(tuThoiDiem=before, denThoiDiem=moment).json()["tongSo"] >= 1
    after = portal.rows(tuThoiDiem=moment)
    assert all(row["ThoiDiemCapNhat"] > moment for row in after)


def test_nothing_of_the_future_is_given_away(box: ProvinceBox, portal: Portal) -> None:
    now = box.clock.now()
    box.clock.set(MARCH + timedelta(days=10))
    portal.login("kho_du_lieu", "mo-phong")
    rows = portal.rows()
    state = {row["MaHoSo"]: row for row in rows}
    live = {key: row["PhienBan"] for key, row in state.items() if not row["DaXoa"]}
    truth = box.truth.state("dvc", "ho_so", box.clock.now()).to_pylist()
    assert live == {row["_key"]: row["_version"] for row in truth}
    box.clock.set(now)


def test_closing_figures_are_those_of_the_live_dossiers(portal: Portal) -> None:
    newest = {row["MaHoSo"]: row for row in portal.rows()}
    march = [
        row
        for row in newest.values()
        if not row["DaXoa"] and row["NgayTiepNhan"].startswith("202103")
    ]
    lines = sorted(f"{row['MaHoSo']}|{row['PhienBan']}" for row in march)
    (found,) = portal.ask("DoiSoatHoSo", thang="202103").json()["data"]
    assert found == {
        "thang": "202103",
        "soHoSo": len(march),
        "tongLePhi": sum(row["SoLePhi"] for row in march),
        "maBam": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }
    (empty,) = portal.ask("DoiSoatHoSo", thang="201901").json()["data"]
    assert (empty["soHoSo"], empty["maBam"]) == (0, hashlib.sha256(b"").hexdigest())


def test_closing_figures_of_steps_are_those_of_the_live_steps(portal: Portal) -> None:
    newest = {(row["MaHoSo"], row["ThuTu"]): row for row in portal.rows("CapNhatTienDoHoSoMC")}
    march = [
        row
        for row in newest.values()
        if not row["DaXoa"] and row["ThoiDiemXuLy"].startswith("202103")
    ]
    lines = sorted(f"{row['MaHoSo']}|{row['ThuTu']}|{row['PhienBan']}" for row in march)
    (found,) = portal.ask("DoiSoatTienDo", thang="202103").json()["data"]
    assert found == {
        "thang": "202103",
        "soBuoc": len(march),
        "tongThuTu": sum(row["ThuTu"] for row in march),
        "maBam": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


def test_procedures_are_a_whole_list(portal: Portal) -> None:
    rows = portal.ask("LayDanhSachTTHC").json()["data"]
    used = {row["MaTTHC"] for row in portal.rows()}
    assert used <= {row["MaTTHC"] for row in rows}
    assert {row["DonViTinh"] for row in rows} == {"ngay", "gio"}


def test_the_progress_score_is_twenty_times_the_share_on_time(portal: Portal) -> None:
    answer = portal.http.post(
        "/api/v1/reporting/evaluation/dvc-progress-tree",
        json={"timeType": "MONTH", "year": 2021, "month": 3, "rootDepartmentId": "H40"},
    )
    assert (answer.status_code, answer.json()["code"]) == (201, "OK")
    data = answer.json()["data"]
    parent, children = data["parent"], data["children"]
    newest = {row["MaHoSo"]: row for row in portal.rows() if row["NgayTiepNhan"]}
    live = [row for row in newest.values() if not row["DaXoa"]]
    assert parent["totalReceived"] == len(live) == sum(one["totalReceived"] for one in children)
    assert parent["totalOnTime"] == sum(one["totalOnTime"] for one in children)
    assert parent["score"] == round(20 * parent["totalOnTime"] / parent["totalReceived"], 2)
    # more than one supplement makes a dossier late, whatever its promise
    twice = sum(len(row["DanhSachHoSoBoSung"]) > 1 for row in live)
    assert parent["totalOverdue"] >= twice


def test_the_portal_judges_each_dossier_as_the_decision_says(portal: Portal) -> None:
    def read(text: str) -> datetime:
        return datetime.strptime(text, "%Y%m%d%H%M%S")

    def on_time(row: dict[str, Any]) -> bool:
        """Judge a dossier that has a promise."""
        end = read(row["NgayKetThucXuLy"] or "20210401000000")
        paused = timedelta()
        for one in row["DanhSachHoSoBoSung"]:
            given = read(one["NgayTiepNhanBoSung"]) if one["NgayTiepNhanBoSung"] else end
            paused += min(given, end) - min(read(one["NgayBoSung"]), end)
        return len(row["DanhSachHoSoBoSung"]) <= 1 and end - paused <= read(row["NgayHenTra"])

    newest = {row["MaHoSo"]: row for row in portal.rows() if row["NgayTiepNhan"]}
    live = [row for row in newest.values() if not row["DaXoa"]]
    unpromised = [row for row in live if not row["NgayHenTra"]]
    judged = sum(on_time(row) for row in live if row["NgayHenTra"])
    answer = portal.http.post(
        "/api/v1/reporting/evaluation/dvc-progress-tree", json={"year": 2021, "month": 3}
    )
    told = answer.json()["data"]["parent"]["totalOnTime"]
    assert judged <= told <= judged + len(unpromised)
    assert 0 < len(unpromised) < 0.1 * len(live)
