"""What may be asked of the DuckDB warehouse, judged by DuckDB's own parser.

DuckDB has no users, so a query may read every schema of the file. Superset parses SQL with
another parser, which does not see through table functions such as ``query('select …')``.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

SCHEMAS = frozenset({"mart", "core"})
_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
# the parser only: nothing is opened and no setting can be changed
_PARSER = duckdb.connect(
    ":memory:",
    config={"enable_external_access": "false", "lock_configuration": "true", "threads": "1"},
)


def complaint(sql: str) -> str:
    """Say why a query must not run.

    Args:
        sql: What is about to be executed, one or more statements.

    Returns:
        A Vietnamese sentence, empty for a query that only reads ``mart`` and ``core``.
    """
    answer = _PARSER.cursor().execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree = json.loads(answer[0]) if answer else {"error": True}
    if tree["error"]:
        return "Chỉ hỏi được bằng câu select."
    nodes = list(_nodes(tree["statements"]))
    names = {entry["key"].lower() for node in nodes for entry in _named_queries(node)}
    for node in nodes:
        if node.get("type") == "BASE_TABLE":
            path = [part.lower() for part in node["qualified_name"]["path"]]
            if path[-2:-1] and path[-2] in SCHEMAS:
                continue
            if len(path) > 1 or path[0] not in names:
                return f"Chỉ đọc được mart.<bảng> và core.<bảng>, không đọc được {'.'.join(path)}."
        elif node.get("type") == "TABLE_FUNCTION":
            name = node["function"]["function_name"].lower()
            if name not in _TABLE_FUNCTIONS:
                return f"Không dùng được hàm bảng {name}."
        elif node.get("type") == "SHOW_REF" and node.get("query") is None:
            return "Chỉ hỏi được bằng câu select."
    return ""


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk every node of the tree."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _named_queries(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the ``with`` queries of a node."""
    found: list[dict[str, Any]] = (node.get("cte_map") or {}).get("map", [])
    return found
