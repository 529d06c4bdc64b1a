"""The lake holds what the health gateway has; what cannot be read stands aside with its reason."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.landing import LandingReport, land, landed_rows
from connectors.sources.y_te import gateway, source
from expectations.runner import RULES, judge
from simulators.province.box import ProvinceBox
from simulators.province.faults import NAMES, Fault
from simulators.province.y_te import serve
from tests.support.faults_tried import faults_tried
from tests.support.killed_pulls import Killed

FIRST, LAST = date(2021, 1, 1), date(2021, 3, 31)
MIDDLE = datetime(2021, 3, 10, 10, tzinfo=UTC)  # a Wednesday, 17:00 in Viet Nam
END = datetime(2021, 3, 31, 10, tzinfo=UTC)
PAGE_ROWS = 100
KEY = {"KHO_PSEUDONYM_KEY": "khóa thử nghiệm đủ dài"}


@dataclass
class Pulled:
    """A box, and a lake that is filled from it."""

    box: ProvinceBox
    home: Path

    def pull(self, **more: str) -> LandingReport:
        context = PullContext(
            now=self.box.clock.now(),
            environment=self.box.environment | KEY | more,
            sleep=lambda seconds: None,
        )
        return land(
            registry()["y_te"], context, self.home / "lake", self.home / "dlt", lambda kind: None
        )

    def rows(self, table: str, *columns: str) -> pa.Table:
        schema = registry()["y_te"].spec.tables[table].arrow_schema()
        empty = pa.table(
            {name: pa.array([], schema.field(name).type) for name in columns if name[0] != "_"}
        )
        pieces = landed_rows(self.home / "lake", "y_te", table, columns)
        return next(_together(pieces), empty)

    def state(self) -> list[tuple]:
        """Give the newest version of each visit that stands, from the lake alone."""
        rows = self.rows(
            "ho_so", "ma_lk", "phien_ban", "da_xoa", "da_thay_the", "t_tongchi_bv", "doubt"
        )
        return (
            duckdb.from_arrow(rows)
            .query(
                "rows",
                """
            select ma_lk, phien_ban, t_tongchi_bv::bigint, doubt from (
                select * from rows
                qualify row_number() over (partition by ma_lk order by phien_ban desc) = 1
            ) as n
            where not (da_xoa or da_thay_the) order by ma_lk
            """,
            )
            .fetchall()
        )

    def truth(self) -> list[tuple]:
        state = self.box.truth.state("y_te", "ho_so", self.box.clock.now())
        return [
            (row["_key"], row["_version"], row["T_TONGCHI_BV"], None) for row in state.to_pylist()
        ]


@pytest.fixture
def pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulled]:
    # so small that each month has pages that can move or fail to answer
    monkeypatch.setattr(gateway, "_ROWS", PAGE_ROWS)
    with _box(tmp_path, MIDDLE) as box:
        yield Pulled(box, tmp_path)


def _box(folder: Path, now: datetime) -> ProvinceBox:
    return ProvinceBox("nghe_an", 0.001, FIRST, LAST, folder / "truth", now=now, sources=["y_te"])


def test_the_lake_is_the_ledger_at_every_pull(pulled: Pulled) -> None:
    pulled.pull()
    assert pulled.state() == pulled.truth()
    pulled.box.clock.set(END)
    pulled.pull()
    assert pulled.state() == pulled.truth()
    rows = pulled.rows("ho_so", "_known_at", "thoi_diem_cap_nhat")
    assert rows["_known_at"].equals(rows["thoi_diem_cap_nhat"])


def test_what_is_kept_of_a_visit(pulled: Pulled) -> None:
    pulled.pull()
    ledger = {
        (row["_key"], row["_version"]): row
        for row in pulled.box.truth.query("select * from {rows}", "y_te", "ho_so", []).to_pylist()
    }
    names = "ma_lk phien_ban tuoi gioi_tinh ngay_vao ngay_ra so_ngay_dtri t_thuoc ma_loai_kcb"
    counts = "xml2_so_dong xml2_thanh_tien xml3_thanh_tien xml4_so_dong xml5_so_dong da_xoa"
    kept = [*names.split(), *counts.split(), "da_thay_the", "nguoi_benh"]
    rows = pulled.rows("ho_so", *kept).to_pylist()
    beds: dict[tuple, int] = {}
    for bed in pulled.rows("ngay_giuong", "ma_lk", "phien_ban", "so_luong").to_pylist():
        key = (bed["ma_lk"], bed["phien_ban"])
        beds[key] = beds.get(key, 0) + int(bed["so_luong"])
    stays = 0
    for row in rows:
        said = ledger[row["ma_lk"], row["phien_ban"]]
        if row["da_xoa"] or row["da_thay_the"]:
            assert row["tuoi"] is None and row["nguoi_benh"] is None
            continue
        left = datetime.strptime(said["NGAY_RA"] + "+0700", "%Y%m%d%H%M%z")
        assert row["ngay_ra"] == left
        born, came = said["NGAY_SINH"][:8], said["NGAY_VAO"][:8]
        assert row["tuoi"] == int(came[:4]) - int(born[:4]) - (came[4:] < born[4:])
        assert row["xml2_so_dong"] == int(said["SO_THUOC"])
        assert row["xml4_so_dong"] == int(said["SO_CLS"])
        assert row["xml5_so_dong"] == int(said["SO_DIEN_BIEN"])
        assert row["xml2_thanh_tien"] == row["t_thuoc"] == said["T_THUOC"]
        assert row["xml2_thanh_tien"] + row["xml3_thanh_tien"] == said["T_TONGCHI_BV"]
        assert len(row["nguoi_benh"]) == 32
        if row["ma_loai_kcb"] == "03":
            stays += 1
            assert beds[row["ma_lk"], row["phien_ban"]] == int(said["SO_NGAY_DTRI"])
    assert stays > 5


def test_a_second_pull_at_the_same_moment_lands_nothing(pulled: Pulled) -> None:
    pulled.pull()
    assert pulled.pull().deliveries == 0


def test_facilities_come_again_only_when_they_changed(pulled: Pulled) -> None:
    pulled.pull()
    before = pulled.rows("co_so", "ma_cskcb", "giuong_ke_hoach").num_rows
    pulled.box.clock.set(END)
    pulled.pull()
    assert pulled.rows("co_so", "ma_cskcb", "giuong_ke_hoach").num_rows == before == 8
    # the planned beds of 2023 become known in December 2022
    pulled.box.clock.set(datetime(2022, 12, 20, 10, tzinfo=UTC))
    changed = next(source.deliveries(_context(pulled)))
    assert changed.tables["co_so"][0].num_rows == 16


def test_a_source_that_is_not_connected_gives_nothing_and_says_so_when_asked() -> None:
    context = PullContext(now=END)
    assert list(source.deliveries(context)) == list(source.corrections(context)) == []
    with pytest.raises(TerminalSourceError, match="KHO_Y_TE_URL, KHO_Y_TE_USER"):
        list(source.deliveries(replace(context, is_asked=True)))


def test_a_wrong_password_is_terminal_and_a_missing_key_too(pulled: Pulled) -> None:
    with pytest.raises(TerminalSourceError, match="KHO_Y_TE_PASSWORD"):
        pulled.pull(KHO_Y_TE_PASSWORD="sai")
    with pytest.raises(TerminalSourceError, match="KHO_PSEUDONYM_KEY"):
        pulled.pull(KHO_PSEUDONYM_KEY="")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("429", "y_te", times=2),
        pytest.param(Fault("429_retry_after", "y_te", times=1), marks=pytest.mark.slow),
        pytest.param(Fault("503", "y_te", times=1), marks=pytest.mark.slow),
        Fault("503_retry_after", "y_te", times=1),
        Fault("truncated_json", "y_te", times=1),
        Fault("truncated_gzip", "y_te", times=1),
        Fault("token_expires", "y_te", times=1),
        Fault("html_login", "y_te", times=1),
        Fault("shifting_pages", "y_te", times=1),
        Fault("duplicated_page", "y_te", times=1),
        Fault("new_column", "y_te", times=1),
        Fault("encoding_bom", "y_te", times=1),
        pytest.param(Fault("encoding_utf16", "y_te"), marks=pytest.mark.slow),
        Fault("encoding_nfd", "y_te"),
    ],
    ids=lambda fault: fault.name,
)
def test_faults_that_pass_leave_the_ledger(pulled: Pulled, fault: Fault) -> None:
    pulled.box.inject(fault)
    pulled.pull()
    assert pulled.state() == pulled.truth()
    names = set(pulled.rows("co_so", "ten_cskcb")["ten_cskcb"].to_pylist())
    truth = pulled.box.truth.state("y_te", "co_so", pulled.box.clock.now())
    assert names == set(truth["ten_cskcb"].to_pylist())


def test_a_page_that_never_answers_is_asked_again(pulled: Pulled) -> None:
    pulled.box.inject(Fault("timeout_page", "y_te", times=1, pages=(2,)))
    pulled.pull(KHO_HTTP_TIMEOUT="0.9")
    assert pulled.state() == pulled.truth()


@pytest.mark.parametrize("name", ["one_millisecond", "late_rows", "restated_rows", "deleted_rows"])
def test_records_changed_behind_the_back_are_the_ledger_again(pulled: Pulled, name: str) -> None:
    pulled.pull()
    pulled.box.inject(Fault(name, "y_te", seed=3))
    pulled.box.clock.forward(timedelta(minutes=10))
    pulled.pull()
    assert pulled.state() == pulled.truth()


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("cursor_2999", TerminalSourceError, "2999"),
        ("cursor_back", TerminalSourceError, "múi giờ"),
        ("utc_local_shift", TerminalSourceError, "múi giờ"),
        ("type_change", TerminalSourceError, "không hồ sơ nào"),
        ("dropped_column", TerminalSourceError, "thoiDiemTiepNhan"),
        ("encoding_tcvn3", TerminalSourceError, "TCVN3"),
        pytest.param("encoding_vni", TerminalSourceError, "VNI", marks=pytest.mark.slow),
        pytest.param("503", TransientSourceError, "HTTP 503", marks=pytest.mark.slow),
    ],
)
def test_lies_land_nothing_and_after_them_comes_the_ledger(
    pulled: Pulled, name: str, kind: type[Exception], told: str
) -> None:
    pulled.box.inject(Fault(name, "y_te"))
    with pytest.raises(kind, match=told):
        pulled.pull()
    assert pulled.rows("ho_so", "ma_lk").num_rows == 0
    pulled.box.heal()
    pulled.pull()
    assert pulled.state() == pulled.truth()


@pytest.mark.parametrize(
    ("name", "told"), [("zero_rows", "0 dòng mới"), ("replay_yesterday", "cập nhật lúc")]
)
def test_a_silent_gateway_is_sick_and_not_empty(pulled: Pulled, name: str, told: str) -> None:
    pulled.pull()
    pulled.box.clock.forward(timedelta(days=1))
    pulled.box.inject(Fault(name, "y_te"))
    with pytest.raises((TransientSourceError, TerminalSourceError), match=told):
        pulled.pull()
    pulled.box.heal()
    pulled.pull()
    assert pulled.state() == pulled.truth()


def test_every_named_fault_is_tried() -> None:
    assert faults_tried(__file__) == NAMES.keys()


KILLED_SMALL = {"connectors.sources.y_te.gateway:_ROWS": 40}


def test_a_pull_that_is_killed_at_random_goes_on_to_the_ledger(pulled: Pulled) -> None:
    pull_killed_again_and_again(pulled, seed=1, rounds=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_a_pull_that_is_killed_many_times_goes_on_to_the_ledger(pulled: Pulled, seed: int) -> None:
    pull_killed_again_and_again(pulled, seed, rounds=3)


def pull_killed_again_and_again(pulled: Pulled, seed: int, rounds: int) -> None:
    now = pulled.box.clock.now().isoformat()
    killed = Killed("y_te", str(pulled.home), now, KILLED_SMALL)
    killed.again_and_again(pulled.box.environment | KEY, seed, rounds, requests=12, writes=60)
    pulled.pull()
    assert pulled.state() == pulled.truth()
    rows = pulled.rows("ho_so", "ma_lk", "phien_ban", "_delivery")
    assert rows.num_rows == rows.group_by(rows.column_names).aggregate([]).num_rows


def test_one_code_told_in_two_ways_is_asked_about_and_neither_is_chosen(pulled: Pulled) -> None:
    now = pulled.box.clock.now()
    at = now - timedelta(hours=3)
    known = pulled.box.truth.query(
        "select * from {rows} where _known_at > ? and _known_at < ? and not _deleted order by _key",
        "y_te",
        "ho_so",
        [now - timedelta(days=3), at],
    )
    twice = known.slice(0, 1).to_pylist()[0]
    schema = pq.read_schema(pulled.box.truth.parts("y_te", "ho_so")[0])
    # another envelope of the same code and version, a moment apart, as two systems send them
    told = twice | {"T_TONGCHI_BV": twice["T_TONGCHI_BV"] + 7000, "MA_LOAI_KCB": "09"}
    told |= {"_known_at": at, "thoiDiemCapNhat": serve.digits(at)}
    pulled.box.truth.write("y_te", "ho_so", "twice", pa.Table.from_pylist([told], schema=schema))
    report = pulled.pull()
    lake = pulled.home / "lake"
    judge(lake, "y_te", report.load_ids, RULES, now)
    with duckdb.connect() as connection:
        asked = connection.execute(
            f"select address, reason, record from '{lake}/_quality/rejected/y_te.*.parquet'"
            " where rule_id = 'version_told_once'"
        ).fetchall()
    assert len(asked) == 2
    spent = twice["T_TONGCHI_BV"]
    for _, reason, record in asked:
        assert "chưa rõ nội dung nào đúng" in reason and "CANARY" not in record
        assert f"T_TONGCHI_BV {spent} ≠ {spent + 7000}" in reason
        assert f"MA_LOAI_KCB {twice['MA_LOAI_KCB']} ≠ 09" in reason and "trang" in reason


def test_a_month_that_was_changed_without_a_word_is_pulled_again(pulled: Pulled) -> None:
    pulled.pull()
    # the gateway loses one record and corrects another, and dates neither
    (part, *_) = pulled.box.truth.parts("y_te", "ho_so")
    rows = pq.read_table(part)
    live = [row for row in pulled.truth() if ".2101." in row[0]]
    lost, corrected = live[0][0], live[1][0]
    changed = duckdb.sql(
        f"""
        select * replace (case when _key = '{corrected}' then T_TONGCHI_BV + 7000
                          else T_TONGCHI_BV end as T_TONGCHI_BV,
                          _known_at::timestamptz as _known_at)
        from rows where _key <> '{lost}'
        """
    ).to_arrow_table()
    pq.write_table(changed.cast(rows.schema), part)
    pulled.box.clock.forward(timedelta(hours=1))
    report = pulled.pull()
    assert any("tháng đã đóng không khớp" in reason for _, reason in report.refused)
    held = {row[0]: row for row in pulled.state()}
    assert lost not in held
    # the same version told again in other words: judging and the core take the later word
    told = pulled.rows("ho_so", "ma_lk", "t_tongchi_bv", "phien_ban").to_pylist()
    last = [row["t_tongchi_bv"] for row in told if row["ma_lk"] == corrected][-1]
    assert last == live[1][2] + 7000
    # the same total again: nothing is pulled twice
    pulled.box.clock.forward(timedelta(minutes=1))
    assert pulled.pull().deliveries == 0


def _together(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    found = list(pieces)
    if found:
        yield pa.concat_tables(found)


def _context(pulled: Pulled) -> PullContext:
    return PullContext(now=pulled.box.clock.now(), environment=pulled.box.environment | KEY)


# one bad file among good ones


@pytest.fixture
def spoiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Pulled, dict]]:
    """Let the gateway spoil the files of chosen visits: key to (kind of file, new content)."""
    spoils: dict[int, tuple[str, bytes | str]] = {}
    told = serve._as_entries

    def entries(rows: pa.Table) -> bytes:
        import json

        page = json.loads(told(rows))
        for at, (kind, content) in spoils.items():
            if at < len(page):
                page[at]["hoSo"] = _with_file(page[at]["hoSo"], kind, content)
        return json.dumps(page).encode()

    monkeypatch.setattr(serve, "_as_entries", entries)
    with _box(tmp_path, datetime(2021, 1, 22, 10, tzinfo=UTC)) as box:
        yield Pulled(box, tmp_path), spoils


def _with_file(envelope: str, kind: str, content: bytes | str) -> str:
    head, mark, rest = envelope.partition(f"<LOAIHOSO>{kind}</LOAIHOSO><NOIDUNGFILE>")
    old, end, tail = rest.partition("</NOIDUNGFILE>")
    if callable(content):
        content = content(base64.b64decode(old))
    new = content if isinstance(content, str) else base64.b64encode(content).decode()
    return head + mark + new + end + tail


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><TONG_HOP><MA_LK>&c;</MA_LK></TONG_HOP>"""
FILES = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<TONG_HOP><MA_LK>&x;</MA_LK></TONG_HOP>"""


BROKEN = [
    ("XML1", "@@@không phải base64@@@", "XML1: nội dung base64 hỏng"),
    ("XML1", "QUJD=QUJD", "XML1: nội dung base64 hỏng"),
    ("XML1", lambda old: old[: len(old) // 2], "XML hỏng hoặc bị cắt ở dòng 1"),
    ("XML3", lambda old: old[:-20], "XML3: XML hỏng hoặc bị cắt"),
    ("XML1", lambda old: old.replace(b"UTF-8", b"windows-1258"), "WINDOWS-1258"),
    ("XML1", lambda old: old.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "UTF-16"),
    ("XML1", LAUGHS, "DOCTYPE hoặc ENTITY"),
    ("XML1", FILES, "DOCTYPE hoặc ENTITY"),
    ("XML1", lambda old: old + b" " * 4_000_001, "quá mức 4000000"),
    ("XML1", b"<KHAC/>", "không phải TONG_HOP"),
    ("XML1", lambda old: old.replace(b"T_THUOC", b"T_THUOK"), "thiếu trường T_THUOC"),
    ("XML1", lambda old: old.replace(b"<MA_LK>4", b"<MA_LK>5"), "MA_LK khác"),
    ("XML1", lambda old: old.replace(b"<NGAY_RA>2021", b"<NGAY_RA>2O21"), "NGAY_RA “2O21"),
    ("XML1", lambda old: old.replace(b"<T_BHTT>", b"<T_BHTT>1.234,"), "T_BHTT “1.234,"),
    ("XML2", lambda old: old.replace(b"<THANH_TIEN_BV>", b"<THANH_TIEN_BV>x"), "XML2: có"),
]


def test_broken_files_set_their_visits_aside_and_the_others_go_on(
    spoiled: tuple[Pulled, dict],
) -> None:
    pulled, spoils = spoiled
    spoils |= {at: (kind, content) for at, (kind, content, _) in enumerate(BROKEN, 2)}
    pulled.pull()
    rows = pulled.rows("ho_so", "ma_lk", "vi_tri", "doubt").to_pylist()
    asked = {row["vi_tri"].rsplit(", ")[-1]: row for row in rows if row["doubt"]}
    advertised = pulled.box.truth.query(
        "select count(*) as n from {rows} where _known_at <= ?",
        "y_te",
        "ho_so",
        [pulled.box.clock.now()],
    )
    assert len(rows) == advertised["n"][0].as_py()
    assert set(asked) == {f"hồ sơ {at}" for at in range(3, 3 + len(BROKEN))}
    for at, (_, _, told) in enumerate(BROKEN, 3):
        assert told in asked[f"hồ sơ {at}"]["doubt"]
    assert "CANARY" not in str(asked) and "999000" not in str(asked)
    bad = {row["ma_lk"] for row in asked.values()}
    assert {row for row in pulled.state() if row[0] not in bad} == {
        row for row in pulled.truth() if row[0] not in bad
    }


def test_no_personal_canary_lies_in_the_lake(pulled: Pulled) -> None:
    pulled.pull()
    content = b"".join(
        str(pq.read_table(path).to_pylist()).encode()
        for path in (pulled.home / "lake").rglob("*.parquet")
    )
    assert b"40001." in content
    for canary in (b"CANARY", b"999000"):
        assert canary not in content
        for path in pulled.home.rglob("*"):
            if path.is_file() and "truth" not in path.parts:
                assert canary not in path.read_bytes(), path


def test_a_vendor_is_told_what_was_looked_at(pulled: Pulled) -> None:
    checks = list(source.conformance(_context(pulled)))
    assert all(check.passed for check in checks) and len(checks) == 3
    pulled.box.inject(Fault("type_change", "y_te"))
    assert [check.passed for check in source.conformance(_context(pulled))] == [True, False, True]
