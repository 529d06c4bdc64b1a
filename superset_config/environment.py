"""Where Superset lives: its interpreter, its folder, its settings as environment variables."""

import os
import secrets
from pathlib import Path
from urllib.parse import quote

from superset_config.errors import SupersetMissing

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


def duckdb_uri(warehouse: Path) -> str:
    """Build the read-only address of the published DuckDB file for Superset.

    Args:
        warehouse: The published symlink, ``$KHO_HOME/warehouse/kho.duckdb``; it is not resolved,
            so that every new connection follows it to the newest publication.

    Returns:
        A SQLAlchemy address; queries through it cannot write, nor read other files.
    """
    path = quote(os.path.abspath(warehouse))
    options = "access_mode=read_only&enable_external_access=false&autoload_known_extensions=false"
    return f"duckdb:///{path}?{options}"


def postgres_uri(dsn: str) -> str:
    """Turn a PostgreSQL address into the one Superset uses.

    Args:
        dsn: ``postgresql://…`` of the reading role.

    Returns:
        The same with the psycopg2 driver named, which is the one Superset's environment has.
    """
    scheme, _, rest = dsn.partition("://")
    if scheme.partition("+")[0] not in {"postgres", "postgresql"} or not rest:
        raise ValueError("KHO_PG_DSN phải có dạng postgresql://người_dùng:mật_khẩu@máy/kho")
    return f"postgresql+psycopg2://{rest}"


def warehouse_uri(home: Path, target: str, pg_dsn: str | None = None) -> str:
    """Choose the address Superset reads by the target engine.

    Args:
        home: The data folder (``KHO_HOME``).
        target: ``duckdb`` or ``postgres`` (``KHO_TARGET``).
        pg_dsn: Address of the reading role (``KHO_PG_DSN``), for ``postgres``.

    Returns:
        A SQLAlchemy address.

    Raises:
        ValueError: Unknown target, or no usable address for PostgreSQL.
    """
    if target == "duckdb":
        return duckdb_uri(home / "warehouse" / "kho.duckdb")
    if target == "postgres":
        return postgres_uri(pg_dsn or "")
    raise ValueError(f"KHO_TARGET không hợp lệ: {target!r} (chỉ có duckdb hoặc postgres)")


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

