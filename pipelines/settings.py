"""The one place for configuration: `KHO_*` from the environment or `.env`."""

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from dotenv import load_dotenv
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import WRONG_CALL, UserError

REPOSITORY = Path(__file__).resolve().parent.parent
DBT_PROJECT = REPOSITORY / "dbt_project"
RULES = REPOSITORY / "expectations"

Target = Literal["duckdb", "postgres"]


class Settings(BaseSettings):
    """Configuration of one warehouse.

    Attributes:
        home: data folder (lake, warehouse, state, logs, reports).
        target: engine of the warehouse.
        pg_dsn: libpq connection string of the owner of the PostgreSQL warehouse.
        pg_boards_dsn: libpq connection string of the login with which the boards read it.
        now: the clock, for replays and tests; the machine's own when not given.
        superset_port: loopback port of the boards.
        dagster_port: loopback port of Dagster's page.
        sim_port: loopback port of the simulated source systems.
        remind_send: whether the morning's reminder letters are sent without a person's word.
    """

    model_config = SettingsConfigDict(env_prefix="KHO_", extra="ignore")

    home: Path = REPOSITORY / "var"
    target: Target = "duckdb"
    pg_dsn: SecretStr | None = None
    pg_boards_dsn: SecretStr | None = None
    now: datetime | None = None
    superset_port: int = 8088
    dagster_port: int = 3000
    sim_port: int = 18000
    remind_send: bool = False

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("now")
    @classmethod
    def _zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("KHO_NOW phải có múi giờ, ví dụ 2025-01-20T06:00:00+07:00")
        return value

    @cached_property
    def lake(self) -> Path:
        """Folder of the lake."""
        return self.home / "lake"

    @cached_property
    def inbox(self) -> Path:
        """Folder in which people drop files for the file sources: `inbox/<source>/`."""
        return self.home / "inbox"

    @cached_property
    def warehouse(self) -> Path:
        """Folder of the DuckDB warehouse files."""
        return self.home / "warehouse"

    @cached_property
    def state(self) -> Path:
        """Folder of working state: dlt, dbt target, locks."""
        return self.home / "state"

    @cached_property
    def reports(self) -> Path:
        """Folder of the reports made."""
        return self.home / "reports"

    @cached_property
    def templates(self) -> Path:
        """Folder of the house's own templates; a shipped one serves where there is none."""
        return self.home / "templates"

    @property
    def build_db(self) -> Path:
        """The DuckDB file that the pipeline alone writes."""
        return self.warehouse / "build.duckdb"

    @property
    def published_db(self) -> Path:
        """The symlink to the DuckDB file that readers open."""
        return self.warehouse / "kho.duckdb"

    @property
    def dbt_target(self) -> Path:
        """Folder of dbt's artefacts, `manifest.json` among them."""
        return self.state / f"dbt_{self.target}"

    def clock(self) -> datetime:
        """Give the present instant, UTC."""
        return (self.now or datetime.now(UTC)).astimezone(UTC)

    def postgres_dsn(self) -> str:
        """Give the PostgreSQL connection string.

        Raises:
            UserError: `KHO_PG_DSN` is not set.
        """
        if self.pg_dsn is None:
            raise UserError(
                "Thiếu KHO_PG_DSN: đặt chuỗi kết nối PostgreSQL, "
                "ví dụ KHO_PG_DSN=postgresql://kho:MẬT_KHẨU@127.0.0.1:5432/kho",
                WRONG_CALL,
            )
        return self.pg_dsn.get_secret_value()

    @property
    def boards_login(self) -> str:
        """Name of the PostgreSQL role in `pg_boards_dsn`; empty when that is not set."""
        dsn = self.pg_boards_dsn.get_secret_value() if self.pg_boards_dsn else ""
        return unquote(urlsplit(dsn).username or "")


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Args:
        overrides: values from the command line; `None` leaves the environment's.

    Raises:
        UserError: a setting is wrong; the message names it.
    """
    # into the environment itself: programs that are started (Superset) read it there
    load_dotenv(REPOSITORY / ".env", override=False)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "KHO_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UserError(f"Cấu hình {name} sai: {first['msg']}", WRONG_CALL) from error
