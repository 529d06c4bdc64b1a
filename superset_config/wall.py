"""What the wall shows, as ``wall.yaml`` says: screens in turn, proved against our boards."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from superset_config.errors import BoardError
from superset_config.source import Source


@dataclass(frozen=True)
class Screen:
    """One screen of the wall.

    Args:
        title: What the wall calls it.
        address: Path of the board without Superset's menus.
        seconds: How long it stays.
        zoom: How much larger than on a desk it is drawn.
    """

    title: str
    address: str
    seconds: int
    zoom: float


@dataclass(frozen=True)
class Wall:
    """The screens in turn, and when the wall says that something is silent or old."""

    screens: tuple[Screen, ...]
    ask_seconds: int
    silent_seconds: int
    old_hours: int


def read_wall(file: Path, source: Source) -> Wall:
    """Read what the wall shows.

    Args:
        file: ``wall.yaml``.
        source: The boards it may show.

    Returns:
        The wall.

    Raises:
        BoardError: A screen names no board or tab there is, or a number is missing.
    """
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        screens = tuple(_screen(raw, float(told["zoom"]), source) for raw in told["screens"])
        numbers = {key: int(told[key]) for key in ("ask_seconds", "silent_seconds", "old_hours")}
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BoardError(f"{file.name}: thiếu hoặc sai {error}.") from None
    if not screens:
        raise BoardError(f"{file.name}: chưa có màn nào (screens).")
    return Wall(screens, **numbers)


def _screen(raw: dict[str, object], zoom: float, source: Source) -> Screen:
    slug, tab = str(raw["board"]), str(raw.get("tab", ""))
    board = source.dashboards.get(slug)
    if board is None:
        raise BoardError(f"wall.yaml: không có bảng {slug}.")
    tabs = list(dict.fromkeys(row.tab for row in board.rows if row.tab))
    if tab and tab not in tabs:
        raise BoardError(f"wall.yaml: bảng {slug} không có thẻ {tab}.")
    anchor = f"#TAB-{tabs.index(tab) + 1}" if tab else ""
    return Screen(
        title=f"{board.title} · {tab}" if tab else board.title,
        address=f"/superset/dashboard/{slug}/?standalone=1{anchor}",
        seconds=int(str(raw["seconds"])),
        zoom=float(str(raw.get("zoom", zoom))),
    )
