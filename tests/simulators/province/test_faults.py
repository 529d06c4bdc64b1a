"""Every fault behaves as its name says, over a real connection, and is gone when healed."""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators.province import Fault, ProvinceBox
from simulators.province.dvc.texts import instant, stamp
from simulators.province.encodings import spoil
from simulators.province.faults import ANSWER, CHANGES, NAMES, TRANSPORT
from tests.simulators.province.portal import ALL, Portal, entry


def keys(answer: httpx.Response) -> list[tuple[str, int]]:
    return [entry(row) for row in answer.json()["data"]]


@pytest.fixture
def sound(portal: Portal) -> dict[str, Any]:
    return dict(portal.ask(soDong=50).json())


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["", "_retry_after"])
def test_busy_with_and_without_retry_after(
    box: ProvinceBox, portal: Portal, status: int, after: str
) -> None:
    box.inject(Fault(f"{status}{after}", "dvc", times=2))
    for _ in range(2):
        answer = portal.ask()
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == ("1" if after else None)
        assert answer.headers["X-Mo-Phong"] == "1"
    assert portal.ask().status_code == 200


def test_one_page_never_answers_and_the_others_do(box: ProvinceBox) -> None:
    portal = Portal.of(box, timeout=0.2)
    box.inject(Fault("timeout_page", "dvc", pages=(2,)))
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            portal.ask(page=2, soDong=50)
    assert portal.ask(page=1, soDong=50).status_code == 200
    box.heal()
    assert portal.ask(page=2, soDong=50).status_code == 200


def test_json_ends_in_the_middle(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("truncated_json", "dvc", times=1))
    with pytest.raises(json.JSONDecodeError):
        portal.ask().json()
    assert portal.ask().json()["error_code"] == "00"


def test_gzip_ends_in_the_middle(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("truncated_gzip", "dvc", times=1))
    body = {"session": portal.session, "madonvi": "H40", "service": "DongBoHoSoMC", "trang": 1}
    request = {"tuThoiDiem": ALL[0], "denThoiDiem": ALL[1], "soDong": 50}
    with portal.http.stream("POST", "/api/dong-bo", json=body | request) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(packed)


def test_a_login_page_comes_with_status_200(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("html_login", "dvc", times=1))
    answer = portal.ask()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Đăng nhập" in answer.text
    assert portal.ask().json()["error_code"] == "00"


def test_signing_in_is_never_spoiled(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("503", "dvc"))
    assert portal.login("kho_du_lieu", "mo-phong")["error_code"] == 0


def test_the_session_expires_in_the_middle_of_a_pull(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("token_expires", "dvc", times=1, pages=(2,)))
    codes = [portal.ask(page=page, soDong=50).json()["error_code"] for page in (1, 2, 3)]
    assert codes == ["00", "03", "03"]
    portal.login("kho_du_lieu", "mo-phong")
    assert portal.ask(page=2, soDong=50).json()["error_code"] == "00"


def test_pages_shift_while_they_are_taken(box: ProvinceBox, portal: Portal) -> None:
    right = keys(portal.ask(soDong=5000))
    box.inject(Fault("shifting_pages", "dvc"))
    first, second = (portal.ask(page=page, soDong=50) for page in (1, 2))
    assert keys(first) == right[:50]
    assert keys(second) == right[51:101]  # the row between the two pages is lost
    assert second.json()["tongSo"] == len(right)


def test_a_page_comes_twice(box: ProvinceBox, portal: Portal) -> None:
    right = keys(portal.ask(soDong=5000))
    box.inject(Fault("duplicated_page", "dvc", times=1, pages=(3,)))
    pages = [keys(portal.ask(page=page, soDong=50)) for page in (1, 2, 3, 4)]
    assert pages[2] == pages[1] == right[50:100]
    assert pages[3] == right[150:200]


def test_a_row_is_dated_before_its_window(box: ProvinceBox, portal: Portal) -> None:
    start = portal.ask(soDong=50).json()["data"][-1]["ThoiDiemCapNhat"]
    box.inject(Fault("cursor_back", "dvc", times=1))
    row = portal.ask(tuThoiDiem=start).json()["data"][0]
    assert row["ThoiDiemCapNhat"] == stamp(instant(start) - timedelta(days=1))


def test_a_row_is_dated_2999(box: ProvinceBox, portal: Portal, sound: dict[str, Any]) -> None:
    box.inject(Fault("cursor_2999", "dvc", times=1))
    lied = portal.ask(soDong=50).json()["data"]
    assert lied[0]["ThoiDiemCapNhat"].startswith("29991231")
    assert lied[1:] == sound["data"][1:]


def test_the_answer_before_comes_again(box: ProvinceBox, portal: Portal) -> None:
    yesterday = portal.ask(denThoiDiem="20210310000000000")
    box.inject(Fault("replay_yesterday", "dvc", times=1))
    today = {"tuThoiDiem": "20210310000000000", "denThoiDiem": "20210311000000000"}
    assert portal.ask(**today).content == yesterday.content
    assert portal.ask(**today).content != yesterday.content


def test_a_working_day_has_no_rows(box: ProvinceBox, portal: Portal) -> None:
    box.inject(Fault("zero_rows", "dvc", times=1))
    lied = portal.ask().json()
    assert (lied["error_code"], lied["tongSo"], lied["data"]) == ("00", 0, [])
    assert portal.ask().json()["tongSo"] > 0


def test_a_column_comes_goes_or_changes_its_type(
    box: ProvinceBox, portal: Portal, sound: dict[str, Any]
) -> None:
    (before,) = {tuple(row) for row in sound["data"]}
    for name in ("new_column", "dropped_column", "type_change"):
        box.inject(Fault(name, "dvc", times=1))
    (after,) = {tuple(row) for row in portal.ask(soDong=50).json()["data"]}
    assert set(after) - set(before) == {"NguonTiepNhanMoi"}
    assert set(before) - set(after) == {"TrichYeuHoSo"}
    box.inject(Fault("type_change", "dvc", times=1))
    fees = [row["SoLePhi"] for row in portal.ask(soDong=50).json()["data"]]
    assert all(re.fullmatch(r"\d+ \(tạm tính\)", fee) for fee in fees)
    assert portal.ask(soDong=50).json() == sound


def test_instants_are_shifted_to_utc(
    box: ProvinceBox, portal: Portal, sound: dict[str, Any]
) -> None:
    box.inject(Fault("utc_local_shift", "dvc", times=1))
    for lied, right in zip(portal.ask(soDong=50).json()["data"], sound["data"], strict=True):
        shift = instant(right["ThoiDiemCapNhat"]) - instant(lied["ThoiDiemCapNhat"])
        assert shift == timedelta(hours=7)
        assert (lied["NgayTra"] == "") == (right["NgayTra"] == "")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "utf16", "bom", "nfd"])
def test_texts_come_in_another_encoding(
    box: ProvinceBox, portal: Portal, sound: dict[str, Any], encoding: str
) -> None:
    right = portal.ask(soDong=50).content
    box.inject(Fault(f"encoding_{encoding}", "dvc", times=1))
    spoiled = portal.ask(soDong=50).content
    assert spoiled == spoil(right, encoding) != right
    if encoding == "utf16":
        assert json.loads(spoiled.decode("utf-16")) == sound
    if encoding == "bom":
        assert spoiled == b"\xef\xbb\xbf" + right
    if encoding == "nfd":
        assert unicodedata.normalize("NFC", spoiled.decode()) == right.decode()


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("tcvn3", "TiÕng ViÖt: §ång ý, ®−êng".replace("−", "\xad")),
        ("vni", "Tieáng Vieät: Ñoàng yù, ñöôøng"),
    ],
)
def test_font_encodings_write_the_letters_of_old_databases(encoding: str, written: str) -> None:
    assert spoil("Tiếng Việt: Đồng ý, đường".encode(), encoding).decode() == written


@pytest.fixture
def own_box(tmp_path: Path) -> Iterator[ProvinceBox]:
    """A box whose truth a test may change: its clock stands after all that happened."""
    days = (date(2021, 3, 1), date(2021, 3, 12))
    now = datetime(2021, 6, 1, tzinfo=UTC)
    with ProvinceBox("nghe_an", 0.01, *days, tmp_path, now=now, sources=["dvc"]) as box:
        yield box


@pytest.mark.parametrize(
    ("name", "count"),
    [("one_millisecond", 60), ("late_rows", 20), ("restated_rows", 20), ("deleted_rows", 20)],
)
def test_records_change_behind_everyones_back(own_box: ProvinceBox, name: str, count: int) -> None:
    portal, now = Portal.of(own_box), own_box.clock.now()
    before = {row["_key"]: row for row in own_box.truth.state("dvc", "ho_so", now).to_pylist()}
    known = {entry(row) for row in portal.rows()}
    own_box.inject(Fault(name, "dvc", seed=3))
    portal.login("kho_du_lieu", "mo-phong")
    changed = [row for row in portal.rows() if entry(row) not in known]
    assert len(changed) == len({row["MaHoSo"] for row in changed}) == count
    assert all(row["PhienBan"] == before[row["MaHoSo"]]["_version"] + 1 for row in changed)
    moments = [instant(row["ThoiDiemCapNhat"]) for row in changed]
    if name == "late_rows":
        assert max(moments) < now and min(moments) > now - timedelta(minutes=11)
    else:
        assert min(moments) > now and max(moments) <= own_box.clock.now()
    assert (len(set(moments)) == 1) == (name == "one_millisecond")
    after = {
        row["_key"]: row
        for row in own_box.truth.state("dvc", "ho_so", own_box.clock.now()).to_pylist()
    }
    gone = set(before) - set(after)
    assert gone == ({row["MaHoSo"] for row in changed} if name == "deleted_rows" else set())
    if not gone:
        assert all(row["SoLePhi"] == before[row["MaHoSo"]]["SoLePhi"] + 1 for row in changed)


def test_a_change_of_records_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    def changed(folder: Path, seed: int) -> list[str]:
        days, now = (date(2021, 3, 1), date(2021, 3, 12)), datetime(2021, 6, 1, tzinfo=UTC)
        fault = Fault("restated_rows", "dvc", seed=seed)
        with ProvinceBox("nghe_an", 0.01, *days, folder, now, [fault], sources=["dvc"]) as box:
            state = box.truth.state("dvc", "ho_so", box.clock.now()).to_pylist()
            return [row["_key"] for row in state if row["_known_at"] > now]

    assert changed(tmp_path / "a", 1) == changed(tmp_path / "b", 1)
    assert changed(tmp_path / "a2", 1) != changed(tmp_path / "c", 2)


def test_a_fault_is_known_by_name() -> None:
    assert Fault.parse("503@dvc:3") == Fault("503", "dvc", times=3)
    assert Fault.parse("zero_rows@y_te") == Fault("zero_rows", "y_te")
    for text in ("503", "503@", "khong_co@dvc", "503@dvc:x"):
        with pytest.raises(ValueError, match=r"[Ll]ỗi"):
            Fault.parse(text)
    assert set(NAMES) == {*TRANSPORT, *ANSWER, *CHANGES}
