from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.workbooks import ledger_folder, write_workbooks
from tests.simulators.ledger import Entry, read_ledger


@dataclass(frozen=True)
class Written:
    """Three simulated years: the workbooks and what is true behind them."""

    folder: Path
    paths: list[Path]
    ledger: list[Entry]

    @property
    def published(self) -> list[Entry]:
        return [entry for entry in self.ledger if entry.source_file]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("sim") / "bieu"
    paths = write_workbooks(folder)
    return Written(folder, paths, read_ledger(ledger_folder(folder) / "ledger.csv"))
