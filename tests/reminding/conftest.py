"""A home with the sample ledger published."""

from datetime import datetime
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.support.reminders import NOW, publish_ledger


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    publish_ledger(tmp_path)
    return Settings(home=tmp_path, target="duckdb", now=datetime.fromisoformat(NOW))
