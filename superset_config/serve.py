"""How Superset is started for people to look at the boards."""

import os
from pathlib import Path

from superset_config.environment import superset_environment, superset_home, superset_python
from superset_config.errors import BoardError

DEFAULT_PORT = 8088


def superset_server(
    home: Path, port: int = DEFAULT_PORT, workers: int | None = None
) -> tuple[list[str], dict[str, str]]:
    """Give the command that serves Superset on loopback.

    Args:
        home: The data folder (``KHO_HOME``) in which the boards were pushed.
        port: TCP port on 127.0.0.1.
        workers: Server processes of about 300 MB each; by default one per core, two at most.

    Returns:
        Arguments and environment for ``subprocess``; the process stays in the foreground.

    Raises:
        SupersetMissing: ``.venv-superset`` is not installed.
        BoardError: The boards were never pushed into this home.
    """
    folder = superset_home(home)
    if not (folder / "superset.db").exists():
        raise BoardError("Superset chưa có bảng nào: chạy `kho run` trước.")
    count = workers or min(2, os.cpu_count() or 1)
    command = [
        str(superset_python("gunicorn")),
        "--bind", f"127.0.0.1:{port}",
        "--workers", str(count),
        "--worker-class", "gthread",
        "--threads", "8",
        "--timeout", "90",
        "--graceful-timeout", "5",
        # Not --preload: a memory allocator's thread is running by then, and a fork beside a
        # thread may leave a worker hanging on its first query.
        "--worker-tmp-dir", str(folder),
        "--log-level", "warning",
        "superset.app:create_app()",
    ]  # fmt: skip
    return command, superset_environment(home)
