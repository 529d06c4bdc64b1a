"""What the boards serve beside Superset's own pages: language pack, logo, no telemetry."""

import json
from pathlib import Path

from flask import Flask, Response, jsonify, request

from superset_config.web.looks import APP_ICON

_PACKAGE = Path(__file__).resolve().parents[1]
_A_YEAR = 365 * 24 * 3600


def _language_pack() -> dict[str, object]:
    """Turn our word list into the Jed format the browser reads."""
    words = json.loads((_PACKAGE / "language" / "vi.json").read_text(encoding="utf-8"))
    header = {"domain": "superset", "lang": "vi", "plural_forms": "nplurals=1; plural=0;"}
    entries = {key: [text] for key, text in words.items()}
    return {"domain": "superset", "locale_data": {"superset": {"": header, **entries}}}


def _files_with_pixel(static: Path) -> dict[str, str]:
    """Rewrite the scripts that ask a telemetry host for a picture, by their path on the server.

    SCARF_ANALYTICS is read when the scripts are built, not here: the wheel's page always asks.
    """
    found = {}
    for script in (static / "assets").glob("*.entry.js"):
        text = script.read_text(encoding="utf-8")
        if _PIXEL in text:
            found[f"/static/assets/{script.name}"] = text.replace(_PIXEL, _EMPTY_PICTURE)
    return found


_PIXEL = "https://apachesuperset.gateway.scarf.sh/pixel/"
_EMPTY_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==#"


def serve_own_files(app: Flask) -> None:
    """Serve what the wheel lacks: our language pack, our logo, no telemetry pixel.

    Args:
        app: Superset's Flask application.
    """
    pack = _language_pack()
    logo = (_PACKAGE / "language" / "logo.svg").read_bytes()
    scripts = _files_with_pixel(Path(str(app.static_folder)))

    def answer_own_files() -> Response | None:
        if request.path == "/superset/language_pack/vi/":
            return jsonify(pack)
        if request.path == APP_ICON:
            return Response(logo, mimetype="image/svg+xml")
        if request.path in scripts:
            answer = Response(scripts[request.path], mimetype="text/javascript")
            answer.cache_control.max_age = _A_YEAR
            return answer
        return None

    def tell_language(response: Response) -> Response:
        # the page's template does not say it, and screen readers would read it as English
        if response.mimetype == "text/html" and not response.direct_passthrough:
            response.set_data(response.get_data().replace(b"<html>", b'<html lang="vi">', 1))
        return response

    app.before_request(answer_own_files)
    app.after_request(tell_language)
