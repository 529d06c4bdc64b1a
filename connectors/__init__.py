"""Connectors: fetch what the sources published and land it unchanged in the lake."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from connectors.connector import Connector, PullContext
from connectors.spec import SourceSpec, load_spec

__all__ = ["Connector", "registry"]


def registry(folder: Path | None = None) -> dict[str, Connector]:
    """Find every source that has a `source.yml` beside its `source.py`.

    Args:
        folder: where the sources lie; the package's own `sources/` when not given.

    Returns:
        Connectors by source name, in name order; no connector module is imported yet.

    Raises:
        SpecError: a `source.yml` does not say what it must.
    """
    return {spec.name: _connector(spec) for spec in _specs(folder)}


def _connector(spec: SourceSpec) -> Connector:
    return Connector(
        spec, _lazy(spec, "deliveries"), _lazy(spec, "corrections"), _lazy(spec, "conformance")
    )


def _specs(folder: Path | None) -> Iterator[SourceSpec]:
    root = folder or Path(__file__).parent / "sources"
    for path in sorted(root.glob("*/source.yml")):
        yield load_spec(path)


def _lazy(spec: SourceSpec, name: str) -> Callable[[PullContext], Iterator[Any]]:
    """Give a function of a source's module, which is imported at the call; one may be absent."""

    def call(context: PullContext) -> Iterator[Any]:
        module = importlib.import_module(f"connectors.sources.{spec.name}.source")
        if name == "deliveries" or hasattr(module, name):
            yield from getattr(module, name)(context)

    return call
