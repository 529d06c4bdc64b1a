"""The state machine of alerts does on both engines what a plain reading of its rules does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.models import Engine, duckdb_engine, model_sql, postgres_engine, rendered
from tests.support.postgres import PostgresServer

# above 10 is bad, above 20 worse, well again from 8 down
WARN, BREACH, RELEASE = 10, 20, 8
DAWN = datetime(2024, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 1)
WITHDRAWN, UNJUDGED = "withdrawn", "unjudged"
Word = float | str
# alert's first period, period, from, to
Step = tuple[int, int, str, str]

READING = (
    "create table told (series_id text, periods_to_fire integer, periods_to_clear integer,"
    " warn_value numeric(28, 6), breach_value numeric(28, 6), release_value numeric(28, 6),"
    " comparison text, period_end date, known_from timestamptz, known_to timestamptz,"
    " reading numeric(28, 6))"
)
IND_READING = """
    create view ind_reading as
    select t.*, {{ reading_level('t', 't.reading') }} as level, t.reading as value,
        t.series_id as rule_id, 'level' as kind, 'x' as indicator_code, 'VN-00' as area_key,
        '_all' as agency_code, 'as_published' as basis, 's' as source_code,
        'calendar' as calendar, 'month' as period_type, t.period_end as period_start
    from told as t
"""
MODELS = ("ind_alert_state", "ind_alert_episode", "alert_transition")
OPS = {"is_simulated": lambda: "false", "publication_id": lambda: "1"}


@dataclass
class Series:
    """What was said of the periods 0, 1, … of one rule and unit: moment → word, by period."""

    said: list[dict[int, Word]]
    fire: int = 1
    clear: int = 1
    is_below: bool = False

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        sign = -1 if self.is_below else 1
        rule = (name, self.fire, self.clear, sign * WARN, sign * BREACH, sign * RELEASE)
        rule += ("below" if self.is_below else "above",)
        for period, words in enumerate(self.said):
            day = FIRST_DAY + timedelta(days=period)
            moments = sorted(words)
            if all(word == WITHDRAWN for word in words.values()):
                yield (*rule, day, None, None, None)
            for moment, until in zip(moments, [*moments[1:], None], strict=False):
                word = words[moment]
                if word == WITHDRAWN:
                    continue
                number = None if isinstance(word, str) else sign * word
                until_at = None if until is None else at(until)
                yield (*rule, day, at(moment), until_at, number)

    def known(self, moment: int) -> list[Word | None]:
        """Give the word of each period at a moment, without those after the last one known."""
        found: list[Word | None] = []
        for words in self.said:
            heard = [m for m in words if m <= moment]
            word = words[max(heard)] if heard else None
            found.append(None if word in (WITHDRAWN, UNJUDGED) else word)
        return found


@dataclass
class Machine:
    """One pass over the periods, one at a time."""

    fire: int
    clear: int
    state: str = "normal"
    run: int = 0
    first: int = -1
    has_gap: bool = False
    steps: list[Step] = field(default_factory=list)

    def go(self, period: int, state: str) -> None:
        before = "no_data" if self.has_gap else self.state
        self.steps.append((self.first, period, before, state))
        self.has_gap = state == "no_data"
        if not self.has_gap:
            self.state = state

    def hear(self, period: int, word: Word | None) -> None:
        if word is None:
            if not self.has_gap:
                self.go(period, "no_data")
            return
        if self.has_gap:
            self.go(period, self.state)
        value = float(word)
        is_bad, is_good = value > WARN, value <= RELEASE
        if self.state == "normal" and is_bad:
            self.first, self.run = period, 0
            self.go(period, "pending")
        if self.state == "pending":
            self.run += 1
            if not is_bad:
                self.go(period, "normal")
            elif self.run >= self.fire:
                self.go(period, "firing")
        elif self.state == "firing" and is_good:
            self.run = 0
            self.go(period, "recovering")
        elif self.state == "recovering" and not is_good:
            self.go(period, "firing")
        if self.state == "recovering":
            self.run += 1
            if self.run >= self.clear:
                self.go(period, "resolved")
                self.state = "normal"
        if self.state == "normal":
            self.first = -1


def walked(series: Series, words: list[Word | None]) -> Machine:
    machine = Machine(series.fire, series.clear)
    for period, word in enumerate(words):
        machine.hear(period, word)
    return machine


def fired(machine: Machine) -> set[int]:
    return {first for first, _, _, to in machine.steps if to == "firing"}


def trimmed(words: list[Word | None]) -> list[Word | None]:
    while words and words[-1] is None:
        words = words[:-1]
    return words


@dataclass(frozen=True)
class Alert:
    """What is told of an alert: when it fired, what it is now, when it was taken back."""

    first: int
    fired_at: int | None
    state: str
    corrected_at: int | None


def expected(series: Series) -> tuple[set[Alert], list[Step]]:
    """Listen from moment to moment, as people were told, then look at what stands at the end."""
    moments = sorted({moment for words in series.said for moment in words})
    if not any(word is not None for moment in moments for word in series.known(moment)):
        return set(), []
    seen: dict[int, list[int]] = {}
    for moment in moments:
        for first in fired(walked(series, trimmed(series.known(moment)))):
            seen.setdefault(first, []).append(moment)
    present = walked(series, series.known(moments[-1]))
    waiting = {present.first} if present.state == "pending" else set()
    standing = fired(present) | waiting
    alerts, steps = set(), []
    for first in set(seen) | waiting:
        told = seen.get(first, [])
        if first in standing:
            machine, corrected = present, None
            own = [step for step in machine.steps if step[0] == first]
            ends = [step for step in own if step[3] == "resolved"]
            state = "resolved" if ends else machine.state
        else:
            machine = walked(series, trimmed(series.known(told[-1])))
            corrected = moments[moments.index(told[-1]) + 1]
            # it lasted until the moment of its correction: nothing else was told in between
            own = [step for step in machine.steps if step[0] == first]
            state = "resolved"
        alerts.add(Alert(first, told[0] if told else None, state, corrected))
        steps += own
    return alerts, sorted(steps, key=lambda step: step[:2])


def at(moment: int) -> datetime:
    return DAWN + timedelta(hours=moment)


class Warehouse:
    """The models of alerts, built from readings that a test writes."""

    def __init__(self, run: Engine) -> None:
        self.run = run
        run(READING)
        run(rendered(IND_READING))
        self.models = {model: model_sql(model, **OPS) for model in MODELS}

    def hear(self, several: Iterable[Series], backwards: bool = False) -> None:
        rows = [row for n, series in enumerate(several) for row in series.rows(str(n))]
        ordered = reversed(rows) if backwards else rows
        values = [
            ", ".join("null" if cell is None else f"'{cell}'" for cell in row) for row in ordered
        ]
        self.run("delete from told")
        self.run(f"insert into told values ({'), ('.join(values)})")
        for model, sql in self.models.items():
            self.run(f"drop table if exists {model}")
            self.run(f"create table {model} as {sql}")

    def rows(self) -> list[list[str]]:
        return [sorted(map(str, self.run(f"select * from {model}"))) for model in MODELS]

    def alerts(self) -> dict[str, set[Alert]]:
        found: dict[str, set[Alert]] = {}
        for name, first, fired_at, state, corrected_at in self.run(
            "select series_id, episode_first, fired_at, state, corrected_at from ind_alert_episode"
        ):
            alert = Alert(number(first), hour(fired_at), state, hour(corrected_at))
            found.setdefault(name, set()).add(alert)
        return found

    def steps(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for name, first, period, before, after in self.run(
            "select e.series_id, e.episode_first, t.period_end, t.from_state, t.to_state"
            " from alert_transition as t"
            " inner join ind_alert_episode as e on t.alert_id = e.alert_id"
            " order by e.episode_first, t.step_no"
        ):
            found.setdefault(name, []).append((number(first), number(period), before, after))
        return found


def number(day: date) -> int:
    return (day - FIRST_DAY).days


def hour(moment: datetime | None) -> int | None:
    return None if moment is None else round((moment - DAWN) / timedelta(hours=1))


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """Each engine with the models of alerts."""
    if request.param == "duckdb":
        return Warehouse(duckdb_engine())
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return Warehouse(postgres_engine(postgres.create_database("canh_bao")))


def once(values: Iterable[Word | None]) -> list[dict[int, Word]]:
    """Say each period's value once, one period an hour."""
    return [{} if value is None else {hour: value} for hour, value in enumerate(values)]


words = st.sampled_from([5.0, 8.0, 9.0, 10.0, 11.0, 25.0, 25.0, WITHDRAWN, UNJUDGED])
delays = st.dictionaries(st.integers(0, 30), words, max_size=3)


@st.composite
def series(draw: st.DrawFn) -> Series:
    # a period's first word comes after its own day, sometimes after those of later periods
    said = draw(st.lists(delays, min_size=1, max_size=9))
    return Series(
        [
            {period * 10 + delay: word for delay, word in told.items()}
            for period, told in enumerate(said)
        ],
        fire=draw(st.integers(1, 3)),
        clear=draw(st.integers(1, 3)),
        is_below=draw(st.booleans()),
    )


def plain(seed: int) -> Series:
    """Long, each period told once and in its time; evenly mixed, which drawn lists are not."""
    chance = Random(seed)
    said = once(chance.choices([5.0, 8.0, 9.0, 10.0, 11.0, 25.0, None], k=30))
    return Series(said, chance.randint(1, 3), chance.randint(1, 3), chance.random() < 0.5)


seeds = st.integers(0, 2**32).map(plain)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several=st.tuples(seeds, seeds, series(), series(), series(), series()))
def test_alerts_and_their_steps_are_those_told_one_moment_after_another(
    warehouse: Warehouse, several: tuple[Series, ...]
) -> None:
    warehouse.hear(several)
    alerts, steps = warehouse.alerts(), warehouse.steps()
    for n, one in enumerate(several):
        found, walked_steps = expected(one)
        assert alerts.get(str(n), set()) == found
        told = steps.get(str(n), [])
        assert [step for step in told if step[3] != "corrected"] == walked_steps
        taken_back = {first for first, _, _, state in told if state == "corrected"}
        assert taken_back == {alert.first for alert in found if alert.corrected_at is not None}


@pytest.mark.parametrize(("calm", "clear"), [(9.0, 1), (5.0, 2)])
def test_a_hundred_crossings_are_one_alert_and_one_clearing(
    warehouse: Warehouse, calm: float, clear: int
) -> None:
    # inside the hysteresis, then all the way but never for the two periods that clear
    warehouse.hear([Series(once([11.0, calm] * 100 + [11.0, 5.0, 5.0]), clear=clear)])
    (alert,) = warehouse.alerts()["0"]
    assert alert == Alert(0, 0, "resolved", None)
    (steps,) = warehouse.steps().values()
    assert [step[2:] for step in steps[:2]] == [("normal", "pending"), ("pending", "firing")]
    assert [step[3] for step in steps].count("resolved") == 1
    assert all(before[3] == after[2] for before, after in pairwise(steps))


def test_crossings_too_short_to_fire_tell_nobody(warehouse: Warehouse) -> None:
    warehouse.hear([Series(once([11.0, 11.0, 9.0] * 33), fire=3)])
    assert warehouse.alerts() == {}


def test_a_gap_while_firing_is_no_data_and_neither_clears_nor_counts(
    warehouse: Warehouse,
) -> None:
    warehouse.hear([Series(once([11.0, None, None, 5.0, None, 5.0, 25.0]), clear=2)])
    assert [step[1:] for step in warehouse.steps()["0"]] == [
        (0, "normal", "pending"),
        (0, "pending", "firing"),
        (1, "firing", "no_data"),
        (3, "no_data", "firing"),
        (3, "firing", "recovering"),
        (4, "recovering", "no_data"),
        (5, "no_data", "recovering"),
        (5, "recovering", "resolved"),
        (6, "normal", "pending"),
        (6, "pending", "firing"),
    ]


def test_a_restatement_that_clears_takes_the_alert_back_and_keeps_that_it_fired(
    warehouse: Warehouse,
) -> None:
    # period 1 is told as 25 at hour 1 and as 7 at hour 3, after period 2 came
    warehouse.hear([Series([{0: 5.0}, {1: 25.0, 3: 7.0}, {2: 5.0}], clear=2)])
    assert warehouse.alerts()["0"] == {Alert(1, 1, "resolved", 3)}
    assert [step[3] for step in warehouse.steps()["0"]] == [
        "pending", "firing", "recovering", "corrected",
    ]  # fmt: skip


def test_the_same_words_in_another_order_give_the_same_rows(warehouse: Warehouse) -> None:
    several = [
        Series([{0: 25.0}, {14: 11.0}, {2: 9.0, 30: 5.0}, {3: 5.0}], clear=2),
        Series(once([11.0] * 4), fire=2, is_below=True),
    ]
    warehouse.hear(several)
    first = warehouse.rows()
    warehouse.hear(several, backwards=True)
    assert warehouse.rows() == first
