"""The three things that need a leader now: one place a cause, three fields if they can."""

from collections.abc import Sequence
from itertools import count

import pytest

from tests.support.models import Engine, build_model, duckdb_engine, fill, postgres_engine
from tests.support.postgres import PostgresServer

TODAY = "2025-03-10"
OPS = {
    "known_at": lambda: f"timestamptz '{TODAY} 05:00:00+00'",
    "is_simulated": lambda: "false",
    "publication_id": lambda: "1",
}
ALERT = (
    "alert_id text, alert_code text, group_id text, kind text, level text, state text,"
    " is_open boolean, is_overdue boolean, fired_at timestamptz, domain text, indicator_code text,"
    " indicator_name text, area_key text, source_code text, message text,"
    " responsible_name text, due_date date, area_name text, period_label text,"
    " value numeric(28, 6), unit text, fired_reading numeric(28, 6), reading_unit text,"
    " last_period text"
)
STATUS = (
    "system_id text, source text, source_title text, agency_name text, last_known_on date,"
    " promise_days integer, lag_days integer, is_promise_kept boolean"
)
OWED = (
    "kind text, form_code text, form_name text, agency_code text, agency_name text, status text,"
    " missing_count integer, days_late integer, due_date date"
)
Told = list[tuple[str, ...]]


class Board:
    """A warehouse in which tests write alerts and sources, and read what is told of them."""

    def __init__(self, run: Engine) -> None:
        self.run = run
        fill(run, "indicators", "code text, main_board_rank integer, decimals integer",
             [("cpi", "1", "2"), ("ban_le", "5", "0"), ("lua", None, "1")])  # fmt: skip
        fill(run, "main_board", "indicator_code text, source_code text", [("ban_le", "thong_ke")])
        fill(run, "dim_area", "area_key text, level text",
             [("VN", "country"), ("T1", "province"), ("T2", "province")])  # fmt: skip

    def told(
        self,
        alerts: Sequence[tuple],
        sources: Sequence[tuple] = (),
        owed: Sequence[tuple] = (),
        own: str = "",
    ) -> Told:
        fill(self.run, "alert", ALERT, alerts or [(None,) * 24])
        fill(self.run, "ind_alert_episode", "alert_id text, newest_value numeric(28, 6)",
             [(row[0], "81.25") for row in alerts] or [(None, None)])  # fmt: skip
        fill(self.run, "ind_own_province", "area_key text", [(own,)])
        if not own:
            self.run("delete from ind_own_province")
        fill(self.run, "source_status", STATUS, sources or [(None,) * 8])
        fill(self.run, "submission", OWED, owed or [(None,) * 9])
        fill(self.run, "reminder_count", "agency_code text, year integer, standing text",
             [("so_xd", "2025", "review"), ("so_yt", "2024", "review")])  # fmt: skip
        build_model(self.run, "attention", **OPS)
        columns = (
            "kind, subject, sentence, others, responsible_name, due_date, since_date, alert_code"
        )
        found = self.run(f"select {columns}, level, is_overdue from attention order by rank")
        return [tuple(str(cell) for cell in row) for row in found]

    def names(self, *given: Sequence[tuple]) -> list[str]:
        return [row[1] for row in self.told(*given)]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def board(request: pytest.FixtureRequest) -> Board:
    """Each engine with the tables that the three are chosen from."""
    if request.param == "duckdb":
        return Board(duckdb_engine())
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return Board(postgres_engine(postgres.create_database("can_chu_y")))


numbers = count(1)


def alert(name: str, **said: str | None) -> tuple[str | None, ...]:
    """An open alarm of a group of its own, not overdue, of an indicator that is on no board."""
    number = f"{next(numbers):04}"
    row = {
        "alert_id": f"a{number}", "alert_code": f"a{number}", "group_id": f"g{number}",
        "kind": "yoy", "level": "alarm",
        "state": "firing", "is_open": "true", "is_overdue": "false",
        "fired_at": "2025-03-02 20:00:00+00", "domain": f"lĩnh vực {number}",
        "indicator_code": "lua", "indicator_name": name, "area_key": "T1",
        "source_code": "thong_ke", "message": f"{name} giảm.", "responsible_name": "Sở Y",
        "due_date": "2025-03-12", "area_name": "Tỉnh Một", "period_label": "02/2025",
        "value": "74.5", "unit": "tấn", "fired_reading": "-4.26", "reading_unit": "%",
        "last_period": "03/2025",
    }  # fmt: skip
    return tuple({**row, **said}.values())


def silent(source: str, lag: str = "50", system: str = "S01") -> tuple[str | None, ...]:
    """A source that promised 39 days."""
    return (system, source, f"Nguồn {source}", "Sở Chủ quản", "2025-01-19", "39", lag, "false")


def test_level_then_overdue_then_importance_then_newness_make_the_order(board: Board) -> None:
    rising = [
        alert("cảnh báo", level="warn", is_overdue="true", indicator_code="cpi"),
        alert("báo động cũ", fired_at="2025-01-01 00:00:00+00"),
        alert("báo động mới"),
        alert("báo động ô 5", indicator_code="ban_le", fired_at="2024-01-01 00:00:00+00"),
        alert("báo động ô 1", indicator_code="cpi", fired_at="2023-01-01 00:00:00+00"),
        alert("báo động quá hạn", is_overdue="true", fired_at="2022-01-01 00:00:00+00"),
    ]
    for left in range(len(rising), 0, -1):
        expected = [row[11] for row in reversed(rising[:left])][:3]
        assert board.names(rising[:left]) == expected


def test_a_thing_is_remembered_by_where_it_is_and_one_number(board: Board) -> None:
    board.told(
        [alert("thay đổi"), alert("mức", kind="level"), alert("tăng", fired_reading="21.5")],
    )
    shown = board.run("select subject, place, figure from attention")
    assert sorted(shown) == [
        ("mức", "Tỉnh Một, 03/2025", "81,3 tấn"),
        ("thay đổi", "Tỉnh Một, 02/2025", "▼ 4,26 %"),
        ("tăng", "Tỉnh Một, 02/2025", "▲ 21,50 %"),
    ]
    board.told(
        [alert("nguồn", kind="no_data", fired_reading="62")],
        [silent("dvc")],
        [("task", "f", "Báo cáo", "so_xd", "Sở Xây dựng", "missing", "3", "9", TODAY)],
    )
    shown = board.run("select kind, place, figure from attention")
    assert sorted(shown) == [
        ("source", "Tỉnh Một, 03/2025", "thiếu 62 %"),
        ("source", "từ 19/01/2025", "quá hẹn 11 ngày"),
        ("submission", "Báo cáo", "còn nợ 3 mục"),
    ]


def test_another_province_is_not_ours_to_see_to(board: Board) -> None:
    given = [alert("ta"), alert("bạn", area_key="T2"), alert("nước", area_key="VN")]
    assert {row[1] for row in board.told(given, own="T1")} == {"ta", "nước"}
    assert {row[1] for row in board.told(given)} == {"ta", "bạn", "nước"}


def test_what_is_over_waits_or_recovers_needs_nobody(board: Board) -> None:
    assert board.told([
        alert("đã đóng", is_open="false"),
        alert("chưa đủ kỳ", state="pending", fired_at=None),
        alert("đang hồi phục", state="recovering"),
    ], [("S01", "thong_ke", "Nguồn", "Sở", "2025-03-01", "39", "9", "true")]) == []  # fmt: skip


def test_one_cause_takes_one_place_and_its_gravest_alert_speaks(board: Board) -> None:
    (only,) = board.told([
        alert("nhẹ", group_id="g", level="warn", is_overdue="true", due_date="2025-03-05"),
        alert("tỉnh", group_id="g", alert_code="t"),
        alert("cả nước", group_id="g", alert_code="n", area_key="VN"),
    ])  # fmt: skip
    # three o'clock in the morning of the next day here
    assert only == (
        "alert", "cả nước", "cả nước giảm.", "2", "Sở Y", "2025-03-05", "2025-03-03", "n",
        "alarm", "True",
    )  # fmt: skip


def test_a_silent_source_and_what_it_lacks_are_one_thing(board: Board) -> None:
    lacking = alert(
        "Nguồn thong_ke", kind="no_data", state="no_data", group_id="g", alert_code="x",
        level="warn", responsible_name="Cục Thống kê", indicator_code="",
    )  # fmt: skip
    (only,) = board.told([lacking], [silent("thong_ke"), silent("thong_ke", system="S02")])
    assert only == (
        "source", "Nguồn thong_ke",
        "Nguồn thong_ke không có số mới từ 19/01/2025, quá hẹn 11 ngày.", "1", "Cục Thống kê",
        "2025-03-12", "2025-01-19", "x", "warn", "True",
    )  # fmt: skip
    (alone,) = board.told([], [silent("dvc", lag="1234")])
    assert alone[2].endswith("quá hẹn 1.195 ngày.")
    assert alone[3:6] == ("0", "Sở Chủ quản", "None") and alone[8] == "alarm"


def test_a_source_is_as_important_as_the_highest_tile_it_feeds(board: Board) -> None:
    sources = [silent("aaa"), silent("thong_ke", system="S02")]
    assert board.names([], sources) == ["Nguồn thong_ke", "Nguồn aaa"]


def test_the_second_of_one_field_gives_way_to_another_as_grave(board: Board) -> None:
    prices = [alert(f"giá {n}", domain="Giá cả", indicator_code="cpi") for n in range(3)]
    other = alert("trẻ em", domain="Y tế")
    assert board.names([*prices, other])[1] == "trẻ em"
    lighter = alert("trẻ em", domain="Y tế", level="warn", is_overdue="true")
    assert all(name.startswith("giá") for name in board.names([*prices, lighter]))


def owed(office: str, kind: str = "task", status: str = "missing", late: str = "40") -> tuple:
    """A month of which twelve hundred things are missing."""
    return (kind, kind, "Nhiệm vụ được giao", office, f"Cơ quan {office}", status, "1200", late,
            "2025-01-29")  # fmt: skip


def test_what_an_office_owes_is_one_thing_and_an_alarm_once_it_was_reminded_too_often(
    board: Board,
) -> None:
    never = [owed("so_ct", kind="file"), owed("so_ct", status="waiting")]
    several = [owed("so_yt", late="9"), owed("so_yt"), owed("so_xd", late="2"), *never]
    first, second = board.told([], [], several)
    assert first[1] == "Cơ quan so_xd" and first[8] == "alarm"
    assert second == (
        "submission", "Cơ quan so_yt",
        "Cơ quan so_yt còn 2.400 mục quá hạn của «Nhiệm vụ được giao», lâu nhất 40 ngày.",
        "0", "Cơ quan so_yt", "2025-01-29", "2025-01-29", "None", "warn", "True",
    )  # fmt: skip
