"""A newcomer follows CONTRIBUTING to the letter in a copy of the tree."""

import csv
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.settings import REPOSITORY
from tests.project.tree import copy_of_the_tree, kho

WALK = re.compile(r"^ *`(?P<path>[^`\n]+)`\n *```csv\n *(?P<line>[^\n]+)\n *```$", re.M)
WORKBOOKS = ("2024-12-29", "2025-01-29")


def _lines_to_add() -> list[tuple[str, str]]:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return [(step["path"], step["line"]) for step in WALK.finditer(text)]


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(line + "\n")


def _golden(tree: Path) -> dict[str, str]:
    with (tree / "tests/warehouse/golden_values.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[-1]


@pytest.mark.slow
@pytest.mark.real_data
def test_a_new_indicator_is_three_lines(gso_dir: Path, tmp_path: Path) -> None:
    tree, home = copy_of_the_tree(tmp_path / "tree"), tmp_path / "home"
    inbox = home / "inbox" / "thong_ke"
    inbox.mkdir(parents=True)
    for published in WORKBOOKS:
        (workbook,) = gso_dir.glob(f"{published}*.xlsx")
        (inbox / workbook.name).symlink_to(workbook)

    for path, line in _lines_to_add():
        _append(tree / path, line)
    kho(tree, home, "run")

    changed = subprocess.run(
        ["git", "diff", "--numstat"], cwd=tree, check=True, capture_output=True, text=True
    ).stdout.split()
    assert changed[0::3] == ["1", "1", "1"] and changed[1::3] == ["0", "0", "0"], changed
    assert set(changed[2::3]) == {path for path, _ in _lines_to_add()}
    golden = _golden(tree)
    query = (
        "select v.value, i.is_fed from mart.indicator_value as v"
        " inner join mart.indicator as i on v.indicator_code = i.indicator_code"
        f" where v.indicator_code = '{golden['indicator_code']}' and v.basis = 'as_published'"
        f" and v.area_key = '{golden['area_key']}' and v.period_type = '{golden['period_type']}'"
        f" and v.period_start = date '{golden['period_start']}'"
    )
    (found,) = json.loads(kho(tree, home, "sql", "--format", "json", query))
    assert Decimal(str(found["value"])) == Decimal(golden["value"])
    assert found["is_fed"] is True


def test_the_walk_through_is_three_lines_of_things_not_yet_there() -> None:
    steps = _lines_to_add()
    assert len(steps) == 3
    for path, line in steps:
        with (REPOSITORY / path).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        (new,) = csv.reader([line])
        assert len(new) == len(header), path
        assert new[0] not in {row[0] for row in rows}, path
