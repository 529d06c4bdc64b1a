"""Calendars of periods, holidays, working days and Tết, on both engines."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lunar import first_of_month
from tests.support.models import (
    Engine,
    build_model,
    duckdb_engine,
    fill,
    model_sql,
    postgres_engine,
    rendered,
    seed_rows,
)
from tests.support.postgres import PostgresServer

WINDOWS = (
    "calendar text, valid_from date, valid_to date, day_from int, day_to int, year_starts text,"
    " months_in_year int, half_ends int, legal_basis text, note text"
)
HOLIDAYS = "day date, name_vi text, kind text, source text, note text"
DAY = timedelta(days=1)
CALENDARS = ("calendar", "report_15_14", "school_year")


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine with the real seeds, dim_period and dim_date."""
    if request.param == "duckdb":
        run = duckdb_engine()
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        run = postgres_engine(postgres.create_database("lich"))
    fill(run, "calendar_windows", WINDOWS, seed_rows("calendar_windows"))
    fill(run, "calendar_holidays", HOLIDAYS, seed_rows("calendar_holidays"))
    fill(run, "lunar_new_year", "lunar_year int, first_day date", seed_rows("lunar_new_year"))
    build_model(run, "dim_period")
    build_model(run, "dim_date")
    return run


def spans(run: Engine, calendar: str, period_type: str) -> list[tuple[date, date]]:
    found = run(
        "select period_start, period_end from dim_period"
        f" where calendar = '{calendar}' and period_type = '{period_type}' order by period_start"
    )
    return [(start, end) for start, end in found]


def assert_tiles(found: list[tuple[date, date]]) -> None:
    assert len(found) > 10
    for (_, end), (start, _) in pairwise(found):
        assert start == end + DAY, (start, end)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_months_tile_the_axis(engine: Engine, calendar: str) -> None:
    assert_tiles(spans(engine, calendar, "month"))


@pytest.mark.parametrize("calendar", ["calendar", "report_15_14"])
@pytest.mark.parametrize("period_type", ["quarter", "half", "year"])
def test_longer_periods_tile_the_axis(engine: Engine, calendar: str, period_type: str) -> None:
    assert_tiles(spans(engine, calendar, period_type))


def test_days_tile_the_axis(engine: Engine) -> None:
    assert_tiles(spans(engine, "calendar", "day"))


@settings(deadline=None, max_examples=40)
@given(day=st.dates(date(1990, 1, 1), date(2040, 12, 14)), calendar=st.sampled_from(CALENDARS))
def test_every_day_is_in_one_month(engine: Engine, day: date, calendar: str) -> None:
    if calendar == "school_year" and day < date(1990, 9, 1):
        return
    found = engine(
        f"select count(*) from dim_period where calendar = '{calendar}' and period_type = 'month'"
        f" and date '{day}' between period_start and period_end"
    )
    assert found == [(1,)]


def test_runs_are_made_of_whole_months(engine: Engine) -> None:
    months: dict[tuple[str, int], dict[int, tuple[date, date]]] = defaultdict(dict)
    columns = "calendar, period_type, year_no, month_no, period_start, period_end, is_cumulative"
    rows = engine(f"select {columns} from dim_period where period_type <> 'day'")
    for calendar, period_type, year, month, start, end, _ in rows:
        if period_type == "month":
            months[calendar, year][month] = (start, end)
    assert all(sorted(of_year) == list(range(1, 13)) for of_year in months.values())
    for calendar, period_type, year, month, start, end, is_cumulative in rows:
        of_year = months[calendar, year]
        first = next(number for number, span in of_year.items() if span[0] == start)
        assert of_year[month][1] == end
        if period_type != "month":
            assert is_cumulative == (first == 1)
        days = sum(((e - s).days + 1 for n, (s, e) in of_year.items() if first <= n <= month), 0)
        assert days == (end - start).days + 1


def test_the_administrative_year_runs_from_15_december(engine: Engine) -> None:
    by_label = dict(
        engine(
            "select period_label, cast(period_start as text) || ' ' || cast(period_end as text)"
            " from dim_period where calendar = 'report_15_14' and year_no in (2015, 2016, 2026)"
            " and period_type <> 'ytd'"
        )
    )
    assert by_label["Năm 2026"] == "2025-12-15 2026-12-14"
    assert by_label["6 tháng/2026"] == "2025-12-15 2026-06-14"
    assert by_label["6 tháng cuối năm/2026"] == "2026-06-15 2026-12-14"
    assert by_label["9 tháng/2026"] == "2025-12-15 2026-09-14"
    assert by_label["Quý II/2026"] == "2026-03-15 2026-06-14"
    assert by_label["10/2026"] == "2026-09-15 2026-10-14"
    # October 2015 as reported then, and the first month by the new definition
    assert by_label["10/2015"] == "2015-09-16 2015-10-15"
    assert by_label["Năm 2015"] == "2014-12-16 2015-12-15"
    assert by_label["01/2016"] == "2015-12-16 2016-01-14"


def test_the_school_year_has_two_terms(engine: Engine) -> None:
    found = engine(
        "select period_label, cast(period_start as text), cast(period_end as text)"
        " from dim_period where calendar = 'school_year' and year_no = 2025"
        " and period_type in ('half', 'year') order by period_end, period_start desc"
    )
    assert found == [
        ("Học kỳ I/2025-2026", "2025-09-01", "2026-01-31"),
        ("Học kỳ II/2025-2026", "2026-02-01", "2026-05-31"),
        ("Năm học 2025-2026", "2025-09-01", "2026-05-31"),
    ]


def test_same_period_of_last_year_is_one_reporting_year_back(engine: Engine) -> None:
    wrong = engine(
        "select n.period_label from dim_period as n left join dim_period as p"
        " on n.calendar = p.calendar and n.period_type = p.period_type"
        " and n.prior_start = p.period_start and n.prior_end = p.period_end"
        " where n.year_no > 1990 and n.prior_start is not null"
        " and (p.year_no is null or p.year_no <> n.year_no - 1 or p.month_no <> n.month_no)"
    )
    assert wrong == []
    missing = engine(
        "select period_type, extract(month from period_start), extract(day from period_start)"
        " from dim_period where prior_start is null group by 1, 2, 3"
    )
    assert [(kind, int(month), int(day)) for kind, month, day in missing] == [("day", 2, 29)]


@st.composite
def switches(draw: st.DrawFn) -> list[list[str]]:
    """A calendar whose months open on one day up to some month, on another from the next on."""
    before, after = draw(st.integers(1, 28)), draw(st.integers(1, 28))
    month = date(draw(st.integers(1995, 2035)), draw(st.integers(1, 12)), 1)
    last, same_month = _closing(month, before), _closing(month, after)
    return [
        _window("", str(last), before),
        _window(str(max(last, same_month) + DAY), "", after),
    ]


def _closing(month: date, opens: int) -> date:
    if opens > 1:
        return month.replace(day=opens - 1)
    return (month + 31 * DAY).replace(day=1) - DAY


def _window(valid_from: str, valid_to: str, opens: int) -> list[str]:
    starts, closes = ("01-01", 31) if opens == 1 else (f"12-{opens:02}", opens - 1)
    return ["x", valid_from, valid_to, str(opens), str(closes), starts, "12", "6", "luật", ""]


@settings(deadline=None, max_examples=10)
@given(rows=switches())
def test_months_tile_where_a_definition_changes(engine: Engine, rows: list[list[str]]) -> None:
    fill(engine, "other_windows", WINDOWS, rows)
    sql = model_sql("dim_period").replace("calendar_windows", "other_windows")
    found = engine(
        f"select period_start, period_end from ({sql}) as p where calendar = 'x'"
        " and period_type = 'month' order by period_start"
    )
    assert_tiles([(start, end) for start, end in found])


def test_tet_and_the_kings_day_are_where_the_moon_says(engine: Engine) -> None:
    seeds = dict(engine("select lunar_year, first_day from lunar_new_year"))
    assert seeds == {year: first_of_month(year, 1) for year in range(2009, 2037)}
    kings = engine("select day from calendar_holidays where name_vi like 'Giỗ Tổ%' order by 1")
    assert [day for (day,) in kings] == [
        first_of_month(year, 3) + 9 * DAY for year in range(2015, 2031)
    ]


def test_the_statute_counts_the_holidays_of_each_year(engine: Engine) -> None:
    listed = engine("select day, kind from calendar_holidays order by 1")
    kinds = dict(listed)
    assert all(kinds[day] != "nghỉ bù" or day.weekday() < 5 for day in kinds)
    for year in range(2015, 2031):
        holidays = [d for d, kind in listed if d.year == year and kind == "nghỉ lễ"]
        assert len(holidays) == (10 if year < 2021 else 11), year
        tet = first_of_month(year, 1)
        assert {tet, tet + DAY, tet + 2 * DAY} <= set(holidays)
        lost = [d for d in holidays if d.weekday() > 4]
        made_up = [d for d, kind in listed if d.year == year and kind == "nghỉ bù"]
        assert len(lost) == len(made_up), year
        # every day made up comes on the first working days after the holiday it makes up
        for day in made_up:
            earlier = day - DAY
            while earlier in kinds or earlier.weekday() > 4:
                earlier -= DAY
            assert any(earlier < d < day for d in lost), day


def test_a_swapped_day_is_worked_for(engine: Engine) -> None:
    listed = engine("select kind, day from calendar_holidays where kind like 'hoán đổi%'")
    off = [day for kind, day in listed if kind == "hoán đổi nghỉ"]
    worked = [day for kind, day in listed if kind == "hoán đổi làm việc"]
    assert len(off) == len(worked) > 0
    assert all(day.weekday() < 5 for day in off) and all(day.weekday() == 5 for day in worked)


WORKING_DAYS = [
    # a week without holidays: Thursday and two days is Monday
    ("2026-03-12", 2, "2026-03-16"),
    # Tết 2026: off from Saturday 14 to Sunday 22 February
    ("2026-02-13", 1, "2026-02-23"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-17", 0, "2026-02-23"),
    ("2026-02-17", 1, "2026-02-23"),
    # Tết 2024: 8 to 14 February with two days made up
    ("2024-02-07", 2, "2024-02-16"),
    # National Day 2026: off from 29 August, worked on Saturday 22
    ("2026-08-21", 1, "2026-08-22"),
    ("2026-08-21", 7, "2026-09-03"),
    ("2026-08-30", 0, "2026-09-03"),
    # 2 May 2025 was swapped with Saturday 26 April
    ("2025-04-25", 1, "2025-04-26"),
    ("2025-04-26", 0, "2025-04-26"),
    ("2025-04-29", 1, "2025-05-05"),
    # 10 January 2026, a Saturday, was worked for 2 January
    ("2026-01-09", 1, "2026-01-10"),
    ("2026-01-02", 0, "2026-01-05"),
    # backwards
    ("2026-02-23", -1, "2026-02-13"),
    ("2026-02-18", -1, "2026-02-13"),
]


@pytest.mark.parametrize(("day", "n", "expected"), WORKING_DAYS)
def test_working_days_are_counted(engine: Engine, day: str, n: int, expected: str) -> None:
    sql = rendered(f"select {{{{ add_working_days(\"date '{day}'\", {n}) }}}}")
    assert engine(sql) == [(date.fromisoformat(expected),)]


@settings(deadline=None, max_examples=30)
@given(day=st.dates(date(2015, 1, 1), date(2029, 12, 31)), n=st.integers(0, 30))
def test_working_days_agree_with_counting(engine: Engine, day: date, n: int) -> None:
    window = f"day between date '{day}' and date '{day + 120 * DAY}'"
    working = dict(engine(f"select day, is_working_day from dim_date where {window}"))
    reached, left = day, n
    while left or not working[reached]:
        reached += DAY
        left -= 1 if working[reached] and left else 0
    sql = rendered(f"select {{{{ add_working_days(\"date '{day}'\", {n}) }}}}")
    assert engine(sql) == [(reached,)]


def test_working_days_are_unknown_without_a_list_of_holidays(engine: Engine) -> None:
    sql = rendered("select {{ add_working_days(\"date '2034-03-01'\", 3) }}")
    assert engine(sql) in ([(None,)], [])


@pytest.mark.parametrize(
    ("moment", "day", "month"),
    [
        ("2026-03-14 16:59:59+00", "2026-03-14", 3),
        ("2026-03-14 17:00:00+00", "2026-03-15", 4),
        ("2026-03-15 00:00:00+07", "2026-03-15", 4),
        ("2026-03-14 23:59:59.999999+07", "2026-03-14", 3),
        ("2025-12-14 17:00:00+00", "2025-12-15", 1),
    ],
)
def test_the_local_day_decides_the_window(
    engine: Engine, moment: str, day: str, month: int
) -> None:
    local = rendered(f"{{{{ local_day(\"timestamptz '{moment}'\") }}}}")
    found = engine(
        f"select {local}, w.month_no, d.report_month from dim_period as w"
        f" inner join dim_date as d on d.day = {local}"
        f" where w.calendar = 'report_15_14' and w.period_type = 'month'"
        f" and {local} between w.period_start and w.period_end"
    )
    assert found == [(date.fromisoformat(day), month, month)]


def test_dates_carry_their_reporting_month(engine: Engine) -> None:
    wrong = engine(
        "select d.day from dim_date as d left join dim_period as w"
        " on w.calendar = 'report_15_14' and w.period_type = 'month'"
        " and d.day between w.period_start and w.period_end"
        " where w.year_no is null or d.report_year <> w.year_no or d.report_month <> w.month_no"
    )
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "lunar_year", "tet_day_no"),
    [("2026-02-17", 2026, 0), ("2026-02-16", 2025, -1), ("2026-08-01", 2026, 165)],
)
def test_days_are_counted_from_the_nearest_tet(
    engine: Engine, day: str, lunar_year: int, tet_day_no: int
) -> None:
    found = engine(f"select lunar_year, tet_day_no from dim_date where day = date '{day}'")
    assert found == [(lunar_year, tet_day_no)]


MEASURES = (
    "measure_code text, unit text, change_of text, change_kind text, time_agg text,"
    " base_break_pct numeric"
)
VINTAGES = (
    "measure_code text, area_key text, agency_code text, source_code text, calendar text,"
    " period_type text, period_start date, period_end date, vintage_no int,"
    " value decimal(28, 6), estimate_status text, published_on date, known_from timestamptz,"
    " known_to timestamptz, source_ref text, base_id int"
)


def build_values(run: Engine, calendar: str, figures: dict[tuple[str, str, str], str]) -> None:
    """Build the measures' values from figures of (period type, first day, last day)."""
    fill(run, "msr_measure", MEASURES, [["vu", "vụ", None, None, "sum", None]])
    key, known = ["vu", "VN-00", "_all", "so", calendar], "2027-01-01 00:00:00+07"
    rows = [
        [*key, *period, "1", value, "official", "2027-01-01", known, None, f"o{number}", "1"]
        for number, (period, value) in enumerate(figures.items())
    ]
    fill(run, "ind_measure_vintage", VINTAGES, rows)
    fill(run, "ind_measure_base", VINTAGES, rows)
    fill(run, "dim_agency", "agency_code text, valid_to date", [[None, None]])
    build_model(run, "ind_spine")
    build_model(run, "ind_measure_value")


def known_values(run: Engine) -> dict[str, tuple[int | None, str | None]]:
    found = run(
        "select p.period_type || ' ' || p.period_label, v.value, v.value_reason"
        " from ind_measure_value as v left join dim_period as p"
        " on v.calendar = p.calendar and v.period_type = p.period_type"
        " and v.period_start = p.period_start and v.period_end = p.period_end"
    )
    assert len({label for label, _, _ in found}) == len(found)
    return {label: (value and int(value), reason) for label, value, reason in found}


@settings(deadline=None, max_examples=8)
@given(
    data=st.data(),
    calendar=st.sampled_from(CALENDARS),
    year=st.sampled_from([2014, 2015, 2016, 2024]),
)
def test_months_of_a_calendar_sum_to_its_cumulatives(
    engine: Engine, data: st.DataObject, calendar: str, year: int
) -> None:
    months = engine(
        "select month_no, cast(period_start as text), cast(period_end as text) from dim_period"
        f" where calendar = '{calendar}' and period_type = 'month' and year_no = {year} order by 1"
    )
    missing = data.draw(st.sets(st.integers(2, 11), max_size=2))
    values = {month: data.draw(st.integers(0, 10**9)) for month in range(1, 13)}
    build_values(
        engine,
        calendar,
        {("month", s, e): str(values[m]) for m, s, e in months if m not in missing},
    )
    rows = engine(
        "select p.period_type, p.month_no, f.month_no, v.value, v.value_reason"
        " from ind_measure_value as v inner join dim_period as p"
        " on v.calendar = p.calendar and v.period_type = p.period_type"
        " and v.period_start = p.period_start and v.period_end = p.period_end"
        " inner join dim_period as f on v.calendar = f.calendar and f.period_type = 'month'"
        " and v.period_start = f.period_start"
    )
    types = {period_type for period_type, *_ in rows}
    assert types >= {"month", "half", "year", "ytd"}
    assert ("nine_months" in types) == ("quarter" in types) == (calendar != "school_year")
    for _, last, first, value, reason in rows:
        needed = set(range(first, last + 1))
        if needed & missing:
            assert value is None and reason
        else:
            assert value == sum(values[month] for month in needed) and reason is None


def test_administrative_months_make_the_administrative_year(engine: Engine) -> None:
    ends = [f"2026-{month:02}-14" for month in range(1, 13)]
    starts = ["2025-12-15", *(f"2026-{month:02}-15" for month in range(1, 12))]
    accidents = dict(zip(zip(["month"] * 12, starts, ends, strict=True), range(1, 13), strict=True))
    build_values(engine, "report_15_14", {k: str(v) for k, v in accidents.items()})
    values = known_values(engine)
    assert values["year Năm 2026"] == (78, None)
    assert values["nine_months 9 tháng/2026"] == (45, None)
    assert values["half 6 tháng/2026"] == (21, None)
    assert values["quarter Quý I/2026"] == (6, None)
    assert values["quarter Quý IV/2026"] == (33, None)
    assert values["ytd 10 tháng/2026"] == (55, None)


def test_a_missing_month_is_a_row_with_its_reason(engine: Engine) -> None:
    build_values(
        engine,
        "report_15_14",
        {
            ("month", "2025-12-15", "2026-01-14"): "5",
            ("month", "2026-02-15", "2026-03-14"): "7",
        },
    )
    values = known_values(engine)
    assert values["month 02/2026"] == (None, "Mất nguồn: kho chưa có biểu công bố kỳ 02/2026")
    reason = "Không cộng được lũy kế: chưa có số liệu tháng 02/2026"
    assert values["quarter Quý I/2026"] == (None, reason)


def test_a_missing_day_is_a_row_with_its_reason(engine: Engine) -> None:
    days = {("day", day, day): "5" for day in ("2024-02-28", "2024-03-01")}
    build_values(engine, "calendar", days)
    assert known_values(engine) == {
        "day 28/02/2024": (5, None),
        "day 29/02/2024": (None, "Chưa có số liệu ngày 29/02/2024"),
        "day 01/03/2024": (5, None),
    }


VALUES = (
    "indicator_code text, area_key text, agency_code text, basis text, source_code text,"
    " calendar text, period_type text, period_start date, period_end date, value decimal(28, 6),"
    " numerator decimal(28, 6), denominator decimal(28, 6), estimate_status text, vintage_no int,"
    " known_from timestamptz, source_ref text, base_id int, base_key text, value_reason text,"
    " figure_area_key text, is_estimated boolean"
)
INDICATORS = "code text, kind text, unit text, numerator text, decimals int, tet_aligned boolean"
Figures = dict[tuple[str, str, str], str | None]


def compare_around_tet(
    run: Engine,
    figures: Figures,
    calendar: str = "calendar",
    bases: dict[tuple[str, str, str], str] | None = None,
) -> dict[tuple[str, str], tuple[str | None, str, str | None]]:
    """Give change, comparability and reason of each (alignment, period label)."""
    fill(run, "indicators", INDICATORS, [["khach", "flow", "lượt người", "vu", "0", "true"]])
    fill(run, "msr_measure", MEASURES, [["vu", "lượt", None, None, "sum", None]])
    fill(run, "ind_measure_vintage", VINTAGES, [[None] * 16])
    rows: list[list[str | None]] = []
    for period, value in figures.items():
        base = (bases or {}).get(period, "1")
        reason = "chưa đến hạn" if value is None else None
        key = ["khach", "VN-00", "_all", "as_published", "so", calendar, *period, value]
        rows.append([*key, *[None] * 6, base, f"VN-00:{base}", reason, "VN-00", "false"])
    fill(run, "ind_value", VALUES, rows)
    for model in ("ind_yoy", "ind_tet"):
        build_model(run, model)
    found = run(
        "select alignment, period_label, cast(yoy_pct as decimal(18, 2)), comparability, reason"
        " from ind_tet where compare_start >= (select min(period_start) from ind_value)"
        " or compare_start is null"
    )
    assert len({row[:2] for row in found}) == len(found)
    return {(a, label): (None if p is None else str(p), c, r) for a, label, p, c, r in found}


# Foreign visitors as published; Tết fell on 22/01/2023 and on 10/02/2024
VISITORS: Figures = {
    ("month", "2023-01-01", "2023-01-31"): "871162",
    ("month", "2023-02-01", "2023-02-28"): "932969",
    ("ytd", "2023-01-01", "2023-02-28"): "1804131",
    ("month", "2024-01-01", "2024-01-31"): "1512313",
    ("month", "2024-02-01", "2024-02-29"): "1531411",
    ("ytd", "2024-01-01", "2024-02-29"): "3043724",
}


def test_months_of_tet_are_compared_together(engine: Engine) -> None:
    # 3,043,724 / 1,804,131 = 1.68709; January 1.73597 and February 1.64144 stand beside
    assert compare_around_tet(engine, VISITORS) == {
        ("tet_months", "2 tháng/2024"): ("68.71", "comparable", None),
        ("calendar", "01/2024"): ("73.60", "comparable", None),
        ("calendar", "02/2024"): ("64.14", "comparable", None),
    }
    labels = engine("select distinct alignment_label from ind_tet where alignment = 'tet_months'")
    assert labels == [("Tháng 1+2 gộp (khử lệch Tết)",)]


def test_a_missing_month_of_tet_says_why(engine: Engine) -> None:
    pair = ("ytd", "2023-01-01", "2023-02-28")
    found = compare_around_tet(engine, {**VISITORS, pair: None})
    assert found["tet_months", "2 tháng/2024"] == (
        None,
        "not_comparable",
        "Cùng kỳ năm trước: chưa đến hạn",
    )
    found = compare_around_tet(engine, VISITORS, bases={pair: "2"})
    reason = "Hai kỳ thuộc hai gốc số liệu khác nhau"
    assert found["tet_months", "2 tháng/2024"] == (None, "not_comparable", reason)
    found = compare_around_tet(engine, {**VISITORS, pair: "0"})
    reason = "Không tính được: cùng kỳ năm trước bằng 0"
    assert found["tet_months", "2 tháng/2024"] == (None, "not_comparable", reason)


def test_administrative_months_take_three_to_cover_tet(engine: Engine) -> None:
    figures: Figures = {
        ("quarter", "2023-12-15", "2024-03-14"): "200",
        ("quarter", "2024-12-15", "2025-03-14"): "230",
    }
    found = compare_around_tet(engine, figures, calendar="report_15_14")
    assert found == {("tet_months", "Quý I/2025"): ("15.00", "comparable", None)}


def test_days_are_compared_by_their_distance_from_tet(engine: Engine) -> None:
    figures: Figures = {
        # mùng 1 and the day before: 22/01/2023, 10/02/2024
        ("day", "2023-01-21", "2023-01-21"): "100",
        ("day", "2023-01-22", "2023-01-22"): "40",
        ("day", "2024-02-09", "2024-02-09"): "150",
        ("day", "2024-02-10", "2024-02-10"): "50",
        # the same days of the month of last year, of which one is missing
        ("day", "2023-02-09", "2023-02-09"): "200",
        ("day", "2023-02-10", "2023-02-10"): None,
        # 29/02/2024 is the 19th day after Tết, as 10/02/2023 was
        ("day", "2024-02-29", "2024-02-29"): "60",
        # far from Tết
        ("day", "2024-03-12", "2024-03-12"): "60",
    }
    found = compare_around_tet(engine, figures)
    assert found["tet_day", "09/02/2024"] == ("50.00", "comparable", None)
    assert found["tet_day", "10/02/2024"] == ("25.00", "comparable", None)
    assert found["calendar", "09/02/2024"] == ("-25.00", "comparable", None)
    reason = "Cùng kỳ năm trước: chưa đến hạn"
    assert found["calendar", "10/02/2024"] == (None, "not_comparable", reason)
    assert found["tet_day", "29/02/2024"] == (None, "not_comparable", reason)
    reason = "Không có cùng kỳ năm trước"
    assert found["calendar", "29/02/2024"] == (None, "not_comparable", reason)
    assert not [label for _, label in found if label == "12/03/2024"]
    labels = dict(
        engine("select period_label, alignment_label from ind_tet where alignment = 'tet_day'")
    )
    assert labels["09/02/2024"].startswith("1 ngày trước mùng 1 Tết")
    assert labels["10/02/2024"].startswith("Mùng 1 Tết")
