"""Options that several commands take."""

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """Ways to print a list."""

    table = "table"
    csv = "csv"
    json = "json"


Output = Annotated[Format, typer.Option("--format", help="Cách in.")]


class Engine(StrEnum):
    """Engines of the warehouse."""

    duckdb = "duckdb"
    postgres = "postgres"


Target = Annotated[Engine | None, typer.Option(help="Máy kho; mặc định theo KHO_TARGET.")]
