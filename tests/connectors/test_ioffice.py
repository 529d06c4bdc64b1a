"""The iOffice, pulled over a real connection from the simulated province."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import TerminalSourceError
from connectors.landing import LandingReport, land, landed_rows
from connectors.reconcile import newest
from connectors.sources.ioffice import office
from connectors.sources.ioffice.shapes import SHAPES
from simulators.province.box import ProvinceBox
from simulators.province.faults import Fault
from tests.support.canaries import PERSONAL, SECRET, canaries_in, canaries_in_text

LOCAL = timezone(timedelta(hours=7))
FIRST, LAST = date(2021, 1, 1), date(2021, 2, 5)
NOW = datetime(2021, 2, 2, 9, tzinfo=LOCAL)


class Home:
    """A lake that is filled from a simulated iOffice."""

    def __init__(self, folder: Path, box: ProvinceBox) -> None:
        self.folder, self.box = folder, box
        self.lake = folder / "lake"
        self.told: list[str] = []
        self.slept: list[float] = []
        self.report = LandingReport()

    def context(self, **more: str) -> PullContext:
        return PullContext(
            now=self.box.clock.now(),
            is_asked=True,
            environment={**self.box.environment, **more},
            stage=lambda *said: self.told.extend(said),
            refuse=lambda *said: self.told.extend(said),
            sleep=self.slept.append,
        )

    def pull(self, **more: str) -> LandingReport:
        connector, state = registry()["ioffice"], self.folder / "dlt"
        return land(connector, self.context(**more), self.lake, state, lambda simulated: None)

    def rows(self, table: str, *columns: str) -> pa.Table:
        return pa.concat_tables(landed_rows(self.lake, "ioffice", table, columns))

    def state(self, table: str) -> dict[str, int]:
        """The live records of the lake with their versions."""
        key = SHAPES[table].key_column
        rows = newest(self.rows(table, key, "phien_ban", "da_xoa"), [key], "phien_ban")
        return {row[key]: row["phien_ban"] for row in rows.to_pylist() if not row["da_xoa"]}

    def wrong(self) -> dict[str, int]:
        """How many records of each table differ from the ledger of truth."""
        found = {}
        for table in SHAPES:
            truth = self.box.truth.state("ioffice", table, self.box.clock.now())
            told = zip(truth["_key"].to_pylist(), truth["_version"].to_pylist(), strict=True)
            found[table] = len(set(told) ^ set(self.state(table).items()))
        return {table: count for table, count in found.items() if count}


@pytest.fixture(scope="module", autouse=True)
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "PAGE_ROWS", 300)
        yield


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that every test takes a copy of."""
    folder = tmp_path_factory.mktemp("truth") / "truth"
    ioffice_box(folder).generate()
    return folder


def ioffice_box(folder: Path, now: datetime = NOW) -> ProvinceBox:
    """Make the small iOffice of these tests, at an instant."""
    return ProvinceBox("nghe_an", 0.001, FIRST, LAST, folder, now=now, sources=["ioffice"])


@pytest.fixture
def home(tmp_path: Path, truth: Path) -> Iterator[Home]:
    shutil.copytree(truth, tmp_path / "truth")
    with ioffice_box(tmp_path / "truth") as box:
        yield Home(tmp_path / "home", box)


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, truth: Path) -> Iterator[Home]:
    """A lake after one pull, for tests that only read."""
    with ioffice_box(truth) as box:
        home = Home(tmp_path_factory.mktemp("home"), box)
        home.report = home.pull()
        yield home


def rewritten(box: ProvinceBox, part: str, rows: pa.Table, **columns: list[str]) -> None:
    """Write rows of the ledger again with some columns replaced."""
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values))
    known = rows["_known_at"].cast(pa.timestamp("ms", tz="UTC"))
    rows = rows.set_column(rows.column_names.index("_known_at"), "_known_at", known)
    box.truth.write("ioffice", "van_ban_den", part, rows)


def test_the_lake_holds_what_the_office_has_and_learns_what_is_new(home: Home) -> None:
    report = home.pull()
    assert home.wrong() == {} and report.rows["van_ban_den"] > 500
    assert home.pull().deliveries == 0
    home.box.clock.forward(timedelta(days=1))
    assert home.wrong() != {}
    again = home.pull()
    assert home.wrong() == {} and again.rows["van_ban_den"] < report.rows["van_ban_den"] / 4
    assert home.slept == []


def test_nothing_secret_and_nobody_is_left_anywhere(pulled: Home) -> None:
    assert canaries_in(pulled.box.truth.folder)
    assert canaries_in(pulled.folder) == []
    assert canaries_in_text(" ".join([*pulled.told, str(pulled.report)])) == []
    assert pulled.report.left_out > 0


def test_even_the_count_of_the_secret_can_be_kept_quiet(home: Home) -> None:
    assert home.pull(KHO_COUNT_SECRETS="false").left_out == 0


def test_a_mark_that_nobody_agreed_on_does_not_land(home: Home) -> None:
    marks = ["", "Bí mật quốc phòng", "mật", "THƯỜNG KỲ", " thường "]
    names = [f"VBD-202101-LA{number}" for number in range(len(marks))]
    rows = home.box.truth.state("ioffice", "van_ban_den", NOW).slice(0, len(marks))
    rewritten(home.box, "la", rows, _key=names, id=names, doMat=marks)
    home.pull()
    assert [name for name in names if name in home.state("van_ban_den")] == names[-1:]


def test_rows_are_typed_and_dated_by_their_update(pulled: Home) -> None:
    columns = ("ma_van_ban", "phien_ban", "so_ky_hieu", "ngay_van_ban", "ky_so", "thoi_diem_nhan")
    ours = newest(pulled.rows("van_ban_di", *columns, "_known_at"), ["ma_van_ban"], "phien_ban")
    state = pulled.box.truth.state("ioffice", "van_ban_di", pulled.box.clock.now()).to_pylist()
    truth = {row["_key"]: row for row in state}
    drafts = 0
    for row in ours.to_pylist():
        if (told := truth.get(row["ma_van_ban"])) is None:
            continue
        day, at = row["ngay_van_ban"], row["thoi_diem_nhan"]
        assert (f"{day:%d/%m/%Y}" if day else "") == told["ngayVanBan"]
        stamp = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S.%f}"[:-3] if at else ""
        assert stamp == told["thoiDiemNhan"]
        assert (row["ky_so"], row["_known_at"]) == (told["kySo"], told["_known_at"])
        drafts += day is None
    assert drafts > 0


def test_messages_with_a_business_are_read_from_their_file(pulled: Home) -> None:
    columns = ("ma_goi_tin", "loai_goi_tin", "nghiep_vu", "van_ban_truoc")
    messages = pulled.rows("truc_lien_thong", *columns)
    is_plain = pc.equal(messages["loai_goi_tin"], "edoc")
    assert pc.all(pc.equal(is_plain, pc.is_null(messages["nghiep_vu"]))).as_py()


def test_closed_months_are_compared_once_and_agree(pulled: Home) -> None:
    rows = pulled.rows("doi_soat", "bang", "thang", "so_ban_ghi", "so_ban_ghi_kho", "khop")
    lines = [row for row in rows.to_pylist() if row["thang"] == "202101"]
    assert {row["bang"] for row in lines} == {"van_ban_den", "van_ban_di", "nhiem_vu"}
    assert all(row["khop"] and row["so_ban_ghi"] == row["so_ban_ghi_kho"] > 0 for row in lines)


def test_a_record_that_vanished_from_a_closed_month_becomes_deleted(home: Home) -> None:
    home.pull()
    key = max(key for key in home.state("van_ban_den") if key.startswith("VBD-202101"))
    rows = home.box.truth.query("select * from {rows}", "ioffice", "van_ban_den", [])
    january = rows.filter(pc.starts_with(rows["_key"], "VBD-202101"))
    rewritten(home.box, "202101", january.filter(pc.not_equal(january["_key"], key)))
    home.box.clock.forward(timedelta(hours=1))
    home.pull()
    assert key not in home.state("van_ban_den") and home.wrong() == {}


def test_an_office_that_is_not_connected_is_told_only_when_asked(tmp_path: Path) -> None:
    connector = registry()["ioffice"]
    assert list(connector.deliveries(PullContext(now=NOW))) == []
    with pytest.raises(TerminalSourceError, match="KHO_IOFFICE_URL"):
        list(connector.deliveries(PullContext(now=NOW, is_asked=True)))


def test_a_wrong_password_is_tried_once_and_not_told(home: Home) -> None:
    with pytest.raises(TerminalSourceError, match="KHO_IOFFICE_PASSWORD") as told:
        home.pull(KHO_IOFFICE_PASSWORD="sai-mat-khau")
    assert "sai-mat-khau" not in str(told.value) and home.slept == []


def test_the_office_passes_its_own_examination(pulled: Home) -> None:
    checks = list(registry()["ioffice"].conformance(pulled.context()))
    assert [check.detail for check in checks if not check.passed] == []
    assert len(checks) > 7
    assert canaries_in_text(str(checks)) == []


def test_the_examination_names_what_is_broken(home: Home) -> None:
    home.box.inject(Fault("dropped_column", "ioffice"))
    checks = list(registry()["ioffice"].conformance(home.context()))
    assert [check.detail for check in checks if not check.passed and "linhVuc" in check.detail]


def test_marks_are_what_the_search_looks_for() -> None:
    assert canaries_in_text(f"{SECRET}-1 {PERSONAL} 0999000123")
    assert canaries_in_text("VBD-202101-0000123 10999000123") == []
