"""The specification of a source, `source.yml`: who produces what, how often, in which columns."""

from pathlib import Path
from typing import Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
    `personal_columns` say what must never land; `licence` goes with every figure.
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
    licence: str
    tables: dict[str, TableSpec]


def load_spec(path: Path) -> SourceSpec:
    """Read one `source.yml`.

    Args:
        path: the file.

    Raises:
        SpecError: the file is not valid; the message names the field.
    """
    try:
        return SourceSpec.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        problem = str(error).replace("\n", " ")
        raise SpecError(f"{path}: khai báo nguồn (source.yml) sai: {problem}") from error
