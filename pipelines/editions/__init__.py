"""Frozen editions of the monthly report, kept with the lake."""

from typing import TYPE_CHECKING, Any

from pipelines.editions.edition import Edition, EditionBlocked, Kind

if TYPE_CHECKING:
    from pipelines.editions.making import editions, make_edition, render_again

__all__ = ["Edition", "EditionBlocked", "Kind", "editions", "make_edition", "render_again"]


def __getattr__(name: str) -> Any:
    """Import what lays documents out only when it is asked for: `kho` imports this package."""
    if name in __all__:
        from pipelines.editions import making

        return getattr(making, name)
    raise AttributeError(name)
