"""Stations' files pulled over a real SFTP server: each once, nothing guessed, nothing lost."""

import gzip
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import paramiko
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.landing import LandingReport, land, landed_rows
from connectors.sources.quan_trac import archives
from connectors.sources.quan_trac.lines import parse_lines
from connectors.sources.quan_trac.store import Store
from simulators.province.box import ProvinceBox
from simulators.province.quan_trac import shelf
from simulators.province.quan_trac.serve import StationServer

LOCAL = timezone(timedelta(hours=7))
NOW = datetime(2026, 9, 14, 10, 30, tzinfo=LOCAL)
STATION = "40_VINH_KK01"
LINE = "PM2,5\t48.21\tug/Nm3\t20260914101500\t00"


class Stations:
    """A folder on a real SFTP server, and the lake that is filled from it."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.server = StationServer(self.files, lambda: None)
        self.lake = folder / "lake"
        self.state = folder / "dlt"
        self.refused: list[tuple[str, str]] = []
        self.slept: list[float] = []
        self.now = NOW

    def put(self, name: str, content: str | bytes, changed_at: datetime | None = None) -> Path:
        path = self.files / STATION / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        seconds = (changed_at or NOW - timedelta(minutes=5)).timestamp()
        os.utime(path, (seconds, seconds))
        return path

    def send(self, time: str, *lines: str, sent_at: datetime | None = None) -> Path:
        return self.put(f"{STATION}_{time}.txt", "\r\n".join(lines) + "\r\n", sent_at)

    def pull(self, **more: Any) -> LandingReport:
        environment = self.server.environment | more.pop("environment", {})
        self.refused.clear()
        context = PullContext(
            now=self.now.astimezone(UTC),
            environment=environment,
            refuse=lambda *said: self.refused.append(said),
            sleep=self.slept.append,
            **more,
        )
        return land(registry()["quan_trac"], context, self.lake, self.state, lambda kind: None)

    def rows(self, *columns: str) -> list[dict[str, Any]]:
        return self.landed(*columns).to_pylist()

    def landed(self, *columns: str) -> pa.Table:
        return pa.concat_tables(landed_rows(self.lake, "quan_trac", "so_do", columns))


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[Stations]:
    stations = Stations(tmp_path)
    yield stations
    stations.server.stop()


def test_a_file_is_taken_once_and_again_when_it_was_written_anew(stations: Stations) -> None:
    stations.send("20260914101500", LINE)
    stations.send("20260914102000", LINE.replace("1015", "1020"))
    assert stations.pull().rows["so_do"] == 2
    assert stations.pull().load_ids == []
    anew = NOW - timedelta(minutes=1)
    stations.send("20260914101500", LINE.replace("48.21", "47.00"), sent_at=anew)
    assert stations.pull().rows["so_do"] == 1
    found = stations.rows("tep", "ket_qua", "_known_at")
    assert [str(row["ket_qua"]) for row in found] == ["48.210000", "48.210000", "47.000000"]
    assert found[-1]["_known_at"] == anew
    assert stations.refused == []


def test_a_growing_file_is_left_for_the_next_pull(
    stations: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = stations.send("20260914101500", LINE)
    half = stations.send("20260914102000", LINE[:20])
    fresh = stations.send("20260914102500", LINE, sent_at=NOW - timedelta(seconds=3))
    read = Store.read

    def grow_then_read(self: Store, file: Any) -> bytes:
        if file.name == half.name:
            with half.open("a") as writing:
                writing.write(LINE[20:])
        return read(self, file)

    monkeypatch.setattr(Store, "read", grow_then_read)
    stations.pull()
    assert {row["tep"] for row in stations.rows("tep")} == {whole.name}
    monkeypatch.undo()
    stations.send("20260914102000", LINE, sent_at=NOW)
    stations.now += timedelta(minutes=5)
    stations.pull()
    assert {row["tep"] for row in stations.rows("tep")} == {whole.name, half.name, fresh.name}
    assert all(row["doubt"] is None for row in stations.rows("doubt"))


def test_a_line_that_is_not_understood_keeps_its_place_and_a_reason(stations: Stations) -> None:
    stations.send("20260914101500", LINE, "", "rác", "COD,1,234,mg/l,20260914101500,00")
    report = stations.pull()
    assert report.rows["so_do"] == 3
    _, junk, thousand = stations.rows("tep", "dong", "dong_goc", "doubt", "thong_so")
    assert (junk["dong"], junk["dong_goc"], junk["thong_so"]) == (3, "rác", None)
    assert "năm cột" in junk["doubt"]
    assert thousand["dong"] == 4 and "hàng nghìn hay phần thập phân" in thousand["doubt"]


@pytest.mark.parametrize(
    ("line", "symbol", "value"),
    [
        ("PM2,5\t48.21\tug/Nm3\t20260914101500\t00", "PM2,5", "48.210000"),
        ("PM2,5,48.21,ug/Nm3,20260914101500,00", "PM2,5", "48.210000"),
        ("PM2,5,48,21,ug/Nm3,20260914101500,00", "PM2,5", "48.210000"),
        ("PM2,5\t48,21\tug/Nm3\t20260914101500\t00", "PM2,5", "48.210000"),
        ("NO2,7,ug/Nm3,20260914101500,00", "NO2", "7.000000"),
        ("pH\t7.1\t\t20260914101500\t00", "pH", "7.100000"),
        ("Temp,-1.5,oC,20260914101500,00", "Temp", "-1.500000"),
        ("PM10\t\tug/Nm3\t20260914101500\t02", "PM10", "None"),
        ("PM10,-,ug/Nm3,20260914101500,01", "PM10", "None"),
    ],
)
def test_tabs_and_commas_are_told_apart(line: str, symbol: str, value: str) -> None:
    (row,) = parse_lines(pa.array([line])).to_pylist()
    assert (row["thong_so"], str(row["ket_qua"]), row["doubt"]) == (symbol, value, None)
    assert row["thoi_diem"] == datetime(2026, 9, 14, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("PM10\t1.5\tug/Nm3\t20260231101500\t00", "thời điểm có thật"),
        ("PM10\t1.5\tug/Nm3\t20260914101560\t00", "thời điểm có thật"),
        ("PM10\t1.5\tug/Nm3\t20260914101500\t07", "trạng thái"),
        ("PM10\t\tug/Nm3\t20260914101500\t00", "không phải là số"),
        ("PM10\t#NAME?\tug/Nm3\t20260914101500\t00", "không phải là số"),
        ("PM10\t1e9\tug/Nm3\t20260914101500\t00", "không phải là số"),
        ("PM10\t1,009\tug/Nm3\t20260914101500\t00", "hàng nghìn"),
        ("PM10\t1.5\tug/Nm3\t14/09/2026 10:15\t00", "năm cột"),
        ("PM10\t1.5\tug/Nm3\t20260914101500", "năm cột"),
        ("PM2,5,48.21,20260914101500,00", "năm cột"),
        ("NO2,48,21,20260914101500,00", "năm cột"),
    ],
)
def test_what_is_not_certain_is_asked(line: str, question: str) -> None:
    (row,) = parse_lines(pa.array([line])).to_pylist()
    assert question in row["doubt"]
    assert row["ket_qua"] is None and row["thoi_diem"] is None and row["dong_goc"] == line


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r")), max_size=8))
def test_every_line_is_a_reading_or_a_question(lines: list[str]) -> None:
    rows = parse_lines(pa.array(["\n".join(lines), LINE])).to_pylist()
    mine = [row for row in rows if row["text_no"] == 0]
    assert [row["dong"] for row in mine] == [
        number
        for number, line in enumerate(lines, 1)
        if pc.match_substring_regex(pa.scalar(line), r"\S").as_py()
    ]
    assert all((row["doubt"] is None) == (row["thong_so"] is not None) for row in mine)
    assert rows[-1]["doubt"] is None


symbols = st.sampled_from(["PM2,5", "PM10", "NO2", "pH", "COD", "Flow"])
figures = st.decimals(-1000, 100_000, places=2)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(
    st.lists(st.tuples(symbols, figures, moments, st.sampled_from("\t,")), min_size=1, max_size=20)
)
def test_a_line_written_is_the_line_read(readings: list[Any]) -> None:
    lines = [
        mark.join([symbol, f"{value:f}", "mg/l", f"{moment:%Y%m%d%H%M%S}", "00"])
        for symbol, value, moment, mark in readings
    ]
    found = parse_lines(pa.array(["\r\n".join(lines)])).to_pylist()
    assert [(row["thong_so"], row["ket_qua"], row["thoi_diem"]) for row in found] == [
        (symbol, value, moment.replace(tzinfo=LOCAL)) for symbol, value, moment, _ in readings
    ]


def test_midnight_is_the_start_of_a_local_day(stations: Stations) -> None:
    for time in ("20260913235500", "20260914000000", "20260914000500"):
        stations.send(time, LINE.replace("20260914101500", time))
    report = stations.pull()
    assert [row["thoi_diem"] for row in stations.rows("thoi_diem")] == [
        datetime(2026, 9, 13, 16, 55, tzinfo=UTC),
        datetime(2026, 9, 13, 17, 0, tzinfo=UTC),
        datetime(2026, 9, 13, 17, 5, tzinfo=UTC),
    ]
    # one delivery for each local day
    assert report.deliveries == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("form", ["txt", "zip", "gz"])
def test_unicode_is_read_whatever_its_mark(stations: Stations, encoding: str, form: str) -> None:
    text = (LINE.replace("ug/Nm3", "µg/Nm3") + "\r\n").encode(encoding)
    _put(stations, form, text)
    stations.pull()
    (row,) = stations.rows("thong_so", "don_vi", "doubt")
    assert row == {"thong_so": "PM2,5", "don_vi": "µg/Nm3", "doubt": None}


@pytest.mark.parametrize("form", ["txt", "zip", "gz"])
def test_a_legacy_encoding_is_refused_with_a_reason(stations: Stations, form: str) -> None:
    name = _put(stations, form, LINE.replace("ug", "µg").encode("latin-1"))
    stations.send("20260914102000", LINE)
    stations.pull()
    ((label, reason),) = stations.refused
    assert label == name and "UTF-8" in reason
    assert len(stations.rows("tep")) == 1


@pytest.mark.parametrize("form", ["zip", "gz"])
def test_a_torn_archive_is_refused_until_it_is_whole(stations: Stations, form: str) -> None:
    lines = "".join(LINE.replace("1015", f"{n // 60:02}{n % 60:02}") + "\n" for n in range(900))
    name = _put(stations, form, lines.encode())
    path = stations.files / STATION / name
    whole = path.read_bytes()
    stations.put(name, whole[: len(whole) // 2])
    assert stations.pull().load_ids == []
    assert stations.refused[0][0] == name and "bị cắt ngang" in stations.refused[0][1]
    stations.put(name, whole)
    assert stations.pull().rows["so_do"] == 900
    assert stations.refused == []


def _put(stations: Stations, form: str, text: bytes) -> str:
    """Put one text as a five-minute file or as an archive of its month."""
    if form == "txt":
        return stations.put(f"{STATION}_20260914101500.txt", text).name
    name = f"{STATION}_202609.{form}"
    if form == "gz":
        return stations.put(name, gzip.compress(text)).name
    path = stations.put(name, b"")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("thang.txt", text)
    return stations.put(name, path.read_bytes()).name


def test_an_archive_comes_in_pieces_with_true_line_numbers(
    stations: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_PIECE", 1000)
    lines = [LINE.replace("1015", f"{n // 60:02}{n % 60:02}") for n in range(900)]
    _put(stations, "gz", "\n".join(lines).encode())
    stations.pull()
    assert [row["dong"] for row in stations.rows("dong")] == list(range(1, 901))


def test_lines_of_an_archive_were_known_when_they_were_measured(stations: Stations) -> None:
    _put(stations, "gz", f"{LINE}\n".encode())
    stations.pull()
    assert stations.rows("_known_at")[0]["_known_at"] == datetime(2026, 9, 14, 3, 15, tzinfo=UTC)
    # what it says anew is known since it was written anew
    anew = NOW - timedelta(minutes=1)
    stations.put(f"{STATION}_202609.gz", gzip.compress(LINE.replace("48.21", "5").encode()), anew)
    stations.pull()
    assert stations.rows("_known_at")[1]["_known_at"] == anew


def test_a_silent_station_is_told(stations: Stations) -> None:
    stations.send("20260914081500", LINE, sent_at=NOW - timedelta(minutes=61))
    stations.pull()
    ((label, reason),) = stations.refused
    assert label == f"trạm {STATION}" and "im lặng từ 09:29 ngày 14/09/2026" in reason


def test_a_file_from_the_future_is_told_and_hides_no_silence(stations: Stations) -> None:
    stations.send("20260914081500", LINE, sent_at=NOW - timedelta(minutes=61))
    stations.send("20260914102000", LINE, sent_at=datetime(2100, 1, 1, tzinfo=LOCAL))
    stations.pull()
    (_, ahead), (_, silent) = stations.refused
    assert "1 tệp ghi ngày sửa ở tương lai" in ahead and "01/01/2100" in ahead
    assert "im lặng từ 09:29" in silent
    assert {row["tep"] for row in stations.rows("tep")} == {f"{STATION}_20260914081500.txt"}


def test_a_broken_line_is_taken_up_again(stations: Stations) -> None:
    for minute in range(0, 30, 5):
        stations.send(f"202609141{minute:03}00", LINE)
        stations.send(f"202609131{minute:03}00", LINE)
    stations.pull(stage=lambda stage, detail: stations.server.cut() if stage == "read" else None)
    assert len({row["tep"] for row in stations.rows("tep")}) == 12 == len(stations.rows("tep"))
    assert stations.slept


def test_a_server_that_is_gone_is_transient(stations: Stations) -> None:
    gone = {"KHO_QUAN_TRAC_URL": "sftp://127.0.0.1:1/"}
    with pytest.raises(TransientSourceError, match="đường truyền"):
        stations.pull(environment=gone)
    assert stations.slept == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("KHO_QUAN_TRAC_PASSWORD", "sai", "từ chối đăng nhập"),
        ("KHO_QUAN_TRAC_PASSWORD", "", "thiếu KHO_QUAN_TRAC_PASSWORD"),
        ("KHO_QUAN_TRAC_URL", "http://127.0.0.1/", "sftp://"),
        ("KHO_QUAN_TRAC_HOST_KEY", "khóa", "ssh-ed25519"),
        (
            "KHO_QUAN_TRAC_HOST_KEY",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIID3Rr89glj53pH6Q9zi5hvWG7PPoumsh+9/v5LtuQhA",
            "xác minh",
        ),
    ],
)
def test_what_a_person_must_mend_is_told_at_once(
    stations: Stations, setting: str, value: str, told: str
) -> None:
    with pytest.raises(TerminalSourceError, match=told):
        stations.pull(environment={setting: value})
    assert stations.slept == []


def test_without_an_address_nothing_is_asked(stations: Stations) -> None:
    nowhere = {"KHO_QUAN_TRAC_URL": ""}
    assert stations.pull(environment=nowhere).load_ids == []
    with pytest.raises(TerminalSourceError, match="KHO_QUAN_TRAC_URL"):
        stations.pull(environment=nowhere, is_asked=True)


def test_the_server_is_known_as_simulated_and_cannot_be_written(stations: Stations) -> None:
    stations.send("20260914101500", LINE)
    kinds: list[bool] = []
    context = PullContext(now=NOW.astimezone(UTC), environment=stations.server.environment)
    land(registry()["quan_trac"], context, stations.lake, stations.state, kinds.append)
    assert kinds == [True]
    with paramiko.Transport(("127.0.0.1", stations.server.port)) as transport:
        transport.connect(username="kho_du_lieu", password=stations.server.password)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        with pytest.raises(PermissionError):
            client.open(f"/{STATION}/moi.txt", "w")


def test_a_vendor_examines_its_server_alone(stations: Stations) -> None:
    context = PullContext(now=NOW.astimezone(UTC), environment=stations.server.environment)
    stations.send("20260914101500", LINE)
    checks = list(registry()["quan_trac"].conformance(context))
    assert [check.passed for check in checks] == [True] * 5
    stations.put("ghi chú.doc", "x")
    stations.send("20260914102000", "rác", sent_at=NOW - timedelta(minutes=4))
    failed = [check for check in registry()["quan_trac"].conformance(context) if not check.passed]
    assert [check.detail.split(":")[0] for check in failed] == [
        "1 tên khác",
        f"{STATION}_20260914102000.txt",
    ]


def test_an_unknown_export_is_refused(stations: Stations, tmp_path: Path) -> None:
    path = tmp_path / "la.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert stations.pull(paths=(path,)).load_ids == []
    assert "không nhận ra tiêu đề" in stations.refused[0][1]


@pytest.mark.real_data
def test_real_exports_keep_whose_index_they_hold(stations: Stations, air_dir: Path) -> None:
    stations.pull(paths=(air_dir,))
    rows = stations.landed("tram", "thong_so", "don_vi", "aqi_standard", "dong", "doubt")
    # every index of the US standard says so, and the sub-indices of the dirty file are indices
    is_index = pc.equal(rows["don_vi"], "điểm AQI")
    assert pc.unique(rows.filter(is_index)["aqi_standard"]).to_pylist() == ["us_epa"]
    assert rows.filter(pc.invert(is_index))["aqi_standard"].null_count == len(
        rows.filter(pc.invert(is_index))
    )
    hanoi = rows.filter(pc.equal(rows["tram"], "weatherbit_Hanoi"))
    assert len(hanoi) == 8785 * 11
    asked = rows.filter(pc.is_valid(rows["doubt"]))
    assert (
        len(asked) == 793 and pc.all(pc.starts_with(asked["doubt"], "dòng không nêu trạm")).as_py()
    )
    assert stations.pull(paths=(air_dir,)).load_ids == []


def test_the_province_in_a_box_is_landed_whole_after_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # five-minute files of a day, archives of two months before it, and a day in both
    monkeypatch.setattr(shelf, "_DAYS", 1)
    now = datetime(2026, 3, 3, 4, tzinfo=LOCAL)
    days = (date(2026, 2, 26), date(2026, 3, 3))
    folder = tmp_path / "truth"
    with ProvinceBox("nghe_an", 0.01, *days, folder, now=now, sources=["quan_trac"]) as box:
        lake, state = tmp_path / "lake", tmp_path / "dlt"
        for deaths in (2, 9, 16, None):
            child = os.fork()
            if child == 0:
                _pull_and_die(box, lake, state, deaths)
            os.waitpid(child, 0)
        columns = ["tram", "thong_so", "thoi_diem"]
        found = pa.concat_tables(landed_rows(lake, "quan_trac", "so_do", columns))
        keys = set(zip(*(found[name].to_pylist() for name in found.column_names), strict=True))
        truth = box.truth.state("quan_trac", "so_do", now)
    stamps = pc.assume_timezone(
        pc.strptime(truth["thoi_diem"], format="%Y%m%d%H%M%S", unit="us"), "Asia/Ho_Chi_Minh"
    ).cast(pa.timestamp("us", tz="UTC"))
    assert keys == set(
        zip(
            *(truth[name].to_pylist() for name in ("tram", "thong_so")),
            stamps.to_pylist(),
            strict=True,
        )
    )


def _pull_and_die(box: ProvinceBox, lake: Path, state: Path, deaths: int | None) -> None:
    """Pull in a process of its own; die as by kill -9 at the given stage."""
    left = [deaths]

    def stage(_name: str, _detail: str) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), 9)

    try:
        context = PullContext(
            now=box.clock.now(), environment=box.environment, stage=stage, sleep=lambda _: None
        )
        land(registry()["quan_trac"], context, lake, state, lambda _: None)
    finally:
        os._exit(0)
