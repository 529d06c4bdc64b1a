"""Each fault of a stations' server: afterwards the lake equals the ledger, or lines stand aside."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import TransientSourceError
from connectors.landing import LandingReport, land
from connectors.sources.quan_trac import store
from expectations.runner import RULES, judge
from simulators.province.box import ProvinceBox
from simulators.province.clock import VIETNAM
from simulators.province.faults import NAMES, Fault
from simulators.province.quan_trac import shelf
from tests.support.faults_tried import faults_tried

DAYS = (date(2026, 3, 1), date(2026, 3, 3))
NIGHT = datetime(2026, 3, 3, 1, tzinfo=VIETNAM)
# what cannot befall files on an SFTP server, and why
IMPOSSIBLE = {
    "429_retry_after": "SSH không có Retry-After; máy chủ bận chỉ biết đóng đường truyền (429)",
    "503_retry_after": "SSH không có Retry-After; máy chủ chỉ biết đứt giữa tệp (503)",
    "truncated_json": "trạm không gửi JSON; tệp bị cắt là tệp đang lớn hoặc gói nén cụt",
    "html_login": "đăng nhập là một bước của SSH, không phải một trang",
    "token_expires": "SSH không có phiên hết hạn; đường truyền đứt giữa chừng là 503",
    "shifting_pages": "thư mục không chia trang",
    "duplicated_page": "thư mục không chia trang",
    "cursor_back": "không có con trỏ thời gian; tệp nhận ra bằng tên, kích thước và lúc sửa",
    "deleted_rows": "trạm không xoá số đo; tệp rời thư mục vì cũ không có nghĩa là xoá",
}


class Home:
    """A lake that is filled from a province's stations."""

    def __init__(self, folder: Path, province: ProvinceBox) -> None:
        self.box = province
        self.lake, self.state = folder / "lake", folder / "dlt"
        self.refused: list[tuple[str, str]] = []
        self.slept: list[float] = []

    def pull(self) -> LandingReport:
        self.refused.clear()
        context = PullContext(
            now=self.box.clock.now(),
            environment=self.box.environment,
            refuse=lambda *said: self.refused.append(said),
            sleep=self.slept.append,
        )
        return land(registry()["quan_trac"], context, self.lake, self.state, lambda _: None)

    def set_aside(self, done: LandingReport) -> dict[str, int]:
        """Judge what was landed; give the files of rows set aside by each rule."""
        judge(self.lake, "quan_trac", done.load_ids, RULES, self.box.clock.now())
        return dict(
            self._asked(
                "select rule_id, count(distinct json_extract_string(record, '$.tep')) from"
                f" '{self.lake}/_quality/rejected/quan_trac.*.parquet' group by 1"
            )
        )

    def readings(self) -> dict[str, str]:
        """Give what counts of each reading: what was told last, but for rows set aside."""
        aside = f"'{self.lake}/_quality/rejected/*.parquet'"
        if not (self.lake / "_quality" / "rejected").exists():
            aside = "(select '' as delivery, 0 as row_no)"
        return dict(
            self._asked(
                "select concat_ws('|', tram, thong_so, strftime(thoi_diem, '%Y%m%d%H%M%S')),"
                " arg_max(coalesce(ket_qua::decimal(28, 2)::varchar, ''), (_known_at, _row_no))"
                f" from read_parquet('{self.lake}/quan_trac/so_do/*.parquet') as s"
                f" anti join {aside} as r on r.delivery = s._delivery and r.row_no = s._row_no"
                " where doubt is null group by 1"
            )
        )

    def truth(self) -> dict[str, str]:
        state = self.box.truth.state("quan_trac", "so_do", self.box.clock.now())
        return dict(zip(state["_key"].to_pylist(), state["ket_qua"].to_pylist(), strict=True))

    def agrees(self) -> bool:
        return self.readings() == self.truth()

    def _asked(self, sql: str) -> list[tuple]:
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'Asia/Ho_Chi_Minh'")
            return connection.execute(sql).fetchall()


def box(folder: Path, minutes: int = 0) -> ProvinceBox:
    now = NIGHT + timedelta(minutes=minutes)
    return ProvinceBox("nghe_an", 0.01, *DAYS, folder, now=now, sources=["quan_trac"])


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep five-minute files since midnight only; older ones lie in the archives."""
    monkeypatch.setattr(shelf, "_DAYS", 0)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A truth, and a lake that was filled from it an hour ago."""
    folder = tmp_path_factory.mktemp("earlier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "_DAYS", 0)
        with box(folder / "truth") as province:
            home = Home(folder, province)
            home.pull()
            assert home.agrees() and not home.refused
    return folder


@pytest.fixture
def home(earlier: Path, tmp_path: Path) -> Iterator[Home]:
    """The lake of an hour ago, an hour later."""
    shutil.copytree(earlier, tmp_path, dirs_exist_ok=True)
    with box(tmp_path / "truth", minutes=60) as province:
        yield Home(tmp_path, province)


def test_each_fault_is_tried_or_cannot_happen() -> None:
    tried = faults_tried(__file__)
    assert tried | IMPOSSIBLE.keys() == NAMES.keys() and not tried & IMPOSSIBLE.keys()


@pytest.mark.parametrize("name", ["429", "503", "timeout_page"])
def test_a_line_that_breaks_is_taken_up_again(
    home: Home, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_ANSWER_S", 1)
    home.box.inject(Fault(name, "quan_trac", times=1))
    home.pull()
    assert home.agrees() and home.slept == [1.0]


def test_a_server_that_never_lets_anybody_in_is_told_after_four_tries(home: Home) -> None:
    before = home.readings()
    home.box.inject(Fault("429", "quan_trac"))
    with pytest.raises(TransientSourceError, match="sau 4 lần"):
        home.pull()
    assert home.slept == [1, 2, 4, 8] and home.readings() == before
    home.box.heal()
    home.pull()
    assert home.agrees()


def test_a_torn_archive_waits_and_the_files_go_on(home: Home) -> None:
    home.box.inject(Fault("truncated_gzip", "quan_trac", times=1))
    home.pull()
    ((label, reason),) = home.refused
    assert label.endswith((".zip", ".gz")) and "bị cắt ngang" in reason
    assert home.agrees()


@pytest.mark.parametrize(
    "name",
    [
        "encoding_utf16",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("encoding_bom", "encoding_nfd", "encoding_tcvn3", "encoding_vni")
        ),
    ],
)
def test_lines_in_any_encoding_are_the_ledger(home: Home, name: str) -> None:
    """The lines of stations are ASCII, which only a mark or two bytes a letter can change."""
    home.box.inject(Fault(name, "quan_trac"))
    home.pull()
    assert home.agrees() and not home.refused


@pytest.mark.parametrize(
    "name",
    [
        "late_rows",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("one_millisecond", "restated_rows")
        ),
    ],
)
def test_files_sent_once_more_are_the_ledger_again(home: Home, name: str) -> None:
    home.pull()
    home.box.inject(Fault(name, "quan_trac", seed=5))
    assert not home.agrees()
    home.pull()
    assert home.agrees()


def test_silent_stations_are_told_each(home: Home) -> None:
    home.pull()
    home.box.inject(Fault("zero_rows", "quan_trac"))
    home.box.clock.forward(timedelta(minutes=61))
    assert home.pull().load_ids == []
    assert len(home.refused) == 4
    assert all("im lặng từ" in reason for _, reason in home.refused)


def test_wrong_lines_stand_aside_with_their_reason_and_the_others_go_on(home: Home) -> None:
    lies = ["new_column", "dropped_column", "type_change", "cursor_2999", "replay_yesterday"]
    home.pull()
    home.box.clock.forward(timedelta(minutes=30))
    home.box.inject(*(Fault(name, "quan_trac", times=1) for name in lies))
    aside = home.set_aside(home.pull())
    assert aside == {"line_understood": 3, "measured_before_sent": 1, "line_as_named": 1}
    truth, found = home.truth(), home.readings()
    missing = truth.keys() - found.keys()
    assert len({key.rsplit("|", 1)[1] for key in missing}) == len(lies)
    assert found.items() <= truth.items()


def test_a_station_s_clock_in_utc_is_noticed(home: Home) -> None:
    home.pull()
    home.box.clock.forward(timedelta(minutes=30))
    before = home.readings()
    home.box.inject(Fault("utc_local_shift", "quan_trac"))
    assert home.set_aside(home.pull()).keys() == {"clock_not_in_utc"}
    assert home.readings() == before
