"""The life of dossiers: when each is received, supplemented, decided, corrected and deleted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

REGISTERED, RECEIVED, REFUSED, HANDLED, SUPPLEMENT, PAYMENT = 1, 2, 3, 4, 5, 6
WITHDRAWN, STOPPED, DONE, RETURNED = 7, 8, 9, 10
_UNCHANGED = 0
MOST_SUPPLEMENTS = 3

_NEVER = np.datetime64("NaT", "ms")
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
# Shares of all dossiers.
_REGISTERED_FIRST, _LATE_ENTRY, _NO_PROMISE = 0.25, 0.005, 0.03
_PAYMENT, _OVERDUE, _NEVER_ENDS = 0.05, 0.07, 0.005
_REOPENED, _CORRECTED, _UNDELETED, _NOT_RETURNED = 0.004, 0.02, 0.001, 0.04
_SUPPLEMENTS = (0.9, 0.085, 0.012, 0.003)  # none, one, two, three
_FINALS = {DONE: 0.97, WITHDRAWN: 0.015, STOPPED: 0.015}


@dataclass(frozen=True)
class Lives:
    """Moments in the lives of n dossiers, local time; NaT where a thing never happens.

    Attributes:
        registered: registered by the citizen.
        received: received by the agency; a refused one never is.
        refused: refused.
        promised: result first promised for; NaT also where the promise was forgotten.
        handled: handling begins.
        payment: a payment is asked for; paid: it came.
        asked: supplements asked for, n × 3; answered: they came, n × 3.
        ended: handling ends; final: with which state.
        returned: the result is handed over.
        reopened: taken up again after that; ended_again, returned_again: closed again.
        corrected: the fee is corrected.
        deleted: deleted at the source; restored: the deletion is taken back.
        lag: time until an entry becomes known at the portal.
    """

    registered: Moments
    received: Moments
    refused: Moments
    promised: Moments
    handled: Moments
    payment: Moments
    paid: Moments
    asked: Moments
    answered: Moments
    ended: Moments
    final: Counts
    returned: Moments
    reopened: Moments
    ended_again: Moments
    returned_again: Moments
    corrected: Moments
    deleted: Moments
    restored: Moments
    lag: NDArray[np.timedelta64]


@dataclass(frozen=True)
class Events:
    """Changes of dossiers, ordered by dossier and moment.

    Attributes:
        dossier: place of the dossier.
        moment: local moment of the change.
        state: state of the dossier after it.
        number: number of the change in its dossier, counted from 1.
        is_step: whether the change is a step of handling, which corrections are not.
    """

    dossier: Counts
    moment: Moments
    state: Counts
    number: Counts
    is_step: Flags


def lives(
    random: np.random.Generator,
    received: Moments,
    limits: Counts,
    refused: Flags,
    gone: Flags,
    opens: np.datetime64,
) -> Lives:
    """Draw the lives of dossiers.

    Args:
        random: source of randomness.
        received: moments when they reach the agency.
        limits: working days that the procedure allows; 0 for the same day.
        refused: those that the agency does not receive.
        gone: those that are deleted for good within ten days.
        opens: first local moment of the portal's log; nothing is registered before it.

    Returns:
        Their lives.
    """
    n = len(received)

    def some(share: float) -> Flags:
        return random.random(n) < share

    def later(moment: Moments, least: int, most: int) -> Moments:
        return moment + random.integers(least, most, n).astype("timedelta64[ms]")

    def only(flags: Flags, moment: Moments) -> Moments:
        return np.where(flags, moment, _NEVER)

    taken = ~refused
    registered = np.maximum(later(received, -8 * _HOUR, -_HOUR // 2), opens)
    handled = later(received, 10 * _MINUTE, 90 * _MINUTE)
    pays = some(_PAYMENT) & taken
    payment = later(handled, 10 * _MINUTE, 60 * _MINUTE)
    paid = later(payment, 10 * _MINUTE, 4 * _HOUR)
    moment = np.where(pays, paid, handled)
    asked, answered = np.full((n, MOST_SUPPLEMENTS), _NEVER), np.full((n, MOST_SUPPLEMENTS), _NEVER)
    rounds = random.choice(len(_SUPPLEMENTS), n, p=_SUPPLEMENTS)
    pause = np.zeros(n, "timedelta64[ms]")
    for turn in range(MOST_SUPPLEMENTS):
        again = (rounds > turn) & taken
        asks = later(moment, 20 * _MINUTE, 3 * _HOUR)
        answers = later(asks, 4 * _HOUR, 5 * _DAY)
        asked[:, turn], answered[:, turn] = only(again, asks), only(again, answers)
        pause += np.where(again, answers - asks, np.timedelta64(0, "ms"))
        moment = np.where(again, answers, moment)
    due = _due(received, limits)
    ended = np.maximum(_ends(random, received, limits) + pause, later(moment, _MINUTE, _HOUR))
    ends = ~some(_NEVER_ENDS)
    final = random.choice(list(_FINALS), n, p=list(_FINALS.values()))
    returned = later(ended, 10 * _MINUTE, 3 * _DAY)
    returns = taken & ends & (final == DONE) & ~some(_NOT_RETURNED)
    reopens = returns & some(_REOPENED)
    reopened = later(returned, 5 * _DAY, 20 * _DAY)
    ended_again = later(reopened, 2 * _DAY, 5 * _DAY)
    deleted = later(received, 5 * _HOUR, 10 * _DAY)
    undeletes = some(_UNDELETED) & ~gone
    return Lives(
        registered=only(some(_REGISTERED_FIRST) | refused, registered),
        received=only(taken, received),
        refused=only(refused, received),
        promised=only(taken & ~some(_NO_PROMISE), due),
        handled=only(taken, handled),
        payment=only(pays, payment),
        paid=only(pays, paid),
        asked=asked,
        answered=answered,
        ended=only(taken & ends, ended),
        final=final,
        returned=only(returns, returned),
        reopened=only(reopens, reopened),
        ended_again=only(reopens, ended_again),
        returned_again=only(reopens, later(ended_again, _HOUR, _DAY)),
        corrected=only(taken & ends & some(_CORRECTED), later(ended, _DAY, 15 * _DAY)),
        deleted=only(gone | undeletes, deleted),
        restored=only(undeletes, later(deleted, _HOUR, 2 * _DAY)),
        lag=np.where(some(_LATE_ENTRY), random.integers(_DAY, 3 * _DAY, n), 0).astype(
            "timedelta64[ms]"
        ),
    )


def events(what: Lives) -> Events:
    """Put every change of every dossier in order; nothing follows a deletion for good."""
    changes: list[tuple[Moments, Any]] = [
        (what.registered, REGISTERED),
        (what.received, RECEIVED),
        (what.refused, REFUSED),
        (what.handled, HANDLED),
        (what.payment, PAYMENT),
        (what.paid, HANDLED),
        *((what.asked[:, turn], SUPPLEMENT) for turn in range(MOST_SUPPLEMENTS)),
        *((what.answered[:, turn], HANDLED) for turn in range(MOST_SUPPLEMENTS)),
        (what.ended, what.final),
        (what.returned, RETURNED),
        (what.reopened, HANDLED),
        (what.ended_again, DONE),
        (what.returned_again, RETURNED),
        (what.corrected, _UNCHANGED),
        (what.deleted, _UNCHANGED),
        (what.restored, _UNCHANGED),
    ]
    gone = np.where(np.isnat(what.restored), what.deleted, _NEVER)
    kept = [
        (np.flatnonzero(~np.isnat(moment) & ~(moment > gone)), moment, state)
        for moment, state in changes
    ]
    dossier = np.concatenate([places for places, _, _ in kept])
    moment = np.concatenate([moments[places] for places, moments, _ in kept])
    state = np.concatenate(
        [np.broadcast_to(states, len(moments))[places] for places, moments, states in kept]
    )
    order = np.lexsort((moment, dossier))
    dossier, moment, state = dossier[order], moment[order], state[order]
    return Events(dossier, moment, _carried(state), numbered(dossier), state != _UNCHANGED)


def numbered(group: Counts) -> Counts:
    """Number the members of each group, whose members stand together, from 1."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group))) + 1


def _carried(state: Counts) -> Counts:
    """Let a change of no state keep the one before it; a dossier's first change has a state."""
    places = np.where(state != _UNCHANGED, np.arange(len(state)), 0)
    carried: Counts = state[np.maximum.accumulate(places)]
    return carried


def _due(received: Moments, limits: Counts) -> Moments:
    """Give the end of the last working day allowed; eight hours from a noon end the day after."""
    into = (received - received.astype("datetime64[D]")) // np.timedelta64(1, "h")
    allowed = np.where((limits == 0) & (into >= 12), 1, limits)
    days = np.busday_offset(received.astype("datetime64[D]"), allowed, roll="forward")
    midnight: Moments = days.astype("datetime64[ms]")
    due: Moments = np.add(midnight, np.timedelta64(17, "h"))
    return due


def _ends(random: np.random.Generator, received: Moments, limits: Counts) -> Moments:
    """Draw when handling would end without supplements: mostly before it is due."""
    n = len(received)
    overdue = random.random(n) < _OVERDUE
    share = np.where(overdue, random.uniform(1.1, 2.2, n), random.uniform(0.2, 0.99, n))
    days = np.where(overdue, np.ceil(limits * share) + 1, np.floor(limits * share)).astype(int)
    day = np.busday_offset(received.astype("datetime64[D]"), days, roll="forward")
    hour = random.integers(8 * _HOUR, 16 * _HOUR, n).astype("timedelta64[ms]")
    moment: Moments = day.astype("datetime64[ms]") + hour
    soon = received + random.integers(2 * _HOUR, 5 * _HOUR, n).astype("timedelta64[ms]")
    ends: Moments = np.where(days > 0, moment, soon)
    return ends
