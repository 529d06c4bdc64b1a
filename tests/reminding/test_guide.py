"""The guide's commands are accepted as they are printed."""

import re
import shlex
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.reminding.ledger import read_ledger
from pipelines.settings import REPOSITORY, Settings
from tests.support.reminders import NOW

GUIDE = REPOSITORY / "docs" / "huong-dan" / "don-doc.md"


def test_every_command_of_the_guide_does_its_work(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHO_HOME", str(settings.home))
    monkeypatch.setenv("KHO_NOW", NOW)
    text = GUIDE.read_text(encoding="utf-8").replace("/tmp/don-doc", str(tmp_path / "nhap"))
    commands = [shlex.split(line, comments=True) for line in re.findall(r"\./kho (.*)", text)]
    commands = [words for words in commands if words[0] == "remind"]
    assert len(commands) == 9
    for words in commands:
        # the last is settled otherwise than the first
        place = -1 if words[1] == "withdraw" else 0
        keys = [one.id for one in read_ledger(settings).reminders]
        assert main([keys[place] if word == "MÃ" else word for word in words]) == 0, words
    assert {path.suffix for path in (tmp_path / "nhap").iterdir()} == {".docx"}
    states = [one.state for one in read_ledger(settings).reminders]
    assert states == ["upheld", "sent", "withdrawn"]
