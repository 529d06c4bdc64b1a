"""A copy of the tree, as a newcomer clones it, for tests that change it."""

import os
import shutil
import subprocess
from pathlib import Path

from pipelines.settings import REPOSITORY

ENVIRONMENTS = (".venv", ".venv-superset")


def copy_of_the_tree(folder: Path) -> Path:
    """Copy what a clone has into a folder, commit it there, and link the environments."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, folder / name)
    for name in ENVIRONMENTS:
        if (REPOSITORY / name).exists():
            (folder / name).symlink_to(REPOSITORY / name)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "As cloned, to see the change"]):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return folder


def kho(tree: Path, home: Path, *words: str, **settings: str) -> str:
    """Call the command of a copy, which must end well; gives what it printed."""
    done = subprocess.run(
        [str(tree / "kho"), *words],
        cwd=tree,
        env={**os.environ, "KHO_HOME": str(home), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
