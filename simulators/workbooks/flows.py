"""Monthly amounts that add up over items and months, and the columns that print them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from simulators.workbooks.calendar import Month, Period, month_of, single, tet_days
from simulators.workbooks.noise import FIRST, LAST, shocks, wander
from simulators.workbooks.sheet import Column, Meaning

_ANCHOR = month_of(date(2024, 7, 1))
_DIGITS = 6
Total = Callable[[str, Period], float | None]  # item, span → amount


@dataclass(frozen=True)
class Leaf:
    """An item that is drawn, not summed.

    Attributes:
        level: mid-2024 amount of a month, in the printed unit.
        growth: trend, share a year.
        spread: standard deviation of a month's disturbance, share.
        tet: change when all days around Tết lie in the month, share.
        whole: whether the amount is a count.
    """

    level: float
    growth: float = 0.06
    spread: float = 0.04
    tet: float = -0.15
    whole: bool = False


class Flows:
    """Monthly amounts of items and of the groups that are the sums of items.

    Args:
        seed: seed of the simulation.
        name: name of the flows; each has its own random streams.
        leaves: items that are drawn.
        groups: items that are sums, each after its parts.
    """

    def __init__(
        self,
        seed: int,
        name: str,
        leaves: Mapping[str, Leaf],
        groups: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._months = {item: _drawn(seed, f"{name}/{item}", leaf) for item, leaf in leaves.items()}
        for group, parts in (groups or {}).items():
            self.add(group, dict.fromkeys(parts, 1.0))

    def month(self, item: str, month: Month) -> float:
        """Give the amount of one month."""
        return self._months[item][month]

    def total(self, item: str, period: Period) -> float | None:
        """Give the amount of a span; None for an item that is not measured."""
        months = self._months.get(item)
        if months is None:
            return None
        return round(sum(months[month] for month in period.months()), _DIGITS)

    def add(self, item: str, parts: Mapping[str, float]) -> None:
        """Add an item that is the weighted sum of others."""
        self.derive(item, lambda m: sum(w * self.month(part, m) for part, w in parts.items()))

    def derive(self, item: str, amount: Callable[[Month], float]) -> None:
        """Add an item whose monthly amounts follow from others."""
        self._months[item] = {
            month: round(amount(month), _DIGITS) for month in range(FIRST, LAST + 1)
        }


def _drawn(seed: int, name: str, leaf: Leaf) -> dict[Month, float]:
    drift = wander(seed, f"{name}/dai", leaf.spread / 2)
    noise = shocks(seed, name, leaf.spread)
    return {
        month: round(
            leaf.level
            * (1 + leaf.growth) ** ((month - _ANCHOR) / 12)
            * (1 + leaf.tet * tet_days(month, 3, 7))
            * max(0.2, 1 + drift[month] + noise[month]),
            0 if leaf.whole else _DIGITS,
        )
        for month in range(FIRST, LAST + 1)
    }


@dataclass(frozen=True)
class Columns:
    """The columns that a table of amounts is made of.

    Attributes:
        family: code of the family of tables.
        unit: unit of the amounts; a function where each item has its own.
        total: amount of an item in a span.
        measure: what is measured where a family has several.
        status: how final the figures are where a column does not say otherwise.
    """

    family: str
    unit: str | Callable[[str], str]
    total: Total
    measure: str = ""
    status: str = "estimate"

    def value(self, column: int, period: Period, status: str = "") -> Column:
        """Print the amounts of a span."""

        def meaning(item: str) -> Meaning:
            unit = self.unit if isinstance(self.unit, str) else self.unit(item)
            return self._meaning("value", period, unit, "level", status)

        return Column.of(column, meaning, lambda item: self.total(item, period))

    def yoy(self, column: int, period: Period, status: str = "", form: str = "index_100") -> Column:
        """Print a span against the same span a year before."""
        return self._against(column, "yoy_index", period, period.year_before(), status, form)

    def mom(self, column: int, month: Month, status: str = "") -> Column:
        """Print a month against the month before."""
        before = single(month - 1)
        return self._against(column, "mom_index", single(month), before, status, "index_100")

    def share(
        self, column: int, period: Period, whole: Callable[[str], str], status: str = ""
    ) -> Column:
        """Print an item's part of a whole, in percent."""

        def printed(item: str) -> float | None:
            return _percent(self.total(item, period), self.total(whole(item), period))

        return Column.of(column, self._meaning("share", period, "%", "level", status), printed)

    def percent_of(self, column: int, role: str, period: Period, of: Total) -> Column:
        """Print an amount in percent of another one of the same item, such as its plan."""

        def printed(item: str) -> float | None:
            return _percent(self.total(item, period), of(item, period))

        return Column.of(column, self._meaning(role, period, "%", "level", ""), printed)

    def _against(
        self, column: int, role: str, period: Period, before: Period, status: str, form: str
    ) -> Column:
        def printed(item: str) -> float | None:
            index = _percent(self.total(item, period), self.total(item, before))
            return index if index is None or form == "index_100" else index - 100

        return Column.of(column, self._meaning(role, period, "%", form, status), printed)

    def _meaning(self, role: str, period: Period, unit: str, form: str, status: str) -> Meaning:
        status = status or self.status
        return Meaning(self.family, role, period, unit, self.measure, form, status)


def _percent(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else 100 * part / whole
