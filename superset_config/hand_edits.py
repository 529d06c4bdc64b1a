"""What people changed by hand in boards that the repository owns.

Reads Superset's metadata (SQLite, of the version pinned in ``requirements/superset.txt``) without
starting Superset, so that every run can afford to look.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from superset_config.environment import superset_home
from superset_config.roles import AGENCY_PREFIX, PREFIX

# What each kind of thing is made of, by the columns a push writes. What Superset writes when
# somebody only looks (colours of a board, times of use) is not among them.
_KINDS = {
    "biểu đồ": ("slices", "slice_name", ["slice_name", "description", "viz_type", "params"]),
    "bảng": (
        "dashboards",
        "dashboard_title",
        ["dashboard_title", "description", "css", "slug", "published", "position_json"],
    ),
    "tập dữ liệu": (
        "tables",
        "table_name",
        ["table_name", "schema", "sql", "description", "main_dttm_col", "fetch_values_predicate"],
    ),
    "kho": ("dbs", "database_name", ["database_name", "sqlalchemy_uri", "extra", "allow_dml"]),
}
_DETAILS = {
    "tập dữ liệu": {
        "cột": "select column_name, verbose_name, description, type, expression, is_active "
        "from table_columns where table_id = ? order by column_name",
        "độ đo": "select metric_name, verbose_name, expression, d3format "
        "from sql_metrics where table_id = ? order by metric_name",
    },
    "bảng": {
        "người xem": "select r.name from dashboard_roles d join ab_role r on r.id = d.role_id "
        "where d.dashboard_id = ? order by r.name",
        "biểu đồ": "select s.uuid from dashboard_slices d join slices s on s.id = d.slice_id "
        "where d.dashboard_id = ? order by s.uuid",
    },
}
_LOOKED_AT = {"color_scheme_domain", "shared_label_colors", "map_label_colors", "label_colors"}


@dataclass(frozen=True)
class Edit:
    """One thing that is not as it was pushed.

    Args:
        thing: Its kind and its name, ``biểu đồ Danh sách cảnh báo``.
        fields: What differs; empty when the thing is gone.
        by: Who changed it last, empty when nobody knows.
        at: When, UTC, ``YYYY-MM-DD HH:MM``; empty when nobody knows.
    """

    thing: str
    fields: tuple[str, ...]
    by: str
    at: str

    def __str__(self) -> str:
        what = f"sửa {', '.join(self.fields)}" if self.fields else "bị xóa"
        who = f" (bởi {self.by}, {self.at} UTC)" if self.by else ""
        return f"{self.thing}: {what}{who}"


def remember(home: Path) -> None:
    """Note what was just pushed.

    Args:
        home: The data folder (``KHO_HOME``).
    """
    noted = {key: (thing, marks) for key, thing, marks, _, _ in _things(home)}
    fresh = _note(home).with_suffix(".new")
    fresh.touch(0o600)
    fresh.write_text(json.dumps(noted, ensure_ascii=False), encoding="utf-8")
    fresh.replace(_note(home))


def hand_edits(home: Path) -> list[Edit]:
    """Compare what Superset holds with what was pushed.

    Args:
        home: The data folder (``KHO_HOME``).

    Returns:
        What differs; nothing before the first push.
    """
    if not _note(home).exists():
        return []
    noted = json.loads(_note(home).read_text(encoding="utf-8"))
    found = []
    for key, thing, marks, by, at in _things(home):
        _, pushed = noted.pop(key, (thing, marks))
        fields = tuple(name for name, mark in marks.items() if pushed.get(name) != mark)
        if fields:
            found.append(Edit(thing, fields, by, at))
    return found + [Edit(thing, (), "", "") for thing, _ in noted.values()]


def _note(home: Path) -> Path:
    return superset_home(home) / "pushed.json"


def _things(home: Path) -> Iterator[tuple[str, str, dict[str, str], str, str]]:
    """Give key, name, digest of each field, and who changed it when, of everything we own."""
    path = superset_home(home) / "superset.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for kind in _KINDS:
            yield from _of_kind(database, kind)
        yield from _roles(database)


def _of_kind(
    database: sqlite3.Connection, kind: str
) -> Iterator[tuple[str, str, dict[str, str], str, str]]:
    table, name, columns = _KINDS[kind]
    also = ", t.json_metadata" if kind == "bảng" else ""
    query = (
        f"select t.id, hex(t.uuid), t.{name}, coalesce(u.username, ''), "
        f"substr(coalesce(t.changed_on, ''), 1, 16), {', '.join(f't.{c}' for c in columns)}{also} "
        f"from {table} t left join ab_user u on u.id = t.changed_by_fk "
        "where t.is_managed_externally"
    )
    for number, uuid, title, by, at, *values in database.execute(query).fetchall():
        marks = {c: _mark(v) for c, v in zip(columns, values, strict=False)}
        if also:
            said = json.loads(values[-1] or "{}")
            kept = {key: value for key, value in said.items() if key not in _LOOKED_AT}
            marks["json_metadata"] = _mark(json.dumps(kept, sort_keys=True))
        for part, detail in _DETAILS.get(kind, {}).items():
            marks[part] = _mark(database.execute(detail, (number,)).fetchall())
        yield uuid, f"{kind} {title}", marks, by, at


def _roles(database: sqlite3.Connection) -> Iterator[tuple[str, str, dict[str, str], str, str]]:
    """Roles and row rules; those of single agencies come and go with their people."""
    rights = (
        "select r.name, p.name || ' on ' || v.name from ab_role r "
        "left join ab_permission_view_role x on x.role_id = r.id "
        "left join ab_permission_view pv on pv.id = x.permission_view_id "
        "left join ab_permission p on p.id = pv.permission_id "
        "left join ab_view_menu v on v.id = pv.view_menu_id "
        f"where r.name like '{PREFIX}%' and r.name not like '{AGENCY_PREFIX}%' "
        "or r.name = 'Public' "
        "order by 1, 2"
    )
    held: dict[str, list[Any]] = {}
    for role, right in database.execute(rights).fetchall():
        held.setdefault(role, []).append(right)
    for role, said in held.items():
        yield f"role {role}", f"vai trò {role}", {"quyền": _mark(said)}, "", ""
    rules = (
        "select f.name, f.filter_type, f.clause, group_concat(t.table_id) "
        "from row_level_security_filters f left join "
        "(select * from rls_filter_tables order by table_id) t on t.rls_filter_id = f.id "
        f"where f.name like '{PREFIX}%' and f.filter_type = 'Base' group by f.id"
    )
    for name, *said in database.execute(rules).fetchall():
        yield f"rule {name}", f"luật dòng {name}", {"điều kiện": _mark(said)}, "", ""


def _mark(value: Any) -> str:
    return sha256(repr(value).encode()).hexdigest()[:12]
