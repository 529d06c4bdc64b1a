"""VN_AQI in plain Python, written from the text of Quyết định 1459/QĐ-TCMT and nothing else."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

I = (0, 50, 100, 150, 200, 300, 400, 500)  # noqa: E741 - the letter of the text
BP = {
    "o3_1h": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "o3_8h": (0, 100, 120, 170, 210, 400),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "so2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "no2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 25, 50, 80, 150, 250, 350, 500),
}


def index(pollutant: str, concentration: Decimal) -> int | None:
    """Formula 1 with Table 2; the eight-hour mean of ozone has no index above its table."""
    points = BP[pollutant]
    if concentration > points[-1]:
        return None if pollutant == "o3_8h" else 500
    step = next(n for n in range(len(points) - 1) if concentration <= points[n + 1])
    low, high = points[step], points[step + 1]
    exact = Decimal(I[step + 1] - I[step]) / (high - low) * (concentration - low) + I[step]
    return int(round(exact, 9).quantize(Decimal(1), ROUND_HALF_UP))


def nowcast(hours: Sequence[Decimal | None]) -> Decimal | None:
    """Section 2.2.1a; `hours` are c1 (now) to c12, None without a value."""
    if sum(c is not None for c in hours[:3]) < 2:
        return None
    there = [c for c in hours if c is not None]
    w_star = min(there) / max(there) if max(there) else Decimal(1)
    if w_star <= Decimal("0.5"):
        return sum((c / 2**i for i, c in enumerate(hours, 1) if c is not None), Decimal(0))
    weights = [(w_star**i, c) for i, c in enumerate(hours) if c is not None]
    return sum((w * c for w, c in weights), Decimal(0)) / sum(w for w, _ in weights)
