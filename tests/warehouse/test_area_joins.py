"""A code alone does not name a unit: no model may join areas on it."""

import re
from pathlib import Path

import pytest

# what, beside the code, tells one unit from another of the same code
TELLING = {"area_key", "area_name", "valid_from"}
ENDS = {
    *("join", "left", "right", "inner", "full", "cross", "natural", "where", "group", "order"),
    *("having", "union", "except", "intersect", "window", "limit", "qualify", "select"),
}


def words_of(sql: str) -> list[str]:
    """The words and signs of a query in lower case; comments are gone, a text is one sign."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql.lower().replace('"', ""), flags=re.S)
    return re.findall(r"[a-z_]\w*|[^\s\w]", re.sub(r"'(?:[^']|'')*'", " ' ", bare))


def conditions(words: list[str]) -> list[tuple[str, list[str]]]:
    """Every `on`, `using` and `where` with its words up to where it ends."""
    found = []
    for at, word in enumerate(words):
        if word not in ("on", "using", "where") or (word == "on" and words[at - 1] == "distinct"):
            continue
        depth, end = 0, at + 1
        while end < len(words) and depth >= 0:
            depth += {"(": 1, ")": -1}.get(words[end], 0)
            if depth == 0 and words[end] in ENDS:
                break
            end += 1
        found.append((word, words[at + 1 : end]))
    return found


def joins_on_code_alone(sql: str) -> list[str]:
    """The conditions that compare area_code with another column and nothing that tells more."""
    words = words_of(sql)
    found = []
    for kind, condition in conditions(words):
        if "area_code" not in condition or TELLING & set(condition):
            continue
        text = " ".join(condition)
        # `where area_code = '24'` picks, it does not join
        compared = re.search(
            r"area_code\)? (=|in \( select) [(a-z_]|[\w)] = [(\w. ]*area_code", text
        )
        if kind != "where" or compared:
            found.append(f"{kind} {text}")
    return found


BAD = [
    "select 1 from a inner join b on a.area_code = b.area_code",
    "select 1 from a join b on a.x = b.x and cast(a.area_code as text) = b.ma_tinh where true",
    "select 1 from a left join b using (area_code, period) order by 1",
    "select 1 from a, b where a.area_code = b.area_code",
    "select 1 from a where exists (select 1 from b where b.ma = a.area_code)",
    "select 1 from a where a.area_code in (select b.ma from b)",
    'select 1 from a join "b" on a."area_code" = b.ma',
    "select 1 from a join b -- area_key\n on b.ma = a.area_code and b.note = 'area_key'",
]
GOOD = [
    "select a.area_code from a inner join b on a.area_key = b.area_key",
    "select 1 from a join b on a.area_code = b.ma and b.ngay between a.valid_from and a.valid_to",
    "select 1 from a join b on a.area_code = b.ma and a.area_name = b.ten",
    "select 1 from a where a.area_code = '24' and a.valid_to is null",
    "select distinct on (a.area_code) a.area_key from a order by a.area_code",
    "select 1 from a join b on a.k = b.k -- where a.area_code = b.area_code",
]


@pytest.mark.parametrize("sql", BAD)
def test_the_scan_sees_a_join_on_the_code(sql: str) -> None:
    assert joins_on_code_alone(sql)


@pytest.mark.parametrize("sql", GOOD)
def test_the_scan_leaves_others_alone(sql: str) -> None:
    assert joins_on_code_alone(sql) == []


@pytest.mark.real_data
def test_no_model_joins_areas_on_their_code_alone(built_home: Path) -> None:
    models = built_home / "state" / "dbt_duckdb" / "compiled" / "kho" / "models"
    queries = {
        file.name: file.read_text(encoding="utf-8")
        for file in models.rglob("*.sql")
        if not file.parent.name.endswith(".yml")
    }
    assert len(queries) > 50 and any("area_code" in sql for sql in queries.values())
    broken = {name: found for name, sql in queries.items() if (found := joins_on_code_alone(sql))}
    assert broken == {}
