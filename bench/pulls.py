"""A pull over HTTP: by Arrow, as the product does it, and by rows as dictionaries of dlt."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bench.measure import Measure
from bench.scratch import scratch
from pipelines.settings import REPOSITORY

if TYPE_CHECKING:
    from connectors.connector import Connector
    from connectors.landing import LandingReport

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

_SCALE = "1"
_FIRST, _LAST = date(2021, 1, 1), date(2021, 3, 31)
# long enough for the start of a pull to count for little
_MORNING, _END = datetime(2021, 1, 1, 9, tzinfo=VIET_NAM), datetime(2021, 4, 1, tzinfo=VIET_NAM)
_SERVICES = {"ho_so": "DongBoHoSoMC", "tien_do": "CapNhatTienDoHoSoMC"}
_TIMES_AS_FAST = 10


@dataclass(frozen=True)
class _Cost:
    """What a pull cost the client: CPU seconds of its process, seconds of the clock, rows."""

    cpu: float
    clock: float
    rows: int


def measures() -> Iterator[Measure]:
    """Pull three months of dossiers and their steps in both ways, in one process.

    The portal has a process of its own. What counts is the CPU time of the client, because the
    clock also tells of whatever else the machine does; both are told. A short pull in each way
    comes before, for imports. The reconciliation of closed months, which dlt knows nothing
    of, is told apart.
    """
    with scratch() as folder, _portal(folder / "truth") as environment:
        for way in (_through_arrow, _through_dictionaries):
            way(folder / "warm", environment, _MORNING)
        arrow = _cost(lambda: _through_arrow(folder, environment, _END))
        closing = _cost(lambda: _reconciled(folder, environment))
        rows = _cost(lambda: _through_dictionaries(folder, environment, _END))
        assert arrow.rows == rows.rows, (arrow, rows)
    told = f"{arrow.rows:,} dòng qua HTTP".replace(",", ".")
    told += f"; CPU dlt với dict {rows.cpu:.1f} s, nhanh gấp {rows.cpu / arrow.cpu:.1f} lần"
    told += f"; đồng hồ {arrow.clock:.1f} so với {rows.clock:.1f} s, gấp "
    told += f"{rows.clock / arrow.clock:.1f} lần; tải {os.getloadavg()[0]:.1f}"
    told += f"; đối soát tháng đã khép thêm {closing.cpu:.1f} s"
    limit = round(rows.cpu / _TIMES_AS_FAST, 2)
    yield Measure("lấy nhật ký hồ sơ bằng Arrow, CPU", told, arrow.cpu, limit)


@contextmanager
def _portal(truth: Path) -> Iterator[dict[str, str]]:
    """Serve the simulated portal from a process of its own; give what points at it."""
    words = [sys.executable, "-m", "simulators.province", "serve", "--source", "dvc"]
    words += ["--scale", _SCALE, "--now", _END.isoformat(), "--truth", str(truth)]
    words += ["--first-day", _FIRST.isoformat(), "--last-day", _LAST.isoformat()]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        # a long sort draws its progress before
        told = next(line for line in server.stdout if line.startswith("{"))
        try:
            yield json.loads(told)
        finally:
            server.terminate()


def _through_arrow(folder: Path, environment: dict[str, str], until: datetime) -> int:
    from connectors import registry

    connector = replace(registry()["dvc"], corrections=lambda context: iter(()))
    report = _landed(connector, folder, environment, until)
    return sum(report.rows[table] for table in _SERVICES)


def _reconciled(folder: Path, environment: dict[str, str]) -> int:
    from connectors import registry

    return _landed(registry()["dvc"], folder, environment, _END).deliveries


def _landed(
    connector: "Connector", folder: Path, environment: dict[str, str], until: datetime
) -> "LandingReport":
    from connectors.connector import PullContext
    from connectors.landing import land

    settings = {**environment, "KHO_PSEUDONYM_KEY": "chi-dung-de-do-thoi-gian"}
    context = PullContext(now=until.astimezone(UTC), environment=settings)
    return land(connector, context, folder / "lake", folder / "dlt", lambda simulated: None)


def _through_dictionaries(folder: Path, environment: dict[str, str], until: datetime) -> int:
    import dlt

    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    counted = 0

    def rows(service: str) -> Iterator[list[dict[str, Any]]]:
        nonlocal counted
        for page in _pages(environment, service, until):
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


def _pages(
    environment: dict[str, str], service: str, until: datetime
) -> Iterator[list[dict[str, Any]]]:
    """Page through a log as dlt's own client of REST does."""
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

    pages = PageNumberPaginator(base_page=1, page_body_path="trang", total_path="soTrang")
    client = RESTClient(environment["KHO_DVC_URL"], paginator=pages, data_selector="data")
    user = {"username": environment["KHO_DVC_USER"], "password": environment["KHO_DVC_PASSWORD"]}
    session = client.post("/api/login", json=user).json()["session"]
    asked = {"session": session, "madonvi": environment["KHO_DVC_UNIT"], "service": service}
    window = {"tuThoiDiem": f"{_FIRST:%Y%m%d}000000000", "denThoiDiem": f"{until:%Y%m%d%H%M%S}000"}
    yield from client.paginate(
        "/api/dong-bo", method="POST", json={**asked, **window, "soDong": 5000}
    )


def _cost(call: Callable[[], int]) -> _Cost:
    clock, cpu = time.perf_counter(), time.process_time()
    rows = call()
    return _Cost(time.process_time() - cpu, time.perf_counter() - clock, rows)
