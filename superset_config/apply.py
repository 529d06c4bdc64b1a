"""Bring Superset's metadata to what the repository says; runs inside ``.venv-superset``.

One process does everything, because starting Superset costs more than the work itself. It reads
a job from standard input and writes one JSON object a line: ``{"stage": …}`` while it works and
``{"result": …}`` at the end.
"""

import contextlib
import ctypes
import io
import json
import os
import signal
import sys
import zipfile
from pathlib import Path
from typing import Any


def die_with_parent() -> None:
    """Ask the kernel to end this process when the run that started it is killed.

    An orphan would go on importing while the next run does the same.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


_PR_SET_PDEATHSIG = 1


def say(kind: str, value: Any) -> None:
    """Write one message to the caller."""
    _OUT.write(json.dumps({kind: value}, ensure_ascii=False) + "\n")
    _OUT.flush()


def main() -> None:
    """Do the job given on standard input."""
    job = json.load(sys.stdin)
    _write_server_translations(Path(os.environ["SUPERSET_HOME"]), Path(job["words"]))
    say("stage", "starting")
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        if job["prepare"]:
            _prepare(job["password"])
        result = _asked(job)
    say("result", result)


def _asked(job: dict[str, Any]) -> dict[str, Any]:
    """Push boards, change people, or nothing but prepare."""
    if "bundle" in job:
        return _push(job)
    if "people" in job:
        from superset_config.web.people import change_people

        return change_people(job["people"], job["roles"])
    return {}


def _write_server_translations(home: Path, words: Path) -> None:
    """Compile the word list for texts the server itself writes (menus, messages)."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalog = Catalog(locale="vi", charset="utf-8")
    for key, text in json.loads(words.read_text(encoding="utf-8")).items():
        catalog.add(key, text)
    target = home / "translations" / "vi" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as handle:
        write_mo(handle, catalog)
    fresh.replace(target)


def _prepare(password: str) -> None:
    """Create or migrate the metadata schema, the administrator and the roles."""
    import flask_migrate
    import superset
    from superset import appbuilder, security_manager
    from superset.extensions import db

    say("stage", "schema")
    flask_migrate.upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
    say("stage", "roles")
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    admin = security_manager.find_user(_ADMIN)
    if admin is None:
        role = security_manager.find_role("Admin")
        security_manager.add_user(
            _ADMIN, "Quản trị", "Kho dữ liệu", "quan-tri@localhost", role, password=password
        )
    db.session.commit()


def _push(job: dict[str, Any]) -> dict[str, Any]:
    """Import the package, prune what it does not hold, verify what is there."""
    from flask import g
    from superset import security_manager
    from superset.extensions import db
    from werkzeug.security import check_password_hash

    from superset_config.web.roles import apply_roles

    g.user = security_manager.find_user(_ADMIN)
    if not check_password_hash(g.user.password, job["password"]):
        security_manager.reset_password(g.user.id, job["password"])
    say("stage", "import")
    contents = _unzip(Path(job["bundle"]))
    # One transaction for all of it: a killed push leaves the boards and their readers as they were.
    _import(contents)
    say("stage", "prune")
    pruned = _prune(job["uuids"])
    say("stage", "readers")
    apply_roles(job["roles"])
    db.session.commit()
    say("stage", "verify")
    return {"pruned": pruned, "counts": _verify(job["uuids"])}


def _unzip(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {
            name.partition("/")[2]: archive.read(name).decode("utf-8")
            for name in archive.namelist()
        }


def _import(contents: dict[str, str]) -> None:
    """Push in order: databases, datasets, charts, dashboards."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    command = ImportAssetsCommand(contents)
    command.run()


def _managed() -> dict[str, Any]:
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    return {"dashboards": Dashboard, "charts": Slice, "datasets": SqlaTable, "databases": Database}


def _prune(uuids: dict[str, list[str]]) -> list[str]:
    """Delete what was pushed by us before and is not in the package any more.

    What people made by hand in Superset is not marked as managed and stays.
    """
    from superset.extensions import db

    gone = []
    for kind, model in _managed().items():
        for item in db.session.query(model).filter(model.is_managed_externally.is_(True)):
            if str(item.uuid) not in uuids[kind]:
                gone.append(f"{kind}: {item}")
                db.session.delete(item)
        db.session.flush()
    return gone


def _verify(uuids: dict[str, list[str]]) -> dict[str, int]:
    """Prove that exactly the package's boards are there, each chart on its board."""
    from superset.extensions import db

    counts = {}
    for kind, model in _managed().items():
        rows = db.session.query(model).filter(model.is_managed_externally.is_(True)).all()
        if {str(item.uuid) for item in rows} != set(uuids[kind]):
            raise RuntimeError(f"Superset không giữ đúng {kind} đã nạp")
        counts[kind] = len(rows)
    linked = {str(c.uuid) for d in db.session.query(_managed()["dashboards"]) for c in d.slices}
    if not set(uuids["charts"]) <= linked:
        raise RuntimeError("có biểu đồ đã nạp mà không nằm trên bảng của nó")
    return counts


_ADMIN = "admin"
# Superset and its migrations print to standard output; the caller reads only our messages.
_OUT = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")

if __name__ == "__main__":
    die_with_parent()
    with contextlib.redirect_stdout(sys.stderr):
        main()
