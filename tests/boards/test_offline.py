"""Boards proved against the mart's contracts without starting Superset."""

import dataclasses
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
import yaml

from superset_config.bundle import build_bundle, stable_uuid
from superset_config.environment import PACKAGE, kept_secret, reading_uri, superset_python
from superset_config.errors import BoardError, BundleInvalid, SupersetMissing
from superset_config.fields import raw_columns, raw_metrics, template_fields
from superset_config.manifest import read_catalogue, read_manifest
from superset_config.source import Chart, Dashboard, Placement, Row, Source, read_source
from superset_config.validate import problems, validate
from tests.boards import sample
from tests.boards.conftest import CATALOGUE

URI = "duckdb:////kho/warehouse/kho.duckdb"


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return read_manifest(sample.write_manifest(tmp_path_factory.mktemp("m") / "manifest.json"))


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue(CATALOGUE)


def _changed(source: Source, slug: str, name: str, **fields) -> Source:
    """The same boards with one chart written differently."""
    board = source.dashboards[slug]
    chart = dataclasses.replace(board.charts[name], **fields)
    board = dataclasses.replace(board, charts={**board.charts, name: chart})
    return dataclasses.replace(source, dashboards={**source.dashboards, slug: board})


def _used() -> list[tuple[str, str, str]]:
    """Every (chart file, model, column) the boards name; a shape's charts on one board only."""
    boards = read_source()
    charts = {
        chart.file.split(" (")[0]: chart
        for board in boards.dashboards.values()
        for chart in board.charts.values()
    }
    return [
        (chart.file, dataset.model, column)
        for chart in charts.values()
        for dataset in [boards.datasets[chart.dataset]]
        for column in dict.fromkeys(raw_columns(chart))
        if column not in dataset.metrics
    ]


def test_every_board_stands_on_the_mart(source, models, catalogue):
    assert problems(source, models, catalogue) == []


@pytest.mark.parametrize(("file", "model", "column"), _used())
def test_a_column_gone_from_the_mart_is_told_with_the_chart(
    tmp_path, source, catalogue, file, model, column
):
    manifest = sample.write_manifest(tmp_path / "manifest.json", without=(model, column))
    with pytest.raises(BundleInvalid) as refused:
        validate(source, read_manifest(manifest), catalogue)
    assert f"{file}: mart.{model} không có cột {column}" in refused.value.problems


def test_a_metric_needs_its_column(tmp_path, source, catalogue):
    manifest = sample.write_manifest(tmp_path / "m.json", without=("board_table", "value"))
    found = problems(source, read_manifest(manifest), catalogue)
    assert "datasets/board_table.yaml: mart.board_table không có cột value" in found


def test_sql_in_a_chart_is_refused(source, models, catalogue):
    params = dict(source.dashboards["kt-xh"].charts["cac-nam"].params)
    for bad in (
        {"metrics": [{"expressionType": "SQL", "sqlExpression": "SUM(value)", "label": "x"}]},
        {"groupby": [{"expressionType": "SQL", "sqlExpression": "lower(year)", "label": "x"}]},
        {"adhoc_filters": [{"expressionType": "SQL", "sqlExpression": "1=1", "subject": "year"}]},
    ):
        broken = _changed(source, "kt-xh", "cac-nam", params={**params, **bad})
        found = problems(broken, models, catalogue)
        assert any("SQL" in p and "cac-nam.yaml" in p for p in found), bad


def test_an_unknown_metric_dataset_field_or_link_is_told(source, models, catalogue):
    chart = source.dashboards["kt-xh"].charts["cac-nam"]
    tiles = source.dashboards["bang-chinh"].charts["o-chi-tieu"]
    cases = [
        (_changed(source, "kt-xh", "cac-nam", params={**chart.params, "metrics": ["tong"]}),
         "không có độ đo tong"),
        (_changed(source, "kt-xh", "cac-nam", dataset="khong_co"), "không có tập dữ liệu khong_co"),
        (_changed(source, "bang-chinh", "o-chi-tieu", template=tiles.template + "{{this.xyz}}"),
         "dùng trường xyz"),
        (_changed(source, "bang-chinh", "o-chi-tieu",
                  template=tiles.template + "[[kt-xh|Huyện|this.indicator_name]]"),
         "bộ lọc Huyện của bảng kt-xh không có"),
    ]  # fmt: skip
    for broken, expected in cases:
        assert any(expected in p for p in problems(broken, models, catalogue)), expected


def test_the_filter_needs_its_indicator_in_the_catalogue(source, models, catalogue):
    without = {k: v for k, v in catalogue.items() if k != "ban_le_tong_muc"}
    assert problems(source, models, without) == [
        "dashboards/kt-xh/dashboard.yaml: danh mục không có chỉ tiêu ban_le_tong_muc"
    ]


def test_a_board_too_full_or_misplaced_is_refused(source, models, catalogue):
    board = source.dashboards["kt-xh"]
    charts = {
        f"c{n}": dataclasses.replace(board.charts["cac-nam"], name=f"c{n}") for n in range(25)
    }
    rows = tuple(Row(10, (Placement(name, 12),)) for name in charts)
    full = dataclasses.replace(board, charts=charts, rows=rows)
    wide = dataclasses.replace(board, rows=(Row(10, (Placement("cac-nam", 13),)),))

    def told(changed: Dashboard) -> str:
        swapped = dataclasses.replace(source, dashboards={**source.dashboards, "kt-xh": changed})
        return "\n".join(problems(swapped, models, catalogue))

    assert "25 biểu đồ, quá 24" in told(full)
    assert "rộng quá 12 phần" in told(wide)
    assert "bang-thang.yaml (kt-xh): không nằm trên bảng nào" in told(wide)


def test_the_main_board_never_asks_for_more_than_nine_tiles(source):
    charts = source.dashboards["bang-chinh"].charts
    limits = {name: chart.params["row_limit"] for name, chart in charts.items()}
    assert limits == {"can-chu-y": 3, "o-chi-tieu": 9}


def test_the_rows_of_a_tab_stand_in_it(source, models, catalogue):
    files = build_bundle(source, models, catalogue, URI).files
    board = source.dashboards["canh-bao-don-doc"]
    tree = yaml.safe_load(files["dashboards/canh-bao-don-doc.yaml"])["position"]
    assert tree["ROOT_ID"]["children"] == ["TABS"] and tree["GRID_ID"]["children"] == []
    shown = {
        tree[tab]["meta"]["text"]: [
            chart.removeprefix("CHART-") for row in tree[tab]["children"]
            for chart in tree[row]["children"]
        ]
        for tab in tree["TABS"]["children"]
    }  # fmt: skip
    titles = dict.fromkeys(row.tab for row in board.rows)
    assert list(shown) == list(titles) and len(shown) > 1
    for title, charts in shown.items():
        rows = [row for row in board.rows if row.tab == title]
        assert charts == [place.chart for row in rows for place in row.charts]
        for chart in charts:
            tab = tree[f"CHART-{chart}"]["parents"][2]
            assert tree[tab]["meta"]["text"] == title


def test_identities_are_stable(source, models, catalogue):
    bundle = build_bundle(source, models, catalogue, reading_uri(URI))
    other = build_bundle(source, models, catalogue, reading_uri("postgresql://a:b@localhost/kho"))
    for kind in ("databases", "datasets", "charts", "dashboards"):
        assert getattr(bundle, kind) == getattr(other, kind)
    # written down: a board linked from a letter must be the same board next year
    assert stable_uuid("dashboard", "bang-chinh") == "9885f591-272c-5b06-9e49-01e0eeaab2aa"
    assert stable_uuid("chart", "kt-xh", "cac-nam") == "56e5eb39-591a-5fa4-871a-7c4de6cc8d37"
    every = [*bundle.databases, *bundle.datasets, *bundle.charts, *bundle.dashboards]
    assert len(set(every)) == len(every)


def test_the_same_boards_give_the_same_bytes(source, models, catalogue):
    once = build_bundle(source, models, catalogue, URI)
    again = build_bundle(read_source(), models, catalogue, URI)
    assert once.zipped() == again.zipped()
    assert once.fingerprint() == again.fingerprint()
    touched = _changed(source, "bang-chinh", "o-chi-tieu", title="Khác")
    assert build_bundle(touched, models, catalogue, URI).fingerprint() != once.fingerprint()


def test_every_chart_carries_its_query(source, models, catalogue):
    bundle = build_bundle(source, models, catalogue, URI)
    with zipfile.ZipFile(io.BytesIO(bundle.zipped())) as archive:
        names = archive.namelist()
    assert sum("/charts/" in name for name in names) == len(bundle.charts) > 12
    for name, text in bundle.files.items():
        if name.startswith("charts/"):
            assert "query_context: null" not in text
            assert not re.search(r"\bselect\b.+\bfrom\b", text, re.I | re.S), name


def test_only_a_filter_with_a_default_is_required(source, models, catalogue):
    bundle = build_bundle(source, models, catalogue, URI)
    for board in source.dashboards.values():
        metadata = yaml.safe_load(bundle.files[f"dashboards/{board.slug}.yaml"])["metadata"]
        for item, built in zip(board.filters, metadata["native_filter_configuration"], strict=True):
            chosen = built["defaultDataMask"]["filterState"]["value"]
            opens = bool(item.default or item.default_indicator)
            assert built["controlValues"]["enableEmptyFilter"] == opens
            assert bool(chosen) == opens, item.name


def test_a_table_shows_numbers_and_dates_as_the_mart_says(source, models, catalogue):
    files = build_bundle(source, models, catalogue, URI).files
    inbox = yaml.safe_load(files["charts/chat-luong-du-lieu.hop-viec.yaml"])["params"]
    assert inbox["column_config"]["period"]["d3TimeFormat"] == "%m/%Y"
    ladder = yaml.safe_load(files["charts/nguon-du-lieu.thang-nguon.yaml"])["params"]
    assert ladder["column_config"]["blocked_since"]["d3TimeFormat"] == "%d/%m/%Y"
    months = yaml.safe_load(files["charts/kt-xh.bang-thang.yaml"])["params"]
    assert months["column_config"]["yoy_pct"]["d3NumberFormat"] == "+,.2f"


def test_tables_show_words_instead_of_true_and_false(source, models):
    for board in source.dashboards.values():
        for chart in board.charts.values():
            if chart.viz_type == "table":
                model = models[source.datasets[chart.dataset].model]
                shown = [model.columns[c] for c in chart.params.get("all_columns", [])]
                assert all(c.data_type != "boolean" for c in shown), chart.file


def test_fields_of_a_template_are_found():
    template = (
        '{{#each data}}{{#if (gt this.a 1000)}}{{formatNumber this.b "vi-VN"}}{{/if}}'
        "{{> so x=this.c}}{{! d }}[[kt-xh|Chỉ tiêu|this.e]]{{/each}}{{#if @first}}{{f}}{{/if}}"
        '{{#*inline "so"}}{{x}}{{/inline}}'
    )
    assert template_fields(template) == {"a", "b", "c", "e", "f"}


def test_addresses_are_made_read_only():
    duck = reading_uri("duckdb:////k/kho.duckdb?access_mode=read_write")
    assert duck.startswith("duckdb:////k/kho.duckdb?access_mode=read_only&")
    assert "enable_external_access=false" in duck
    timeout = "-c%20statement_timeout%3D30000"
    plain = reading_uri("postgresql://u:p%40@h/kho")
    assert plain == f"postgresql+psycopg2://u:p%40@h/kho?options={timeout}"
    as_reader = reading_uri("postgres://u:p@h/kho?options=-c%20role%3Dkho_reader&sslmode=require")
    assert f"options=-c%20role%3Dkho_reader%20{timeout}&sslmode=require" in as_reader
    for bad in ("duckdb:///relative.duckdb", "mysql://x/y", "", "duckdb:///:memory:"):
        with pytest.raises(BoardError):
            reading_uri(bad)


def test_a_missing_environment_is_one_line_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("KHO_SUPERSET_VENV", str(tmp_path / "nowhere"))
    with pytest.raises(SupersetMissing, match="make superset"):
        superset_python()


def test_a_missing_or_broken_manifest_is_one_line(tmp_path):
    with pytest.raises(BoardError, match="kho run"):
        read_manifest(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BoardError, match="không phải manifest"):
        read_manifest(tmp_path / "manifest.json")


def test_a_broken_board_file_is_named(tmp_path):
    folder = tmp_path / "dashboards" / "x"
    folder.mkdir(parents=True)
    (folder / "dashboard.yaml").write_text("title: Bảng\n")
    with pytest.raises(BundleInvalid, match=r"dashboards/x/dashboard\.yaml: thiếu khóa rows"):
        read_source(tmp_path)


def test_a_tab_without_rows_is_named(tmp_path):
    folder = tmp_path / "dashboards" / "x"
    folder.mkdir(parents=True)
    (folder / "dashboard.yaml").write_text("title: Bảng\ntabs: [{title: Một, rows: []}]\n")
    with pytest.raises(BundleInvalid, match=r"dashboards/x/dashboard\.yaml: thiếu khóa rows"):
        read_source(tmp_path)


def test_a_secret_is_made_once_and_kept_private(tmp_path):
    path = tmp_path / "secret_key"
    made = kept_secret(path)
    assert len(made) >= 24 and kept_secret(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept_secret(path, given="từ ngoài") == "từ ngoài"


def test_translations_keep_their_placeholders():
    words = json.loads((PACKAGE / "language" / "vi.json").read_text(encoding="utf-8"))
    assert len(words) > 300
    holders = re.compile(r"%(?:\(\w+\))?[sd]")
    for key, text in words.items():
        assert sorted(holders.findall(key)) == sorted(holders.findall(text)), key


def test_charts_name_saved_metrics_only(source):
    for board in source.dashboards.values():
        for chart in board.charts.values():
            assert isinstance(chart, Chart)
            assert all(isinstance(metric, str) for metric in raw_metrics(chart)), chart.file


def test_the_configuration_folder_holds_no_secret():
    for path in Path(PACKAGE).rglob("*.y*ml"):
        assert "sqlalchemy_uri" not in path.read_text(encoding="utf-8"), path
