"""Each fault of the portal: afterwards the lake equals the ledger, or the source says why not."""

import shutil
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from connectors.errors import SourceError, TerminalSourceError, TransientSourceError
from connectors.sources.dvc import portal, source
from simulators.province.box import ProvinceBox
from simulators.province.faults import NAMES, Fault
from tests.connectors.test_dvc import FIRST, LAST, LOCAL, NOW, Home
from tests.support.faults_tried import faults_tried, kills
from tests.support.killed_pulls import Killed

PAGE_ROWS = 9
FIRST_DAY = date(2024, 2, 1)


def box(folder: Path, days: int = 0) -> ProvinceBox:
    now = NOW + timedelta(days=days)
    return ProvinceBox("nghe_an", 0.003, FIRST, LAST, folder, now=now, sources=["dvc"])


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make many small pages of a short history."""
    short = source.spec().model_copy(update={"first_day": FIRST_DAY})
    monkeypatch.setattr(source, "spec", lambda: short)
    monkeypatch.setattr(portal, "PAGE_ROWS", PAGE_ROWS)


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A truth, and a lake that was filled from it yesterday."""
    folder = tmp_path_factory.mktemp("yesterday")
    with pytest.MonkeyPatch.context() as patch, box(folder / "truth") as province:
        short = source.spec().model_copy(update={"first_day": FIRST_DAY})
        patch.setattr(source, "spec", lambda: short)
        home = Home(folder, province)
        home.pull()
        assert home.agrees()
    return folder


@pytest.fixture
def home(yesterday: Path, tmp_path: Path) -> Iterator[Home]:
    """Yesterday's lake, a day later."""
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    with box(tmp_path / "truth", days=1) as province:
        yield Home(tmp_path, province)


def refused(home: Home, words: str, kind: type[SourceError] = TerminalSourceError) -> None:
    """Insist that a pull fails with a word for a person and leaves the lake as it was."""
    before = home.rows("ho_so", "ma_ho_so", "phien_ban").num_rows
    with pytest.raises(kind, match=words) as caught:
        home.pull()
    assert "CANARY" not in str(caught.value) and "\n" not in str(caught.value)
    assert home.rows("ho_so", "ma_ho_so", "phien_ban").num_rows == before


@pytest.mark.parametrize(
    "name",
    [
        *("429_retry_after", "503", "truncated_json", "truncated_gzip", "html_login"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("429", "503_retry_after")),
    ],
)
def test_what_passes_is_waited_for(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "dvc", times=1, pages=(2,)))
    home.pull()
    assert home.agrees() and len(home.slept) == 1
    assert ("retry_after" in name) == (home.slept == [1.0])


def test_a_page_that_never_answers_is_asked_again(home: Home) -> None:
    home.box.inject(Fault("timeout_page", "dvc", times=1, pages=(2,)))
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
    home.box.inject(Fault(name, "dvc", pages=(2,)))
    refused(home, words, TransientSourceError)
    assert len(home.slept) == 4


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "type_change" else pytest.mark.slow)
        for name in (
            *("type_change", "503", "truncated_json", "html_login", "shifting_pages"),
            *("cursor_2999", "utc_local_shift", "zero_rows", "dropped_column", "encoding_vni"),
        )
    ],
)
def test_the_pull_after_a_refusal_makes_up_for_it(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "dvc"))
    with pytest.raises(SourceError):
        home.pull()
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_a_login_page_is_terminal(home: Home) -> None:
    home.box.inject(Fault("html_login", "dvc"))
    refused(home, "trang đăng nhập")
    assert len(home.slept) == 1


def test_a_session_that_runs_out_in_mid_pull_is_opened_again_each_time(home: Home) -> None:
    for page in (2, 3):
        home.box.inject(Fault("token_expires", "dvc", times=1, pages=(page,)))
    home.pull()
    assert home.agrees() and home.slept == []


def test_a_session_that_never_lives_is_terminal(home: Home) -> None:
    home.box.inject(Fault("token_expires", "dvc"))
    refused(home, "phiên vừa mở đã hết hạn")


@pytest.mark.parametrize("name", ["shifting_pages", "duplicated_page"])
def test_pages_that_move_are_pulled_again(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "dvc", times=1, pages=(2,)))
    home.pull()
    assert home.agrees()
    keys = home.rows("ho_so", "ma_ho_so", "phien_ban", "_delivery")
    assert keys.num_rows == keys.group_by(keys.column_names).aggregate([]).num_rows


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shifting_pages", "đã lấy 3 lần"),
        ("duplicated_page", "đã lấy 3 lần"),
        ("cursor_back", "nguồn trả dòng cập nhật lúc"),
        ("cursor_2999", "31/12/2999|01/01/3000"),
        ("utc_local_shift", "múi giờ|giờ UTC"),
        ("type_change", "cột 'SoLePhi' đổi kiểu"),
        ("dropped_column", "không còn gửi cột TrichYeuHoSo"),
        ("encoding_tcvn3", "TCVN3"),
        ("encoding_vni", "TCVN3 hoặc VNI"),
    ],
)
def test_a_lie_is_refused_at_once_and_nothing_of_it_lands(
    home: Home, name: str, words: str
) -> None:
    home.box.inject(Fault(name, "dvc"))
    refused(home, words)
    assert home.slept == []


def test_no_row_on_a_working_day_is_no_zero(home: Home) -> None:
    home.box.inject(Fault("zero_rows", "dvc"))
    refused(home, "0 dòng mới dù có ngày làm việc", TransientSourceError)


def test_yesterday_s_answer_again_is_refused(home: Home) -> None:
    home.pull()
    home.box.clock.forward(timedelta(days=1))
    home.box.inject(Fault("replay_yesterday", "dvc"))
    refused(home, "dữ liệu cũ|nội dung của lần trước", SourceError)


@pytest.mark.parametrize(
    "name",
    ["encoding_utf16", "encoding_nfd", pytest.param("encoding_bom", marks=pytest.mark.slow)],
)
def test_what_is_certain_is_read_all_the_same(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "dvc"))
    home.pull()
    assert home.agrees()
    texts = set(home.rows("ho_so", "ten_tthc")["ten_tthc"].to_pylist())
    assert all(text == unicodedata.normalize("NFC", text) for text in texts)
    truth = home.box.truth.state("dvc", "ho_so", home.box.clock.now())
    assert texts == set(truth["TenTTHC"].to_pylist())


def test_a_new_column_is_kept(home: Home) -> None:
    home.box.inject(Fault("new_column", "dvc"))
    home.pull()
    assert home.agrees()
    kept = [
        pq.read_table(path)["nguon_tiep_nhan_moi"].to_pylist()
        for path in (home.lake / "dvc" / "ho_so").glob("*.parquet")
        if "nguon_tiep_nhan_moi" in pq.read_schema(path).names
    ]
    assert kept and set(kept[0]) == {"cổng tỉnh"}


@pytest.mark.parametrize("name", ["one_millisecond", "restated_rows", "deleted_rows"])
def test_what_changes_at_the_portal_changes_in_the_lake(home: Home, name: str) -> None:
    home.box.inject(Fault(name, "dvc", seed=5))
    home.pull()
    assert home.agrees()


def test_rows_written_a_little_behind_the_cursor_come_with_the_overlap(home: Home) -> None:
    home.pull()
    home.box.inject(Fault("late_rows", "dvc", seed=5))
    assert not home.agrees()
    home.pull()
    assert home.agrees()


def test_every_fault_is_tried() -> None:
    assert faults_tried(__file__) == set(NAMES)


def rewrite(home: Home, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Rewrite the truth of March behind the back of the change log."""
    path = home.box.truth.folder / "dvc" / table / "2024-03.parquet"
    rows = change(pq.read_table(path))
    path.unlink()
    pq.write_table(rows, path)


def test_a_step_that_vanishes_without_a_word_is_deleted_alone(home: Home) -> None:
    rows = home.rows("tien_do", "ma_ho_so", "thu_tu", "thoi_diem_xu_ly").to_pylist()
    march = [row for row in rows if f"{row['thoi_diem_xu_ly'].astimezone(LOCAL):%m}" == "03"]
    gone = f"{march[0]['ma_ho_so']}|{march[0]['thu_tu']}"
    rewrite(home, "tien_do", lambda t: t.filter(pc.not_equal(t["_key"], gone)))
    home.pull()
    assert gone not in home.states("tien_do", "ma_ho_so", "thu_tu") and home.agrees()
    told = home.rows("doi_soat_tien_do", "thang", "so_buoc").to_pylist()
    truth = home.box.truth.state("dvc", "tien_do", home.box.clock.now())
    steps = [at for at in truth["ThoiDiemXuLy"].to_pylist() if at.startswith("202403")]
    assert [row["so_buoc"] for row in told if row["thang"] == "202403"][-1] == len(steps) > 100


def test_dossiers_that_vanish_without_a_word_are_deleted(home: Home) -> None:
    rows = home.rows("ho_so", "ma_ho_so", "ngay_tiep_nhan")
    received = rows.filter(pc.greater(rows["ngay_tiep_nhan"], pa.scalar(NOW - timedelta(days=20))))
    gone = sorted(set(received["ma_ho_so"].to_pylist()))[:3]
    for table in ("ho_so", "tien_do"):
        rewrite(home, table, lambda t: t.filter(pc.invert(pc.is_in(t["MaHoSo"], pa.array(gone)))))
    home.pull()
    kept = home.states("ho_so", "ma_ho_so")
    assert len(gone) == 3 and not set(gone) & set(kept)
    assert kept == home.truth("ho_so")


def test_a_change_written_behind_the_cursor_is_found_by_the_closed_month(home: Home) -> None:
    def restate(rows: pa.Table) -> pa.Table:
        state = home.box.truth.state("dvc", "ho_so", NOW - timedelta(days=5))
        one = state.filter(pc.equal(state["TrangThaiHoSo"], "10")).slice(0, 1)
        at = NOW - timedelta(days=4)
        changed = {
            "_version": one["_version"][0].as_py() + 1,
            "PhienBan": one["_version"][0].as_py() + 1,
            "_known_at": at,
            "ThoiDiemCapNhat": f"{at:%Y%m%d%H%M%S}000",
            "SoLePhi": 123_456,
        }
        row = one.to_pylist()[0] | changed
        return pa.concat_tables([rows, pa.Table.from_pylist([row], rows.schema)])

    rewrite(home, "ho_so", restate)
    home.pull()
    assert home.agrees()
    assert 123_456 in home.rows("ho_so", "so_le_phi")["so_le_phi"].to_pylist()


@pytest.mark.parametrize(("seed", "rounds"), kills(10))
def test_a_pull_that_is_killed_at_random_goes_on_to_the_ledger(
    yesterday: Path, tmp_path: Path, seed: int, rounds: int
) -> None:
    shutil.copytree(yesterday / "truth", tmp_path / "truth")
    small = {"connectors.sources.dvc.portal:PAGE_ROWS": 60}
    with box(tmp_path / "truth") as province:
        home = Home(tmp_path, province)
        pull = Killed("dvc", str(home.folder), NOW.isoformat(), small, FIRST_DAY.isoformat())
        pull.again_and_again(home.context().environment, seed, rounds, requests=14, writes=120)
        home.pull()
        assert home.agrees()
