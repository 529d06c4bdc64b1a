"""The roles as written in ``roles.yaml``, and the proof that they fit the boards."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from superset_config.bundle import stable_uuid
from superset_config.errors import BundleInvalid
from superset_config.source import OPEN, Dashboard, Dataset, Source

ADMINISTRATOR = "quan_tri"
# Of the roles in Superset, those with this prefix are ours: made, corrected and removed by a push.
PREFIX = "Kho: "
AGENCY_PREFIX = f"{PREFIX}cơ quan "
FILE = "roles.yaml"


@dataclass(frozen=True)
class Role:
    """What the people of one role may do.

    Args:
        code: What an operator types.
        name: What people call it.
        permissions: Superset's permissions, each ``<permission> on <view>``.
        only: The boards it sees; all but ``all_but`` when it is None.
        all_but: The boards it does not see.
        home: The board it is led to.
        schemas: The schemas its SQL may read; empty for a role without SQL.
        own_agency: Whether it sees the rows of its own agency only.
    """

    code: str
    name: str
    permissions: tuple[str, ...]
    only: tuple[str, ...] | None
    all_but: tuple[str, ...]
    home: str
    schemas: tuple[str, ...]
    own_agency: bool

    def sees(self, board: str) -> bool:
        """Tell whether this role sees a board."""
        return board in self.only if self.only is not None else board not in self.all_but


def read_roles(folder: Path) -> tuple[Role, ...]:
    """Read the roles of a folder.

    Args:
        folder: A folder with ``roles.yaml``.

    Returns:
        The roles as they are written, from the top.

    Raises:
        BundleInvalid: The file is not YAML or lacks a key.
    """
    try:
        data = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        return tuple(_role(raw, data["permissions"]) for raw in data["roles"])
    except yaml.YAMLError as error:
        raise BundleInvalid([f"{FILE}: không đọc được YAML ({error})"]) from None
    except KeyError as error:
        raise BundleInvalid([f"{FILE}: thiếu khóa {error}"]) from None


def _role(raw: dict[str, Any], permissions: dict[str, list[str]]) -> Role:
    boards = raw["boards"]
    return Role(
        code=raw["code"],
        name=raw["name"],
        permissions=tuple(one for group in raw["may"] for one in permissions[group]),
        only=tuple(boards["only"]) if "only" in boards else None,
        all_but=tuple(boards.get("all_but", ())),
        home=raw["home"],
        schemas=tuple(raw.get("schemas", ())),
        own_agency=raw.get("own_agency", False),
    )


def role_problems(roles: tuple[Role, ...], source: Source) -> list[str]:
    """List what does not fit between the roles and the boards.

    Args:
        roles: The roles of the repository.
        source: The boards of the repository.

    Returns:
        One Vietnamese sentence per problem, each starting with the file at fault.
    """
    found = []
    for role in roles:
        named = {*(role.only or ()), *role.all_but, role.home}
        found += [
            f"{FILE}: vai trò {role.code} nêu bảng {slug} không có"
            for slug in sorted(named - set(source.dashboards))
        ]
        if not role.sees(role.home):
            found.append(f"{FILE}: vai trò {role.code} không xem được trang đầu {role.home} của nó")
        if role.own_agency:
            boards = [board for board in source.dashboards.values() if role.sees(board.slug)]
            found += [problem for board in boards for problem in _closed(board, source)]
    return found


def _closed(board: Dashboard, source: Source) -> list[str]:
    """A chart over a closed dataset would stay empty for ever on an agency's screen."""
    return [
        f"{dataset.file}: bảng {board.slug} có người xem của riêng một cơ quan, nên phải khai rows "
        f"(tên cột mã cơ quan, hoặc {OPEN} khi không dòng nào là của riêng cơ quan nào)"
        for dataset in datasets_of(board, source)
        if not dataset.rows
    ]


def datasets_of(board: Dashboard, source: Source) -> list[Dataset]:
    """Give the datasets a board asks, by its charts and its filters."""
    names = {chart.dataset for chart in board.charts.values()}
    names |= {item.dataset for item in board.filters}
    return [source.datasets[name] for name in sorted(names) if name in source.datasets]


def roles_job(roles: tuple[Role, ...], source: Source) -> dict[str, Any]:
    """Say for Superset's side what the roles are.

    Args:
        roles: The roles of the repository.
        source: The boards of the repository.

    Returns:
        Plain data for ``apply.py``: the roles with the boards they see, and which column of each
        dataset names the agency (``open`` for all rows, empty for none).
    """
    return {
        "roles": [
            {
                "name": PREFIX + role.name,
                "permissions": list(role.permissions),
                "schemas": list(role.schemas),
                "own_agency": role.own_agency,
                "boards": [
                    stable_uuid("dashboard", slug) for slug in source.dashboards if role.sees(slug)
                ],
            }
            for role in roles
        ],
        "rows": {
            stable_uuid("dataset", name): dataset.rows for name, dataset in source.datasets.items()
        },
    }
