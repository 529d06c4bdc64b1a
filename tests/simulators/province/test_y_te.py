"""The health gateway: exact totals, envelopes that hold what the ledger says, its protocol."""

import base64
import hashlib
import json
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from simulators.province.box import ProvinceBox
from simulators.province.faults import Fault
from simulators.province.profile import load_profile
from simulators.province.truth import Truth
from simulators.province.y_te.generate import generate

FIRST, LAST = date(2021, 1, 1), date(2021, 9, 30)
END = datetime(2021, 9, 30, 16, 59, 59, 999000, tzinfo=UTC)


def ask(environment: dict[str, str], path: str, token: str = "", **said: Any) -> dict[str, Any]:
    request = urllib.request.Request(
        environment["KHO_Y_TE_URL"] + path,
        json.dumps(said).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["x-mo-phong"] == "1"
        return json.loads(answer.read())


def token_of(environment: dict[str, str]) -> str:
    said = {"username": environment["KHO_Y_TE_USER"], "password": environment["KHO_Y_TE_PASSWORD"]}
    return ask(environment, "/api/token", **said)["APIKey"]["access_token"]


def window(environment: dict[str, str], token: str, page: int = 1, rows: int = 50) -> dict:
    said = {"tuThoiDiem": "20210105000000000", "denThoiDiem": "20210112000000000"}
    return ask(environment, "/api/ho-so/danh-sach", token, **said, trang=page, soDong=rows)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProvinceBox]:
    folder = tmp_path_factory.mktemp("truth")
    made = ProvinceBox(
        "nghe_an", 0.002, FIRST, date(2021, 2, 28), folder, now=END, sources=["y_te"]
    )
    with made:
        yield made


def test_nine_months_give_the_total_of_the_profile(tmp_path: Path) -> None:
    truth = Truth(tmp_path)
    generate(load_profile("nghe_an"), 0.01, FIRST, LAST, truth)
    live = truth.state("y_te", "ho_so", END)
    assert live.num_rows == 12_605  # 1,260,513 × 0.01, rounded half up
    received = pc.utf8_slice_codeunits(live["thoiDiemTiepNhan"], 0, 8)
    assert (pc.min(received).as_py(), pc.max(received).as_py()) == ("20210101", "20210930")
    occupied = pc.sum(
        live.filter(pc.equal(live["MA_LOAI_KCB"], "03"))["SO_NGAY_DTRI"].cast(pa.int64())
    ).as_py()
    beds = truth.state("y_te", "co_so", END)
    first_span = beds.filter(pc.equal(beds["hieu_luc_tu"], "20200101"))
    planned = pc.sum(first_span["giuong_ke_hoach"]).as_py() * 273
    assert 0.7 < occupied / planned < 1.05


def test_a_day_does_not_depend_on_the_days_asked_for_with_it(tmp_path: Path) -> None:
    profile = load_profile("bac_ninh")
    whole, part = Truth(tmp_path / "whole"), Truth(tmp_path / "part")
    generate(profile, 0.001, date(2021, 3, 1), date(2021, 4, 30), whole)
    generate(profile, 0.001, date(2021, 4, 10), date(2021, 4, 12), part)
    rows = "select * from {rows} where thoiDiemTiepNhan between ? and ? order by _key, _version"
    days = ["20210410", "20210413"]
    told = whole.query(rows, "y_te", "ho_so", days)
    assert told.num_rows > 0
    assert told.equals(part.query(rows, "y_te", "ho_so", days))


def test_envelopes_hold_what_the_ledger_says(box: ProvinceBox) -> None:
    answer = window(box.environment, token_of(box.environment))
    assert answer["tongSo"] > 50 and len(answer["duLieu"]) == 50
    versions = box.truth.query("select * from {rows}", "y_te", "ho_so", []).to_pylist()
    ledger = {(row["_key"], row["_version"]): row for row in versions}
    for entry in answer["duLieu"]:
        row = ledger[entry["maLk"], entry["phienBan"]]
        files = {
            one.findtext("LOAIHOSO"): ET.fromstring(base64.b64decode(one.findtext("NOIDUNGFILE")))
            for one in ET.fromstring(entry["hoSo"]).iter("FILEHOSO")
        }
        main = {field.tag: field.text or "" for field in files["XML1"]}
        assert len(main) == 66
        assert all(main[name] == str(row[name]) for name in main.keys() & row.keys())
        paid = [
            int(one.text) for kind in ("XML2", "XML3") for one in files[kind].iter("THANH_TIEN_BV")
        ]
        assert sum(paid) == row["T_TONGCHI_BV"]
        days = [
            int(line.findtext("SO_LUONG"))
            for line in files["XML3"].iter("CHI_TIET_DVKT")
            if line.findtext("MA_GIUONG")
        ]
        assert sum(days) == (int(row["SO_NGAY_DTRI"]) if row["MA_LOAI_KCB"] == "03" else 0)


def test_everybody_is_a_canary(box: ProvinceBox) -> None:
    rows = box.truth.query("select * from {rows}", "y_te", "ho_so", [])
    for name, mark in (
        ("HO_TEN", "CANARY-HO-TEN"),
        ("DIA_CHI", "CANARY-HO-TEN"),
        ("SO_CCCD", "999000"),
        ("DIEN_THOAI", "0999000"),
        ("MA_THE_BHYT", "999000"),
        ("MA_BN", "999000"),
    ):
        assert pc.all(pc.match_substring(rows[name], mark)).as_py()


def test_a_token_is_needed_and_runs_out(box: ProvinceBox) -> None:
    environment = box.environment
    wrong = {"username": environment["KHO_Y_TE_USER"], "password": "x"}
    assert ask(environment, "/api/token", **wrong)["maKetQua"] == "401"
    assert window(environment, "no-token")["maKetQua"] == "401"
    token = token_of(environment)
    assert window(environment, token)["maKetQua"] == "200"
    box.inject(Fault("token_expires", "y_te", times=1, pages=(2,)))
    assert window(environment, token, page=2)["maKetQua"] == "401"
    assert window(environment, token, page=1)["maKetQua"] == "401"


def test_a_month_is_advertised_as_it_stands(box: ProvinceBox) -> None:
    environment = box.environment
    answer = ask(environment, "/api/ho-so/doi-soat", token_of(environment), thang="202101")
    live = box.truth.state("y_te", "ho_so", END)
    month = live.filter(pc.starts_with(live["thoiDiemTiepNhan"], "202101")).to_pylist()
    lines = sorted(f"{row['_key']}|{row['_version']}" for row in month)
    assert answer["duLieu"] == [
        {
            "thang": "202101",
            "soHoSo": len(month),
            "tongChi": str(sum(row["T_TONGCHI_BV"] for row in month)),
            "maBam": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
    ]


def test_facilities_bring_their_planned_beds_with_their_dates(box: ProvinceBox) -> None:
    environment = box.environment
    rows = ask(environment, "/api/co-so/danh-sach", token_of(environment))["duLieu"]
    assert [row for row in rows if row["ma_cskcb"] == "40001"] == [
        {
            "ma_cskcb": "40001",
            "ten_cskcb": "Bệnh viện Hữu nghị Đa khoa Nghệ An",
            "hang": "tinh",
            "giuong_ke_hoach": 3,
            "hieu_luc_tu": "20200101",
            "hieu_luc_den": "20221231",
            "ma_tinh": "40",
            "phien_ban": 1,
            "thoi_diem_cap_nhat": "20200101090000000",
            "da_xoa": 0,
        }
    ]
