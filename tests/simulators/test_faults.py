"""A fault changes what it says it changes, nothing else, and leaves a valid workbook."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from simulators.workbooks import KINDS, Fault, ledger_folder, write_workbooks

MONTH = "2024-05"
IN_THE_CELLS = ["restated", "unit_flip", "shifted_column", "wrong_sum", "new_label", "text_number"]
Cells = dict[tuple[str, str], object]


def _write(folder: Path, *faults: str) -> list[Path]:
    return write_workbooks(folder, 2, date(2024, 5, 1), 11, [Fault.parse(text) for text in faults])


def _noted(folder: Path) -> list[dict[str, str]]:
    with (ledger_folder(folder) / "faults.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cells(path: Path) -> Cells:
    """All cells of a workbook by sheet and place."""
    found: Cells = {}
    book = CalamineWorkbook.from_path(path)
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    found[sheet, f"{chr(64 + column)}{row}"] = value
    return found


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The right workbook of May."""
    return _write(tmp_path_factory.mktemp("dung") / "bieu")[-1]


@pytest.mark.parametrize("kind", IN_THE_CELLS)
def test_just_the_noted_cells_change(right: Path, tmp_path: Path, kind: str) -> None:
    paths = _write(tmp_path / "bieu", f"{kind}@{MONTH}")
    (note,) = _noted(tmp_path / "bieu")
    wrong = next(path for path in paths if path.name == note["source_file"])
    before, after = _cells(right), _cells(wrong)
    changed = {
        place for place in before.keys() | after.keys() if before.get(place) != after.get(place)
    }
    labels = {place for place in changed if place not in before and isinstance(after[place], str)}
    noted = {(note["sheet"], cell) for cell in note["cells"].split()}
    assert changed - (labels if kind == "new_label" else set()) == noted
    assert int(note["cell_count"]) == len(noted) > 0
    assert int(note["suspect_count"]) == len(note["suspects"].split()) > 0
    assert (note["agency"], note["month"]) == ("cuc_thong_ke", MONTH)
    assert (note["dimension"], note["rule"]) == (KINDS[kind].dimension, KINDS[kind].rule)


def test_units_are_a_thousand_times_too_large(right: Path, tmp_path: Path) -> None:
    wrong = _write(tmp_path / "bieu", f"unit_flip@{MONTH}")[-1]
    (note,) = _noted(tmp_path / "bieu")
    before, after = _cells(right), _cells(wrong)
    for cell in note["cells"].split():
        place = (note["sheet"], cell)
        assert after[place] == pytest.approx(1000 * float(str(before[place])))
    assert "Tỷ đồng" in [after.get((note["sheet"], f"{c}3")) for c in "EFG"]


def test_a_column_moves_by_one(right: Path, tmp_path: Path) -> None:
    wrong = _write(tmp_path / "bieu", f"shifted_column@{MONTH}")[-1]
    (note,) = _noted(tmp_path / "bieu")
    before, after = _cells(right), _cells(wrong)
    for cell in note["cells"].split():
        left = f"{chr(ord(cell[0]) - 1)}{cell[1:]}"
        assert after[note["sheet"], cell] == before[note["sheet"], left]


def test_texts_stand_where_numbers_were(tmp_path: Path) -> None:
    wrong = _write(tmp_path / "bieu", f"text_number@{MONTH}")[-1]
    (note,) = _noted(tmp_path / "bieu")
    after = _cells(wrong)
    texts = {str(after[note["sheet"], cell]) for cell in note["cells"].split()}
    assert {"791/903", "1.234,5 tỷ", "—"} < texts
    assert {str(after[note["sheet"], cell]) for cell in note["suspects"].split()} == {
        "791/903", "1.234,5 tỷ",
    }  # fmt: skip


def test_a_missing_month_has_no_file(tmp_path: Path) -> None:
    paths = _write(tmp_path / "bieu", f"missing_month@{MONTH}")
    assert [path.name[:7] for path in paths] == ["2024-04"]
    (note,) = _noted(tmp_path / "bieu")
    assert (note["fault"], note["cell_count"]) == (f"missing_month@{MONTH}", "0")


@pytest.mark.parametrize(("asked", "day"), [("", "2024-06-10"), (":20", "2024-06-18")])
def test_a_late_file_carries_its_day(right: Path, tmp_path: Path, asked: str, day: str) -> None:
    late = _write(tmp_path / "bieu", f"late_file@{MONTH}{asked}")[-1]
    assert late.name == right.name.replace("2024-05-29", day)
    assert late.read_bytes() == right.read_bytes()


def test_a_stale_copy_has_the_cells_of_the_month_before(right: Path, tmp_path: Path) -> None:
    april, copy = _write(tmp_path / "bieu", f"stale_copy@{MONTH}")
    assert copy.name == right.name
    assert _cells(copy) == _cells(april)
    notes = _noted(tmp_path / "bieu")
    assert sum(int(note["cell_count"]) for note in notes) > 1500


def test_a_month_published_twice(right: Path, tmp_path: Path) -> None:
    paths = _write(tmp_path / "bieu", f"restated@{MONTH}")
    assert paths == sorted(paths), "the second one is read second"
    assert [path.name[:10] for path in paths[1:]] == ["2024-05-29", "2024-05-29"]
    assert paths[1].read_bytes() == right.read_bytes()


def test_mending_publishes_the_right_workbook_later(right: Path, tmp_path: Path) -> None:
    paths = _write(tmp_path / "bieu", f"wrong_sum@{MONTH}", f"mend@{MONTH}")
    assert [path.name[:10] for path in paths] == ["2024-04-29", "2024-05-29", "2024-06-01"]
    assert paths[1].read_bytes() != right.read_bytes()
    assert paths[2].read_bytes() != right.read_bytes(), "saved again"
    assert _cells(paths[2]) == _cells(right)
    late = _write(tmp_path / "tre", f"missing_month@{MONTH}", f"mend@{MONTH}:8")
    assert late[-1].name[:10] == "2024-06-06"


def test_other_readers_open_every_faulty_workbook(tmp_path: Path) -> None:
    for kind in KINDS:
        for path in _write(tmp_path / kind, f"{kind}@{MONTH}")[1:]:
            assert openpyxl.load_workbook(path, read_only=True).sheetnames


@pytest.mark.parametrize(
    "fault",
    ["lost@2024-05", "wrong_sum@2024-13", "wrong_sum", "wrong_sum@2024-05:x", "wrong_sum@2023-08"],
)
def test_an_impossible_fault_is_refused_in_one_line(tmp_path: Path, fault: str) -> None:
    finished = _call("--out", str(tmp_path / "bieu"), "--fault", fault)
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert fault.split(":")[0] in finished.stderr


def test_a_fault_needs_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="không có biểu nào"):
        _write(tmp_path / "bieu", f"missing_month@{MONTH}", f"wrong_sum@{MONTH}")


def test_help_names_every_kind_in_vietnamese() -> None:
    text = _call("--help").stdout
    assert all(f"  {code} " in text for code in KINDS)
    assert "usage" not in text
    assert "Các loại lỗi" in text


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulators.workbooks", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
