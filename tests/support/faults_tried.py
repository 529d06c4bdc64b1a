"""Which of the named faults the tests of a source try."""

import ast
from collections.abc import Iterator
from pathlib import Path

from simulators.province.faults import NAMES


def faults_tried(*test_files: str) -> set[str]:
    """Read which faults are named in tests or in the parameters that tests are given.

    Args:
        test_files: paths of test modules; a module gives its own `__file__`.

    Returns:
        Names of `simulators.province.faults.NAMES`. A name that stands anywhere else, as in a
        constant of what cannot befall a source, is not tried by it.
    """
    return {
        part.value
        for path in test_files
        for test in _tests(ast.parse(Path(path).read_text("utf-8")))
        for part in ast.walk(test)
        if isinstance(part, ast.Constant) and part.value in NAMES
    }


def _tests(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for part in module.body:
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_"):
            yield part
