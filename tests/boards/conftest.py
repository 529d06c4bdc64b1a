"""One Superset with the boards for the whole session, and a browser to look at them."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from playwright.sync_api import Playwright, sync_playwright

from superset_config.environment import admin_password
from superset_config.serve import superset_server
from superset_config.sync import SyncResult, sync_boards
from tests.boards import sample
from tests.boards.browser import Watched, open_browser
from tests.conftest import SHARED

CATALOGUE = Path(__file__).parents[2] / "dbt_project" / "seeds" / "indicators.csv"


@dataclass
class Boards:
    """A home with a published warehouse and the boards pushed into its Superset.

    Args:
        home: The KHO_HOME of Superset; the warehouse in it is a symlink of its own, so that a
            test may publish without touching what other tests share.
        manifest: dbt's manifest of that warehouse.
        catalogue: The indicator catalogue.
        first: What the first push answered.
    """

    home: Path
    manifest: Path
    catalogue: Path
    first: SyncResult | None = None
    stages: list[str] = field(default_factory=list)

    @property
    def published(self) -> Path:
        """The symlink readers open."""
        return self.home / "warehouse" / "kho.duckdb"

    def publish(self, file: Path) -> None:
        """Let readers see another warehouse file, as the pipeline does."""
        fresh = self.published.with_suffix(".new")
        fresh.symlink_to(file)
        fresh.replace(self.published)

    def push(self, **changed: Any) -> SyncResult:
        """Push the boards; keyword arguments stand for those of ``sync_boards``."""
        self.stages.clear()
        call: dict[str, Any] = {
            "home": self.home,
            "manifest": self.manifest,
            "catalogue": self.catalogue,
            "target": "duckdb",
            "warehouse_uri": f"duckdb:///{self.published}",
            "stage": lambda name, detail: self.stages.append(detail),
        }
        return sync_boards(**{**call, **changed})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the warehouse directly, past Superset."""
        with duckdb.connect(str(self.published), read_only=True) as db:
            return db.execute(sql).fetchall()


@dataclass
class Superset:
    """A running Superset and a logged-in client of its API."""

    url: str
    password: str
    client: httpx.Client

    def answer(self, path: str) -> dict[str, Any]:
        """Get something that must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code} {response.text[:500]}"
        return response.json()

    def chart_ids(self) -> dict[str, int]:
        """Give the id of each chart by its uuid."""
        found = self.answer("/api/v1/chart/?q=(page_size:100,columns:!(id,uuid))")["result"]
        return {chart["uuid"]: chart["id"] for chart in found}

    def query_context(self, chart_id: int) -> dict[str, Any]:
        """Give the query a chart was saved with."""
        return json.loads(self.answer(f"/api/v1/chart/{chart_id}")["result"]["query_context"])

    def ask(
        self, saved: dict[str, Any], chosen: dict[str, str], client: httpx.Client | None = None
    ) -> list[dict[str, Any]]:
        """Ask for a chart's numbers, as the board does when its filters are set.

        Args:
            saved: The chart's query context.
            chosen: The value of each filtered column.
            client: Another client than the session's (one a thread).
        """
        clauses = [{"col": name, "op": "IN", "val": [value]} for name, value in chosen.items()]
        queries = [{**q, "filters": q["filters"] + clauses} for q in saved["queries"]]
        body = {**saved, "queries": queries, "force": True}
        response = (client or self.client).post("/api/v1/chart/data", json=body)
        assert response.status_code == 200, response.text[:500]
        return response.json()["result"][0]["data"]

    def csrf(self) -> dict[str, str]:
        """Give the header with which Superset accepts a change."""
        token = self.answer("/api/v1/security/csrf_token/")["result"]
        return {"X-CSRFToken": token, "Referer": self.url}


@pytest.fixture(scope="session")
def boards(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Boards:
    """The boards over the real warehouse, or over a made-up one where there are no workbooks."""
    home = tmp_path_factory.mktemp("boards")
    (home / "warehouse").mkdir()
    if (SHARED / "gso_monthly").is_dir():
        built = request.getfixturevalue("built_home")
        warehouse = request.getfixturevalue("built_warehouse").resolve()
        made = Boards(home, built / "state" / "dbt_duckdb" / "manifest.json", CATALOGUE)
    else:
        warehouse = sample.write_warehouse(home / "warehouse" / "kho-1.duckdb")
        made = Boards(
            home,
            sample.write_manifest(home / "manifest.json"),
            sample.write_catalogue(home / "indicators.csv"),
        )
    made.publish(warehouse)
    made.first = made.push()
    return made


@pytest.fixture(scope="session")
def superset(boards: Boards) -> Iterator[Superset]:
    """Superset serving the boards on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = superset_server(boards.home, port, workers=1)
    log = boards.home / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, process, log)
        password = admin_password(boards.home)
        with httpx.Client(base_url=url, timeout=120) as client:
            token = client.post(
                "/api/v1/security/login",
                json={"username": "admin", "password": password, "provider": "db"},
            ).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield Superset(url, password, client)
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"Superset không lên: {log.read_text(errors='replace')[-1500:]}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; its absence is one line that says what to do."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Thiếu trình duyệt: chạy `apt-get install -y chromium`", pytrace=False)
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def watched(
    superset: Superset,
    chromium: str,
    playwright: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Watched]:
    """A browser in which the administrator is logged in."""
    profile = tmp_path_factory.mktemp("profile")
    with open_browser(playwright, chromium, superset.url, profile) as seen:
        seen.log_in("admin", superset.password)
        yield seen
