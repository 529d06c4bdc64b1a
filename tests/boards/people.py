"""People of every role, logged in at a real Superset as a browser logs in."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from superset_config.bundle import chart_uuid, stable_uuid
from superset_config.environment import PACKAGE
from superset_config.roles import PREFIX, read_roles, roles_job
from superset_config.source import read_source
from superset_config.sync import run_superset
from tests.boards.conftest import Superset

SOURCE = read_source()
ROLES = {role.code: role for role in read_roles(PACKAGE)}
PASSWORD = "mật-khẩu-của-phép-thử"


def let_in(home: Path, agency: str) -> None:
    """Add one person of each role, named by its code; in one process, because each takes 5 s."""
    add = [
        {
            "do": "add",
            "user": code,
            "name": role.name,
            "role": PREFIX + role.name,
            "agency": agency if role.own_agency else "",
            "password": PASSWORD,
        }
        for code, role in ROLES.items()
    ]
    job = {"prepare": False, "people": add, "roles": roles_job(tuple(ROLES.values()), SOURCE)}
    assert run_superset(home, job, lambda name, detail: None) == {"problem": ""}


@contextmanager
def logged_in(url: str, user: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    """Log in through the form; the cookie and the CSRF token stay with the client."""
    with httpx.Client(base_url=url, timeout=120, headers={"Referer": url}) as client:
        response = log_in(client, user, password)
        assert response.status_code == 302 and "/login" not in response.headers["location"]
        client.headers["X-CSRFToken"] = _token(client.get("/", follow_redirects=True))
        yield client


def log_in(client: httpx.Client, user: str, password: str) -> httpx.Response:
    """Fill in the login form."""
    token = _token(client.get("/login/"))
    form = {"username": user, "password": password, "csrf_token": token}
    return client.post("/login/", data=form)


def _token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token"\s+id="csrf_token"\s+value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


@dataclass
class Things:
    """What Superset calls the things of the repository."""

    dashboards: dict[str, int]
    charts: dict[str, int]
    datasets: dict[str, int]
    database: int

    @classmethod
    def of(cls, superset: Superset) -> "Things":
        """Ask as the administrator."""

        def numbers(kind: str) -> dict[str, int]:
            path = f"/api/v1/{kind}/?q=(page_size:100,columns:!(id,uuid))"
            return {one["uuid"]: one["id"] for one in superset.answer(path)["result"]}

        boards, charts, datasets = map(numbers, ("dashboard", "chart", "dataset"))
        return cls(
            {slug: boards[stable_uuid("dashboard", slug)] for slug in SOURCE.dashboards},
            {
                f"{board.slug}/{chart.name}": charts[chart_uuid(board, chart)]
                for board in SOURCE.dashboards.values()
                for chart in board.charts.values()
            },
            {name: datasets[stable_uuid("dataset", name)] for name in SOURCE.datasets},
            superset.answer("/api/v1/database/")["result"][0]["id"],
        )

    def saved(self, superset: Superset, chart: str) -> dict[str, Any]:
        """Give the question a board's page asks for a chart."""
        context = superset.query_context(self.charts[chart])
        return self.on_board(context, chart)

    def on_board(self, context: dict[str, Any], chart: str) -> dict[str, Any]:
        """Say in a question on which board and for which chart it is asked."""
        board = self.dashboards[chart.partition("/")[0]]
        said = {"dashboardId": board, "slice_id": self.charts[chart]}
        return {**context, "form_data": {**context.get("form_data", {}), **said}}

    def invented(self, dataset: str, **query: Any) -> dict[str, Any]:
        """Make up a question to a dataset."""
        return {
            "datasource": {"id": self.datasets[dataset], "type": "table"},
            "queries": [{"columns": [], "metrics": [], "filters": [], "row_limit": 1000, **query}],
            "form_data": {},
            "result_format": "json",
            "result_type": "full",
        }


def rison(value: Any) -> str:
    """Write a list of numbers as Superset's addresses do."""
    return json.dumps(value).replace("[", "!(").replace("]", ")").replace(" ", "")
