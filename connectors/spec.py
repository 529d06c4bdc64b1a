"""The specification of a source, `source.yml`: who produces what, how often, in which columns."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.errors import SpecError

ColumnType = Literal["text", "bool", "int", "bigint", "double", "decimal", "date", "timestamptz"]

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "bool": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "decimal": pa.decimal128(28, 6),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableSpec(_Strict):
    """One table of a source: its grain in words, its key and its typed columns."""

    description: str
    key: list[str]
    columns: dict[str, ColumnType]

    def arrow_schema(self) -> pa.Schema:
        """Give the Arrow schema of the columns, in their order."""
        return pa.schema([(name, _ARROW[kind]) for name, kind in self.columns.items()])


class Cadence(_Strict):
    """The promise of a source: how often it delivers and how late it may be.

    A source that delivers `when_it_comes` promises nothing and is never late.
    """

    every: Literal["minute", "hour", "day", "week", "month", "quarter", "year", "when_it_comes"]
    due_day: int | None = Field(default=None, ge=1, le=31)
    grace_days: int = Field(ge=0)


class SourceSpec(_Strict):
    """A source as `source.yml` states it.

    `systems` are the rows of the system register that it feeds; `secrecy` and
    `personal_columns` say what must never land, `pseudonym_columns` what lands as a keyed
    pseudonym only; `licence` goes with every figure.
    A source of `records` gives a change log from `first_day` (local) on, each pull going back
    by `overlap_minutes`; `connection` names the environment variables it needs, the address
    first; `agreement` is the paper under which it gives its data; closed months of the
    `reconciled` tables are compared with what the source advertises.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    producer: str
    owner_agency: str
    systems: list[str]
    mode: Literal["file", "api", "sftp"]
    cadence: Cadence
    secrecy: str
    personal_columns: list[str]
    pseudonym_columns: list[str] = []
    licence: str
    tables: dict[str, TableSpec]
    kind: Literal["figures", "records"] = "figures"
    first_day: date | None = None
    overlap_minutes: int = Field(default=0, ge=0)
    agreement: str = ""
    connection: list[str] = []
    reconciled: list[str] = []

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (
            self.kind == "records"
            and self.mode != "file"
            and not (self.first_day and self.connection)
        ):
            raise ValueError("nguồn bản ghi phải có first_day và connection")
        unknown = set(self.reconciled) - set(self.tables)
        if unknown:
            raise ValueError(f"reconciled nêu bảng không khai báo: {', '.join(sorted(unknown))}")
        for table, declared in self.tables.items():
            personal = self.personal_among(declared.columns)
            if personal:
                raise ValueError(f"bảng {table} khai báo cột cá nhân: {', '.join(personal)}")
        return self

    def personal_among(self, columns: Iterable[str]) -> list[str]:
        """Give those of the columns that must never land, however their name is written.

        Args:
            columns: names of columns, in the source's way (`SoDienThoai`) or the lake's
                (`so_dien_thoai`).
        """
        return _among(columns, self.personal_columns)

    def pseudonyms_among(self, columns: Iterable[str]) -> list[str]:
        """Give those of the columns that may hold nothing but pseudonyms; see `personal_among`."""
        return _among(columns, self.pseudonym_columns)


def _among(columns: Iterable[str], listed: Iterable[str]) -> list[str]:
    wanted = {_bare(name) for name in listed}
    return [name for name in columns if _bare(name) in wanted]


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def load_spec(path: Path) -> SourceSpec:
    """Read one `source.yml`.

    Args:
        path: the file.

    Raises:
        SpecError: the file is not valid; the message names the field.
    """
    try:
        return SourceSpec.model_validate(
            yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        )
    except (ValidationError, yaml.YAMLError) as error:
        problem = str(error).replace("\n", " ")
        raise SpecError(f"{path}: khai báo nguồn (source.yml) sai: {problem}") from error
