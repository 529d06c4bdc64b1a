"""Who gets one of the nine tiles: the rule worked by hand, and that its order is total."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.models import Engine, build_model, duckdb_engine, fill, postgres_engine
from tests.support.postgres import PostgresServer

TODAY = "2026-03-10"
NAMES = {
    "known_at": lambda: f"timestamptz '{TODAY} 05:00:00+00'",
}
LINE = (
    "code text, name_vi text, domain text, unit text, decimals integer, direction text,"
    " period_grain text, main_board_rank integer"
)
FIGURE = (
    "indicator_code text, area_key text, agency_code text, basis text, source_code text,"
    " calendar text, period_type text, period_start date, period_end date,"
    " value numeric(28, 6), yoy_abs numeric(28, 6), yoy_pct numeric(28, 6)"
)
READING = (
    "indicator_code text, area_key text, agency_code text, basis text, kind text, rule_id text,"
    " period_type text, period_end date, known_to timestamptz, level text,"
    " reading numeric(28, 6), warn_value numeric(28, 6), breach_value numeric(28, 6)"
)
STARTS = [f"{year}-{month:02}-01" for year in (2023, 2024, 2025) for month in range(1, 13)]
STARTS += ["2026-01-01", "2026-02-01"]
ENDS = [*STARTS[1:], "2026-03-01"]


class Board:
    """A warehouse in which tests write the catalogue, its figures and how the rules read them."""

    def __init__(self, run: Engine) -> None:
        self.run = run
        fill(run, "dim_area", "area_key text, level text",
             [("VN", "country"), ("T1", "province")])  # fmt: skip
        fill(run, "ind_own_province", "area_key text", [(None,)])
        fill(run, "boards", "domain text, board text", [("Giá cả", "kt-xh")])
        fill(run, "estimate_status", "estimate_status text, name_vi text", [("computed", "Tính")])
        columns = (
            "indicator_code text, area_key text, agency_code text, basis text, calendar text,"
            " period_end date, is_main boolean, plan_pct numeric(28, 6), path_pct numeric(28, 6),"
            " plan_value numeric(28, 6), value numeric(28, 6), fulfilment text, decimals integer,"
            " unit text"
        )
        plan = ("a1", "VN", "_all", "as_published", "calendar", "2026-02-28", "true")
        fill(run, "ind_plan_progress", columns,
             [(*plan, "15.5", "17.2", "1000", "155", "reach", "0", "tấn")])  # fmt: skip

    def build(self, name: str) -> None:
        """Build a model from the tables that stand there."""
        build_model(self.run, name, **NAMES)

    def seats(
        self,
        lines: Sequence[tuple[str, str]],
        off: dict[str, Sequence[float]],
        changes: dict[str, Sequence[float]] | None = None,
        silent: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Build the board.

        Args:
            lines: code and field, in the catalogue's order.
            off: of a line, how far its newest months are past its rule (1 warns, 2 alarms), newest
                last; a line that is not named has no rule.
            changes: of a line, its changes on last year, newest last; 1, 2, 1, 2 … otherwise.
            silent: lines whose last month is half a year ago.
        """
        run = self.run
        fill(run, "indicators", LINE,
             [(code, f"Chỉ tiêu {code}", field, "tấn", "0", "up", "month", str(place))
              for place, (code, field) in enumerate(lines, 1)])  # fmt: skip
        figures, readings = [], []
        for code, _ in lines:
            told = list((changes or {}).get(code, [1, 2] * 19))
            months = list(zip(STARTS, ENDS, strict=True))[-len(told) :]
            if code in silent:
                months, told = months[:-6], told[:-6]
            for place, ((start, after), change) in enumerate(zip(months, told, strict=True)):
                key = (code, "VN", "_all", "as_published")
                figures.append((*key, "thong_ke", "calendar", "month", start, after,
                                str(100 + place), str(change), str(change)))  # fmt: skip
                tail = len(told) - place
                past = list(off.get(code, ()))
                if code in off:
                    deviation = past[-tail] if tail <= len(past) else 0
                    level = "alarm" if deviation >= 2 else "warn" if deviation >= 1 else "clear"
                    readings.append((*key, "level", f"{code}__muc", "month", after, None, level,
                                     str(-deviation), "-1", "-2"))  # fmt: skip
        fill(run, "ind_yoy", FIGURE, figures)
        run("update ind_yoy set period_end = period_end - 1")
        fill(run, "ind_reading", READING, readings or [(None,) * 13])
        run("update ind_reading set period_end = period_end - 1")
        for name in ("ind_board_month", "ind_board_line"):
            self.build(name)
        run("drop table if exists indicator_yoy")
        run(_WHOLE)
        self.build("main_board")
        names = "indicator_code, seat_kind, rank, signal, heat, months_in_state, is_stale, reason"
        rows = run(f"select {names} from main_board order by rank")
        return [dict(zip(names.split(", "), row, strict=True)) for row in rows]


_WHOLE = """
    create table indicator_yoy as
    select y.*, i.name_vi as indicator_name, i.domain, i.unit, i.decimals,
        'Cả nước' as area_name, '02/2026' as period_label, cast(null as numeric) as ytd_value,
        cast(null as numeric) as ytd_yoy_pct, coalesce(r.level, 'none') as signal,
        'computed' as estimate_status, 'x' as source_ref, false as is_simulated, 1 as publication_id
    from ind_yoy as y inner join indicators as i on y.indicator_code = i.code
    left join (
        select indicator_code, period_end,
            case level when 'clear' then 'good' else level end as level
        from ind_reading
    ) as r on y.indicator_code = r.indicator_code and y.period_end = r.period_end
"""


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def board(request: pytest.FixtureRequest) -> Board:
    """Each engine with the tables that the tiles are chosen from."""
    if request.param == "duckdb":
        return Board(duckdb_engine())
    postgres: PostgresServer = request.getfixturevalue("postgres")
    run = postgres_engine(postgres.create_database("bang_chinh"))
    # the pre-hook of these models, which only dbt runs
    run("set enable_nestloop = off")
    run("set enable_mergejoin = off")
    return Board(run)


# ten lines of five fields: a1 a2 a3 b1 b2 b3 c1 c2 d1 e1
LINES = [(f"{field}{n}", field) for field, n in zip("aaabbbccde", "1231231211", strict=True)]


def test_a_quiet_month_shows_the_catalogue(board: Board) -> None:
    tiles = board.seats(LINES, {})
    assert [(t["indicator_code"], t["seat_kind"]) for t in tiles] == [
        ("a1", "core"), ("a2", "listed"), ("a3", "listed"), ("b1", "core"), ("b2", "listed"),
        ("b3", "listed"), ("c1", "listed"), ("c2", "listed"), ("d1", "listed"),
    ]  # fmt: skip
    assert {t["heat"] for t in tiles} == {None}


def test_heat_is_deviation_times_importance_times_novelty(board: Board) -> None:
    """Ten lines: importance 1 at the first, 0.5 at the tenth, 0.0556 less from line to line."""
    tiles = board.seats(LINES, {"a2": [1, 1, 1, 1.5], "d1": [2.5], "e1": [1.2, 1.2], "c1": [9]})
    heats = {t["indicator_code"]: float(t["heat"]) for t in tiles if t["heat"] is not None}
    assert heats == {
        "a2": 1.4166,  # 1.5 × 0.9444 × 1: warned for the fourth month
        "d1": 2.0835,  # 2.5 × 0.5556 × 1.5: new this month
        "e1": 0.75,  # 1.2 × 0.5 × 1.25: warned for the second month
        "c1": 3.0002,  # 9 counts as 3; 3 × 0.6667 × 1.5
    }
    # alarms first, the hotter first; what is well stands by its place in the catalogue
    shown = [t["indicator_code"] for t in tiles]
    assert shown == ["c1", "d1", "a2", "e1", "a1", "a3", "b1", "b2", "b3"]


def test_one_field_in_trouble_leaves_room_for_the_others(board: Board) -> None:
    lines = [(f"{field}{n}", field) for field in "abcdefgh" for n in (1, 2, 3)]
    # the whole field of d is worse than anything else
    off = {code: [1.1] for code, field in lines if field in "efgh"}
    off |= {"d1": [3, 3], "d2": [2.9, 2.9], "d3": [2.8, 2.8]}
    codes = [t["indicator_code"] for t in board.seats(lines, off)]
    assert codes == ["d1", "d2", "e1", "e2", "f1", "g1", "h1", "a1", "b1"]


def test_a_tile_of_the_core_counts_as_the_first_of_its_field(board: Board) -> None:
    lines = [(f"{field}{n}", field) for field in "abcdefghi" for n in (1, 2)]
    off = {code: [1.5] for code, field in lines if field in "cdefghi"} | {"a2": [3]}
    codes = {t["indicator_code"] for t in board.seats(lines, off)}
    assert codes == {"a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1"}


def test_old_figures_grey_and_win_no_seat(board: Board) -> None:
    lines = [*LINES, ("f1", "f")]
    tiles = board.seats(lines, {"f1": [3], "a1": [3]}, silent=["f1", "a1"])
    stale = {t["indicator_code"]: t["is_stale"] for t in tiles}
    assert stale["a1"] and "f1" not in stale and sum(stale.values()) == 1


def test_without_a_rule_a_line_is_measured_by_its_own_history(board: Board) -> None:
    """Changes of 1 and 2 by turns: middle 1.5, spread 1.4826 × 0.5; −1 is 3.37 of them below."""
    usual = [1, 2] * 13
    tiles = board.seats(LINES, {}, {"e1": [*usual[:-1], -1], "d1": [*usual[:-1], 4]})
    odd = [t for t in tiles if t["heat"] is not None]
    # 3.37 / 3 × 0.5 × 1.5; d1 rose, which is what is wanted of it
    assert [(t["indicator_code"], float(t["heat"])) for t in odd] == [("e1", 0.84)]
    assert odd[0]["reason"].startswith("Khác thường:") and tiles[0] is odd[0]
    # eleven months are no history
    assert not [t for t in board.seats(LINES, {}, {"e1": [*usual[:11], -9]}) if t["heat"]]


def test_a_tile_tells_the_years_and_the_plan(board: Board) -> None:
    board.seats(LINES, {"a1": [1, 1.5]})
    (tile,) = board.run(
        "select line_now, substr(line_last, 1, 22), line_end_x, line_end_y, plan_text, plan_state,"
        " plan_bar, fresh_until, reason from main_board where indicator_code = 'a1'"
    )
    # values 112 (January 2024) to 137 (February 2026) on a height of 48
    assert tile[:4] == ("M0.0 1.9L0.0 1.9L20.0 0.0", "M0.0 25.0L0.0 25.0L20.", "20.0", "0.0")
    assert tile[4:7] == ("15,5 % kế hoạch năm (cần 17,2 %)", "behind", 15.5)
    assert str(tile[7]) == "2026-04-06"
    assert tile[8] == "Cần chú ý: ở mức -2 tấn, ngưỡng cảnh báo -1 tấn; đã 2 kỳ liền."


def test_the_order_is_total_and_nine_is_the_limit(board: Board) -> None:
    """Whatever is off: at most nine, ranks 1 to n, and the order of the lines changes nothing."""
    dice = random.Random(20261123)
    for _ in range(4):
        lines = [(f"l{n:02}", dice.choice("abcdef")) for n in range(dice.randint(4, 24))]
        off = {
            code: [dice.choice([0, 1, 1, 1.5, 2, 3]) for _ in range(dice.randint(1, 5))]
            for code, _ in dice.sample(lines, len(lines) // 2)
        }
        tiles = board.seats(lines, off)
        assert len(tiles) == min(9, len(lines))
        assert [t["rank"] for t in tiles] == list(range(1, len(tiles) + 1))
        severity = [("alarm", "warn", "good", "none").index(t["signal"]) for t in tiles]
        assert [s > 1 for s in severity] == sorted(s > 1 for s in severity)
        board.run("create table turned as select * from ind_yoy order by value desc")
        board.run("drop table ind_yoy")
        board.run("alter table turned rename to ind_yoy")
        board.build("ind_board_month")
        board.build("main_board")
        again = board.run("select indicator_code from main_board order by rank")
        assert again == [(t["indicator_code"],) for t in tiles]
