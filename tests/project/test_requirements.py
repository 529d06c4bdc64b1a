"""The pinned lists fit together."""

import re
import tomllib

import pytest

from pipelines.settings import REPOSITORY


def pins(name: str) -> dict[str, str]:
    text = (REPOSITORY / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.M))


def test_one_duckdb_writes_and_reads_the_same_file() -> None:
    assert pins("platform")["duckdb"] == pins("superset")["duckdb"] == pins("dev")["duckdb"]


def test_whoever_tests_has_what_runs() -> None:
    assert pins("platform").items() <= pins("dev").items()


@pytest.mark.parametrize("name", ["platform", "superset", "dev"])
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    text = (REPOSITORY / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries), name


@pytest.mark.parametrize("name", ["platform", "superset"])
def test_the_lists_come_from_the_project_file(name: str) -> None:
    groups = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["dependency-groups"]
    pinned = {key.lower().replace("_", "-") for key in pins(name)}
    for wish in groups[name]:
        package = re.match(r"[A-Za-z0-9._-]+", wish)
        assert package and package[0].lower() in pinned
