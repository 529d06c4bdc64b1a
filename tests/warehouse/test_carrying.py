"""Figures carried onto today's borders: the macro on both engines, borders and values at random."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.models import Engine, duckdb_engine, postgres_engine, rendered
from tests.support.postgres import PostgresServer

SIX, NINE = Decimal("0.000001"), Decimal("0.000000001")
# the last day of each time: until the first event, until the second, and since
ENDS = ("2025-06-30", "2026-04-30", None)
BEGINS = ("2004-07-08", "2025-07-01", "2026-05-01")
# a period of each time
PERIODS = (
    ("2024-01-01", "2024-12-31"),
    ("2025-07-01", "2025-12-31"),
    ("2026-05-01", "2026-05-31"),
)

each_engine = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, empty."""
    if request.param == "duckdb":
        return duckdb_engine()
    server: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(server.create_database("quy_doi"))


@dataclass
class Borders:
    """Units with the first and last time they were valid, and what became of those that ended."""

    units: dict[str, tuple[int, int]] = field(default_factory=dict)
    crosswalk: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def at(self, time: int) -> list[str]:
        return [key for key, (begin, end) in self.units.items() if begin <= time <= end]

    def today(self) -> list[str]:
        return self.at(2)

    def shares(self, key: str) -> dict[str, Decimal]:
        """Parts of a unit by the units of today, through every event, nine places, in all 1."""
        with localcontext(Context(prec=60)):
            open_ends, arrived = {key: Decimal(1)}, defaultdict[str, Decimal](Decimal)
            while open_ends:
                onwards: dict[str, Decimal] = defaultdict(Decimal)
                for unit, share in open_ends.items():
                    if self.units[unit][1] == 2:
                        arrived[unit] += share
                        continue
                    for (old, new), weight in self.crosswalk.items():
                        if old == unit:
                            onwards[new] += share * weight
                open_ends = onwards
        ordered = sorted(arrived)
        cut = {unit: arrived[unit] // NINE * NINE for unit in ordered[:-1]}
        return cut | {ordered[-1]: 1 - sum(cut.values(), Decimal(0))}


@st.composite
def borders(draw: st.DrawFn) -> Borders:
    found = Borders({f"P{n:02}-0": (0, 2) for n in range(draw(st.integers(1, 4)))})
    for time in (1, 2):
        before = found.at(2)
        ending = [key for key in before if draw(st.booleans())]
        if not ending:
            continue
        new = [f"P{n:02}-{time}" for n in range(draw(st.integers(1, 3)))]
        for key in ending:
            found.units[key] = (found.units[key][0], time - 1)
            heirs = draw(st.lists(st.sampled_from(new), min_size=1, max_size=3, unique=True))
            cuts = sorted(draw(st.integers(0, 10**9)) for _ in heirs[1:])
            edges = [0, *cuts, 10**9]
            for heir, low, high in zip(heirs, edges, edges[1:], strict=False):
                if high > low:
                    found.crosswalk[key, heir] = (high - low) * NINE
        for heir in {heir for old, heir in found.crosswalk if old in ending}:
            found.units[heir] = (time, 2)
    return found


amounts = st.one_of(
    st.integers(-(10**28) + 1, 10**28 - 1),
    st.integers(-(10**9), 10**9),
).map(lambda n: n * SIX)


@dataclass
class Figure:
    area_key: str
    time: int
    numerator: Decimal | None
    denominator: Decimal | None = None
    kind: str = "flow"


def carried(engine: Engine, known: Borders, figures: Iterable[Figure]) -> Any:
    """Rows of the macro by unit and time, as the columns of the query below."""
    bridge = rendered("{{ bridge_area_sql('units', 'crosswalk') }}")
    sql = rendered("{{ carry('figures', 'bridge', 'units') }}")
    rows = engine(
        f"with units as ({_units(known)}), crosswalk as ({_crosswalk(known)}),"
        f" figures as ({_figures(figures)}), bridge as ({bridge}), today as ({sql})"
        " select area_key, period_start, value, numerator, denominator, value_reason, source_ref,"
        " is_estimated, vintage_no from today"
    )
    times = {start: time for time, (start, _) in enumerate(PERIODS)}
    return {(row[0], times[str(row[1])]): row[2:] for row in rows}


def _units(known: Borders) -> str:
    rows = (
        f"('{key}', 'Tỉnh {key}', 'province', date '{BEGINS[begin]}',"
        f" cast({_text(ENDS[end])} as date))"
        for key, (begin, end) in known.units.items()
    )
    return _values("area_key, area_name, level, valid_from, valid_to", rows)


def _crosswalk(known: Borders) -> str:
    rows = (
        f"('{old}', '{new}', cast({weight:f} as decimal(10, 9)),"
        f" '{'whole' if weight == 1 else 'area'}', {weight != 1})"
        for (old, new), weight in known.crosswalk.items()
    )
    nothing = "('', '', cast(1 as decimal(10, 9)), 'whole', false)"
    return _values("old_key, new_key, weight, weight_kind, is_estimated", [nothing, *rows])


def _figures(figures: Iterable[Figure]) -> str:
    rows = (
        f"('{f.kind}', '{_AGG[f.kind]}', '{f.area_key}', date '{PERIODS[f.time][0]}',"
        f" date '{PERIODS[f.time][1]}', cast({_number(f.numerator)} as decimal(28, 6)),"
        f" cast({_number(f.denominator)} as decimal(28, 6)))"
        for f in figures
    )
    some = _values("kind, area_agg, area_key, period_start, period_end, n, d", rows)
    return (
        "select 'i' as indicator_code, kind, area_agg, 100 as factor, 2 as decimals, area_key,"
        " '_all' as agency_code, 'nguon' as source_code, 'calendar' as calendar,"
        " 'year' as period_type, period_start, period_end, n as value, n as numerator,"
        " d as denominator, area_key as numerator_ref, area_key as denominator_ref,"
        " 1 as status_rank, 1 as vintage_no, timestamptz '2026-06-01 00:00:00+00' as known_from,"
        f" 1 as base_id, cast(null as text) as value_reason from ({some}) as f"
    )


def _values(columns: str, rows: Iterable[str]) -> str:
    return f"select * from (values {', '.join(rows)}) as v ({columns})"


_AGG = {"flow": "sum", "ratio": "ratio", "published_index": "none"}


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f"'{value:f}'"


def _text(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


def by_hand(known: Borders, values: dict[str, Decimal]) -> dict[str, Decimal]:
    """Amounts on today's units: rounded running shares of each old figure, the rest to the last."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    with localcontext(Context(prec=60)):
        for key, value in values.items():
            running, given_out = Decimal(0), Decimal(0)
            shares = known.shares(key)
            for unit, share in shares.items():
                running += share
                upto = (value * running).quantize(SIX, ROUND_HALF_UP)
                if unit == list(shares)[-1]:
                    upto = value
                found[unit] += upto - given_out
                given_out = upto
    return found


def total(values: Iterable[Decimal]) -> Decimal:
    with localcontext(Context(prec=60)):
        return sum(values, Decimal(0))


@each_engine
@given(known=borders(), data=st.data())
def test_totals_are_equal_on_both_bases_to_the_last_digit(
    engine: Engine, known: Borders, data: st.DataObject
) -> None:
    figures = {
        time: {key: data.draw(amounts.map(lambda v: v / 10 // SIX * SIX)) for key in known.at(time)}
        for time in range(3)
    }
    rows = carried(
        engine,
        known,
        [Figure(key, time, value) for time, of in figures.items() for key, value in of.items()],
    )
    for time, published in figures.items():
        on_today = {key: rows[key, time][0] for key in known.today() if (key, time) in rows}
        assert total(on_today.values()) == total(published.values())
        assert on_today == pytest.approx(by_hand(known, published), abs=0)
        for key in set(published) & set(known.today()):
            assert rows[key, time][0] == published[key] and rows[key, time][-1] == 1


@each_engine
@given(known=borders(), data=st.data())
def test_a_missing_part_gives_a_missing_figure_that_names_it(
    engine: Engine, known: Borders, data: st.DataObject
) -> None:
    published = {
        key: data.draw(st.one_of(st.none(), amounts.map(lambda v: v % 10**6)))
        for key in known.at(0)
    }
    absent = {key for key in published if published[key] is None and data.draw(st.booleans())}
    assume(len(absent) < len(published))
    rows = carried(
        engine,
        known,
        [Figure(key, 0, value) for key, value in published.items() if key not in absent],
    )
    complete = by_hand(known, {key: value for key, value in published.items() if value is not None})
    for unit in known.today():
        parts = [key for key in published if unit in known.shares(key)]
        lacking = [key for key in parts if published[key] is None]
        if unit in published or (unit, 0) not in rows:
            continue
        value, _, _, reason, ref, estimated, vintage_no = rows[unit, 0]
        if lacking:
            assert value is None and ref is None
            assert reason.startswith("Không quy về địa giới hiện nay được: chưa có số liệu của ")
            assert [key for key in parts if f"Tỉnh {key}" in reason] == lacking
        else:
            assert value == complete[unit] and reason is None and vintage_no is None
            assert estimated == any(known.shares(key)[unit] != 1 for key in parts)
            for key in parts:
                share = known.shares(key)[unit]
                assert (key if share == 1 else f"{key} × {share:f}") in ref.split(" + ")


small = st.integers(-(10**12), 10**12).map(lambda n: n * SIX)


@each_engine
@given(known=borders(), data=st.data())
def test_ratios_are_divided_once_from_their_carried_parts(
    engine: Engine, known: Borders, data: st.DataObject
) -> None:
    parts = {
        key: (data.draw(small), data.draw(st.one_of(st.just(Decimal(0)), st.none(), small)))
        for key in known.at(0)
    }
    rows = carried(
        engine, known, [Figure(key, 0, n, d, kind="ratio") for key, (n, d) in parts.items()]
    )
    above = by_hand(known, {key: n for key, (n, _) in parts.items()})
    below = by_hand(known, {key: d for key, (_, d) in parts.items() if d is not None})
    for unit in known.today():
        of = [key for key in parts if unit in known.shares(key)]
        if unit in parts or not of:
            continue
        value, numerator, denominator, reason, *_ = rows[unit, 0]
        if any(parts[key][1] is None for key in of):
            assert value is None and reason.startswith("Không quy về địa giới hiện nay được")
        elif below[unit] == 0:
            assert (value, reason) == (None, "Không tính được: mẫu số bằng 0")
        else:
            assert (numerator, denominator, reason) == (above[unit], below[unit], None)
            exact = 100 * above[unit] / below[unit]
            # half up at two places, but for what a double cannot hold
            assert abs(value - exact) <= Decimal("0.005") + abs(exact) * Decimal("1e-14")


def code_24(extra: Iterable[tuple[str, tuple[int, int]]] = ()) -> Borders:
    """Bắc Giang and Bắc Ninh become Bắc Ninh, whose code is Bắc Giang's."""
    return Borders(
        {"P24-0": (0, 0), "P27-0": (0, 0), "P24-1": (1, 2)} | dict(extra),
        {("P24-0", "P24-1"): Decimal(1), ("P27-0", "P24-1"): Decimal(1)},
    )


def test_the_unit_s_own_figure_stands_before_the_carried_one(engine: Engine) -> None:
    figures = [Figure("P24-0", 0, Decimal(60)), Figure("P27-0", 0, Decimal(40))]
    assert carried(engine, code_24(), figures)["P24-1", 0][0] == 100
    both = [*figures, Figure("P24-1", 0, Decimal("101.5"))]
    assert carried(engine, code_24(), both)["P24-1", 0][0] == Decimal("101.5")


def test_an_average_of_ratios_is_not_the_ratio(engine: Engine) -> None:
    figures = [
        Figure("P24-0", 0, Decimal(10), Decimal(100), kind="ratio"),
        Figure("P27-0", 0, Decimal(90), Decimal(300), kind="ratio"),
    ]
    assert carried(engine, code_24(), figures)["P24-1", 0][0] == 25


def test_what_is_not_additive_is_carried_only_under_a_new_name(engine: Engine) -> None:
    known = code_24([("P46-0", (0, 0)), ("P46-1", (1, 2))])
    known.crosswalk["P46-0", "P46-1"] = Decimal(1)
    figures = [Figure(key, 0, Decimal(7), kind="published_index") for key in known.at(0)]
    rows = carried(
        engine, known, [*figures, Figure("P24-1", 1, Decimal(9), kind="published_index")]
    )
    assert {key: row[0] for key, row in rows.items()} == {("P46-1", 0): 7, ("P24-1", 1): 9}
