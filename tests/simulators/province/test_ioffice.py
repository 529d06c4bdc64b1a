"""The iOffice of the province in a box: exact totals, lives of records, its protocol."""

import hashlib
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.compute as pc
import pytest

from simulators.province import Fault, ProvinceBox, Truth, load_profile
from simulators.province.ioffice.generate import generate
from tests.support.canaries import SECRET, canaries_in

FIRST, LAST = date(2021, 1, 1), date(2021, 9, 30)
END = datetime(2021, 9, 30, 17, tzinfo=UTC)
"""The first moment of October in Viet Nam."""

Asked = dict[str, Any]


def ask(
    box: ProvinceBox, path: str, token: str = "", body: Asked | None = None, **query: str
) -> Any:
    address = f"{box.environment['KHO_IOFFICE_URL']}{path}?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(
        address,
        None if body is None else json.dumps(body).encode(),
        {"content-type": "application/json", "x-authentication-token": token},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["x-mo-phong"] == "1"
        read = answer.read()
        return json.loads(read) if "json" in answer.headers["content-type"] else read


def log_in(box: ProvinceBox) -> str:
    environment = box.environment
    account = {
        "taiKhoan": environment["KHO_IOFFICE_USER"],
        "matKhau": environment["KHO_IOFFICE_PASSWORD"],
    }
    answer = ask(box, "/api/dang-nhap", body=account)
    assert answer["status"]["code"] == "0"
    return str(answer["data"]["token"])


def january(box: ProvinceBox, token: str, page: int = 1, rows: int = 100) -> Any:
    window = {
        "tuThoiDiem": "2021-01-01 00:00:00.000",
        "denThoiDiem": "2021-01-31 23:59:59.999",
    }
    return ask(box, "/api/van-ban-den", token, **window, trang=str(page), soDong=str(rows))


@pytest.fixture(scope="module")
def nine_months(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    truth = Truth(tmp_path_factory.mktemp("nine"))
    generate(load_profile("nghe_an"), 0.01, FIRST, LAST, truth)
    return truth


@pytest.fixture
def box(tmp_path: Path) -> Iterator[ProvinceBox]:
    made = ProvinceBox(
        "nghe_an", 0.002, FIRST, date(2021, 1, 31), tmp_path, now=END, sources=["ioffice"]
    )
    with made:
        yield made


def test_nine_months_give_the_totals_of_the_profile(nine_months: Truth) -> None:
    arrived = nine_months.state("ioffice", "van_ban_den", END)
    assert arrived.num_rows == 52_388  # 5,238,802 × 0.01, rounded half up
    out = nine_months.state("ioffice", "van_ban_di", END)
    issued = out.filter(pc.not_equal(out["ngayVanBan"], ""))
    assert issued.num_rows == 7_919
    assert (pc.sum(issued["trenTruc"]).as_py(), pc.sum(issued["kySo"]).as_py()) == (5_093, 2_562)
    # a message follows its document by a second
    later = END + timedelta(minutes=1)
    assert nine_months.state("ioffice", "truc_lien_thong", later).num_rows == 5_093


def test_drafts_have_no_number_and_no_day(nine_months: Truth) -> None:
    out = nine_months.state("ioffice", "van_ban_di", END)
    drafts = out.filter(pc.equal(out["ngayVanBan"], ""))
    assert drafts.num_rows > 10
    assert all(text.startswith("/") for text in drafts["soKyHieu"].to_pylist())


@pytest.mark.parametrize(
    "table", ["van_ban_den", "van_ban_di", "truc_lien_thong", "nhiem_vu", "su_kien_nhiem_vu"]
)
def test_every_table_has_secret_records_with_marks_and_none_in_its_state(
    nine_months: Truth, table: str
) -> None:
    secret = "select doMat, {rows}.* from {rows} where _secret".replace("{rows}.*", "*")
    rows = nine_months.query(secret, "ioffice", table, []).to_pylist()
    assert {row["doMat"] for row in rows} & {"Mật", "Tối mật", "Tuyệt mật", ""}
    assert all(row["doMat"] != "Thường" for row in rows)
    if table != "truc_lien_thong":
        assert all(SECRET in str(row) for row in rows)
    state = nine_months.state("ioffice", table, END)
    assert SECRET not in str(state.to_pylist())


def test_versions_of_a_record_rise_with_time(nine_months: Truth) -> None:
    falling = """
        select count(*) as wrong from (
            select _known_at <= lag(_known_at) over (partition by _key order by _version) as back,
                _version - lag(_version, 1, 0) over (partition by _key order by _version) as step
            from {rows}
        ) as v where coalesce(back, false) or step <> 1
    """
    for table in nine_months.tables("ioffice"):
        assert nine_months.query(falling, "ioffice", table, []).to_pylist() == [{"wrong": 0}]


def test_a_task_counts_the_reminders_that_its_events_tell(nine_months: Truth) -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    tasks = nine_months.state("ioffice", "nhiem_vu", later)
    events = nine_months.state("ioffice", "su_kien_nhiem_vu", later).to_pylist()
    live = set(tasks["_key"].to_pylist())
    told = [event for event in events if event["maNhiemVu"] in live]
    reminders = sum(event["loaiSuKien"] == "Đôn đốc" for event in told)
    assert reminders == pc.sum(tasks["lanDonDoc"]).as_py() > 0
    assert {event["loaiSuKien"] for event in told} == {
        "Giao", "Gia hạn", "Trả lại", "Đôn đốc", "Hoàn thành",
    }  # fmt: skip
    assert {"Nhắc nhở", "Phê bình"} <= {event["hinhThuc"] for event in told}


def test_the_same_call_draws_the_same_truth(tmp_path: Path, nine_months: Truth) -> None:
    again = Truth(tmp_path)
    generate(load_profile("nghe_an"), 0.01, FIRST, LAST, again)
    rows = "select * from {rows} where _key like '%-202103-%' order by _key, _version"
    for table in nine_months.tables("ioffice"):
        told = nine_months.query(rows, "ioffice", table, [])
        assert told.num_rows > 0 and told.equals(again.query(rows, "ioffice", table, []))


def test_pages_are_given_to_a_token_only(box: ProvinceBox) -> None:
    assert ask(box, "/api/dang-nhap", body={"taiKhoan": "x", "matKhau": "y"}) == {
        "status": {"code": "1001", "message": "Sai tài khoản hoặc mật khẩu"},
        "data": None,
    }
    assert january(box, "no-token")["status"]["code"] == "401"
    token = log_in(box)
    data = january(box, token)["data"]
    assert data["tongSo"] > 100 and len(data["danhSach"]) == 100
    renewed = ask(box, "/api/gia-han", token, body={})["data"]["token"]
    assert january(box, token)["status"]["code"] == "401"
    assert january(box, renewed)["status"]["code"] == "0"


def test_pages_together_are_the_window(box: ProvinceBox) -> None:
    token = log_in(box)
    pages = january(box, token)["data"]["soTrang"]
    rows = [row for n in range(1, pages + 1) for row in january(box, token, n)["data"]["danhSach"]]
    expected = box.truth.query(
        "select _key, _version from {rows} where _known_at > ? and _known_at <= ?"
        " order by _known_at, _key, _version",
        "ioffice",
        "van_ban_den",
        [datetime(2020, 12, 31, 17, tzinfo=UTC), datetime(2021, 1, 31, 16, 59, 59, 999000, UTC)],
    ).to_pylist()
    assert [(row["id"], row["phienBan"]) for row in rows] == [
        (row["_key"], row["_version"]) for row in expected
    ]


def test_a_token_can_expire_in_the_middle(box: ProvinceBox) -> None:
    token = log_in(box)
    box.inject(Fault("token_expires", "ioffice", times=1, pages=(2,)))
    assert january(box, token)["status"]["code"] == "0"
    assert january(box, token, 2)["status"]["code"] == "401"
    assert january(box, token)["status"]["code"] == "401"


def test_a_month_is_counted_as_text_and_hashed(box: ProvinceBox) -> None:
    token = log_in(box)
    asked = {"bang": "van_ban_den", "thang": "202101"}
    data = ask(box, "/api/doi-soat", token, **asked)["data"]
    live = box.truth.state("ioffice", "van_ban_den", END).to_pylist()
    lines = sorted(f"{row['_key']}|{row['_version']}" for row in live)
    assert data["soBanGhi"] == f"{len(live):,}".replace(",", ".")
    assert data["maBam"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_edxml_has_the_elements_of_the_regulation(box: ProvinceBox) -> None:
    token = log_in(box)
    message = box.truth.state("ioffice", "truc_lien_thong", END).to_pylist()[0]
    read = ET.fromstring(ask(box, f"/api/edxml/{message['maGoiTin']}", token))
    header = read.find("{*}edXMLEnvelope/{*}edXMLHeader")
    assert header is not None
    assert header.findtext("{*}MessageHeader/{*}From/{*}OrganId") == message["donViGui"]
    assert header.findtext("{*}TraceHeaderList/{*}Bussiness/{*}BussinessDocType") in "0123"
    assert read.find("{*}Attachments/{*}Attachment") is not None
    status = ET.fromstring(ask(box, f"/api/edxml/{message['maGoiTin']}/trang-thai", token))
    assert status.findtext(".//{*}StatusCode") in ("01", "02", "03")
    assert ask(box, "/api/edxml/khong-co", token)["status"]["code"] == "404"


def test_the_search_finds_marks_in_what_it_looks_through(nine_months: Truth) -> None:
    found = canaries_in(nine_months.folder)
    assert any(SECRET in line for line in found) and any("HO-TEN" in line for line in found)
