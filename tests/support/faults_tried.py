"""Which of the named faults the tests of a source try, and which of them only in `test-all`."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def slow(*names: str) -> list[Any]:
    """Give parameters that are tried in `make test-all` only: a fault that resembles another."""
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


def kills(slow_seeds: int) -> list[Any]:
    """Give (seed, rounds) for pulls that are killed at random: one, and so many in `test-all`."""
    seeds = range(2, 2 + slow_seeds)
    return [(1, 1), *(pytest.param(seed, 2, marks=pytest.mark.slow) for seed in seeds)]


def _tests(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for part in module.body:
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_"):
            yield part
