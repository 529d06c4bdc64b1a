"""The people of Superset: added, removed, given a new password; never seen by the boards' push."""

from typing import Any

from superset.extensions import db, security_manager

from superset_config.roles import AGENCY_PREFIX
from superset_config.web.roles import agency_role, apply_row_rules


def change_people(changes: list[dict[str, Any]], roles: dict[str, Any]) -> dict[str, str]:
    """Do some changes and commit them.

    Args:
        changes: Each with ``do`` (``add``, ``remove`` or ``password``), ``user``, and for a new
            person ``name``, ``role``, ``agency`` (may be empty) and ``password``.
        roles: What ``superset_config.roles.roles_job`` said.

    Returns:
        ``problem``: why the first that was not done was not (``exists`` or ``missing``), empty
        when all were.
    """
    for change in changes:
        if problem := _change(change):
            return {"problem": problem}
    apply_row_rules(roles)
    db.session.commit()
    return {"problem": ""}


def _change(change: dict[str, Any]) -> str:
    person = security_manager.find_user(change["user"])
    if (person is None) != (change["do"] == "add"):
        return "missing" if person is None else "exists"
    if change["do"] == "add":
        _add(change)
    elif change["do"] == "remove":
        db.session.delete(person)
        db.session.flush()
        _forget_empty_agencies()
    else:
        security_manager.reset_password(person.id, change["password"])
    return ""


def _add(change: dict[str, Any]) -> None:
    held = [security_manager.find_role(change["role"])]
    if change["agency"]:
        held.append(agency_role(change["agency"]))
    security_manager.add_user(
        change["user"],
        change["name"],
        "",
        f"{change['user']}@localhost",  # an address must be there and be its own
        held,
        password=change["password"],
    )


def _forget_empty_agencies() -> None:
    for role in security_manager.get_all_roles():
        if role.name.startswith(AGENCY_PREFIX) and not role.user:
            role.row_level_security_filters = []
            db.session.delete(role)
    db.session.flush()
