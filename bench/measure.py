"""What the bench prints of one limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One limit: what was done on how much, what it took, against what baseline.

    Args:
        title: What was done.
        size: On how much.
        seconds: What it took, in ``unit``.
        limit: The most it may take; none where it is only reported.
        baseline: The same unit, what the least possible takes.
        unit: Unit of the numbers.
    """

    title: str
    size: str
    seconds: float
    limit: float | None
    baseline: float | None = None
    unit: str = "s"

    @property
    def is_missed(self) -> bool:
        """Whether it took more than it may."""
        return self.limit is not None and self.seconds > self.limit

    def line(self) -> str:
        """Say it in one line."""
        verdict = "ĐO  " if self.limit is None else "MISS" if self.is_missed else "PASS"
        limit = "" if self.limit is None else f", giới hạn {self.limit:g} {self.unit}"
        ratio = f", {self.seconds / self.baseline:.1f}× đường cơ sở" if self.baseline else ""
        return (
            f"{verdict}  {self.title} ({self.size}): {self.seconds:.2f} {self.unit}{limit}{ratio}"
        )
