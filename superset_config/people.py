"""The people who may log in to the boards: added, listed, removed, given a new password."""

import re
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from superset_config.environment import ADMIN_USER, PACKAGE, superset_home
from superset_config.errors import BoardError
from superset_config.roles import ADMINISTRATOR, AGENCY_PREFIX, PREFIX, read_roles, roles_job
from superset_config.source import read_source
from superset_config.sync import run_superset

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
# no letter that is taken for another one when a password is read from paper
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Person:
    """One who may log in.

    Args:
        user: The name typed at the door.
        name: The name of the person.
        role: Vietnamese name of the role, or of Superset's role when it is none of ours.
        agency: Code of the agency, empty for those who see all rows.
        last_login: UTC, ``YYYY-MM-DD HH:MM``; empty before the first.
    """

    user: str
    name: str
    role: str
    agency: str
    last_login: str


def add_person(home: Path, user: str, role: str, agency: str = "", name: str = "") -> str:
    """Let one more person in.

    Args:
        home: The data folder (``KHO_HOME``).
        user: The name to type at the door: lower-case letters, digits, ``.``, ``_``, ``-``.
        role: Code of a role of ``roles.yaml``, or ``quan_tri``.
        agency: Code of the agency; for a role that sees one agency's rows, and for no other.
        name: The person's name; ``user`` when not given.

    Returns:
        The generated password; it is kept nowhere else.

    Raises:
        BoardError: The name is taken or not allowed, the role is unknown, or the agency is
            missing or too much.
    """
    if not _NAME.fullmatch(user):
        raise BoardError(
            "Tên đăng nhập gồm 3–64 chữ thường không dấu, chữ số, dấu chấm, gạch dưới, gạch nối"
        )
    known = {one.code: one for one in read_roles(PACKAGE)}
    if role not in {*known, ADMINISTRATOR}:
        names = ", ".join([*known, ADMINISTRATOR])
        raise BoardError(f"Không có vai trò '{role}'. Các vai trò: {names}")
    is_own = role in known and known[role].own_agency
    if is_own and not agency:
        raise BoardError(f"Vai trò {role} chỉ xem số liệu của một cơ quan: thêm --agency MÃ")
    if agency and not is_own:
        raise BoardError(f"Vai trò {role} xem mọi cơ quan: bỏ --agency")
    password = _generated()
    title = "Admin" if role == ADMINISTRATOR else PREFIX + known[role].name
    change = {"role": title, "agency": agency, "name": name or user, "password": password}
    _change(home, {"do": "add", "user": user, **change})
    return password


def new_password(home: Path, user: str) -> str:
    """Give a person another password.

    Returns:
        The generated password; it is kept nowhere else.

    Raises:
        BoardError: There is no such person, or it is the administrator of the installation.
    """
    _refuse_first_administrator(user)
    password = _generated()
    _change(home, {"do": "password", "user": user, "password": password})
    return password


def remove_person(home: Path, user: str) -> None:
    """Let a person in no more; a page that is open is shut at its next question.

    Raises:
        BoardError: There is no such person, or it is the administrator of the installation.
    """
    _refuse_first_administrator(user)
    _change(home, {"do": "remove", "user": user})


def people(home: Path) -> list[Person]:
    """List who may log in, by name.

    Raises:
        BoardError: There is no Superset in this home yet.
    """
    query = (
        "select u.username, u.first_name, coalesce(r.name, ''), u.last_login from ab_user u "
        "left join ab_user_role ur on ur.user_id = u.id left join ab_role r on r.id = ur.role_id "
        "where u.active order by u.username, r.name"
    )
    with closing(sqlite3.connect(f"file:{_metadata(home)}?mode=ro", uri=True)) as database:
        rows = database.execute(query).fetchall()
    return [
        _person([row for row in rows if row[0] == user])
        for user in dict.fromkeys(r[0] for r in rows)
    ]


def _person(rows: list[tuple[str, str, str, str | None]]) -> Person:
    user, name, _, login = rows[0]
    held = [row[2] for row in rows]
    agencies = [role.removeprefix(AGENCY_PREFIX) for role in held if role.startswith(AGENCY_PREFIX)]
    roles = [role.removeprefix(PREFIX) for role in held if not role.startswith(AGENCY_PREFIX)]
    return Person(user, name, ", ".join(roles), ", ".join(agencies), (login or "")[:16])


def _metadata(home: Path) -> Path:
    path = superset_home(home) / "superset.db"
    if not path.exists():
        raise BoardError("Superset chưa có bảng nào: chạy `kho run` trước.")
    return path


def _refuse_first_administrator(user: str) -> None:
    if user == ADMIN_USER:
        raise BoardError(
            f"Tài khoản {ADMIN_USER} là của hệ thống, mật khẩu ở superset/admin_password: "
            "xóa tệp ấy rồi chạy `kho run` để đổi"
        )


def _generated() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _change(home: Path, change: dict[str, str]) -> None:
    _metadata(home)
    job = roles_job(read_roles(PACKAGE), read_source())
    answer = run_superset(
        home, {"prepare": False, "people": [change], "roles": job}, lambda name, detail: None
    )
    problem = {
        "exists": f"Đã có tài khoản {change['user']}: chọn tên khác, hoặc "
        f"`kho boards user password {change['user']}` để đổi mật khẩu",
        "missing": f"Không có tài khoản {change['user']}: xem `kho boards user list`",
    }
    if answer["problem"]:
        raise BoardError(problem[answer["problem"]])
