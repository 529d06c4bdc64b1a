"""A home with recipients and a real mail server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.support.mail import MailServer

START = datetime(2025, 3, 6, 1, tzinfo=UTC)
TWO = """\
recipients:
  - {name: a, title: Sở A, channel: mail, address: a@tinh.gov.vn}
  - {name: b, title: Sở B, channel: mail, address: b@tinh.gov.vn}
"""


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    monkeypatch.setenv("KHO_CHANNEL_MAIL", server.url)
    yield server
    server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "recipients.yaml").write_text(TWO, encoding="utf-8")
    return Settings(home=tmp_path, target="duckdb", now=START)
