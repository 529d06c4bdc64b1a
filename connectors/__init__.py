"""Connectors: fetch what the sources published and land it unchanged in the lake."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from connectors.connector import Connector, Deliver
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
    return {spec.name: Connector(spec, _lazy(spec)) for spec in _specs(folder)}


def _specs(folder: Path | None) -> Iterator[SourceSpec]:
    root = folder or Path(__file__).parent / "sources"
    for path in sorted(root.glob("*/source.yml")):
        yield load_spec(path)


def _lazy(spec: SourceSpec) -> Deliver:
    def deliver(context):  # type: ignore[no-untyped-def]
        module = importlib.import_module(f"connectors.sources.{spec.name}.source")
        yield from module.deliveries(context)

    return deliver
