"""A newcomer adds a source as CONTRIBUTING says, and changes no file that is there."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from starlette.responses import JSONResponse, Response

from pipelines.errors import WRONG_CALL, UserError
from pipelines.new_source import write_stubs
from pipelines.settings import REPOSITORY
from tests.project.tree import copy_of_the_tree, kho
from tests.support.http import answering

SECTION = "## A source of records: no changed file"
CALL = re.compile(r"^ *\./kho (?P<words>.+)$", re.M)
CHECKS = (
    ("ruff", "check", "connectors", "tests/connectors", "pipelines"),
    ("ruff", "format", "--check", "connectors", "tests/connectors"),
    ("mypy",),
    ("lint-imports", "--no-cache"),
    ("sqlfluff", "lint", "--disable-progress-bar", "-q", "dbt_project/models/core/thu_phi",
     "dbt_project/models/staging/thu_phi",
     "dbt_project/models/measures/counted/contribution_thu_phi.sql"),
    ("pytest", "-q", "tests/connectors/test_thu_phi.py"),
)  # fmt: skip
BUILD = """
from pipelines.chain import Chain
from pipelines.settings import load_settings
chain = Chain(load_settings(), ["thu_phi"])
with chain.exclusive():
    assert chain.build(select=["+fct_thu_phi_record", "+msr_counted"]), chain.outcome.failures
"""
RECORD = {
    "ma": "TP-1",
    "phienBan": 1,
    "capNhat": "20250107090000000",
    "daXoa": 0,
    "maDonVi": "H40.02",
    "ngay": "20250106000000",
    "hoTen": "CANARY-HO-TEN 1",
}


def _answer(_number: int, asked: dict[str, Any]) -> Response:
    data = [RECORD] if asked["tu"] < str(RECORD["capNhat"]) <= asked["den"] else []
    return JSONResponse({"tongSo": len(data), "soTrang": 1, "data": data})


def _calls() -> list[list[str]]:
    """The commands of the section, in their order."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return [found["words"].split() for found in CALL.finditer(text.partition(SECTION)[2])]


def _run(tree: Path, *words: str, **more: Any) -> None:
    program = tree / ".venv/bin" / words[0]
    done = subprocess.run(
        [str(program), *words[1:]], cwd=tree, capture_output=True, text=True, **more
    )
    assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])


@pytest.mark.slow
def test_the_walk_through_lands_a_row_and_changes_no_file(tmp_path: Path) -> None:
    tree, home = copy_of_the_tree(tmp_path / "tree"), tmp_path / "home"
    first, second = _calls()

    told = kho(tree, home, *first)
    with answering(_answer) as source:
        settings = {"KHO_THU_PHI_URL": source.url, "KHO_THU_PHI_TOKEN": "t"}
        kho(tree, home, *second, KHO_NOW="2025-01-08T16:00:00+07:00", **settings)

    changed = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=tree, capture_output=True, text=True
    ).stdout.splitlines()
    written = {line[3:] for line in changed}
    assert {line[:2] for line in changed} == {"??"}
    assert len(written) == 13 and all("thu_phi" in path for path in written)
    assert all(path in told for path in written)
    rows = [
        row
        for path in (home / "lake/thu_phi/ban_ghi").glob("*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]
    assert [row["ma"] for row in rows] == ["TP-1"]
    assert all("CANARY" not in str(value) for value in rows[0].values())
    for words in CHECKS:
        _run(tree, *words)
    environment = {
        "KHO_HOME": str(home),
        "KHO_NOW": "2025-01-08T16:00:00+07:00",
        "PATH": "/usr/bin:/bin",
    }
    _run(tree, "python", "-c", BUILD, env=environment)


def test_stubs_are_written_beside_what_is_there(tmp_path: Path) -> None:
    files = write_stubs("thu_phi", tmp_path)

    assert all((tmp_path / file).is_file() for file in files)
    texts = [(tmp_path / file).read_text(encoding="utf-8") for file in files]
    assert not any(re.search("__(NAME|UPPER)__", text) for text in [*texts, *map(str, files)])
    marked = [file for file, text in zip(files, texts, strict=True) if "ĐIỀN:" in text]
    assert {"source.yml", "source.py", "thu_phi.yml"} <= {file.name for file in marked}


@pytest.mark.parametrize(
    "name",
    ["Thu_phi", "thu-phi", "2thu", "thu__phi", "_thu", "thu_", "thu phí", "class", "", "a" * 31],
)
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="không dùng được") as told:
        write_stubs(name, tmp_path)

    assert told.value.status == WRONG_CALL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["thong_ke", "so_bao_cao", "shared", "warehouse"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="đã có"):
        write_stubs(name)


def test_a_second_call_writes_nothing(tmp_path: Path) -> None:
    (first, *_) = write_stubs("thu_phi", tmp_path)
    (tmp_path / first).write_text("mine", encoding="utf-8")

    with pytest.raises(UserError, match="đã có"):
        write_stubs("thu_phi", tmp_path)

    assert (tmp_path / first).read_text(encoding="utf-8") == "mine"
