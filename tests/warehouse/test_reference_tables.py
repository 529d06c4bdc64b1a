"""Tables made of seeds alone are built with the seeds, and only they are left out afterwards."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real_data

# what another build of the same project may answer differently
_OF_THE_BUILD = {"publication_id", "is_simulated", "known_at", "lake", "var", "env_var"}


class Graph:
    """dbt's manifest, asked what a model is made of."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self._manifest = manifest
        self.models = {
            name: node
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
        }
        self.is_of_seeds = cache(self._is_of_seeds)

    def _is_of_seeds(self, name: str) -> bool:
        if name.startswith("seed."):
            return True
        node = self.models[name]
        parents = node["depends_on"]["nodes"]
        return (
            # a source that is left out takes all of its models with it
            not any(tag.startswith("source_") for tag in node["tags"])
            and bool(parents)
            and all(map(self.is_of_seeds, parents))
            and not _OF_THE_BUILD & set(self._words(node))
        )

    def _words(self, node: dict[str, Any]) -> Iterator[str]:
        """Give what is called in a model and in the macros it stands on."""
        yield from _called(node["raw_code"])
        seen: set[str] = set()
        left = [name for name in node["depends_on"]["macros"] if name.startswith("macro.kho.")]
        while left:
            if (name := left.pop()) in seen:
                continue
            seen.add(name)
            macro = self._manifest["macros"][name]
            yield macro["name"]
            yield from _called(macro["macro_sql"])
            left += [d for d in macro["depends_on"]["macros"] if d.startswith("macro.kho.")]


def _called(code: str) -> list[str]:
    return [word.split()[-1] for word in code.replace("{", " ").split("(")[:-1] if word.split()]


def test_reference_tables_are_those_of_seeds_alone(built_home: Path) -> None:
    text = (built_home / "state" / "dbt_duckdb" / "manifest.json").read_text(encoding="utf-8")
    graph = Graph(json.loads(text))
    tagged = {name for name, node in graph.models.items() if "reference" in node["tags"]}
    assert tagged == set(filter(graph.is_of_seeds, graph.models))
    assert {"model.kho.dim_area", "model.kho.dim_period"} <= tagged
    assert "model.kho.area" not in tagged
