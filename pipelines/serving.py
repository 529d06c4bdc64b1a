"""`kho serve`: the boards and Dagster's page, on loopback, until Ctrl-C."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.errors import DONE, FAILED, UserError
from pipelines.headless import prepare_dagster
from pipelines.screen_errors import err
from pipelines.settings import REPOSITORY, Settings

_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 10
_LOOK_SECONDS = 60


@dataclass(frozen=True)
class Page:
    """A server to run: what a person calls it, where it is, how it is started."""

    title: str
    url: str
    command: Sequence[str]
    environment: dict[str, str]


def serve(settings: Settings) -> int:
    """Run Superset, Dagster's page and its scheduler until one ends or the user stops them.

    Args:
        settings: which warehouse and which ports.

    Returns:
        The exit status.

    Raises:
        UserError: nothing has been published yet, or a port is taken.
    """
    pages = _pages(settings)
    for page in pages:
        _require_free(page)
    running = [(page, _start(page, settings)) for page in pages]
    try:
        err.print("Đang khởi động, thường mất chưa đến một phút …")
        _show_login(settings)
        return _watch(running)
    except KeyboardInterrupt:
        return DONE
    finally:
        _stop([process for _, process in running])


def _pages(settings: Settings) -> list[Page]:
    from superset_config.serve import superset_server

    prepare_dagster(settings)
    command, environment = superset_server(settings.home, settings.superset_port)
    dagster = {**os.environ, "KHO_HOME": str(settings.home), "KHO_TARGET": settings.target}
    dagster["PYTHONPATH"] = str(REPOSITORY)
    binaries = Path(sys.executable).parent
    module = ["-m", "pipelines.definitions"]
    port = str(settings.dagster_port)
    return [
        Page(
            "Bảng điều hành (Superset)",
            f"http://127.0.0.1:{settings.superset_port}/superset/dashboard/bang-chinh/",
            command,
            environment,
        ),
        Page(
            "Trang vận hành (Dagster)",
            f"http://127.0.0.1:{port}",
            [str(binaries / "dagster-webserver"), "-h", "127.0.0.1", "-p", port, *module],
            dagster,
        ),
        Page("Bộ lập lịch", "", [str(binaries / "dagster-daemon"), "run", *module], dagster),
        # outside Dagster: it must speak when Dagster is silent
        Page("Bộ canh việc gửi tin", "", _watchdog(), dagster),
    ]


def _watchdog() -> list[str]:
    words = ["alert", "watchdog", "--every", str(_LOOK_SECONDS)]
    return [str(REPOSITORY / "kho"), *words]


def _require_free(page: Page) -> None:
    if _answers(page):
        raise UserError(
            f"Cổng {urlsplit(page.url).port} đang bận ({page.title}): tắt chương trình đang dùng "
            "cổng ấy hoặc đặt KHO_SUPERSET_PORT / KHO_DAGSTER_PORT sang cổng khác"
        )


def _answers(page: Page) -> bool:
    port = urlsplit(page.url).port
    if port is None:
        return False
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _start(page: Page, settings: Settings) -> subprocess.Popen[bytes]:
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    name = Path(page.command[0]).name
    with (logs / f"{name}.log").open("ab") as stream:
        return subprocess.Popen(
            list(page.command), env=page.environment, stdout=stream, stderr=stream, cwd=REPOSITORY
        )


def _show_login(settings: Settings) -> None:
    path = settings.home / "superset" / "admin_password"
    if path.exists():
        err.print(f"Đăng nhập: admin, mật khẩu trong {path}", soft_wrap=True)
    err.print("Nhấn Ctrl-C để dừng.")


def _watch(running: Sequence[tuple[Page, subprocess.Popen[bytes]]]) -> int:
    waiting = [page for page, _ in running if page.url]
    while True:
        for page in [page for page in waiting if _answers(page)]:
            waiting.remove(page)
            err.print(f"Sẵn sàng: {page.title}: {page.url}", soft_wrap=True)
        for page, process in running:
            if process.poll() is not None:
                raise UserError(
                    f"{page.title} dừng với mã {process.returncode}; "
                    f"xem nhật ký {Path(page.command[0]).name}.log trong thư mục logs",
                    FAILED,
                )
        time.sleep(_PAUSE_SECONDS)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
