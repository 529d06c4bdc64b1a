"""The roles proved against the boards without starting Superset."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from superset_config.environment import PACKAGE
from superset_config.errors import BundleInvalid
from superset_config.manifest import Model, read_catalogue, read_manifest
from superset_config.roles import datasets_of, read_roles, role_problems, roles_job
from superset_config.source import OPEN, read_source
from superset_config.validate import problems
from tests.boards import sample
from tests.boards.conftest import CATALOGUE

SOURCE = read_source()
ROLES = read_roles(PACKAGE)


def _mart(folder: Path) -> tuple[dict[str, Model], dict[str, dict[str, str]]]:
    manifest = sample.write_manifest(folder / "manifest.json")
    return read_manifest(manifest), read_catalogue(CATALOGUE)


def test_the_roles_of_the_repository_fit_its_boards():
    assert role_problems(ROLES, SOURCE) == []


def test_a_dataset_without_a_rule_is_refused_on_a_contact_s_board():
    contact = next(role for role in ROLES if role.own_agency)
    board = SOURCE.dashboards[contact.home]
    dataset = datasets_of(board, SOURCE)[0]
    silent = dataclasses.replace(dataset, rows="")
    source = dataclasses.replace(SOURCE, datasets={**SOURCE.datasets, dataset.name: silent})
    found = role_problems(ROLES, source)
    assert found and all(dataset.file in one and "rows" in one for one in found)
    # and whoever pushes it all the same shows its rows to nobody of an agency
    assert "" in roles_job(ROLES, source)["rows"].values()


def test_a_rule_names_a_column_of_the_mart(tmp_path: Path):
    dataset = next(d for d in SOURCE.datasets.values() if d.rows not in {"", OPEN})
    wrong = dataclasses.replace(dataset, rows="khong_co")
    source = dataclasses.replace(SOURCE, datasets={**SOURCE.datasets, dataset.name: wrong})
    said = f"{dataset.file}: mart.{dataset.model} không có cột khong_co"
    assert said in problems(source, *_mart(tmp_path))


def test_a_column_of_agencies_needs_a_rule(tmp_path: Path):
    """A dataset that names agencies says so, or a contact might be given it one day as open."""
    dataset = next(d for d in SOURCE.datasets.values() if d.rows == "agency_code")
    opened = dataclasses.replace(dataset, rows=OPEN)
    source = dataclasses.replace(SOURCE, datasets={**SOURCE.datasets, dataset.name: opened})
    found = problems(source, *_mart(tmp_path))
    assert any(dataset.file in one and "agency_code" in one for one in found), found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"home": "khong-co"}, "nêu bảng khong-co không có"),
        ({"boards": {"only": ["kt-xh"]}}, "không xem được trang đầu"),
        ({"boards": {"all_but": ["khong-co"]}}, "nêu bảng khong-co không có"),
    ],
)
def test_a_role_that_does_not_fit_is_told(tmp_path: Path, change: dict, said: str):
    data = yaml.safe_load((PACKAGE / "roles.yaml").read_text(encoding="utf-8"))
    data["roles"][0].update(change)
    (tmp_path / "roles.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    assert any(said in one for one in role_problems(read_roles(tmp_path), SOURCE))


def test_a_file_without_a_key_is_told(tmp_path: Path):
    (tmp_path / "roles.yaml").write_text("permissions: {}\nroles: [{code: x}]\n", encoding="utf-8")
    with pytest.raises(BundleInvalid, match=r"roles\.yaml: thiếu khóa 'boards'"):
        read_roles(tmp_path)
