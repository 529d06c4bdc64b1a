"""The wall: boards in turn, with the publication they come from always in sight."""

import json
from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, render_template_string, request
from flask_login import current_user

from superset_config.errors import BoardError
from superset_config.source import read_source
from superset_config.wall import read_wall

_PACKAGE = Path(__file__).resolve().parents[1]
_PAGE = Path(__file__).with_name("wall.html")
_FILES = {"tuong.js": ("wall.js", "text/javascript"), "tuong.css": ("wall.css", "text/css")}


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
