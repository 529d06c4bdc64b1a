"""The boards as written in this folder, read once into plain records."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from superset_config.environment import PACKAGE
from superset_config.errors import BundleInvalid


@dataclass(frozen=True)
class Metric:
    """A saved metric: one aggregate of one column, so that it can be proved offline.

    Args:
        name: What charts call it.
        label: What people call it.
        aggregate: ``count``, ``sum``, ``max``, ``min`` or ``avg``.
        column: The aggregated column; empty for ``count``.
        number_format: A d3 number format, or empty.
    """

    name: str
    label: str
    aggregate: str
    column: str
    number_format: str

    @property
    def expression(self) -> str:
        """The SQL of the metric, the same on both engines."""
        return f"{self.aggregate.upper()}({self.column or '*'})"


@dataclass(frozen=True)
class Dataset:
    """A dataset: one mart model with its saved metrics.

    Args:
        name, file: Its name and its file in the repository.
        model: The mart model it reads.
        title: What people call it.
        time_column: The column of its time, empty where it has none.
        metrics: Its saved metrics by name.
        rows: The column whose agency code decides which rows an agency's contact sees, ``open``
            when no row belongs to an agency, empty when such a person sees none.
    """

    name: str
    model: str
    title: str
    time_column: str
    metrics: dict[str, Metric]
    file: str
    rows: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart of a board; ``params`` are Superset's, ``template`` the Handlebars text if any."""

    name: str
    title: str
    description: str
    dataset: str
    viz_type: str
    params: dict[str, Any]
    template: str
    file: str


@dataclass(frozen=True)
class Filter:
    """A filter over a board: one value of one column chosen from a list.

    Args:
        name: What people call it.
        dataset, column: Where its values come from; every chart whose model has the column obeys.
        default: The value a board opens with, or empty.
        default_indicator: An indicator's code, whose name is the value a board opens with.
        spared: Charts of the board that do not obey.
        newest_by: A metric of the dataset by which the values stand, largest first; by name if
            empty.
        only: The values offered are those of rows with these values of these columns.
    """

    name: str
    dataset: str
    column: str
    default: str = ""
    default_indicator: str = ""
    spared: tuple[str, ...] = ()
    newest_by: str = ""
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Placement:
    """A chart's place in a row: its name and its width in twelfths of the page."""

    chart: str
    width: int


@dataclass(frozen=True)
class Row:
    """A row of charts; its height is in units of 8 pixels, its tab empty where there are none."""

    height: int
    charts: tuple[Placement, ...]
    tab: str = ""


@dataclass(frozen=True)
class Dashboard:
    """A board: its text, its charts by name, its rows from the top, its filters and its style."""

    slug: str
    title: str
    description: str
    order: int
    refresh_seconds: int
    rows: tuple[Row, ...]
    filters: tuple[Filter, ...]
    css: str
    charts: dict[str, Chart]
    file: str


@dataclass(frozen=True)
class Source:
    """Everything the folder says."""

    database: dict[str, Any]
    datasets: dict[str, Dataset]
    dashboards: dict[str, Dashboard]


OPEN = "open"
AGGREGATES = frozenset({"count", "sum", "max", "min", "avg"})


def read_source(folder: Path = PACKAGE) -> Source:
    """Read databases, datasets and dashboards of a folder.

    Args:
        folder: A folder with ``databases/``, ``datasets/`` and ``dashboards/``.

    Returns:
        The records, boards in the order in which they are shown.

    Raises:
        BundleInvalid: A file is not YAML or lacks a key; the message names file and key.
    """
    datasets = [_dataset(path, folder) for path in sorted((folder / "datasets").glob("*.yaml"))]
    boards = [
        _dashboard(path, folder) for path in sorted(folder.glob("dashboards/*/dashboard.yaml"))
    ]
    boards.sort(key=lambda board: (board.order, board.slug))
    return Source(
        database=_load(folder / "databases" / "kho.yaml", folder),
        datasets={dataset.name: dataset for dataset in datasets},
        dashboards={board.slug: board for board in boards},
    )


def _load(path: Path, folder: Path, required: tuple[str, ...] = ()) -> dict[str, Any]:
    name = str(path.relative_to(folder))
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BundleInvalid([f"{name}: không đọc được YAML ({error})"]) from None
    if not isinstance(data, dict):
        raise BundleInvalid([f"{name}: phải là các cặp khóa: giá trị"])
    missing = [key for key in required if key not in data]
    if missing:
        raise BundleInvalid([f"{name}: thiếu khóa {', '.join(missing)}"])
    return data


def _dataset(path: Path, folder: Path) -> Dataset:
    data = _load(path, folder, ("model", "title"))
    metrics = [
        Metric(
            name=raw["name"],
            label=raw["label"],
            aggregate=raw["aggregate"],
            column=raw.get("column", ""),
            number_format=raw.get("format", ""),
        )
        for raw in data.get("metrics", [])
    ]
    return Dataset(
        name=path.stem,
        model=data["model"],
        title=data["title"],
        time_column=data.get("time_column", ""),
        metrics={metric.name: metric for metric in metrics},
        file=str(path.relative_to(folder)),
        rows=data.get("rows", ""),
    )


def _dashboard(path: Path, folder: Path) -> Dashboard:
    data = _load(path, folder, ("title",))
    home, slug, file = path.parent, path.parent.name, str(path.relative_to(folder))
    if "shape" in data:
        home = folder / data["shape"]
        shape = _load(home / "board.yaml", folder, ("tabs", "filters", "board_column"))
        data = shaped(data, shape, slug, file)
    charts = [_chart(item, folder) for item in sorted((home / "charts").glob("*.yaml"))]
    rows = _rows(data, file)
    if "only" in data:
        charts = [narrowed(chart, data["only"], slug) for chart in charts if is_placed(chart, rows)]
    style = data.get("style")
    return Dashboard(
        slug=slug,
        title=data["title"],
        description=data.get("description", ""),
        order=data.get("order", 99),
        refresh_seconds=data.get("refresh_seconds", 0),
        rows=rows,
        filters=tuple(_filter(raw, data) for raw in data.get("filters", [])),
        css=(home / style).read_text(encoding="utf-8") if style else "",
        charts={chart.name: chart for chart in charts},
        file=file,
    )


def shaped(data: dict[str, Any], shape: dict[str, Any], slug: str, file: str) -> dict[str, Any]:
    """Give what a board would say that wrote out the shape it shares with others.

    Args:
        data: The board's own file: its words, the titles of its ``tabs``, its ``filters`` by name
            with what differs from the shape's.
        shape: The shape's tabs and filters, and the column that says which board a row is for.
        slug: The board's name.
        file: The board's file, for messages.

    Raises:
        BundleInvalid: A tab or a filter is neither the shape's nor whole.
    """
    tabs = {tab["title"]: tab for tab in shape["tabs"]}
    common = {item["name"]: item for item in shape["filters"]}
    filters = [{**common.get(item["name"], {}), **item} for item in data.get("filters", [])]
    strange = [title for title in data["tabs"] if title not in tabs]
    strange += [item["name"] for item in filters if not {"dataset", "column"} <= item.keys()]
    if strange:
        raise BundleInvalid([f"{file}: khuôn {data['shape']} không có {', '.join(strange)}"])
    told = {"tabs": [tabs[title] for title in data["tabs"]], "filters": filters}
    return {**shape, **data, **told, "only": {shape["board_column"]: slug}}


def is_placed(chart: Chart, rows: tuple[Row, ...]) -> bool:
    """Tell whether a chart stands in one of the rows."""
    return any(place.chart == chart.name for row in rows for place in row.charts)


def narrowed(chart: Chart, only: Mapping[str, str], slug: str) -> Chart:
    """Give a shape's chart as one board shows it: rows with these values of these columns."""
    conditions = [
        {"expressionType": "SIMPLE", "subject": column, "operator": "==", "comparator": value,
         "clause": "WHERE"}
        for column, value in only.items()
    ]  # fmt: skip
    told = [*conditions, *chart.params.get("adhoc_filters", [])]
    params = {**chart.params, "adhoc_filters": told}
    return replace(chart, params=params, file=f"{chart.file} ({slug})")


def _chart(path: Path, folder: Path) -> Chart:
    data = _load(path, folder, ("name", "dataset", "viz_type", "params"))
    template = data.get("template")
    return Chart(
        name=path.stem,
        title=data["name"],
        description=data.get("description", ""),
        dataset=data["dataset"],
        viz_type=data["viz_type"],
        params=data["params"],
        template=(path.parent / template).read_text(encoding="utf-8") if template else "",
        file=str(path.relative_to(folder)),
    )


def _rows(data: dict[str, Any], file: str) -> tuple[Row, ...]:
    """Read the rows of a board, which may stand in tabs."""
    tabs = data.get("tabs") or [{"title": "", "rows": data.get("rows")}]
    if not all(tab.get("rows") for tab in tabs):
        raise BundleInvalid([f"{file}: thiếu khóa rows"])
    return tuple(_row(raw, tab["title"]) for tab in tabs for raw in tab["rows"])


def _row(raw: dict[str, Any], tab: str) -> Row:
    places = tuple(Placement(c["chart"], c["width"]) for c in raw["charts"])
    return Row(raw["height"], places, tab)


def _filter(raw: dict[str, Any], board: dict[str, Any]) -> Filter:
    return Filter(
        name=raw["name"],
        dataset=raw["dataset"],
        column=raw["column"],
        default=raw.get("default", ""),
        default_indicator=raw.get("default_indicator", ""),
        spared=_spared(raw, board),
        newest_by=raw.get("newest_by", ""),
        only=board.get("only", {}),
    )


def _spared(raw: dict[str, Any], board: dict[str, Any]) -> tuple[str, ...]:
    """Name the charts on the board that a filter spares; a shape's filter may spare more."""
    names = tuple(raw.get("spares", []))
    if "only" not in board:
        return names
    rows = _rows(board, board["shape"])
    placed = {place.chart for row in rows for place in row.charts}
    return tuple(name for name in names if name in placed)
