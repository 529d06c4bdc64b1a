"""Bring Superset's roles, row rules and boards' readers to what ``roles.yaml`` says."""

from typing import Any

from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable
from superset.extensions import db, security_manager
from superset.models.core import Database
from superset.models.dashboard import Dashboard

from superset_config.roles import AGENCY_PREFIX, PREFIX
from superset_config.source import OPEN

_ADMIN = "Admin"


def apply_roles(job: dict[str, Any]) -> None:
    """Make, correct and remove roles and row rules; the caller commits.

    Args:
        job: What ``superset_config.roles.roles_job`` said.

    Raises:
        ValueError: A permission is unknown to this Superset.
    """
    roles = {said["name"]: _role(said) for said in job["roles"]}
    for role in _our_roles():
        if not role.name.startswith(AGENCY_PREFIX) and role.name not in roles:
            db.session.delete(role)
    public = security_manager.find_role("Public")
    if public is not None:
        public.permissions = []
    _open_boards(job, roles)
    apply_row_rules(job)


def agency_role(agency: str) -> Any:
    """Give the role that says of which agency a person is; it permits nothing by itself."""
    name = AGENCY_PREFIX + agency
    return security_manager.find_role(name) or _made(name)


def apply_row_rules(job: dict[str, Any]) -> None:
    """Say which rows whom: all for those who see all, the own ones for an agency's contacts.

    Whoever has none of our roles meets the rule that lets no row through.

    Args:
        job: What ``superset_config.roles.roles_job`` said.
    """
    tables = {str(table.uuid): table for table in db.session.query(SqlaTable)}
    all_rows = [
        security_manager.find_role(name)
        for name in [_ADMIN, *(said["name"] for said in job["roles"] if not said["own_agency"])]
    ]
    agencies = [role for role in _our_roles() if role.name.startswith(AGENCY_PREFIX)]
    columns = sorted({column for column in job["rows"].values() if column not in {"", OPEN}})
    having = {
        column: [tables[uuid] for uuid, rows in job["rows"].items() if rows == column]
        for column in ["", *columns]
    }
    wanted = {"closed": _rule("closed", "Base", "1 = 0", all_rows, having[""])}
    for column in columns:
        name = f"{column}: only with an agency"
        wanted[name] = _rule(name, "Base", "1 = 0", [*all_rows, *agencies], having[column])
        for role in agencies:
            agency = role.name.removeprefix(AGENCY_PREFIX)
            name, clause = f"{column}: {agency}", f"{column} = '{agency}'"
            wanted[name] = _rule(name, "Regular", clause, [role], having[column])
    for rule in db.session.query(RowLevelSecurityFilter):
        if rule.name.startswith(PREFIX) and rule.name.removeprefix(PREFIX) not in wanted:
            db.session.delete(rule)
    db.session.flush()


def _rule(name: str, kind: str, clause: str, roles: list[Any], tables: list[Any]) -> Any:
    """Make or correct one rule; a Base rule is for everybody but its roles."""
    query = db.session.query(RowLevelSecurityFilter)
    rule = query.filter_by(name=PREFIX + name).one_or_none()
    if rule is None:
        rule = RowLevelSecurityFilter(name=PREFIX + name)
        db.session.add(rule)
    rule.filter_type, rule.clause = kind, clause
    # the rules of one group are joined by OR: a person of two agencies sees both
    rule.group_key = name.partition(":")[0] if kind == "Regular" else None
    rule.roles, rule.tables = roles, tables
    return rule


def _our_roles() -> list[Any]:
    return [role for role in security_manager.get_all_roles() if role.name.startswith(PREFIX)]


def _made(name: str) -> Any:
    # not security_manager.add_role: it commits, and a push is one transaction
    role = security_manager.role_model(name=name)
    db.session.add(role)
    db.session.flush()
    return role


def _role(said: dict[str, Any]) -> Any:
    role = security_manager.find_role(said["name"]) or _made(said["name"])
    role.permissions = [_known(text) for text in said["permissions"]]
    for database in db.session.query(Database).filter_by(is_managed_externally=True):
        role.permissions += [_schema_permission(database, name) for name in said["schemas"]]
    return role


def _known(text: str) -> Any:
    permission, _, view = text.partition(" on ")
    found = security_manager.find_permission_view_menu(permission, view)
    if found is None:
        raise ValueError(f"Superset không có quyền {text!r} mà roles.yaml nêu")
    return found


def _schema_permission(database: Database, schema: str) -> Any:
    """Find or make the permission to read a schema; only those of datasets exist already."""
    catalog = database.get_default_catalog()
    name = security_manager.get_schema_perm(database.database_name, catalog, schema)
    found = security_manager.find_permission_view_menu("schema_access", name)
    if found is None:
        found = security_manager.permissionview_model(
            permission=security_manager.find_permission("schema_access")
            or security_manager.permission_model(name="schema_access"),
            view_menu=security_manager.find_view_menu(name)
            or security_manager.viewmenu_model(name=name),
        )
        db.session.add(found)
        db.session.flush()
    return found


def _open_boards(job: dict[str, Any], roles: dict[str, Any]) -> None:
    """Name the readers of each board: a board with readers is shut to everybody else."""
    readers: dict[str, list[Any]] = {}
    for said in job["roles"]:
        for uuid in said["boards"]:
            readers.setdefault(uuid, []).append(roles[said["name"]])
    admin = security_manager.find_role(_ADMIN)
    for board in db.session.query(Dashboard).filter_by(is_managed_externally=True):
        board.roles = [admin, *readers.get(str(board.uuid), [])]
