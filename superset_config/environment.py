"""Where Superset lives: its interpreter, its folder, its settings as environment variables."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from superset_config.errors import BoardError, SupersetMissing

PACKAGE = Path(__file__).resolve().parent
ADMIN_USER = "admin"


def superset_python(executable: str = "python") -> Path:
    """Find a program of the Superset environment.

    Args:
        executable: Name of the program in the environment's ``bin`` folder.

    Returns:
        Its path.

    Raises:
        SupersetMissing: The environment was not installed.
    """
    base = os.environ.get("KHO_SUPERSET_VENV") or str(PACKAGE.parent / ".venv-superset")
    path = Path(base) / "bin" / executable
    if not path.exists():
        raise SupersetMissing
    return path


def superset_home(home: Path) -> Path:
    """Give the folder of Superset's own data, made when it is missing.

    Args:
        home: The data folder (``KHO_HOME``).

    Returns:
        ``<home>/superset``, readable by its owner only.
    """
    folder = home.resolve() / "superset"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def kept_secret(path: Path, given: str | None = None) -> str:
    """Read a secret kept in a file, or make it once.

    Args:
        path: The file, written with mode 0600.
        given: A secret from outside; it wins and is not written down.

    Returns:
        The secret.
    """
    if given:
        return given
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as handle:
            handle.write(secrets.token_urlsafe(24))
        try:
            # link, not rename: of two processes starting at once, the first one's secret stays
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def admin_password(home: Path) -> str:
    """Give the password of the board's administrator.

    Args:
        home: The data folder (``KHO_HOME``).

    Returns:
        ``KHO_SUPERSET_PASSWORD``, or the one generated in ``superset/admin_password``.
    """
    return kept_secret(
        superset_home(home) / "admin_password", os.environ.get("KHO_SUPERSET_PASSWORD")
    )


def reading_uri(uri: str) -> str:
    """Make sure an address of the warehouse only reads.

    Args:
        uri: ``duckdb:////path/kho.duckdb`` (the published symlink, not what it points to: every
            new connection follows it to the newest publication) or ``postgresql://…`` of the
            reading role.

    Returns:
        The SQLAlchemy address for Superset. On DuckDB queries through it can neither write nor
        read other files; on PostgreSQL the driver Superset's environment has is named and a
        query ends after 30 s.

    Raises:
        BoardError: Neither of the two.
    """
    scheme, _, rest = uri.partition("://")
    if scheme == "duckdb" and rest.startswith("//"):
        return f"duckdb://{rest.partition('?')[0]}?{_DUCKDB_OPTIONS}"
    if scheme.partition("+")[0] in {"postgres", "postgresql"} and rest:
        return _with_timeout(f"postgresql+psycopg2://{rest}")
    raise BoardError("Địa chỉ kho cho Superset phải là duckdb:////… hoặc postgresql://…")


def _with_timeout(uri: str) -> str:
    """Bound every query: one runaway chart must not starve the others."""
    address, _, query = uri.partition("?")
    settings = dict(parse_qsl(query))
    settings["options"] = f"{settings.get('options', '')} {_STATEMENT_TIMEOUT}".strip()
    return f"{address}?{urlencode(settings, quote_via=quote)}"


_STATEMENT_TIMEOUT = "-c statement_timeout=30000"
_DUCKDB_OPTIONS = (
    "access_mode=read_only&enable_external_access=false&autoload_known_extensions=false"
)


def superset_environment(home: Path, metadata: Path | None = None) -> dict[str, str]:
    """Make the environment in which a Superset process of this home runs.

    Args:
        home: The data folder (``KHO_HOME``).
        metadata: Another metadata file than ``superset/superset.db`` (while one is being built).

    Returns:
        Environment variables; secrets stay in their files and are read by the process itself.
    """
    folder = superset_home(home)
    kept_secret(folder / "secret_key")
    env = {k: v for k, v in os.environ.items() if not _foreign(k)}
    env.update(
        KHO_HOME=str(home.resolve()),
        SUPERSET_HOME=str(folder),
        SUPERSET_CONFIG_PATH=str(PACKAGE / "superset_config.py"),
        KHO_SUPERSET_METADATA=str(metadata or folder / "superset.db"),
        FLASK_APP="superset.app:create_app()",
        SCARF_ANALYTICS="false",
        DO_NOT_TRACK="1",
        PYTHONUNBUFFERED="1",
    )
    return env


def _foreign(key: str) -> bool:
    """Tell variables of the calling environment that would change Superset's behaviour."""
    return key in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} or key.startswith(
        ("SUPERSET_", "FLASK_")
    )
