"""Each fault of the education sector's site: the lake equals the ledger, or it is said why not."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import SourceError, TerminalSourceError, TransientSourceError
from connectors.landing import LandingReport, completed_loads, land, landed_rows
from connectors.sources.giao_duc.layouts import LAYOUTS
from expectations.quality import ensure_quality_files, quality_file
from expectations.runner import judge
from simulators.province.box import ProvinceBox
from simulators.province.faults import NAMES, Fault
from simulators.province.giao_duc.files import HEADINGS
from tests.support.canaries import canaries_in, canaries_in_text
from tests.support.faults_tried import faults_tried, kills, slow
from tests.support.killed_pulls import Killed

LOCAL = timezone(timedelta(hours=7))
FIRST, LAST = date(2024, 9, 1), date(2025, 1, 20)
YESTERDAY = datetime(2025, 1, 20, 8, 10, tzinfo=LOCAL)
NOW = datetime(2025, 1, 20, 8, 39, tzinfo=LOCAL)
"""Since yesterday three lists were exported: staff (xlsx), classes and children (CSV)."""

NEW = ("nhan_su", "lop", "hoc_sinh")
Row = tuple[str, ...]


class Home:
    """A lake that is filled from a simulated site."""

    def __init__(self, folder: Path, box: ProvinceBox) -> None:
        self.folder, self.box = folder, box
        self.lake = folder / "lake"
        self.slept: list[float] = []
        self.before_a_file: list[Fault] = []
        self.sound_files = 0

    def context(self, **more: str) -> PullContext:
        return PullContext(
            now=self.box.clock.now(),
            is_asked=True,
            environment={**self.box.environment, "KHO_PSEUDONYM_KEY": "0123456789abcdef", **more},
            stage=self._reached,
            sleep=self.slept.append,
        )

    def _reached(self, stage: str, _detail: str) -> None:
        """Spoil what comes after the list and after so many sound files."""
        if stage == "fetch":
            self.sound_files -= 1
            if self.sound_files < 0:
                self.box.inject(*self.before_a_file)
                self.before_a_file = []

    def pull(self, **more: str) -> LandingReport:
        connector, state = registry()["giao_duc"], self.folder / "dlt"
        return land(connector, self.context(**more), self.lake, state, lambda simulated: None)

    def rows(self, table: str, *columns: str) -> pa.Table:
        return pa.concat_tables(landed_rows(self.lake, "giao_duc", table, columns))

    def files(self) -> list[str]:
        return sorted(self.rows("tep", "ma_tep")["ma_tep"].to_pylist())

    def state(self, kind: str) -> Counter[Row]:
        """What the newest files of a kind say, as texts."""
        columns = list(LAYOUTS[kind].columns.values())
        rows = self.rows(kind, "nhom_tep", "phien_ban", *columns)
        newest = rows.group_by("nhom_tep").aggregate([("phien_ban", "max")])
        kept = rows.join(newest, "nhom_tep")
        kept = kept.filter(pc.equal(kept["phien_ban"], kept["phien_ban_max"]))
        return _as_texts(kept.select(columns))

    def truth(self, kind: str) -> Counter[Row]:
        fields = {heading: field for field, heading in HEADINGS[kind].items()}
        state = self.box.truth.state("giao_duc", kind, self.box.clock.now())
        return _as_texts(state.select([fields[heading] for heading in LAYOUTS[kind].columns]))

    def agrees(self) -> bool:
        """Compare files, each once, and what their newest versions say with the ledger."""
        listed = self.box.truth.state("giao_duc", "tep", self.box.clock.now())
        return self.files() == sorted(listed["maTep"].to_pylist()) and all(
            self.state(kind) == self.truth(kind) for kind in LAYOUTS if kind != "ket_qua_thi"
        )

    def persons_agree(self) -> bool:
        """Insist that each child has one pseudonym in a file."""
        rows = self.rows("hoc_sinh", "nhom_tep", "phien_ban", "bi_danh")
        return rows.group_by(rows.column_names).aggregate([]).num_rows == rows.num_rows


def _as_texts(rows: pa.Table) -> Counter[Row]:
    columns = (pc.fill_null(column.cast(pa.string()), "").to_pylist() for column in rows.columns)
    return Counter(zip(*columns, strict=True))


def site(folder: Path, now: datetime = NOW) -> ProvinceBox:
    return ProvinceBox("bac_ninh", 0.01, FIRST, LAST, folder, now=now, sources=["giao_duc"])


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A truth, and a lake that was filled from it before the last lists were exported."""
    folder = tmp_path_factory.mktemp("yesterday")
    with site(folder / "truth", YESTERDAY) as box:
        home = Home(folder / "home", box)
        home.pull()
        assert home.agrees() and home.persons_agree()
    return folder


@pytest.fixture
def home(yesterday: Path, tmp_path: Path) -> Iterator[Home]:
    """Yesterday's lake, three lists later."""
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    with site(tmp_path / "truth") as box:
        home = Home(tmp_path / "home", box)
        assert not home.agrees()
        yield home


def refused(home: Home, words: str, kind: type[SourceError] = TerminalSourceError) -> None:
    """Insist that a pull fails with a word for a person and leaves the lake as it was."""
    before = home.files()
    with pytest.raises(kind, match=words) as caught:
        home.pull()
    assert canaries_in_text(str(caught.value)) == [] and "\n" not in str(caught.value)
    assert home.files() == before and canaries_in(home.folder) == []


@pytest.mark.parametrize(
    "name",
    [
        *("429_retry_after", "truncated_json"),
        *slow("429", "503", "503_retry_after", "truncated_gzip", "html_login"),
    ],
)
def test_a_list_that_did_not_come_is_waited_for(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "giao_duc", times=1))
    home.pull()
    assert home.agrees() and len(home.slept) == 1
    assert ("retry_after" in name) == (home.slept == [1.0])


@pytest.mark.parametrize(
    "name",
    [
        *("truncated_json", "html_login", "token_expires"),
        *slow("503_retry_after", "truncated_gzip"),
    ],
)
def test_a_file_that_did_not_come_is_asked_for_again(home: Home, name: str) -> None:
    home.before_a_file = [Fault(name, "giao_duc", times=1)]
    report = home.pull()
    assert home.agrees() and home.persons_agree() and report.refused == []


@pytest.mark.slow
def test_what_never_answers_is_asked_again(home: Home) -> None:
    home.box.inject(Fault("timeout_page", "giao_duc", times=1))
    home.pull(KHO_HTTP_TIMEOUT="0.9")
    assert home.agrees() and home.slept


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("429", "HTTP 429"), ("503_retry_after", "HTTP 503")),
        *(("truncated_json", "bị cụt"), ("truncated_gzip", "nén bị cụt")),
    ],
)
def test_what_does_not_pass_is_told_after_five_tries(home: Home, name: str, words: str) -> None:
    home.box.inject(Fault(name, "giao_duc"))
    refused(home, words, TransientSourceError)
    assert len(home.slept) == 4


@pytest.mark.parametrize(
    ("name", "kind"), [("503", TransientSourceError), ("html_login", TerminalSourceError)]
)
def test_the_files_before_a_failure_are_kept_and_the_others_come_later(
    home: Home, name: str, kind: type[SourceError]
) -> None:
    before = home.files()
    home.before_a_file, home.sound_files = [Fault(name, "giao_duc")], 1
    with pytest.raises(kind):
        home.pull()
    assert set(home.files()) - set(before) == {"nhan_su.2024-2025.HK1.v2"}
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_a_file_that_stays_cut_is_set_aside_with_its_reason(home: Home) -> None:
    before = home.files()
    home.before_a_file = [Fault("truncated_json", "giao_duc", times=3)]
    report = home.pull()
    ((label, reason),) = report.refused
    assert label.startswith("nhan_su") and "hỏng" in reason
    assert len(home.files()) == len(before) + len(NEW) - 1
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_a_login_page_is_terminal(home: Home) -> None:
    home.box.inject(Fault("html_login", "giao_duc"))
    refused(home, "trang đăng nhập")
    assert len(home.slept) == 1


def test_a_session_that_never_lives_is_terminal(home: Home) -> None:
    home.box.inject(Fault("token_expires", "giao_duc"))
    refused(home, "không nhận đăng nhập")
    assert home.slept == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shifting_pages", "báo 15 tệp nhưng chỉ nêu 14"),
        ("duplicated_page", "nêu tệp hoc_sinh.2024-2025.HK1.MN.v2 hai lần"),
        ("cursor_back", "ngoài khoảng đã hỏi"),
        ("cursor_2999", "đồng hồ"),
        ("utc_local_shift", "không kèm múi giờ"),
    ],
)
def test_a_lie_is_refused_at_once_and_nothing_of_it_lands(
    home: Home, name: str, words: str
) -> None:
    home.box.inject(Fault(name, "giao_duc"))
    refused(home, words)
    assert home.slept == []


@pytest.mark.parametrize(
    "name",
    [
        "duplicated_page",
        *slow("shifting_pages", "cursor_back", "cursor_2999", "utc_local_shift", "zero_rows"),
        *slow("503", "truncated_json", "html_login", "token_expires"),
    ],
)
def test_the_pull_after_a_refusal_makes_up_for_it(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "giao_duc"))
    with pytest.raises(SourceError):
        home.pull()
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_no_file_at_all_is_no_zero(home: Home) -> None:
    home.box.inject(Fault("zero_rows", "giao_duc"))
    refused(home, "trống dù kho đã nhận tệp", TransientSourceError)


def test_yesterday_s_list_again_is_refused(home: Home) -> None:
    home.pull()
    home.box.clock.forward(timedelta(days=1))
    home.box.inject(Fault("replay_yesterday", "giao_duc"))
    refused(home, "danh sách của lần trước", TransientSourceError)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("encoding_tcvn3", "TCVN3"),
        pytest.param("encoding_vni", "VNI", marks=pytest.mark.slow),
        pytest.param("encoding_utf16", "UTF-16", marks=pytest.mark.slow),
        pytest.param("encoding_nfd", "UTF-8", marks=pytest.mark.slow),
        pytest.param("encoding_bom", "UTF-8", marks=pytest.mark.slow),
    ],
)
def test_the_encoding_of_a_file_changes_nothing(home: Home, name: str, told: str) -> None:
    before = home.rows("tep", "bang_ma").num_rows
    home.box.inject(Fault(name, "giao_duc"))
    home.pull()
    assert home.agrees() and home.persons_agree()
    encodings = home.rows("tep", "bang_ma")["bang_ma"].to_pylist()[before:]
    assert sorted(encodings) == sorted(["xlsx", told, told])


def test_a_new_column_is_told_and_left_out(home: Home) -> None:
    home.box.inject(Fault("new_column", "giao_duc"))
    home.pull()
    assert home.agrees() and canaries_in(home.folder) == []
    strange = home.rows("tep", "cot_la")["cot_la"].to_pylist()
    assert strange.count("Số điện thoại phụ huynh") == len(NEW)


def test_a_dropped_column_is_refused_by_name_and_the_other_files_come(home: Home) -> None:
    before = home.files()
    home.before_a_file = [Fault("dropped_column", "giao_duc", times=3)]
    report = home.pull()
    ((label, reason),) = report.refused
    assert label.startswith("nhan_su") and "thiếu cột “Mã trường”" in reason
    assert len(home.files()) == len(before) + len(NEW) - 1
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_a_number_that_became_words_is_asked_about(home: Home) -> None:
    home.box.inject(Fault("type_change", "giao_duc"))
    home.pull()
    told = changed_classes(home)
    assert told and all(row["si_so"] is None and "tạm tính" in row["doubt"] for row in told)


def changed_classes(home: Home) -> list[dict[str, object]]:
    """Give the rows of the list of classes that was exported since yesterday."""
    rows = home.rows("lop", "phien_ban", "si_so", "doubt").to_pylist()
    return [row for row in rows if row["phien_ban"] == 2]


@pytest.mark.slow
def test_a_row_that_is_asked_about_stands_in_quarantine(home: Home) -> None:
    before = set(completed_loads(home.lake, "giao_duc"))
    home.box.inject(Fault("type_change", "giao_duc"))
    home.pull()
    (load,) = set(completed_loads(home.lake, "giao_duc")) - before
    ensure_quality_files(home.lake, ["giao_duc"])
    judge(home.lake, "giao_duc", [load], now=home.box.clock.now())
    quarantined = pq.read_table(quality_file(home.lake, "rejected", "giao_duc", load))
    assert quarantined.num_rows == len(changed_classes(home)) > 0


@pytest.mark.parametrize(
    "name", ["deleted_rows", *slow("restated_rows", "one_millisecond", "late_rows")]
)
def test_a_list_exported_again_replaces_what_it_said(home: Home, name: str) -> None:
    home.pull()
    home.box.inject(Fault(name, "giao_duc", seed=3))
    assert not home.agrees()
    assert home.pull().deliveries == 1
    assert home.agrees()


def test_every_fault_is_tried() -> None:
    assert faults_tried(__file__) == set(NAMES)


@pytest.mark.parametrize(("seed", "rounds"), kills(6))
def test_a_pull_that_is_killed_at_random_goes_on_to_the_ledger(
    yesterday: Path, tmp_path: Path, seed: int, rounds: int
) -> None:
    shutil.copytree(yesterday / "truth", tmp_path / "truth")
    with site(tmp_path / "truth") as box:
        home = Home(tmp_path / "home", box)
        small = {"connectors.landing:_BATCH_DELIVERIES": 5}
        pull = Killed("giao_duc", str(home.folder), NOW.isoformat(), small)
        pull.again_and_again(home.context().environment, seed, rounds, requests=16, writes=120)
        home.pull()
        assert home.agrees() and home.persons_agree()
    assert canaries_in(home.folder) == []
