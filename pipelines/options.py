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
