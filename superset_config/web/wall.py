"""The wall: a page that shows boards in turn, with the publication they come from always in sight."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from flask import Blueprint, Flask, Response, redirect, render_template_string, request
from flask_login import current_user

from superset_config.errors import BoardError
from superset_config.source import Source, read_source

_PACKAGE = Path(__file__).resolve().parents[1]
_PAGE = Path(__file__).with_name("wall.html")
_FILES = {"tuong.js": ("wall.js", "text/javascript"), "tuong.css": ("wall.css", "text/css")}


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


def serve_wall(app: Flask) -> None:
    """Serve the wall at ``/kho/tuong`` to who is logged in.

    Args:
        app: Superset's Flask application.
    """
    wall = Blueprint("kho_tuong", __name__, url_prefix="/kho")

    @wall.get("/tuong")
    def page() -> Response | str:
        if not current_user.is_authenticated:
            return redirect(f"/login/?next={request.path}")
        try:
            shown = read_wall(_PACKAGE / "wall.yaml", read_source(_PACKAGE))
        except BoardError as error:
            return Response(str(error), status=500, mimetype="text/plain")
        told = json.dumps(asdict(shown), ensure_ascii=False).replace("<", "\\u003c")
        return render_template_string(_PAGE.read_text(encoding="utf-8"), wall=told)

    @wall.get("/<any('tuong.js', 'tuong.css'):name>")
    def part(name: str) -> Response:
        file, kind = _FILES[name]
        return Response(_PAGE.with_name(file).read_text(encoding="utf-8"), mimetype=kind)

    app.register_blueprint(wall)
