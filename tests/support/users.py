"""Run code as an ordinary user, because root is refused by PostgreSQL and ignores permissions."""

import contextlib
import os
import pickle
import pwd
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")

ORDINARY_USER = "kho_test"


@dataclass(frozen=True)
class OrdinaryUser:
    """An operating-system user without privileges.

    Attributes:
        name: login name.
        uid: numeric user id, never 0.
        gid: numeric group id.
    """

    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Give the keywords that make subprocess start a program as this user.

        Returns:
            Keywords for `subprocess.Popen` or `subprocess.run`; empty when we are this user.
        """
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def ordinary_user() -> OrdinaryUser:
    """Find the user to run unprivileged code as, and make one when root has none.

    Returns:
        The caller when it is not root, else the user `kho_test`, created on first use, or
        `nobody` where users cannot be created.
    """
    if os.geteuid() != 0:
        return _user(pwd.getpwuid(os.geteuid()))
    for name in (ORDINARY_USER, "nobody"):
        entry = _find(name) or _create(name)
        if entry is not None and entry.pw_uid != 0:
            return _user(entry)
    raise RuntimeError("Không tìm được người dùng thường nào trên máy này (no ordinary OS user).")


def run_as_ordinary_user(
    command: Sequence[str | Path], *, timeout: float = 120, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command as an ordinary user, also when the tests run as root.

    Args:
        command: program and arguments.
        timeout: seconds until the command is killed.
        **options: further keywords of `subprocess.run`, such as `env` and `cwd`.

    Returns:
        The finished process with its texts; its status is not checked.
    """
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=timeout,
        **ordinary_user().popen_arguments(),
        **options,
    )


def call_as_ordinary_user(function: Callable[[], Result]) -> Result:
    """Call a function in a forked child that has given up root, and hand back its answer.

    The child has every module that is imported already; what it imports later must be readable
    for everyone.

    Args:
        function: takes nothing; its result or exception must be picklable.

    Returns:
        What the function returned; what it raised is raised here.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _answer(function, write_end)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise RuntimeError("the unprivileged child ended without an answer")
    succeeded, result = pickle.loads(answer)
    if not succeeded:
        raise result
    return result  # type: ignore[no-any-return]


def can_execute(user: OrdinaryUser, program: Path) -> bool:
    """Say whether a user can start a program, folders above it included.

    Args:
        user: who would start it.
        program: absolute path.

    Returns:
        True when every folder can be passed and the file is executable.
    """
    finished = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(program)],
        cwd="/",
        check=False,
        **user.popen_arguments(),
    )
    return finished.returncode == 0


def _answer(function: Callable[[], object], write_end: int) -> None:
    """Drop privileges in the child, call, write the pickled outcome and leave without clean-up."""
    status = 1
    try:
        _drop_privileges()
        try:
            outcome: tuple[bool, object] = (True, function())
        except BaseException as error:
            outcome = (False, error)
        with os.fdopen(write_end, "wb") as pipe:
            pickle.dump(outcome, pipe)
        status = 0
    finally:
        os._exit(status)


def _drop_privileges() -> None:
    user = ordinary_user()
    if os.geteuid() == user.uid:
        return
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)


def _user(entry: pwd.struct_passwd) -> OrdinaryUser:
    return OrdinaryUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd | None:
    """Create a system user without home and shell; None where that is not possible."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    # It may fail because another process has created the user meanwhile: look again either way.
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run(command, check=True, capture_output=True)
    return _find(name)
