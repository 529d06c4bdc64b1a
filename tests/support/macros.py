"""Rendering one of the project's SQL macros without dbt, to try it on a bare connection."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jinja2

from pipelines.settings import DBT_PROJECT


def render(
    file: str, call: str, engine: str, *arguments: object, **names: Callable[[], str]
) -> str:
    """Give the SQL of one macro.

    Args:
        file: name of the file in `macros/`.
        call: the macro.
        engine: 'duckdb' or 'postgres'.
        arguments: the macro's own, in their order.
        names: what macros of other files give.
    """
    source = (DBT_PROJECT / "macros" / file).read_text(encoding="utf-8")
    module: Any = None

    def dispatch(name: str) -> Any:
        return getattr(module, f"{engine}__{name}")

    adapter = SimpleNamespace(dispatch=dispatch)
    # dbt's `return` gives its value even to a macro that is printed
    given: dict[str, Any] = {**names, "adapter": adapter, "return": lambda value: value}
    module = jinja2.Environment().from_string(source, globals=given).module
    return str(getattr(module, call)(*arguments))
