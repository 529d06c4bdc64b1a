"""Run `kho` in this process and die of SIGKILL at a named point of the chain.

`python -m tests.support.killed POINT WORDS…`: POINT is one of `POINTS`, `none`, or `after:N`
for a death N seconds after the start. The product knows nothing of this: the points are
functions of it, or of its libraries, that are wrapped here.
"""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def die() -> None:
    """Die as by `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)


def on_call(path: str, when: Callable[..., bool] = lambda *a, **k: True) -> Callable[[], None]:
    """Die when a function is entered with arguments that match."""

    def arm() -> None:
        module_name, _, names = path.partition(":")
        owner: Any = importlib.import_module(module_name)
        *parents, name = names.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        before = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if when(*args, **kwargs):
                die()
            return before(*args, **kwargs)

        setattr(owner, name, wrapped)

    return arm


def _mid_model() -> None:
    """Die shortly after the warehouse starts to work on the facts."""
    from dbt.adapters.sql.connections import SQLConnectionManager

    before = SQLConnectionManager.add_query

    def add_query(self: Any, sql: str, *args: Any, **kwargs: Any) -> Any:
        if '"fct_statistic' in sql and ("create" in sql or "insert" in sql):
            threading.Timer(0.01, die).start()
        return before(self, sql, *args, **kwargs)

    SQLConnectionManager.add_query = add_query


def _mid_copy(suffix: str) -> Callable[[], None]:
    """Die with half of a copied file written."""

    def arm() -> None:
        import shutil

        before = shutil.copyfile

        def copyfile(source: Any, target: Any, **kwargs: Any) -> Any:
            if not str(target).endswith(suffix):
                return before(source, target, **kwargs)
            content = Path(source).read_bytes()
            Path(target).write_bytes(content[: len(content) // 2])
            die()

        shutil.copyfile = copyfile

    return arm


def _cursor_dies_at(words: str) -> Callable[[], None]:
    """Die when PostgreSQL is about to be told something."""

    def arm() -> None:
        import psycopg2
        from psycopg2.extensions import cursor

        class Mortal(cursor):
            def execute(self, query: Any, *args: Any) -> Any:
                if words in str(query):
                    die()
                return super().execute(query, *args)

        before = psycopg2.connect
        psycopg2.connect = lambda *a, **k: before(*a, **{"cursor_factory": Mortal, **k})

    return arm


POINTS: dict[str, Callable[[], None]] = {
    "extract": on_call("connectors.landing:_Flow._register"),
    "normalise": on_call("dlt.pipeline.pipeline:Pipeline.normalize"),
    "half a lake file": _mid_copy(".parquet"),
    "unregistered": on_call(
        "dlt.destinations.impl.filesystem.filesystem:FilesystemClient.complete_load"
    ),
    "judge": on_call(
        "expectations.quality:write_whole",
        lambda path, *rest: path.parent.name == "verdict" and "empty" not in path.name,
    ),
    "model": _mid_model,
    "copy": _mid_copy(".draft"),
    "symlink": on_call("pathlib:Path.replace", lambda self, target: self.suffix == ".link"),
    "rename": _cursor_dies_at("alter schema mart__build"),
    "drop": _cursor_dies_at("drop schema"),
}


def _without_pages() -> None:
    """Leave boards and report out: they come after what these deaths are about."""
    from pipelines.chain import Chain

    Chain.sync_boards = lambda self: "bỏ qua"  # type: ignore[method-assign]
    Chain.report = lambda self, *args: []  # type: ignore[method-assign, misc]


def main() -> int:
    """Arm the point and run the command."""
    point, *words = sys.argv[1:]
    if os.environ.get("KHO_TEST_PAGES") != "1":
        _without_pages()
    if point.startswith("after:"):
        threading.Timer(float(point.partition(":")[2]), die).start()
    elif point == "boards":
        _die_at_stage("nạp bảng điều hành")
    elif point != "none":
        POINTS[point]()
    from pipelines.cli import main as kho

    return kho(words)


def _die_at_stage(name: str) -> None:
    from pipelines import screen

    class Deadly(screen._Lines):
        def __call__(self, step: str, detail: str) -> None:
            if step == name or name in detail:
                die()
            super().__call__(step, detail)

    screen._Lines = Deadly  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(main())
