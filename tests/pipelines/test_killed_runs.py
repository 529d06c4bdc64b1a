"""A run killed at any point is finished by the next one, and readers only move forward."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.reader import published_state
from pipelines.settings import REPOSITORY, Settings
from simulators.workbooks.publish import write_workbooks
from tests.support.killed import POINTS
from tests.support.mart import Rows, differing, mart_rows
from tests.support.postgres import PostgresServer

POSTGRES_POINTS = ("rename", "drop")
NEW_MONTHS = 2


def kho(home: Path, point: str, *words: str, **environment: str) -> int:
    """Run the command in a process of its own that dies at the point; give its exit status."""
    given = {**os.environ, "KHO_HOME": str(home), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", point, *words],
        cwd=REPOSITORY,
        env=given,
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, -signal.SIGKILL):
        raise AssertionError(done.stderr[-2000:])
    return done.returncode


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_workbooks(
        tmp_path_factory.mktemp("wb") / "out", months=16, last_month=date(2024, 12, 1)
    )


@pytest.fixture(scope="module")
def before(workbooks: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all but the newest months published."""
    home = tmp_path_factory.mktemp("before")
    drop_into_inbox(home, workbooks[:-NEW_MONTHS])
    assert kho(home, "none", "run") == 0
    return home


@pytest.fixture(scope="module")
def undisturbed(before: Path, workbooks: list[Path], tmp_path_factory) -> dict[str, Rows]:
    home = next_home(before, workbooks, tmp_path_factory.mktemp("undisturbed"))
    assert kho(home, "none", "run") == 0
    return mart_rows(Settings(home=home))


def drop_into_inbox(home: Path, workbooks: list[Path]) -> None:
    inbox = home / "inbox" / "thong_ke"
    inbox.mkdir(parents=True, exist_ok=True)
    for path in workbooks:
        shutil.copy(path, inbox)


def next_home(before: Path, workbooks: list[Path], folder: Path) -> Path:
    home = folder / "kho"
    shutil.copytree(before, home, symlinks=True)
    drop_into_inbox(home, workbooks)
    return home


@contextmanager
def watched(settings: Settings) -> Iterator[list[int]]:
    """Read publication_id all the while, as a reader would."""
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(published_state(settings)[0])
            time.sleep(0.05)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def check_killed_then_finished(
    home: Path, point: str, undisturbed: dict[str, Rows], **environment: str
) -> None:
    settings = Settings(home=home)
    with watched(settings) as seen:
        status = kho(home, point, "run", **environment)
        assert status == -signal.SIGKILL or point.startswith("after:")
        assert kho(home, "none", "run", **environment) == 0
    assert seen == sorted(seen) and 0 not in seen
    assert set(seen) <= {1, 2}
    assert not differing(mart_rows(settings), undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("point", sorted(set(POINTS) - set(POSTGRES_POINTS)))
def test_killed_at_any_named_point(point, before, workbooks, undisturbed, tmp_path) -> None:
    check_killed_then_finished(next_home(before, workbooks, tmp_path), point, undisturbed)


@pytest.mark.slow
def test_killed_while_boards_are_imported(before, workbooks, undisturbed, tmp_path) -> None:
    home = next_home(before, workbooks, tmp_path)
    check_killed_then_finished(home, "boards", undisturbed, KHO_TEST_PAGES="1")
    assert kho(home, "none", "run", KHO_TEST_PAGES="1") == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_a_random_moment(seed, before, workbooks, undisturbed, tmp_path) -> None:
    moment = random.Random(seed).uniform(1.0, 20.0)
    home = next_home(before, workbooks, tmp_path)
    check_killed_then_finished(home, f"after:{moment:.2f}", undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("point", POSTGRES_POINTS)
def test_killed_while_postgres_publishes(
    point, before, workbooks, undisturbed, tmp_path, postgres: PostgresServer
) -> None:
    home = next_home(before, workbooks[:-NEW_MONTHS], tmp_path)
    dsn = postgres.create_database(f"killed_{point}")
    engine = {"KHO_TARGET": "postgres", "KHO_PG_DSN": dsn}
    assert kho(home, "none", "run", **engine) == 0
    drop_into_inbox(home, workbooks)
    settings = Settings(home=home, target="postgres", pg_dsn=SecretStr(dsn))
    with watched(settings) as seen:
        assert kho(home, point, "run", **engine) == -signal.SIGKILL
        assert kho(home, "none", "run", **engine) == 0
    assert seen == sorted(seen)
    assert not differing(mart_rows(settings), undisturbed)
