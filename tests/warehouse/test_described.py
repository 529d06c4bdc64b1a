"""Whoever reads a fact finds each of its columns described."""

import json
from pathlib import Path

import pytest

from pipelines.reader import Reader

pytestmark = pytest.mark.real_data

_COLUMNS = """
select table_name, column_name from information_schema.columns
where table_schema = 'core' and table_name like 'fct%'"""


def test_every_column_of_every_fact_is_described(built_reader: Reader, built_home: Path) -> None:
    text = (built_home / "state" / "dbt_duckdb" / "manifest.json").read_text(encoding="utf-8")
    nodes = json.loads(text)["nodes"]
    there = {(row["table_name"], row["column_name"]) for row in built_reader.rows(_COLUMNS)}
    described = {
        (node["name"], name)
        for node in nodes.values()
        if node["resource_type"] == "model"
        for name, column in node["columns"].items()
        if column["description"]
    }
    assert len({table for table, _column in there}) >= 15
    assert there - described == set()
    facts = {table for table, _column in there}
    assert {pair for pair in described if pair[0] in facts} == there
