"""Push the boards of the repository into Superset: repeatable, pruning, verified."""

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from superset_config.bundle import Bundle, build_bundle
from superset_config.environment import (
    PACKAGE,
    admin_password,
    reading_uri,
    superset_environment,
    superset_home,
    superset_python,
)
from superset_config.errors import BoardError, BundleInvalid
from superset_config.hand_edits import hand_edits, remember
from superset_config.manifest import read_catalogue, read_manifest
from superset_config.roles import read_roles, role_problems, roles_job
from superset_config.source import Source, read_source
from superset_config.validate import validate

Stage = Callable[[str, str], None]

_STAGES = {
    "starting": "khởi động Superset",
    "schema": "dựng cơ sở dữ liệu của Superset",
    "roles": "tạo vai trò và người quản trị",
    "import": "nạp bảng điều hành",
    "prune": "bỏ những gì kho mã không còn",
    "readers": "đặt vai trò và luật dòng",
    "verify": "đối chiếu",
}


@dataclass(frozen=True)
class SyncResult:
    """What Superset holds after a push.

    Args:
        dashboards, charts, datasets: How many of each the repository put there.
        changed: Whether anything was imported; false when the boards were already these.
        edits: What people had changed by hand; mended by this push.
    """

    dashboards: int
    charts: int
    datasets: int
    changed: bool
    edits: tuple[str, ...] = ()


def ensure_superset(home: Path, stage: Stage | None = None) -> bool:
    """Make Superset's own metadata ready: schema, roles, administrator; once per version.

    It needs neither manifest nor warehouse, so it can run beside the build.

    Args:
        home: The data folder (``KHO_HOME``).
        stage: Called with ``boards`` and a Vietnamese text as the work goes on.

    Returns:
        Whether anything had to be done.

    Raises:
        SupersetMissing: ``.venv-superset`` is not installed.
        BoardError: Superset failed; the message names its log.
    """
    superset_python()
    if not _needs_prepare(home):
        return False
    _prepare(home, {}, stage or _silent)
    return True


def sync_boards(
    home: Path,
    manifest: Path,
    catalogue: Path,
    target: str,
    warehouse_uri: str,
    stage: Stage,
    folder: Path = PACKAGE,
) -> SyncResult:
    """Prove the boards against the warehouse and push them when they differ from the last push.

    Args:
        home: The data folder (``KHO_HOME``).
        manifest: dbt's ``manifest.json``.
        catalogue: The indicator catalogue, ``seeds/indicators.csv``.
        target: ``duckdb`` or ``postgres``; part of what is pushed, by way of the address.
        warehouse_uri: ``duckdb:////…`` or ``postgresql://…``; made read-only here.
        stage: Called with ``boards`` and a Vietnamese text as the work goes on.
        folder: Where the boards are written, this package unless told otherwise.

    Returns:
        Counts, and whether anything was imported.

    Raises:
        SupersetMissing: ``.venv-superset`` is not installed.
        BundleInvalid: A board does not fit the warehouse.
        BoardError: Superset failed; the message names its log.
    """
    superset_python()
    source = read_source(folder)
    models, lines = read_manifest(manifest), read_catalogue(catalogue)
    stage("boards", "đối chiếu bảng với kho")
    validate(source, models, lines)
    bundle = build_bundle(source, models, lines, reading_uri(warehouse_uri))
    roles = checked_roles(folder, source)
    fingerprint = _fingerprint(home, bundle, roles, target)
    state = _read_state(home)
    edits = tuple(str(edit) for edit in hand_edits(home))
    if not _needs_prepare(home) and state.get("fingerprint") == fingerprint and not edits:
        return SyncResult(**{**state["result"], "changed": False})
    return replace(_push(home, bundle, roles, fingerprint, stage), edits=edits)


def checked_roles(folder: Path, source: Source) -> dict[str, Any]:
    """Read the roles of a folder, prove that they fit its boards, and say them for ``apply.py``.

    Raises:
        BundleInvalid: With every problem found.
    """
    roles = read_roles(folder)
    if found := role_problems(roles, source):
        raise BundleInvalid(found)
    return roles_job(roles, source)


def _push(
    home: Path, bundle: Bundle, roles: dict[str, Any], fingerprint: str, stage: Stage
) -> SyncResult:
    # Forgotten first: if this push is killed, the next run does it again.
    _write_state(home, {k: v for k, v in _read_state(home).items() if k == "prepared"})
    with tempfile.TemporaryDirectory(dir=superset_home(home), prefix="bundle-") as folder:
        archive = Path(folder) / "kho.zip"
        archive.write_bytes(bundle.zipped())
        job = {
            "bundle": str(archive),
            "roles": roles,
            "uuids": {
                "databases": list(bundle.databases),
                "datasets": list(bundle.datasets),
                "charts": list(bundle.charts),
                "dashboards": list(bundle.dashboards),
            },
        }
        if _needs_prepare(home):
            answer = _prepare(home, job, stage)
        else:
            answer = run_superset(home, {**job, "prepare": False}, stage)
    counts = answer["counts"]
    result = SyncResult(counts["dashboards"], counts["charts"], counts["datasets"], True)
    remember(home)
    _write_state(home, {**_read_state(home), "fingerprint": fingerprint, "result": asdict(result)})
    return result


def _prepare(home: Path, job: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """Build or migrate the metadata in a file of its own, and put it in place when it is whole.

    A schema half made by a killed process could not be migrated again.
    """
    folder = superset_home(home)
    current, building = folder / "superset.db", folder / "superset.building.db"
    for leftover in folder.glob("superset.building.db*"):
        leftover.unlink()
    if current.exists():
        shutil.copyfile(current, building)
    answer = run_superset(home, {**job, "prepare": True}, stage, metadata=building)
    building.chmod(0o600)
    building.replace(current)
    _write_state(home, {"prepared": _version()})
    return answer


def _needs_prepare(home: Path) -> bool:
    return not (superset_home(home) / "superset.db").exists() or (
        _read_state(home).get("prepared") != _version()
    )


def _version() -> str:
    """Tell which Superset is installed, without starting it."""
    site = superset_python().parent.parent / "lib"
    found = sorted(site.glob("python*/site-packages/apache_superset-*.dist-info"))
    return found[0].name if found else "unknown"


def _fingerprint(home: Path, bundle: Bundle, roles: dict[str, Any], target: str) -> str:
    told = [PACKAGE / name for name in ("apply.py", "superset_config.py", "language/vi.json")]
    own = b"".join(file.read_bytes() for file in [*told, *sorted((PACKAGE / "web").glob("*.py"))])
    said = json.dumps(roles, sort_keys=True)
    parts = [bundle.fingerprint(), said, target, admin_password(home), sha256(own).hexdigest()]
    return sha256("\0".join(parts).encode()).hexdigest()


def run_superset(
    home: Path, job: dict[str, Any], stage: Stage, metadata: Path | None = None
) -> dict[str, Any]:
    """Run ``apply.py`` in Superset's environment and pass its stages on.

    Args:
        home: The data folder (``KHO_HOME``).
        job: What to do; passwords in it reach the other process through its standard input.
        stage: Called with ``boards`` and a Vietnamese text as the work goes on.
        metadata: Another metadata file than Superset's own (while one is being built).

    Returns:
        What ``apply.py`` answered.

    Raises:
        BoardError: Superset failed; the message names its log.
    """
    log = superset_home(home) / "sync.log"
    job = {**job, "password": admin_password(home), "words": str(PACKAGE / "language" / "vi.json")}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [str(superset_python()), str(PACKAGE / "apply.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=superset_environment(home, metadata),
            cwd=superset_home(home),
            text=True,
            encoding="utf-8",
        )
        try:
            answer = _converse(process, job, stage)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if answer is None:
        raise BoardError(f"Superset không làm được việc được giao: {_last_line(log)} (xem {log})")
    return answer


def _converse(
    process: "subprocess.Popen[str]", job: dict[str, Any], stage: Stage
) -> dict[str, Any] | None:
    """Hand over the job, pass the stages on, give the result; nothing when the process failed."""
    assert process.stdin is not None and process.stdout is not None
    answer: dict[str, Any] | None = None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        json.dump(job, pipe)
    for line in process.stdout:
        message = json.loads(line)
        if "stage" in message:
            stage("boards", _STAGES[message["stage"]])
        else:
            answer = message["result"]
    return answer if process.wait() == 0 else None


def _last_line(log: Path) -> str:
    lines = [x for x in log.read_text(encoding="utf-8", errors="replace").splitlines() if x.strip()]
    return lines[-1].strip()[:300] if lines else "tiến trình dừng giữa chừng"


def _state_file(home: Path) -> Path:
    return superset_home(home) / "state.json"


def _read_state(home: Path) -> dict[str, Any]:
    try:
        return json.loads(_state_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _write_state(home: Path, state: dict[str, Any]) -> None:
    fresh = _state_file(home).with_suffix(".new")
    fresh.touch(0o600)
    fresh.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    fresh.replace(_state_file(home))


def _silent(name: str, detail: str) -> None:
    """Take progress nobody asked for."""
