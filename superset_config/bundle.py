"""The import package of Superset: the boards of this folder over one warehouse."""

import hashlib
import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

import yaml

from superset_config.fields import LINK, Link, as_list, link, order_by
from superset_config.manifest import Column, Model
from superset_config.source import Chart, Dashboard, Dataset, Filter, Source

# Names under one root, so that a board keeps its identity on every machine and every import.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "kho-du-lieu-so/boards")
VERSION = "1.0.0"
ROOT = "kho"


@dataclass(frozen=True)
class Bundle:
    """A built package.

    Args:
        files: Text of each file by its path inside the package.
        databases, datasets, charts, dashboards: uuids of what the package holds, each with the
            name a person knows it by.
    """

    files: dict[str, str]
    databases: dict[str, str]
    datasets: dict[str, str]
    charts: dict[str, str]
    dashboards: dict[str, str]

    def fingerprint(self) -> str:
        """Give a digest that changes with any byte of any file."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{self.files[name]}\0".encode())
        return digest.hexdigest()

    def zipped(self) -> bytes:
        """Pack the files; the same files give the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(self.files):
                entry = zipfile.ZipInfo(f"{ROOT}/{name}", date_time=(2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, self.files[name])
        return buffer.getvalue()


def stable_uuid(kind: str, *names: str) -> str:
    """Derive an identity from names.

    Args:
        kind: ``database``, ``dataset``, ``chart``, ``dashboard`` or ``filter``.
        names: The names in the repository, outermost first.

    Returns:
        The same uuid for the same names, for ever.
    """
    return str(uuid.uuid5(NAMESPACE, "/".join((kind, *names))))


def build_bundle(
    source: Source,
    models: dict[str, Model],
    catalogue: dict[str, dict[str, str]],
    warehouse_uri: str,
) -> Bundle:
    """Build the package from boards that were proved with ``validate``.

    Args:
        source: The boards of the repository.
        models: The mart models of dbt's manifest, by name.
        catalogue: The indicator catalogue by code.
        warehouse_uri: The read-only SQLAlchemy address of the warehouse.

    Returns:
        The package with its uuids.
    """
    files: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": _EPOCH}
    }
    database = stable_uuid("database", "kho")
    files["databases/kho.yaml"] = {
        **source.database,
        "sqlalchemy_uri": warehouse_uri,
        "is_managed_externally": True,
        "uuid": database,
        "version": VERSION,
    }
    datasets, charts, dashboards = {}, {}, {}
    for dataset in source.datasets.values():
        built = _dataset(dataset, models[dataset.model], database)
        files[f"datasets/kho/{dataset.name}.yaml"] = built
        datasets[built["uuid"]] = dataset.title
    for board in source.dashboards.values():
        for chart in board.charts.values():
            built = _chart(board, chart, source, models)
            files[f"charts/{board.slug}.{chart.name}.yaml"] = built
            charts[built["uuid"]] = chart.title
        built = _dashboard(board, catalogue)
        files[f"dashboards/{board.slug}.yaml"] = built
        dashboards[built["uuid"]] = board.title
    return Bundle(
        files={name: _yaml(data) for name, data in files.items()},
        databases={database: source.database["database_name"]},
        datasets=datasets,
        charts=charts,
        dashboards=dashboards,
    )


_EPOCH = "2000-01-01T00:00:00+00:00"


def _yaml(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _dataset(dataset: Dataset, model: Model, database: str) -> dict[str, Any]:
    return {
        "table_name": model.name,
        "schema": model.schema,
        "sql": None,
        "main_dttm_col": dataset.time_column or None,
        "description": f"{dataset.title}. {model.description}",
        "filter_select_enabled": True,
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.label,
                "expression": metric.expression,
                "d3format": metric.number_format or None,
            }
            for metric in dataset.metrics.values()
        ],
        "columns": [_column(column) for column in model.columns.values()],
        "is_managed_externally": True,
        "uuid": stable_uuid("dataset", dataset.name),
        "database_uuid": database,
        "version": VERSION,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "verbose_name": column_label(column),
        "description": column.description,
        "type": column.superset_type,
        "is_dttm": column.is_time,
        "is_active": True,
        "groupby": True,
        "filterable": True,
    }


def column_label(column: Column) -> str:
    """Say what a column is called on a board.

    Args:
        column: A column of a mart model.

    Returns:
        Its Vietnamese label, with its unit in brackets when the label does not say it.
    """
    # some units are told by another column of the row, not by this one
    if column.unit and "cột" not in column.unit and column.unit not in column.label:
        return f"{column.label} ({column.unit})"
    return column.label


def _chart(
    board: Dashboard, chart: Chart, source: Source, models: dict[str, Model]
) -> dict[str, Any]:
    params = {**chart.params, "viz_type": chart.viz_type, **_template(board, chart, source)}
    if chart.viz_type == "table":
        params["column_config"] = _formats(chart, models[source.datasets[chart.dataset].model])
    return {
        "slice_name": chart.title,
        "description": chart.description or None,
        "viz_type": chart.viz_type,
        "params": params,
        # Without it Superset's chart API answers 400 for a chart nobody has opened in a browser.
        "query_context": json.dumps(_query_context(chart, params), ensure_ascii=False),
        "is_managed_externally": True,
        "uuid": chart_uuid(board, chart),
        "dataset_uuid": stable_uuid("dataset", chart.dataset),
        "version": VERSION,
    }


def _formats(chart: Chart, model: Model) -> dict[str, dict[str, Any]]:
    """Format a table's numbers and dates as the mart says, unless the chart says otherwise."""
    own = chart.params.get("column_config", {})
    shown = [model.columns[c] for c in chart.params.get("all_columns", []) if c in model.columns]
    said = {column.name: _format(column) for column in shown if column.number_format}
    return {name: {**said.get(name, {}), **own.get(name, {})} for name in {**said, **own}}


def _format(column: Column) -> dict[str, Any]:
    if column.is_time:
        return {"d3TimeFormat": column.number_format}
    return {
        "d3NumberFormat": column.number_format,
        "d3SmallNumberFormat": column.number_format,
        "horizontalAlign": "right",
    }


def chart_uuid(board: Dashboard, chart: Chart) -> str:
    """Give the identity of a chart of a board."""
    return stable_uuid("chart", board.slug, chart.name)


def _template(board: Dashboard, chart: Chart, source: Source) -> dict[str, str]:
    if not chart.template:
        return {}
    text = LINK.sub(lambda found: _address(link(found, board.slug), source), chart.template)
    # Markdown reads the template first: an indented line would become code, an empty one would
    # end the HTML block.
    lines = [line.strip() for line in text.splitlines()]
    return {"handlebarsTemplate": "\n".join(line for line in lines if line)}


def _address(told: Link, source: Source) -> str:
    """Give the address of a board with filters set, as Superset writes it (Rison)."""
    board = source.dashboards[told.board]
    filters = {item.name: item for item in board.filters}
    masks = [_mask(board, filters[name], field) for name, field in told.filters.items()]
    titles = list(dict.fromkeys(row.tab for row in board.rows))
    anchor = f"#{_tab_id(titles, told.tab)}" if told.tab else ""
    return f"/superset/dashboard/{board.slug}/?native_filters=({','.join(masks)}){anchor}"


def _mask(board: Dashboard, item: Filter, field: str) -> str:
    name = filter_id(board, item)
    value = f"!('{{{{{field}}}}}')"
    clause = f"(filters:!((col:{item.column},op:IN,val:{value})))"
    return f"{name}:(extraFormData:{clause},filterState:(value:{value}),id:{name},ownState:())"


def filter_id(board: Dashboard, item: Filter) -> str:
    """Give the identity of a filter of a board."""
    return f"NATIVE_FILTER-{stable_uuid('filter', board.slug, item.name)}"


def _query_context(chart: Chart, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [_query(chart)],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }


def _query(chart: Chart) -> dict[str, Any]:
    params = chart.params
    common = {
        "row_limit": params.get("row_limit", 1000),
        "filters": [
            {"col": f["subject"], "op": f["operator"], "val": f["comparator"]}
            for f in as_list(params.get("adhoc_filters"))
        ],
        "extras": {"having": "", "where": ""},
    }
    if params.get("query_mode") == "raw":
        # no "metrics" at all: an empty list would make Superset group the rows
        return {"columns": params["all_columns"], "orderby": order_by(chart), **common}
    axis = as_list(params.get("x_axis"))
    ranking = as_list(params.get("timeseries_limit_metric"))
    return {
        "columns": [_axis(name) for name in axis] + as_list(params.get("groupby")),
        "metrics": as_list(params.get("metrics") or params.get("metric")),
        "orderby": [[name, True] for name in axis] + [[name, False] for name in ranking],
        **common,
    }


def _axis(name: str) -> dict[str, Any]:
    return {
        "columnType": "BASE_AXIS",
        "sqlExpression": name,
        "label": name,
        "expressionType": "SQL",
    }


def _dashboard(board: Dashboard, catalogue: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "dashboard_title": board.title,
        "description": board.description or None,
        "css": board.css,
        "slug": board.slug,
        "position": _position(board),
        "metadata": {
            "refresh_frequency": board.refresh_seconds,
            # What the page would otherwise write here when an administrator looks at the board.
            "color_scheme": "",
            "color_scheme_domain": [],
            "shared_label_colors": [],
            "map_label_colors": {},
            "label_colors": {},
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [_filter(board, f, catalogue) for f in board.filters],
        },
        "published": True,
        "is_managed_externally": True,
        "uuid": stable_uuid("dashboard", board.slug),
        "version": VERSION,
    }


def _position(board: Dashboard) -> dict[str, Any]:
    """Lay the rows out as Superset's tree of components."""
    tabs = list(dict.fromkeys(row.tab for row in board.rows if row.tab))
    tree: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["TABS" if tabs else "GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": board.title}},
        **_tabs(tabs),
    }
    for index, row in enumerate(board.rows, start=1):
        row_id = f"ROW-{index}"
        around = tree[_tab_id(tabs, row.tab) if row.tab else "GRID_ID"]
        around["children"].append(row_id)
        above = [*around["parents"], around["id"]]
        tree[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": [f"CHART-{place.chart}" for place in row.charts],
            "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for place in row.charts:
            tree[f"CHART-{place.chart}"] = {
                "type": "CHART",
                "id": f"CHART-{place.chart}",
                "children": [],
                "parents": [*above, row_id],
                "meta": {
                    "chartId": _numbers(board)[place.chart],  # replaced on import
                    "uuid": chart_uuid(board, board.charts[place.chart]),
                    "sliceName": board.charts[place.chart].title,
                    "width": place.width,
                    "height": row.height,
                },
            }
    return tree


def _tabs(titles: list[str]) -> dict[str, Any]:
    """Give the components of a board's tabs, without what stands in them; none without tabs."""
    if not titles:
        return {}
    names = [_tab_id(titles, title) for title in titles]
    tree: dict[str, Any] = {
        "TABS": {
            "type": "TABS",
            "id": "TABS",
            "children": names,
            "parents": ["ROOT_ID"],
            "meta": {},
        }
    }
    for name, title in zip(names, titles, strict=True):
        tree[name] = {
            "type": "TAB",
            "id": name,
            "children": [],
            "parents": ["ROOT_ID", "TABS"],
            "meta": {"text": title, "defaultText": title, "placeholder": title},
        }
    return tree


def _tab_id(titles: list[str], title: str) -> str:
    return f"TAB-{titles.index(title) + 1}"


def default_value(item: Filter, catalogue: dict[str, dict[str, str]]) -> str:
    """Give the value a filter opens with, or nothing.

    Args:
        item: The filter.
        catalogue: The indicator catalogue by code.
    """
    if item.default_indicator:
        return catalogue[item.default_indicator]["name_vi"]
    return item.default


def _numbers(board: Dashboard) -> dict[str, int]:
    """Number the charts as they stand, because charts of one number would be mixed up."""
    placed = (place.chart for row in board.rows for place in row.charts)
    return {chart: number for number, chart in enumerate(placed, start=1)}


def _filter(board: Dashboard, item: Filter, catalogue: dict[str, dict[str, str]]) -> dict[str, Any]:
    chosen = [default_value(item, catalogue)] if item.default or item.default_indicator else []
    clause = {"col": item.column, "op": "IN", "val": chosen}
    return {
        "id": filter_id(board, item),
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": item.name,
        "description": "",
        "targets": [
            {
                "datasetUuid": stable_uuid("dataset", item.dataset),
                "column": {"name": item.column},
            }
        ],
        "controlValues": {
            "multiSelect": False,
            # a required filter without a value would keep the board empty
            "enableEmptyFilter": bool(chosen),
            "defaultToFirstItem": False,
            "inverseSelection": False,
            "searchAllOptions": False,
            "sortAscending": not item.newest_by,
        },
        "sortMetric": item.newest_by or None,
        "adhoc_filters": [
            {
                "expressionType": "SIMPLE",
                "subject": column,
                "operator": "==",
                "operatorId": "EQUALS",
                "comparator": value,
                "clause": "WHERE",
            }
            for column, value in item.only.items()
        ],
        "defaultDataMask": {
            "extraFormData": {"filters": [clause]} if chosen else {},
            "filterState": {"value": chosen or None, "label": ", ".join(chosen)},
        },
        # the numbers of the layout; the import replaces them
        "scope": {"rootPath": ["ROOT_ID"], "excluded": [_numbers(board)[n] for n in item.spared]},
        "cascadeParentIds": [],
    }
