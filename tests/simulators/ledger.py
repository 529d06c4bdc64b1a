"""The ledger of the simulated workbooks in typed form."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One line of the ledger; `source_file` is empty for a truth that was never published."""

    family: str
    item: str
    measure: str
    role: str
    period_type: str
    period_start: date
    period_end: date
    printed: float
    true_value: float
    unit: str
    number_form: str
    estimate_status: str
    base: str
    published_on: date | None
    source_file: str
    sheet: str
    cell: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.source_file, self.sheet, self.cell

    @property
    def series(self) -> tuple[str, str, str]:
        return self.family, self.item, self.measure


def read_ledger(path: Path) -> list[Entry]:
    with path.open(encoding="utf-8", newline="") as file:
        return [_entry(line) for line in csv.DictReader(file)]


def _entry(line: dict[str, str]) -> Entry:
    values: dict[str, object] = dict(line)
    for name in ("period_start", "period_end"):
        values[name] = date.fromisoformat(line[name])
    for name in ("printed", "true_value"):
        values[name] = float(line[name])
    published = line["published_on"]
    values["published_on"] = date.fromisoformat(published) if published else None
    return Entry(**values)  # type: ignore[arg-type]
