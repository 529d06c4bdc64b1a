"""Everything that exists at the iOffice of a province, written to the ledger of truth."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from simulators.province.ioffice import tasks
from simulators.province.ioffice.documents import Month, axis_messages, incoming, outgoing
from simulators.province.profile import Profile
from simulators.province.rhythm import Counts, Days, moments, span
from simulators.province.truth import Truth

SOURCE = "ioffice"


def generate(profile: Profile, scale: float, first_day: date, last_day: date, truth: Truth) -> None:
    """Write the documents, axis messages, tasks and task events of some days.

    Args:
        profile: the province.
        scale: share of its real volume.
        first_day: first day on which anything arrives, is issued or is assigned.
        last_day: last such day; what happens to it later is written as well.
        truth: where to.
    """
    for first, last in _months(first_day, last_day):
        _Writer(profile, scale, first, last, last_day, truth).write()


def _months(first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
    while first_day <= last_day:
        after = (first_day.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first_day, min(after - timedelta(days=1), last_day)
        first_day = after


class _Writer:
    """Writes one month."""

    def __init__(
        self,
        profile: Profile,
        scale: float,
        first: date,
        last: date,
        last_day: date,
        truth: Truth,
    ) -> None:
        self._profile, self._scale, self._truth = profile, scale, truth
        self._first, self._last = first, last
        self._name = f"{first:%Y%m}"
        self._end = np.datetime64(last_day + timedelta(days=1), "ms") - np.timedelta64(1, "ms")

    def write(self) -> None:
        """Write the tables of the month, each drawn from a seed of its own."""
        arrivals, _ = self._moments("documents_in")
        self._put("van_ban_den", incoming(self._month(1), arrivals))
        issued, counts = self._moments("documents_out")
        rng = self._rng(2)
        axis = _chosen(rng, counts, self._daily("documents_on_axis"))
        signed = _chosen(rng, counts, self._daily("documents_signed"))
        out = outgoing(self._month(3), issued, axis, signed)
        self._put("van_ban_di", out)
        self._put("truc_lien_thong", axis_messages(self._month(4), out))
        given, _ = self._moments("tasks")
        agencies = [agency.identifier for agency in self._profile.agencies_on(self._first)]
        ledger = tasks.draw(self._name, agencies, given, self._rng(5))
        if ledger.states:
            self._put("nhiem_vu", ledger.tasks())
            self._put("su_kien_nhiem_vu", ledger.task_events())

    def _put(self, table: str, rows: pa.Table) -> None:
        self._truth.write(SOURCE, table, self._name, rows)

    def _rng(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self._profile.seed, int(self._name), number])

    def _month(self, number: int) -> Month:
        agencies = self._profile.agencies_on(self._first)
        shares = np.array([agency.share for agency in agencies])
        names = [agency.identifier for agency in agencies]
        return Month(self._name, names, shares / shares.sum(), self._end, self._rng(number))

    def _daily(self, volume: str) -> Counts:
        return self._profile.daily(volume, self._first, self._last, self._scale)

    def _moments(self, volume: str) -> tuple[Days, Counts]:
        counts = self._daily(volume)
        seed = [self._profile.seed, int(self._name), *volume.encode()]
        return moments(span(self._first, self._last), counts, seed), counts


def _chosen(rng: np.random.Generator, counts: Counts, wanted: Counts) -> np.ndarray:
    """Choose exactly so many of each day's cases, at random.

    Args:
        rng: the source of chance.
        counts: cases of each day; the cases are ordered by day.
        wanted: how many of each day to choose, at most all.

    Returns:
        A mask over the cases.
    """
    days = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((rng.random(len(days)), days))
    rank = np.arange(len(days)) - np.repeat(np.cumsum(counts) - counts, counts)
    mask = np.zeros(len(days), dtype=bool)
    mask[order] = rank < np.repeat(wanted, counts)
    return mask
