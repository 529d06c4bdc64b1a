"""Each fault of the iOffice: afterwards the lake equals the ledger, or the source says why not."""

import shutil
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.errors import SourceError, TerminalSourceError, TransientSourceError
from connectors.sources.ioffice import office
from connectors.sources.ioffice.shapes import SHAPES
from simulators.province.box import ProvinceBox
from simulators.province.faults import NAMES, Fault
from tests.connectors.test_ioffice import NOW, Home, ioffice_box
from tests.support.canaries import canaries_in, canaries_in_text
from tests.support.faults_tried import faults_tried, kills, slow
from tests.support.killed_pulls import Killed

PAGE_ROWS = 9
BY_ITS_FILE = (None,)
"""No page: the first such request of a pull is for the file of an edXML message."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PAGE_ROWS", PAGE_ROWS)


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A truth, and a lake that was filled from it yesterday."""
    folder = tmp_path_factory.mktemp("yesterday")
    with ioffice_box(folder / "truth") as box:
        give_february_business(box)
        home = Home(folder / "home", box)
        home.pull()
        assert home.wrong() == {}
    return folder


def give_february_business(box: ProvinceBox) -> None:
    """Let each message of February do something to an earlier document, so that its file counts."""
    (path,) = box.truth.folder.glob("ioffice/truc_lien_thong/*2021*02*.parquet")
    rows = pq.read_table(path)
    kinds = list(islice(cycle(["revocation", "update", "replacement"]), rows.num_rows))
    place = rows.column_names.index("loaiGoiTin")
    rows = rows.set_column(place, "loaiGoiTin", pa.array(kinds))
    path.unlink()
    pq.write_table(rows, path)


@pytest.fixture
def home(yesterday: Path, tmp_path: Path) -> Iterator[Home]:
    """Yesterday's lake, a day later."""
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    with ioffice_box(tmp_path / "truth", NOW + timedelta(days=1)) as box:
        home = Home(tmp_path / "home", box)
        assert home.wrong() != {}
        yield home


def business_of_today(home: Home) -> list[tuple[str, str, str]]:
    """Give what the messages since yesterday do to earlier documents."""
    columns = ("loai_goi_tin", "nghiep_vu", "van_ban_truoc", "_known_at")
    rows = home.rows("truc_lien_thong", *columns).to_pylist()
    return [tuple(row.values())[:3] for row in rows if row["_known_at"] > NOW]


def agrees(home: Home) -> bool:
    """Insist that the lake holds the ledger and no row twice in a delivery."""
    for table, shape in SHAPES.items():
        rows = home.rows(table, shape.key_column, "phien_ban", "_delivery")
        assert rows.group_by(rows.column_names).aggregate([]).num_rows == rows.num_rows
    return home.wrong() == {}


def refused(home: Home, words: str, kind: type[SourceError] = TerminalSourceError) -> None:
    """Insist that a pull fails with a word for a person and leaves the lake as it was."""
    before = {table: home.state(table) for table in SHAPES}
    with pytest.raises(kind, match=words) as caught:
        home.pull()
    assert canaries_in_text(str(caught.value)) == [] and "\n" not in str(caught.value)
    assert canaries_in(home.folder) == []
    assert {table: home.state(table) for table in SHAPES} == before


@pytest.mark.parametrize(
    "name",
    [
        "429_retry_after",
        *slow("429", "503", "503_retry_after", "truncated_json", "truncated_gzip", "html_login"),
    ],
)
def test_what_passes_is_waited_for(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice", times=1, pages=(2,)))
    home.pull()
    assert agrees(home) and len(home.slept) == 1
    assert ("retry_after" in name) == (home.slept == [1.0])


@pytest.mark.parametrize("name", ["truncated_json", "html_login", *slow("truncated_gzip", "503")])
def test_a_message_whose_file_did_not_come_is_asked_for_again(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice", times=1, pages=BY_ITS_FILE))
    home.pull()
    assert agrees(home) and len(home.slept) == 1
    kinds = {"revocation": "1", "update": "2", "replacement": "3"}
    told = business_of_today(home)
    assert told and all(kinds[kind] == number and earlier for kind, number, earlier in told)


@pytest.mark.slow
def test_a_page_that_never_answers_is_asked_again(home: Home) -> None:
    home.box.inject(Fault("timeout_page", "ioffice", times=1, pages=(2,)))
    home.pull(KHO_HTTP_TIMEOUT="0.9")
    assert agrees(home) and home.slept


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("429", "HTTP 429"), ("503_retry_after", "HTTP 503")),
        *(("truncated_json", "bị cụt"), ("truncated_gzip", "nén bị cụt")),
    ],
)
def test_what_does_not_pass_is_told_after_five_tries(home: Home, name: str, words: str) -> None:
    home.box.inject(Fault(name, "ioffice", pages=(2,)))
    refused(home, words, TransientSourceError)
    assert len(home.slept) == 4


@pytest.mark.parametrize(
    "name",
    [
        "type_change",
        *slow("503", "truncated_json", "html_login", "shifting_pages", "cursor_2999"),
        *slow("utc_local_shift", "zero_rows", "dropped_column", "encoding_vni"),
    ],
)
def test_the_pull_after_a_refusal_makes_up_for_it(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice"))
    with pytest.raises(SourceError):
        home.pull()
    home.box.heal()
    home.pull()
    assert agrees(home)


@pytest.mark.parametrize("pages", [(2,), BY_ITS_FILE])
def test_a_login_page_is_terminal(home: Home, pages: tuple[int | None, ...]) -> None:
    home.box.inject(Fault("html_login", "ioffice", pages=pages))
    refused(home, "trang đăng nhập")
    assert len(home.slept) == 1


def test_a_token_that_runs_out_in_mid_pull_is_fetched_again_each_time(home: Home) -> None:
    for pages in ((2,), (3,), BY_ITS_FILE):
        home.box.inject(Fault("token_expires", "ioffice", times=1, pages=pages))
    home.pull()
    assert agrees(home) and home.slept == []


def test_a_token_that_never_lives_is_terminal(home: Home) -> None:
    home.box.inject(Fault("token_expires", "ioffice"))
    refused(home, "phiên đăng nhập hết hạn")
    assert home.slept == []


@pytest.mark.parametrize("name", ["duplicated_page", *slow("shifting_pages")])
def test_pages_that_move_are_pulled_again(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice", times=1, pages=(2,)))
    home.pull()
    assert agrees(home)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shifting_pages", "đã lấy 3 lần"),
        ("duplicated_page", "đã lấy 3 lần"),
        ("cursor_back", "nguồn trả dòng cập nhật lúc"),
        ("cursor_2999", "31/12/2999|01/01/3000"),
        ("utc_local_shift", "múi giờ|giờ UTC"),
        ("type_change", "cột 'soTrang' đổi kiểu"),
        ("dropped_column", "không còn gửi cột linhVuc"),
        ("encoding_tcvn3", "TCVN3"),
        ("encoding_vni", "TCVN3 hoặc VNI"),
    ],
)
def test_a_lie_is_refused_at_once_and_nothing_of_it_lands(
    home: Home, name: str, words: str
) -> None:
    home.box.inject(Fault(name, "ioffice"))
    refused(home, words)
    assert home.slept == []


def test_no_row_on_a_working_day_is_no_zero(home: Home) -> None:
    home.box.inject(Fault("zero_rows", "ioffice"))
    refused(home, "0 dòng mới dù có ngày làm việc", TransientSourceError)


def test_yesterday_s_answer_again_is_refused(home: Home) -> None:
    home.pull()
    home.box.clock.forward(timedelta(days=1))
    home.box.inject(Fault("replay_yesterday", "ioffice"))
    refused(home, "dữ liệu cũ|nội dung của lần trước", SourceError)


@pytest.mark.parametrize(
    "name",
    ["encoding_nfd", *slow("encoding_utf16", "encoding_bom")],
)
def test_what_is_certain_is_read_all_the_same(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice"))
    home.pull()
    assert agrees(home)
    texts = set(home.rows("van_ban_den", "trich_yeu")["trich_yeu"].to_pylist())
    assert all(text == unicodedata.normalize("NFC", text) for text in texts)
    truth = home.box.truth.state("ioffice", "van_ban_den", home.box.clock.now())
    assert set(truth["trichYeu"].to_pylist()) <= texts


def test_a_new_column_is_kept(home: Home) -> None:
    home.box.inject(Fault("new_column", "ioffice"))
    home.pull()
    assert agrees(home)
    kept = [
        pq.read_table(path)["nguon_tiep_nhan_moi"].to_pylist()
        for path in (home.lake / "ioffice" / "van_ban_den").glob("*.parquet")
        if "nguon_tiep_nhan_moi" in pq.read_schema(path).names
    ]
    assert kept and set(kept[0]) == {"cổng tỉnh"}


@pytest.mark.parametrize("name", ["one_millisecond", *slow("restated_rows", "deleted_rows")])
def test_what_the_office_changes_changes_in_the_lake(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "ioffice", seed=3))
    home.pull()
    assert agrees(home)


def test_rows_written_a_little_behind_the_cursor_come_with_the_overlap(home: Home) -> None:
    home.pull()
    home.box.inject(Fault("late_rows", "ioffice", seed=3))
    assert home.wrong() != {}
    home.pull()
    assert agrees(home)


def test_every_fault_is_tried() -> None:
    assert faults_tried(__file__) == set(NAMES)


@pytest.mark.parametrize(("seed", "rounds"), kills(6))
def test_a_pull_that_is_killed_at_random_goes_on_to_the_ledger(
    yesterday: Path, tmp_path: Path, seed: int, rounds: int
) -> None:
    shutil.copytree(yesterday / "truth", tmp_path / "truth")
    with ioffice_box(tmp_path / "truth") as box:
        home = Home(tmp_path / "home", box)
        small = {"connectors.sources.ioffice.office:PAGE_ROWS": 20}
        pull = Killed("ioffice", str(home.folder), NOW.isoformat(), small)
        pull.again_and_again(home.context().environment, seed, rounds, requests=59, writes=120)
        home.pull()
        assert agrees(home)
    assert canaries_in(home.folder) == []
