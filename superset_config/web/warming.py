"""When a publication lands, what people ask most is asked once before they do.

Only the browser knows how it puts a board's question, so the questions of the last days are kept
and put again. They are asked as the administrator: his answers are those of everybody without row
rules; whoever has row rules never gets them.
"""

import json
import logging
import threading
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

from superset_config.environment import ADMIN_USER
from superset_config.web.looks import LOGO_TARGET_PATH
from superset_config.web.publication import current_publication

_LOOK_SECONDS = 5
_KEPT = 200
_MAIN = LOGO_TARGET_PATH.rstrip("/").rpartition("/")[2]
_LOG = logging.getLogger(__name__)


def warm_answers(app: Flask, folder: Path) -> None:
    """Remember the questions of boards, and ask them again for each new publication.

    Args:
        app: Superset's Flask application, with a data cache that its workers share.
        folder: Where the questions are kept.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    watch = threading.Thread(target=_watch, args=(app, folder), daemon=True)
    once = threading.Lock()

    def begin() -> None:
        # with the first request: a thread started earlier would not outlive the fork of a worker
        if watch.ident is None and once.acquire(blocking=False):
            watch.start()

    def remember(answer: Response) -> Response:
        if request.endpoint == "ChartDataRestApi.data" and answer.status_code == 200:
            with suppress(OSError, ValueError):
                _remember(folder)
        return answer

    app.before_request(begin)
    app.after_request(remember)


def _remember(folder: Path) -> None:
    board, asked = request.args.get("dashboard_id"), request.get_json(silent=True)
    if not board or not isinstance(asked, dict):
        return
    text = json.dumps({"board": board, "asked": {**asked, "force": False}}, sort_keys=True)
    path = folder / f"{sha256(text.encode()).hexdigest()}.json"
    if path.exists():
        path.touch()
        return
    fresh = path.with_suffix(f".{threading.get_ident()}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    for old in _newest_first(folder)[_KEPT:]:
        old.unlink(missing_ok=True)


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)


def _watch(app: Flask, folder: Path) -> None:
    """Look for a publication nobody has warmed, for as long as the worker lives."""
    while True:
        try:
            with app.test_request_context():
                publication = current_publication()
                if publication is not None and _is_mine(folder, publication.version):
                    _ask_again(folder)
                    (folder / "warmed").write_text(str(publication.number), encoding="utf-8")
        except Exception:
            # a worker that cannot warm still answers; people wait a moment longer
            _LOG.exception("warming failed")
        time.sleep(_LOOK_SECONDS)


def _is_mine(folder: Path, version: str) -> bool:
    """Claim a publication: of several workers one warms it, and once."""
    claim = folder / f"{sha256(version.encode()).hexdigest()}.claim"
    try:
        claim.touch(0o600, exist_ok=False)
    except FileExistsError:
        return False
    for other in folder.glob("*.claim"):
        if other != claim:
            other.unlink(missing_ok=True)
    return True


def _ask_again(folder: Path) -> None:
    """Put the questions, those of the main board first."""
    from superset.extensions import db, security_manager
    from superset.models.dashboard import Dashboard

    main = str(db.session.query(Dashboard.id).filter_by(slug=_MAIN).scalar())
    g.user = security_manager.find_user(ADMIN_USER)
    kept = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in _newest_first(folder)]
    for path, question in sorted(kept, key=lambda pair: pair[1]["board"] != main):
        g.kho_publication = current_publication()
        try:
            _ask(question["asked"])
        except Exception:
            # the board it belonged to has changed: nobody will ask it again
            path.unlink(missing_ok=True)


def _ask(asked: dict[str, Any]) -> None:
    from superset.charts.schemas import ChartDataQueryContextSchema
    from superset.commands.chart.data.get_data_command import ChartDataCommand

    ChartDataCommand(ChartDataQueryContextSchema().load(asked)).run()
