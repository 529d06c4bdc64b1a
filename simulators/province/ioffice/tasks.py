"""Tasks that the province's leaders assign, and what happens to each until it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from simulators.province.ioffice import words
from simulators.province.ioffice.columns import versions

SECRET = 0.02
DELETED = 0.01
WRONG_YEAR = 0.004
"""Share of tasks that cite their document with the date of another year (seed QN: 52/TB-UBND)."""
UNNUMBERED = 0.004
"""Share of tasks whose document still has no number (seed BG: «Số: /TB-UBND»)."""

_LONGEST = 60


@dataclass(frozen=True)
class _Task:
    """The state of a task after some moment of its life."""

    key: str
    reference: str
    issued: date
    assigned: datetime
    assigner: str
    leader: str
    helpers: tuple[str, ...]
    text: str
    due: date
    secrecy: str
    state: str = "Chưa thực hiện"
    done: date | None = None
    reminders: int = 0


@dataclass(frozen=True)
class _Event:
    """Something that happened to a task; `old` and `new` are promised days of an extension."""

    kind: str
    at: datetime
    form: str = ""
    old: date | None = None
    new: date | None = None


@dataclass
class Ledger:
    """Versions of tasks and their events, in the order in which they are drawn."""

    states: list[tuple[datetime, int, _Task, bool]] = field(default_factory=list)
    events: list[tuple[_Task, int, _Event]] = field(default_factory=list)

    def tasks(self) -> pa.Table:
        """Give the versions of the tasks as in the ledger of truth."""
        rows = [_task_row(task) for _, _, task, _ in self.states]
        secret = [row["doMat"] != words.NOT_SECRET for row in rows]
        return _table("maNhiemVu", rows, self._moments(), self._numbers(), secret, self._gone())

    def task_events(self) -> pa.Table:
        """Give the events of the tasks as in the ledger of truth, each in its one version."""
        rows = [_event_row(task, number, event) for task, number, event in self.events]
        secret = [row["doMat"] != words.NOT_SECRET for row in rows]
        moments = [event.at + timedelta(seconds=1) for _, _, event in self.events]
        numbers = [1] * len(rows)
        return _table("maSuKien", rows, moments, numbers, secret, [False] * len(rows))

    def _moments(self) -> list[datetime]:
        return [moment for moment, _, _, _ in self.states]

    def _numbers(self) -> list[int]:
        return [number for _, number, _, _ in self.states]

    def _gone(self) -> list[bool]:
        return [gone for _, _, _, gone in self.states]


def draw(name: str, agencies: list[str], moments: np.ndarray, rng: np.random.Generator) -> Ledger:
    """Draw the tasks of one month and their whole lives.

    Args:
        name: the month, yyyyMM.
        agencies: identifiers of those who are given tasks; the first one assigns.
        moments: local moments of assignment of the tasks that live, datetime64[ms].
        rng: the source of chance.
    """
    ledger = Ledger()
    assigned = [moment.item() for moment in moments]
    extras = max(1, round(len(assigned) * DELETED)), max(1, round(len(assigned) * SECRET))
    kinds = ["live"] * len(assigned) + ["deleted"] * extras[0] + ["secret"] * extras[1]
    if not assigned:
        return ledger
    more = [assigned[place] for place in rng.integers(0, len(assigned), sum(extras))]
    for number, (kind, moment) in enumerate(zip(kinds, assigned + more, strict=True), 1):
        task = _assigned(f"NV-{name}-{number:06}", agencies, moment, kind == "secret", rng)
        _live(ledger, task, rng, kind == "deleted")
    return ledger


def _assigned(
    key: str, agencies: list[str], moment: datetime, is_secret: bool, rng: np.random.Generator
) -> _Task:
    issued = (moment - timedelta(days=int(rng.integers(0, 4)))).date()
    # one notice gives several tasks: its number follows from its day
    number = f"{(issued - date(issued.year, 1, 1)).days + 1}"
    if rng.random() < UNNUMBERED:
        number = ""
    if rng.random() < WRONG_YEAR and (issued.month, issued.day) != (2, 29):
        issued = issued.replace(year=issued.year - 1)
    canary = f" TUYET-MAT-CANARY-{key}" if is_secret else ""
    helpers = rng.choice(agencies, size=int(rng.integers(0, 4)), replace=False)
    return _Task(
        key=key,
        reference=f"{number}/TB-UBND" + canary.replace(" ", "-"),
        issued=issued,
        assigned=moment,
        assigner=agencies[0],
        leader=agencies[int(rng.integers(1, len(agencies)))],
        helpers=tuple(str(helper) for helper in helpers),
        text=words.WORK[int(rng.integers(len(words.WORK)))] + canary,
        due=(moment + timedelta(days=int(rng.integers(5, _LONGEST)))).date(),
        secrecy=str(rng.choice(words.SECRECIES)) if is_secret else words.NOT_SECRET,
    )


def _live(ledger: Ledger, task: _Task, rng: np.random.Generator, is_deleted: bool) -> None:
    """Write down the versions and the events of one task."""
    version, event_no, at, now = 1, 1, task.assigned, task
    ledger.states.append((at, version, now, False))
    ledger.events.append((now, event_no, _Event("Giao", at)))
    for step in [*_steps(task, rng)][: 1 if is_deleted else None]:
        at, now, event = step(now)
        version += 1
        ledger.states.append((at, version, now, False))
        if event is not None:
            event_no += 1
            ledger.events.append((now, event_no, event))
    if is_deleted:
        ledger.states.append((at + timedelta(days=1), version + 1, now, True))


def _steps(task: _Task, rng: np.random.Generator) -> Iterator[Any]:
    """Give what happens to a task, in order: functions of its state so far."""
    clock = _Clock(task.assigned, rng)
    begun = clock.after(0.1, 2)
    yield lambda now: (begun, replace(now, state="Đang thực hiện"), None)
    if rng.random() < 0.02:
        at = clock.after(0.1, 1)
        yield lambda now, at=at: (
            at,
            replace(now, state="Chưa thực hiện"),
            _Event("Trả lại", at),
        )
    due = task.due
    for chance in (0.12, 0.3, 0.3):
        if rng.random() >= chance:
            break
        at = clock.before(due)
        due = due + timedelta(days=int(rng.integers(5, 30)))
        yield lambda now, at=at, due=due: (
            at,
            replace(now, due=due),
            _Event("Gia hạn", at, old=now.due, new=due),
        )
    yield from _ends(clock, due, rng)


def _ends(clock: "_Clock", due: date, rng: np.random.Generator) -> Iterator[Any]:
    """Give the reminders and the end of a task that is due on a day."""
    fate = rng.random()
    if fate < 0.01:
        dropped = clock.after(0.1, 3)
        yield lambda now: (dropped, replace(now, state="Hủy"), None)
        return
    is_late = fate > 0.86
    for number in range(int(rng.integers(1, 4)) if is_late else int(rng.random() < 0.08)):
        at = clock.past(due, number) if is_late else clock.before(due)
        yield lambda now, at=at, form=words.REMINDERS[number]: (
            at,
            replace(now, reminders=now.reminders + 1),
            _Event("Đôn đốc", at, form),
        )
    if fate > 0.975:
        return
    at = clock.past(due, 3) if is_late else clock.before(due)
    yield lambda now, at=at: (
        at,
        replace(now, state="Đã hoàn thành", done=at.date()),
        _Event("Hoàn thành", at),
    )


class _Clock:
    """The moments of one task, each after the one before it."""

    def __init__(self, start: datetime, rng: np.random.Generator) -> None:
        self._now = start
        self._rng = rng

    def after(self, least: float, most: float) -> datetime:
        """Move on by some days."""
        self._now += timedelta(seconds=int(self._rng.uniform(least, most) * 86_400))
        return self._now

    def before(self, due: date) -> datetime:
        """Move on to some moment that is not after the end of a day."""
        end = datetime(due.year, due.month, due.day, 17)
        left = max((end - self._now) / timedelta(seconds=1), 60.0)
        self._now += timedelta(seconds=int(left * self._rng.uniform(0.05, 0.95)) + 1)
        return self._now

    def past(self, due: date, week: int) -> datetime:
        """Move on to the week that begins so many weeks after a day."""
        end = datetime(due.year, due.month, due.day, 8) + timedelta(days=1 + 7 * week)
        self._now = max(self._now, end) + timedelta(seconds=int(self._rng.uniform(0, 6) * 86_400))
        return self._now


def _task_row(task: _Task) -> dict[str, Any]:
    return {
        "maNhiemVu": task.key,
        "soKyHieuVBGiao": task.reference,
        "ngayVBGiao": f"{task.issued:%d/%m/%Y}",
        "ngayGiao": f"{task.assigned:%d/%m/%Y}",
        "donViGiao": task.assigner,
        "donViChuTri": task.leader,
        "donViPhoiHop": list(task.helpers),
        "noiDung": task.text,
        "hanXuLy": f"{task.due:%d/%m/%Y}",
        "ngayHoanThanh": f"{task.done:%d/%m/%Y}" if task.done else "",
        "trangThai": task.state,
        "lanDonDoc": task.reminders,
        "doMat": task.secrecy,
        "nguoiTheoDoi": words.PEOPLE[0],
    }


def _event_row(task: _Task, number: int, event: _Event) -> dict[str, Any]:
    canary = f" TUYET-MAT-CANARY-{task.key}" if task.secrecy != words.NOT_SECRET else ""
    return {
        "maSuKien": f"{task.key}-{number:02}",
        "maNhiemVu": task.key,
        "loaiSuKien": event.kind,
        "hinhThuc": event.form,
        "thoiDiem": f"{event.at:%Y-%m-%d %H:%M:%S}.{event.at.microsecond // 1000:03}",
        "hanCu": f"{event.old:%d/%m/%Y}" if event.old else "",
        "hanMoi": f"{event.new:%d/%m/%Y}" if event.new else "",
        "lyDo": "Theo đề nghị của đơn vị" + canary,
        "lanThu": number,
        "doMat": task.secrecy,
        "nguoiThucHien": words.PEOPLE[1],
    }


def _table(
    key: str,
    rows: list[dict[str, Any]],
    moments: list[datetime],
    numbers: list[int],
    secret: list[bool],
    gone: list[bool],
) -> pa.Table:
    fields = pa.Table.from_pylist(rows)
    return versions(
        fields[key].combine_chunks(),
        np.array(numbers),
        np.array(moments, dtype="datetime64[ms]"),
        np.array(secret),
        {name: fields[name].combine_chunks() for name in fields.column_names},
        np.array(gone),
    )
