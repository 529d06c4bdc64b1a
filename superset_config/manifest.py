"""What the boards may show: the mart models of dbt's manifest and the indicator catalogue."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from superset_config.errors import BoardError


@dataclass(frozen=True)
class Column:
    """One column of a mart model.

    Args:
        name: Its name in the warehouse.
        data_type: Its SQL type as in the dbt contract, lower case.
        label: What a person calls it (``meta.label_vi``).
        unit: Its unit (``meta.unit``), empty when it has none.
        number_format: A d3 number or time format (``meta.format``), empty when it has none.
        description: Its description in Vietnamese.
    """

    name: str
    data_type: str
    label: str
    unit: str
    number_format: str
    description: str

    @property
    def superset_type(self) -> str:
        """The type name under which Superset sorts the column into number, text or time."""
        base = self.data_type.split("(")[0].strip()
        return _SUPERSET_TYPES.get(base, "VARCHAR")

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.superset_type in {"INTEGER", "BIGINT", "DECIMAL", "DOUBLE PRECISION"}

    @property
    def is_time(self) -> bool:
        """Whether the column is a date or an instant."""
        return self.superset_type in {"DATE", "TIMESTAMP"}


@dataclass(frozen=True)
class Model:
    """One mart model: its name, its description and its columns in order."""

    name: str
    schema: str
    description: str
    columns: dict[str, Column] = field(default_factory=dict)


_SUPERSET_TYPES = {
    "integer": "INTEGER",
    "int": "INTEGER",
    "smallint": "INTEGER",
    "bigint": "BIGINT",
    "hugeint": "BIGINT",
    "numeric": "DECIMAL",
    "decimal": "DECIMAL",
    "double": "DOUBLE PRECISION",
    "double precision": "DOUBLE PRECISION",
    "float": "DOUBLE PRECISION",
    "real": "DOUBLE PRECISION",
    "boolean": "BOOLEAN",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP",
    "timestamp without time zone": "TIMESTAMP",
}


def read_manifest(path: Path) -> dict[str, Model]:
    """Read the mart models of a dbt manifest.

    Args:
        path: dbt's ``manifest.json``.

    Returns:
        Models by name. The schema is always ``mart``: on PostgreSQL dbt builds them in
        ``mart__build``, and publishing renames it.

    Raises:
        BoardError: The file is missing or not a manifest.
    """
    try:
        nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    except FileNotFoundError:
        raise BoardError(f"Không có {path}: chạy `kho run` để dựng kho trước.") from None
    except (json.JSONDecodeError, KeyError, TypeError):
        raise BoardError(f"{path} không phải manifest của dbt (hỏng hoặc chưa ghi xong).") from None
    return {
        node["name"]: _model(node)
        for node in nodes.values()
        if node.get("resource_type") == "model" and _is_mart(node)
    }


def _is_mart(node: dict) -> bool:
    return node.get("schema", "").startswith("mart") or "mart" in node.get("fqn", [])[1:-1]


def _model(node: dict) -> Model:
    columns = {c["name"]: _column(c) for c in node.get("columns", {}).values()}
    return Model(node["name"], "mart", node.get("description", "").strip(), columns)


def _column(raw: dict) -> Column:
    # dbt writes a column's meta at the top and, since 1.10, under config as well
    meta = {**raw.get("meta", {}), **raw.get("config", {}).get("meta", {})}
    return Column(
        name=raw["name"],
        data_type=(raw.get("data_type") or "").lower(),
        label=str(meta.get("label_vi") or raw["name"]),
        unit=str(meta.get("unit") or ""),
        number_format=str(meta.get("format") or ""),
        description=" ".join((raw.get("description") or "").split()),
    )


def read_catalogue(path: Path) -> dict[str, dict[str, str]]:
    """Read the indicator catalogue.

    Args:
        path: ``seeds/indicators.csv`` with at least ``code`` and ``name_vi``.

    Returns:
        Catalogue lines by indicator code.

    Raises:
        BoardError: The file is missing or has no such columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return {row["code"]: row for row in csv.DictReader(handle)}
    except FileNotFoundError:
        raise BoardError(f"Không có danh mục chỉ tiêu {path}.") from None
    except KeyError:
        raise BoardError(f"{path} thiếu cột code.") from None
