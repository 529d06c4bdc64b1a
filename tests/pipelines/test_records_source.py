"""A source of records in the chain: the examination of its vendor, and a sick one beside others."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipelines.chain import Chain
from pipelines.cli import main
from pipelines.settings import Settings
from simulators.province.box import ProvinceBox
from simulators.province.faults import Fault
from simulators.workbooks.publish import write_workbooks
from tests.connectors.test_dvc import KEY

NOW = datetime(2024, 3, 2, 9, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProvinceBox]:
    days = (date(2024, 2, 1), date(2024, 3, 1))
    with ProvinceBox("nghe_an", 0.002, *days, tmp_path / "truth", now=NOW, sources=["dvc"]) as box:
        settings = {"KHO_HOME": str(tmp_path / "home"), "KHO_PSEUDONYM_KEY": KEY}
        for name, value in (box.environment | settings).items():
            monkeypatch.setenv(name, value)
        yield box


def test_a_vendor_examines_the_portal_alone(
    portal: ProvinceBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", "dvc", "--check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10 and all(line.startswith("✓ ") for line in lines)
    portal.inject(Fault("dropped_column", "dvc"))
    assert main(["ingest", "dvc", "--check"]) == 1
    out = capsys.readouterr().out
    assert "✗ Đủ dòng" in out and "TrichYeuHoSo" in out
    assert not (tmp_path / "home" / "lake").exists()


def test_a_source_without_an_examination_or_a_connection_is_told(
    portal: ProvinceBox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", "thong_ke", "--check"]) == 1
    assert "không có phép thử riêng" in capsys.readouterr().err
    monkeypatch.delenv("KHO_DVC_URL")
    assert main(["ingest", "dvc", "--check"]) == 1
    assert "đặt KHO_DVC_URL" in capsys.readouterr().err


def test_a_sick_portal_leaves_the_other_sources_alone(portal: ProvinceBox, tmp_path: Path) -> None:
    write_workbooks(tmp_path / "home" / "inbox" / "thong_ke", 1, date(2024, 1, 1), seed=1)
    portal.inject(Fault("type_change", "dvc"))
    chain = Chain(Settings(home=tmp_path / "home"))
    for name in ("dvc", "thong_ke"):
        chain.land(name)
    chain.judge()
    assert "đổi kiểu" in chain.outcome.sick["dvc"] and chain.outcome.is_incomplete
    accepted = {found.source for found in chain.decisions() if found.decision == "accepted"}
    assert accepted == {"dvc", "thong_ke"} and chain.outcome.landed["dvc"].rows.get("ho_so") is None
    portal.heal()
    healed = Chain(Settings(home=tmp_path / "home"))
    healed.land("dvc")
    healed.judge()
    assert healed.outcome.sick == {} and healed.outcome.kept_back == []
    assert healed.outcome.landed["dvc"].rows["ho_so"] > 50
