"""Old units carried on today's borders through any number of events, on both engines."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.models import (
    Engine,
    duckdb_engine,
    fill,
    postgres_engine,
    rendered,
    seed_rows,
)
from tests.support.postgres import PostgresServer

UNITS = "area_key text, level text, valid_to date"
STEPS = (
    "event_id text, old_key text, new_key text, weight decimal(10,9), weight_kind text,"
    " is_estimated boolean, method text"
)
KINDS = ["whole", "area", "population", "count"]
NANO = Decimal("0.000000001")


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, empty."""
    if request.param == "duckdb":
        return duckdb_engine()
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(postgres.create_database("dia_gioi"))


@dataclass
class Borders:
    """Units with the events that ended some of them.

    Attributes:
        units: last day of each unit that ended, None for those of today.
        steps: event, old unit, new unit, weight, kind.
    """

    units: dict[str, str | None] = field(default_factory=dict)
    steps: list[tuple[str, str, str, Decimal, str]] = field(default_factory=list)

    def living(self) -> list[str]:
        return [key for key, last_day in self.units.items() if last_day is None]


@st.composite
def borders(draw: st.DrawFn) -> Borders:
    """One to six units, then one to three events, each upon what the events before it left."""
    made = Borders({f"U0-{no}": None for no in range(draw(st.integers(1, 6)))})
    for event in range(1, draw(st.integers(1, 3)) + 1):
        ended = draw(st.sets(st.sampled_from(made.living()), min_size=1))
        new = [f"U{event}-{no}" for no in range(draw(st.integers(1, 4)))]
        # a unit may also be taken in by one that goes on
        receivers = new + [key for key in made.living() if key not in ended]
        for old in sorted(ended):
            made.units[old] = f"202{event}-12-31"
            chosen = sorted(draw(st.sets(st.sampled_from(receivers), min_size=1, max_size=4)))
            kind = "whole" if len(chosen) == 1 else draw(st.sampled_from(KINDS[1:]))
            weights = draw(shares(len(chosen)))
            for receiver, weight in zip(chosen, weights, strict=True):
                made.steps.append((f"E{event}", old, receiver, weight, kind))
        made.units |= dict.fromkeys(new)
    return made


@st.composite
def shares(draw: st.DrawFn, count: int) -> list[Decimal]:
    """So many positive weights of nine places that sum to exactly 1."""
    cuts = draw(
        st.sets(st.integers(1, 999_999_999), min_size=count - 1, max_size=count - 1).map(sorted)
    )
    ends = [0, *cuts, 1_000_000_000]
    return [(b - a) * NANO for a, b in pairwise(ends)]


def carried(run: Engine, made: Borders) -> list[dict]:
    fill(run, "units", UNITS, [(key, "commune", day) for key, day in made.units.items()])
    fill(
        run,
        "crosswalk",
        STEPS,
        [
            (event, old, new, str(weight), kind, str(kind != "whole").lower(), "")
            for event, old, new, weight, kind in made.steps
        ],
    )
    return bridge(run, "units", "crosswalk")


def bridge(run: Engine, units: str, crosswalk: str) -> list[dict]:
    names = (
        "old_area_key, area_key, weight, weight_before, is_last, weight_kind, is_estimated,"
        " event_count, old_level, level"
    )
    text = f"{{{{ bridge_area_sql('{units}', '{crosswalk}') }}}}"
    run("drop table if exists bridge_area")
    run(f"create table bridge_area as {rendered(text)}")
    rows = run(f"select {names} from bridge_area order by 1, weight_before, is_last, area_key")
    return [dict(zip(names.split(", "), row, strict=True)) for row in rows]


def expected(made: Borders) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """Follow every way by hand: the share and the weakest kind of each pair."""
    by_old = defaultdict(list)
    for _, old, new, weight, kind in made.steps:
        by_old[old].append((new, weight, KINDS.index(kind)))
    found: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for start in made.units:
        ways = [(start, Decimal(1), 0)]
        while ways:
            key, share, kind = ways.pop()
            if made.units[key] is None:
                before = found.get((start, key), (Decimal(0), 0))
                found[start, key] = (before[0] + share, max(before[1], kind))
            for new, weight, step_kind in by_old[key]:
                part = (share * weight).quantize(Decimal(1).scaleb(-18))
                ways.append((new, part, max(kind, step_kind)))
    return found


@settings(deadline=None, max_examples=40)
@given(made=borders())
def test_shares_follow_the_events(engine: Engine, made: Borders) -> None:
    rows = carried(engine, made)
    wanted = expected(made)
    assert {(row["old_area_key"], row["area_key"]) for row in rows} == wanted.keys()
    for row in rows:
        share, kind = wanted[row["old_area_key"], row["area_key"]]
        assert row["weight_kind"] == KINDS[kind]
        assert row["is_estimated"] == (kind > 0)
        if row["is_last"]:
            assert abs(row["weight"] - share) < 10 * NANO
        else:
            assert row["weight"] == share.quantize(NANO, ROUND_FLOOR)


@settings(deadline=None, max_examples=40)
@given(
    made=borders(),
    value=st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False),
)
def test_shares_of_a_unit_join_up_to_one_and_keep_totals(
    engine: Engine, made: Borders, value: Decimal
) -> None:
    by_old = defaultdict(list)
    for row in carried(engine, made):
        by_old[row["old_area_key"]].append(row)
    assert by_old.keys() == made.units.keys()
    for rows in by_old.values():
        rows.sort(key=lambda row: row["area_key"])
        assert [row["is_last"] for row in rows] == [False] * (len(rows) - 1) + [True]
        before = Decimal(0)
        for row in rows:
            assert row["weight_before"] == before and row["weight"] >= 0
            before += row["weight"]
        assert before == 1
    figure = f"cast({value:f} as decimal(28, 6))"
    (total,) = engine(
        f"""select sum(
                round({figure} * cast(b.weight_before + b.weight as decimal(10, 9)), 6)
                - round({figure} * b.weight_before, 6)
            ) from bridge_area as b"""
    )
    assert total[0] == value * len(made.units)


def test_a_unit_of_today_carries_itself(engine: Engine) -> None:
    merged = Borders({"C0": "2025-06-30", "C1": None}, [("E1", "C0", "C1", Decimal(1), "whole")])
    old, row = carried(engine, merged)
    assert (old["old_area_key"], old["area_key"], old["event_count"]) == ("C0", "C1", 1)
    assert (row["old_area_key"], row["area_key"], row["weight"]) == ("C1", "C1", 1)
    assert (row["weight_before"], row["is_last"], row["event_count"]) == (0, True, 0)
    assert (row["weight_kind"], row["is_estimated"]) == ("whole", False)


@pytest.fixture(scope="module")
def real(engine: Engine) -> Engine:
    """The engine with the seeds of areas and their crosswalk."""
    fill(
        engine,
        "areas",
        "area_key text, area_code text, area_name text, level text, parent_key text,"
        " valid_from date, valid_to date, legal_act text, area_km2 decimal(12,4),"
        " latitude decimal(7,4), longitude decimal(7,4)",
        seed_rows("areas"),
    )
    fill(engine, "area_crosswalk", STEPS, seed_rows("area_crosswalk"))
    return engine


def test_every_unit_of_june_2025_reaches_units_of_today(real: Engine) -> None:
    bridge(real, "areas", "area_crosswalk")
    (counts,) = real(
        """select count(distinct b.old_area_key), count(*) filter (where n.valid_to is not null)
           from bridge_area as b inner join areas as n on b.area_key = n.area_key"""
    )
    (units,) = real("select count(*) from areas")
    assert counts == (units[0], 0)
    broken = real(
        "select old_area_key from bridge_area group by old_area_key having sum(weight) <> 1"
    )
    assert broken == []
    reached = real(
        """select n.level, count(distinct n.area_key)
           from bridge_area as b
           inner join areas as o on b.old_area_key = o.area_key
           inner join areas as n on b.area_key = n.area_key
           where o.valid_from <= date '2025-06-30' and o.valid_to >= date '2025-06-30'
           group by n.level order by n.level"""
    )
    assert reached == [("commune", 3321), ("province", 34)]


def test_a_later_event_is_only_more_rows(real: Engine) -> None:
    """Invented: the new Quảng Ngãi is divided again in 2027."""
    real("create table later as select area_key, level, valid_to from areas")
    real("create table later_steps as select * from area_crosswalk")
    real("update later set valid_to = date '2026-12-31' where area_key = 'P51-20250701'")
    real(
        """insert into later values
           ('P51-20270101', 'province', null), ('P62-20270101', 'province', null)"""
    )
    real(
        """insert into later_steps values
           ('X', 'P51-20250701', 'P51-20270101', 0.6, 'population', true, ''),
           ('X', 'P51-20250701', 'P62-20270101', 0.4, 'population', true, '')"""
    )
    rows = bridge(real, "later", "later_steps")
    found = {
        (row["old_area_key"], row["area_key"]): (row["weight"], row["event_count"])
        for row in rows
        if row["area_key"] in ("P51-20270101", "P62-20270101")
        and row["old_area_key"].startswith("P")
    }
    parts = [("P51-20270101", Decimal("0.6")), ("P62-20270101", Decimal("0.4"))]
    ways = [("P51-20040708", 2), ("P62-20040708", 2), ("P51-20250701", 1)]
    assert found == {
        (old, new): (weight, events) for old, events in ways for new, weight in parts
    } | {("P51-20270101", "P51-20270101"): (1, 0), ("P62-20270101", "P62-20270101"): (1, 0)}
