"""The sources of the province: the folders beside this file that can generate their records."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent


def names() -> list[str]:
    """Give the names of all sources, ordered."""
    return sorted(path.parent.name for path in _HERE.glob("*/generate.py"))


def part(source: str, module: str) -> ModuleType:
    """Give a module of a source: generate, serve or compare.

    Raises:
        ValueError: there is no such source, or it lacks this module.
    """
    if not (_HERE / source / f"{module}.py").is_file():
        known = ", ".join(names())
        raise ValueError(f"Nguồn “{source}” không có phần {module}; các nguồn: {known}.")
    return import_module(f"simulators.province.{source}.{module}")


def has(source: str, module: str) -> bool:
    """Tell whether a source has a module."""
    return (_HERE / source / f"{module}.py").is_file()
