"""A pull over HTTP: by Arrow, as the product does it, and by rows as dictionaries of dlt."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.measure import Measure
from pipelines.settings import REPOSITORY

_SCALE = "1"
_FIRST, _LAST = date(2021, 1, 1), date(2021, 1, 31)
_NOW = "2021-02-01T00:00:00+07:00"
_WINDOW = {"tuThoiDiem": "20210101000000000", "denThoiDiem": "20210201000000000"}
_SERVICES = {"ho_so": "DongBoHoSoMC", "tien_do": "CapNhatTienDoHoSoMC"}
_TIMES_AS_FAST = 10


def measures() -> Iterator[Measure]:
    """Pull a month of dossiers and their steps in both ways, in one process, after the imports."""
    folder = Path(tempfile.mkdtemp(prefix="kho-bench-"))
    try:
        with _portal(folder / "truth") as environment:
            arrow, rows = _timed(lambda: _through_arrow(folder, environment))
            dictionaries, same = _timed(lambda: _through_dictionaries(folder, environment))
            assert rows == same, (rows, same)
    finally:
        shutil.rmtree(folder)
    told = f"{rows:,} dòng qua HTTP".replace(",", ".")
    ratio = f"dlt với dict {dictionaries:.1f} s, nhanh gấp {dictionaries / arrow:.1f} lần"
    limit = round(dictionaries / _TIMES_AS_FAST, 2)
    yield Measure("lấy nhật ký hồ sơ bằng Arrow", f"{told}; {ratio}", arrow, limit)


@contextmanager
def _portal(truth: Path) -> Iterator[dict[str, str]]:
    """Serve the simulated portal from a process of its own; give what points at it."""
    words = [sys.executable, "-m", "simulators.province", "serve", "--source", "dvc"]
    words += ["--scale", _SCALE, "--now", _NOW, "--truth", str(truth)]
    words += ["--first-day", _FIRST.isoformat(), "--last-day", _LAST.isoformat()]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        # a long sort draws its progress before
        told = next(line for line in server.stdout if line.startswith("{"))
        try:
            yield json.loads(told)
        finally:
            server.terminate()


def _through_arrow(folder: Path, environment: dict[str, str]) -> int:
    from connectors import registry
    from connectors.connector import PullContext
    from connectors.landing import land

    settings = {**environment, "KHO_PSEUDONYM_KEY": "chi-dung-de-do-thoi-gian"}
    now = datetime.fromisoformat(_NOW).astimezone(UTC)
    context = PullContext(now=now, environment=settings)
    lake, state = folder / "lake", folder / "dlt"
    report = land(registry()["dvc"], context, lake, state, lambda simulated: None)
    return sum(report.rows[table] for table in _SERVICES)


def _through_dictionaries(folder: Path, environment: dict[str, str]) -> int:
    import dlt

    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    counted = 0

    def rows(service: str) -> Iterator[list[dict[str, Any]]]:
        nonlocal counted
        for page in _pages(environment, service):
            counted += len(page)
            yield page

    pipeline = dlt.pipeline(
        "dict",
        destination=dlt.destinations.filesystem(bucket_url=(folder / "dict").as_uri()),
        dataset_name="dict",
        pipelines_dir=str(folder / "dlt"),
    )
    resources = [dlt.resource(rows(service), name=name) for name, service in _SERVICES.items()]
    pipeline.run(resources, loader_file_format="parquet")
    return counted


def _pages(environment: dict[str, str], service: str) -> Iterator[list[dict[str, Any]]]:
    """Page through a log as dlt's own client of REST does."""
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

    pages = PageNumberPaginator(base_page=1, page_body_path="trang", total_path="soTrang")
    client = RESTClient(environment["KHO_DVC_URL"], paginator=pages, data_selector="data")
    user = {"username": environment["KHO_DVC_USER"], "password": environment["KHO_DVC_PASSWORD"]}
    session = client.post("/api/login", json=user).json()["session"]
    asked = {"session": session, "madonvi": environment["KHO_DVC_UNIT"], "service": service}
    yield from client.paginate(
        "/api/dong-bo", method="POST", json={**asked, **_WINDOW, "soDong": 5000}
    )


def _timed(call: Callable[[], int]) -> tuple[float, int]:
    import dlt  # noqa: F401  (the time of both begins after their imports)

    start = time.perf_counter()
    rows = call()
    return time.perf_counter() - start, rows
