"""Of which publication an answer is: one per chart answer, told in a header and on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_login import current_user
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

NUMBER_HEADER = "X-Kho-Publication"
AS_OF_HEADER = "X-Kho-Data-As-Of"
ADDRESS = "/kho/cong-bo"
SCRIPT_ADDRESS = "/kho/cong-bo.js"
_HERE = Path(__file__).resolve().parent
_SCRIPT = (_HERE / "publication.js").read_bytes()
_A_YEAR = 365 * 24 * 3600
_ANSWERS = frozenset(f"ChartDataRestApi.{name}" for name in ("data", "get_data", "data_from_cache"))
_ATTEMPTS = 8


@dataclass(frozen=True)
class Publication:
    """The publication readers see at one moment.

    Args:
        number: ``publication_id`` of the mart.
        published_at: The moment (UTC) for which it was built.
        data_as_of: The local day of the newest figures in it; none in a mart that does not say.
        target: ``duckdb`` or ``postgres``.
        version: Names the very file or schema, also where a number is given twice.
    """

    number: int
    published_at: datetime | None
    data_as_of: date | None
    target: str
    version: str


def current_publication() -> Publication | None:
    """Tell which publication a query would read now.

    Returns:
        The publication; none while nothing is published or the warehouse does not answer.
    """
    database = _warehouse()
    if database is None:
        return None
    try:
        if database.backend == "duckdb":
            return _of_file(database)
        return _of_server(database.sqlalchemy_uri_decrypted)
    except (OSError, SQLAlchemyError):
        return None


def _warehouse() -> Any:
    """Give the database that the repository put into Superset."""
    from superset.extensions import db
    from superset.models.core import Database

    managed = db.session.query(Database).filter(Database.is_managed_externally.is_(True))
    return managed.order_by(Database.id).first()


def _of_file(database: Any) -> Publication:
    """Look where the symlink points; a file never seen before is opened once."""
    link = database.url_object.database
    while True:
        version = _file_version(link)
        if opened := _FILES.get(version):
            return opened.publication
        with database.get_sqla_engine() as engine:
            found = _read(engine, "duckdb", version)
            handle = engine.raw_connection()
        if version == _file_version(link):
            _FILES.clear()
            _FILES[version] = _Opened(found, handle)
            return found


@dataclass(frozen=True)
class _Opened:
    """A published file; the handle keeps it open, so that no query has to open it again."""

    publication: Publication
    handle: Any


_FILES: dict[str, _Opened] = {}


def _file_version(link: str) -> str:
    """Name the file behind the symlink: a published file is never written to again."""
    path = Path(link).resolve(strict=True)
    known = path.stat()
    return f"{path}-{known.st_ino}-{known.st_mtime_ns}"


def _of_server(uri: str) -> Publication:
    """Ask PostgreSQL; the table's own number differs in every published schema."""
    return _read(_engine(uri), "postgres", "")


@lru_cache(maxsize=2)
def _engine(uri: str) -> Engine:
    # a connection of its own for each of the worker's threads: this is asked twice per answer
    return create_engine(uri, pool_size=8, pool_pre_ping=True, isolation_level="AUTOCOMMIT")


def _read(engine: Engine, target: str, version: str) -> Publication:
    named = "'' as version" if target == "duckdb" else "cast(p.tableoid as text) as version"
    with engine.connect() as connection:
        rows = connection.execute(text(f"select p.*, {named} from mart.publication as p"))
        row = dict(rows.mappings().one())
    return Publication(
        number=row["publication_id"],
        published_at=row.get("known_at"),
        # a mart published before this column was made has none
        data_as_of=row.get("data_as_of"),
        target=target,
        version=version or row["version"],
    )


def tell_publication(app: Flask) -> None:
    """Make every chart answer of one publication and say which; show it on every page.

    Args:
        app: Superset's Flask application.
    """
    app.dispatch_request = _consistent(app, app.dispatch_request)
    app.add_url_rule(ADDRESS, "kho_publication", _answer)
    app.add_url_rule(SCRIPT_ADDRESS, "kho_publication_script", _script)
    own = FileSystemLoader(str(_HERE / "templates"))
    loaders = [own, app.jinja_loader] if app.jinja_loader else [own]
    app.jinja_loader = ChoiceLoader(loaders)
    version = sha256(_SCRIPT).hexdigest()[:12]
    app.jinja_env.globals["kho_publication_script"] = f"{SCRIPT_ADDRESS}?v={version}"


def _consistent(app: Flask, dispatch: Callable[[], Any]) -> Callable[[], Any]:
    """Repeat a chart's answer during which the publication moved, as every reader does."""

    def dispatch_one_publication() -> Any:
        if request.endpoint not in _ANSWERS:
            return dispatch()
        for _ in range(_ATTEMPTS):
            g.kho_publication = before = current_publication()
            try:
                answer = app.make_response(dispatch())
            except Exception:
                if before == current_publication():
                    raise
                continue
            if before == current_publication():
                return _stamped(answer, before)
        message = "Kho đang công bố liên tục: đợi vài giây rồi tải lại trang."
        return app.make_response((jsonify(message=message), 503))

    return dispatch_one_publication


def _stamped(answer: Response, publication: Publication | None) -> Response:
    if publication is not None and answer.status_code == 200:
        answer.headers[NUMBER_HEADER] = str(publication.number)
        if publication.data_as_of is not None:
            answer.headers[AS_OF_HEADER] = publication.data_as_of.isoformat()
    return answer


def _answer() -> Response:
    """Tell people who are logged in which publication is out."""
    if not current_user.is_authenticated:
        return _told(401, message="Đăng nhập rồi mới xem được bản công bố.")
    found = current_publication()
    if found is None:
        return _told(503, message="Kho chưa có bản công bố nào: chạy `kho run`.")
    return _told(
        200,
        publication_id=found.number,
        published_at=found.published_at and found.published_at.isoformat(),
        data_as_of=found.data_as_of and found.data_as_of.isoformat(),
        target=found.target,
    )


def _told(status: int, **facts: Any) -> Response:
    answer = jsonify(facts)
    answer.status_code = status
    answer.cache_control.no_store = True
    return answer


def _script() -> Response:
    answer = Response(_SCRIPT, mimetype="text/javascript")
    answer.cache_control.max_age = _A_YEAR
    answer.cache_control.immutable = True
    return answer
