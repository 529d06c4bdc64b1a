"""What the bench prints of one limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One limit: what was done on how much, how long it took, against what baseline."""

    title: str
    size: str
    seconds: float
    limit: float
    baseline: float | None = None

    def line(self) -> str:
        """Say it in one line."""
        verdict = "PASS" if self.seconds <= self.limit else "MISS"
        ratio = f", {self.seconds / self.baseline:.1f}× đường cơ sở" if self.baseline else ""
        return (
            f"{verdict}  {self.title} ({self.size}): {self.seconds:.2f} s, "
            f"giới hạn {self.limit:g} s{ratio}"
        )
