"""The offline proof that every board stands on the warehouse: board → chart → dataset → mart."""

from superset_config.errors import BundleInvalid
from superset_config.fields import LINK, as_list, link, raw_columns, raw_metrics, template_fields
from superset_config.manifest import Model
from superset_config.source import AGGREGATES, OPEN, Chart, Dashboard, Dataset, Filter, Source

PAGE_WIDTH = 12
# columns that say whose a row is
_AGENCIES = ("agency_code", "agency_name", "responsible_code", "responsible_name")
MAX_CHARTS = 24  # of one board: beyond that a page freezes for tens of seconds


def problems(
    source: Source, models: dict[str, Model], catalogue: dict[str, dict[str, str]]
) -> list[str]:
    """List everything that does not fit.

    Args:
        source: The boards of the repository.
        models: The mart models of dbt's manifest, by name.
        catalogue: The indicator catalogue by code.

    Returns:
        One Vietnamese sentence per problem, each starting with the file at fault; empty when
        every board is proved.
    """
    found = [p for dataset in source.datasets.values() for p in _dataset(dataset, models)]
    for board in source.dashboards.values():
        found += _board(board, source, models, catalogue)
    return found


def validate(
    source: Source, models: dict[str, Model], catalogue: dict[str, dict[str, str]]
) -> None:
    """Refuse boards that do not fit.

    Raises:
        BundleInvalid: With every problem found.
    """
    found = problems(source, models, catalogue)
    if found:
        raise BundleInvalid(found)


def _dataset(dataset: Dataset, models: dict[str, Model]) -> list[str]:
    model = models.get(dataset.model)
    if model is None:
        return [f"{dataset.file}: kho không có bảng mart.{dataset.model}"]
    wanted = [m.column for m in dataset.metrics.values() if m.column]
    wanted += [dataset.time_column] if dataset.time_column else []
    wanted += [dataset.rows] if dataset.rows not in {"", OPEN} else []
    found = [_no_column(dataset.file, dataset.model, c) for c in wanted if c not in model.columns]
    for metric in dataset.metrics.values():
        if metric.aggregate not in AGGREGATES or (
            metric.aggregate != "count" and not metric.column
        ):
            found.append(f"{dataset.file}: độ đo {metric.name} phải là một phép gộp của một cột")
    agencies = [name for name in model.columns if name in _AGENCIES]
    if dataset.rows == OPEN and agencies:
        found.append(f"{dataset.file}: rows không thể là {OPEN} khi có cột {agencies[0]}")
    if not model.columns:
        found.append(f"{dataset.file}: mart.{dataset.model} không khai báo cột nào")
    return found


def _no_column(file: str, model: str, column: str) -> str:
    return f"{file}: mart.{model} không có cột {column}"


def _board(
    board: Dashboard,
    source: Source,
    models: dict[str, Model],
    catalogue: dict[str, dict[str, str]],
) -> list[str]:
    placed = [place.chart for row in board.rows for place in row.charts]
    found = [
        f"{board.file}: không có biểu đồ {name}" for name in placed if name not in board.charts
    ]
    found += [
        f"{chart.file}: không nằm trên bảng nào"
        for chart in board.charts.values()
        if chart.name not in placed
    ]
    found += [f"{board.file}: biểu đồ {n} đặt hai lần" for n in set(placed) if placed.count(n) > 1]
    if len(placed) > MAX_CHARTS:
        found.append(f"{board.file}: {len(placed)} biểu đồ, quá {MAX_CHARTS}")
    for row in board.rows:
        if sum(place.width for place in row.charts) > PAGE_WIDTH:
            found.append(f"{board.file}: một hàng rộng quá {PAGE_WIDTH} phần")
    for chart in board.charts.values():
        found += _chart(chart, source, models) + _links(chart, board, source)
    return found + _filters(board, source, models, catalogue)


def _filters(
    board: Dashboard,
    source: Source,
    models: dict[str, Model],
    catalogue: dict[str, dict[str, str]],
) -> list[str]:
    found = []
    for item in board.filters:
        dataset = source.datasets.get(item.dataset)
        if dataset is None:
            found.append(f"{board.file}: bộ lọc {item.name} dùng tập {item.dataset} không có")
        elif dataset.model in models and item.column not in models[dataset.model].columns:
            found.append(_no_column(board.file, dataset.model, item.column))
        else:
            found += _choice(board, item, dataset, models)
        if item.default_indicator and item.default_indicator not in catalogue:
            found.append(f"{board.file}: danh mục không có chỉ tiêu {item.default_indicator}")
    return found


def _choice(
    board: Dashboard, item: Filter, dataset: Dataset, models: dict[str, Model]
) -> list[str]:
    """List what does not fit of how a filter offers its values and whom it spares."""
    columns = models[dataset.model].columns if dataset.model in models else item.only
    found = [_no_column(board.file, dataset.model, c) for c in item.only if c not in columns]
    found += [
        f"{board.file}: bộ lọc {item.name} chừa biểu đồ {name} không có"
        for name in item.spared
        if name not in board.charts
    ]
    if item.newest_by and item.newest_by not in dataset.metrics:
        found.append(f"{board.file}: tập {dataset.name} không có độ đo {item.newest_by}")
    return found


def _chart(chart: Chart, source: Source, models: dict[str, Model]) -> list[str]:
    dataset = source.datasets.get(chart.dataset)
    if dataset is None:
        return [f"{chart.file}: không có tập dữ liệu {chart.dataset}"]
    found = [
        f"{chart.file}: có biểu thức SQL; biểu đồ chỉ được gọi tên cột và độ đo đã lưu"
        for item in raw_columns(chart) + raw_metrics(chart)
        if not isinstance(item, str)
    ]
    if any(f.get("expressionType") != "SIMPLE" for f in as_list(chart.params.get("adhoc_filters"))):
        found.append(f"{chart.file}: điều kiện lọc phải là dạng SIMPLE, không phải SQL")
    found += [
        f"{chart.file}: tập {dataset.name} không có độ đo {name}"
        for name in raw_metrics(chart)
        if isinstance(name, str) and name not in dataset.metrics
    ]
    model = models.get(dataset.model)
    known = {*model.columns, *dataset.metrics} if model else set()
    if model:
        found += [
            _no_column(chart.file, dataset.model, name)
            for name in dict.fromkeys(c for c in raw_columns(chart) if isinstance(c, str))
            if name not in known
        ]
    return found + _template(chart)


def _links(chart: Chart, own: Dashboard, source: Source) -> list[str]:
    found = []
    for told in (link(match, own.slug) for match in LINK.finditer(chart.template)):
        board = source.dashboards.get(told.board)
        named = {item.name for item in board.filters} if board else set()
        found += [
            f"{chart.file}: dẫn tới bộ lọc {name} của bảng {told.board} không có"
            for name in told.filters
            if name not in named
        ]
        if told.tab and (board is None or told.tab not in {row.tab for row in board.rows}):
            found.append(f"{chart.file}: dẫn tới trang {told.tab} của bảng {told.board} không có")
    return found


def _template(chart: Chart) -> list[str]:
    if (chart.viz_type == "handlebars") != bool(chart.template):
        return [f"{chart.file}: kiểu handlebars và khóa template phải đi cùng nhau"]
    asked = {c for c in raw_columns(chart) + raw_metrics(chart) if isinstance(c, str)}
    return [
        f"{chart.file}: mẫu hiển thị dùng trường {name} mà biểu đồ không hỏi"
        for name in sorted(template_fields(chart.template) - asked)
    ]
