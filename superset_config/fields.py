"""What a chart asks of its dataset: the columns and metrics it names."""

import json
import re
from dataclasses import dataclass
from typing import Any

from superset_config.source import Chart

# keys of a chart's params that hold one column or a list of columns
_COLUMN_KEYS = ("x_axis", "groupby", "columns", "all_columns", "groupbyRows", "groupbyColumns")
_METRIC_KEYS = (
    "metric",
    "metrics",
    "secondary_metric",
    "percent_metrics",
    "timeseries_limit_metric",
)
# words of the templates that are helpers or context, not columns
_TEMPLATE_WORDS = frozenset(
    {"if", "else", "unless", "each", "with", "this", "data", "length", "lookup", "inline"}
    | {"eq", "neq", "not", "and", "or", "gt", "gte", "lt", "lte", "true", "false", "null"}
    | {"sum", "multiplication", "division", "floor", "abs", "formatNumber", "dateFormat"}
)
# [[board#tab|filter|field|filter|field]]: the address of a board («.» is the same one), at a tab if
# one is named, with its filters set to the row's values
LINK = re.compile(r"\[\[([^|\]#]+)(?:#([^|\]]+))?((?:\|[^|\]]+\|[^|\]]+)+)\]\]")


@dataclass(frozen=True)
class Link:
    """An address written in a template: a board, a tab of it or "", and fields by filter."""

    board: str
    tab: str
    filters: dict[str, str]


def link(match: "re.Match[str]", own: str) -> Link:
    """Read a link.

    Args:
        match: What ``LINK`` found.
        own: The board the template stands on.
    """
    words = match[3].strip("|").split("|")
    board = own if match[1] == "." else match[1]
    return Link(board, match[2] or "", dict(zip(words[::2], words[1::2], strict=True)))


def as_list(value: Any) -> list[Any]:
    """Make a list of a value that may be missing, single or a list already."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def order_by(chart: Chart) -> list[list[Any]]:
    """Give the order of a raw query.

    Args:
        chart: The chart; ``order_by_cols`` holds JSON pairs as Superset writes them.

    Returns:
        Pairs of column and ascending.
    """
    return [json.loads(pair) for pair in as_list(chart.params.get("order_by_cols"))]


def raw_columns(chart: Chart) -> list[Any]:
    """List what stands where a chart names a column (a dict there is an SQL expression)."""
    found = [item for key in _COLUMN_KEYS for item in as_list(chart.params.get(key))]
    found += [pair[0] for pair in order_by(chart)]
    found += [f.get("subject") for f in as_list(chart.params.get("adhoc_filters"))]
    found += [rule.get("column") for rule in as_list(chart.params.get("conditional_formatting"))]
    return found + list(chart.params.get("column_config", {}))


def raw_metrics(chart: Chart) -> list[Any]:
    """List what stands where a chart names a metric (a dict there is an SQL expression)."""
    return [item for key in _METRIC_KEYS for item in as_list(chart.params.get(key))]


def template_fields(template: str) -> set[str]:
    """List the row fields a Handlebars template prints or tests.

    Args:
        template: The text of the template.

    Returns:
        Names that must be among the chart's columns.
    """
    links = [link(match, "") for match in LINK.finditer(template)]
    fields = {field.split(".")[-1] for found in links for field in found.filters.values()}
    arguments = set(re.findall(r"(\w+)=", template))
    for tag in re.findall(r"\{\{\{?([^{}]*)\}?\}\}", template):
        if tag.startswith("!"):
            continue
        # texts, names of arguments, @index and the like, names of partials
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|\w+=|@\w+|^>\s*\w+", " ", tag)
        fields |= {word.split(".")[-1] for word in re.findall(r"[A-Za-z_][\w.]*", bare)}
    return fields - _TEMPLATE_WORDS - arguments
