"""Refused files and sick sources: remembered until a landing sees them mended."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors import Connector
from connectors.connector import Delivery, PullContext
from connectors.errors import TransientSourceError
from pipelines.chain import Chain
from pipelines.refusals import Landing, Refusal, note_landing, read_refusals
from pipelines.settings import Settings
from simulators.workbooks.publish import write_workbooks

NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BROKEN = ("a.xlsx", "không mở được")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with a file of the same name each."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xlsx").touch()
        (tmp_path / name / "b.xlsx").touch()
    return tmp_path / "one", tmp_path / "two"


def states(lake: Path) -> dict[str, bool]:
    return {refusal.label: refusal.is_present for refusal in read_refusals(lake, "thu")}


def test_refused_again_keeps_its_first_day(folders: tuple[Path, Path], tmp_path: Path) -> None:
    note_landing(tmp_path, Landing("thu", NOW, [folders[0]], [BROKEN]))
    note_landing(tmp_path, Landing("thu", LATER, [folders[0]], [("a.xlsx", "trống")]))

    (refusal,) = read_refusals(tmp_path, "thu")
    assert (refusal.first_seen, refusal.last_seen) == (NOW, LATER)
    assert (refusal.reason, refusal.kind, refusal.is_present) == ("trống", "file", True)
    assert refusal.mend.startswith("Sửa tệp")


def test_mended_when_the_same_place_is_looked_at(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    one, two = folders
    cases = {
        # refused in a folder: that folder without it, or the file itself sent from anywhere
        ((one,), (one,)): False,
        ((one,), (two / "a.xlsx",)): False,
        ((one,), (two,)): True,
        ((one,), (one / "b.xlsx",)): True,
        # refused as a named file: that file, its folder, but not another file named with it
        ((one / "a.xlsx", one / "b.xlsx"), (one / "b.xlsx",)): True,
        ((one / "a.xlsx",), (one,)): False,
        ((one / "a.xlsx",), (two,)): True,
        # a source that is pulled looks at everything
        ((), ()): False,
    }
    for number, ((first, second), is_present) in enumerate(cases.items()):
        lake = tmp_path / f"lake{number}"
        note_landing(lake, Landing("thu", NOW, first, [BROKEN]))
        note_landing(lake, Landing("thu", LATER, second, []))
        assert states(lake) == {"a.xlsx": is_present}, (first, second)


def test_what_was_mended_stays_known(folders: tuple[Path, Path], tmp_path: Path) -> None:
    for hour, refused in enumerate([[BROKEN], [], [("b.xlsx", "trống")], [BROKEN]]):
        now = NOW + timedelta(hours=hour)
        note_landing(tmp_path, Landing("thu", now, [folders[0]], refused))

    assert states(tmp_path) == {"a.xlsx": True, "b.xlsx": False}
    a, b = read_refusals(tmp_path, "thu")
    assert (a.first_seen, a.last_seen) == (NOW, NOW + timedelta(hours=3))
    assert b.last_seen == NOW + timedelta(hours=2)


def test_a_sick_source_says_nothing_about_its_files(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    note_landing(tmp_path, Landing("thu", NOW, [folders[0]], [BROKEN]))
    note_landing(tmp_path, Landing("thu", LATER, [folders[0]], [], "mất mạng"))
    assert states(tmp_path) == {"a.xlsx": True, "(nguồn)": True}

    note_landing(tmp_path, Landing("thu", LATER, [folders[0]], []))
    assert states(tmp_path) == {"a.xlsx": False, "(nguồn)": False}


def test_same_name_twice_is_one_refusal_with_both_reasons(tmp_path: Path) -> None:
    note_landing(tmp_path, Landing("thu", NOW, [], [BROKEN, ("a.xlsx", "trống")]))
    assert [r.reason for r in read_refusals(tmp_path, "thu")] == ["không mở được; trống"]


def landed(settings: Settings, *paths: Path) -> list[Refusal]:
    chain = Chain(settings, ["thong_ke"], paths)
    chain.land("thong_ke")
    return read_refusals(settings.lake, "thong_ke")


def test_a_broken_workbook_is_remembered_until_it_is_mended(tmp_path: Path) -> None:
    (book,) = write_workbooks(tmp_path / "wb", months=1, last_month=date(2024, 12, 1))
    settings = Settings(home=tmp_path / "kho", now=datetime(2025, 1, 20, tzinfo=UTC))
    target = settings.inbox / "thong_ke" / book.name
    target.parent.mkdir(parents=True)
    target.write_bytes(book.read_bytes()[:2000])

    (refused,) = landed(settings)
    assert (refused.label, refused.kind, refused.is_present) == (book.name, "file", True)
    assert refused.reason
    # a landing from elsewhere has not looked at it
    (still,) = landed(settings, book.parent)
    assert still.is_present

    target.write_bytes(book.read_bytes())
    (mended,) = landed(settings)
    assert (mended.is_present, mended.first_seen) == (False, refused.first_seen)


def test_a_sick_source_is_remembered_until_it_answers(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "kho")
    chain = Chain(settings, ["thong_ke"])

    def silent(context: PullContext) -> Iterator[Delivery]:
        raise TransientSourceError("nguồn không trả lời")
        yield

    chain.connectors["thong_ke"] = Connector(chain.connectors["thong_ke"].spec, silent)
    chain.land("thong_ke")
    (sick,) = read_refusals(settings.lake, "thong_ke")
    assert (sick.kind, sick.label, sick.reason) == ("source", "(nguồn)", "nguồn không trả lời")

    (well,) = landed(settings)
    assert not well.is_present
