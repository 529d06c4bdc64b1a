"""What Superset holds and answers: pushed once, pruned, read-only, always the newest figures."""

import datetime as dt
import io
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from superset_config.bundle import chart_uuid, default_value
from superset_config.environment import PACKAGE, superset_home
from superset_config.errors import BundleInvalid
from superset_config.fields import as_list
from superset_config.manifest import read_catalogue
from superset_config.source import Chart, Dashboard, read_source
from tests.boards import sample, sample_fields
from tests.boards.conftest import CATALOGUE, Boards, Superset

SOURCE = read_source()
LINES = read_catalogue(CATALOGUE)
CHARTS = [(b, c) for b in SOURCE.dashboards.values() for c in b.charts.values()]
# the fields of records are empty over the real workbooks: test_field_boards.py gives them figures
FED = [(b, c) for b, c in CHARTS if b.slug not in sample_fields.CODES or b.slug == "kt-xh"]


def choices(board: Dashboard, chart: Chart, read: Callable[[str], list]) -> list[dict[str, str]]:
    """What a reader may choose above a chart: what it opens with, then another value each."""
    model = SOURCE.datasets[chart.dataset].model
    columns = {column["name"] for column in sample.mart_models()[model]["columns"]}
    filters = [f for f in board.filters if f.column in columns and chart.name not in f.spared]
    opens = {f.column: default_value(f, LINES) for f in filters if default_value(f, LINES)}
    found = [opens]
    for item in filters:
        where = _conditions(chart, {k: v for k, v in opens.items() if k != item.column})
        sql = f"select distinct {item.column} from mart.{model} {where} order by 1"
        values = [value for (value,) in read(sql) if value not in (None, opens.get(item.column))]
        found += [{**opens, item.column: value} for value in values[len(values) // 2 :][:1]]
    return found


def is_empty(chart: Chart, read: Callable[[str], list]) -> bool:
    """Tell a chart for which nothing stands yet, such as reminders before the first."""
    model = SOURCE.datasets[chart.dataset].model
    return not read(f"select 1 from mart.{model} {_conditions(chart, {})} limit 1")


def _conditions(chart: Chart, chosen: dict[str, str]) -> str:
    def literal(value: Any) -> str:
        if isinstance(value, list):
            return f"({', '.join(literal(item) for item in value)})"
        return f"'{value}'" if isinstance(value, str) else str(value).lower()

    said = [
        f"{f['subject']} {f['operator'].replace('==', '=')} {literal(f['comparator'])}"
        for f in chart.params.get("adhoc_filters", [])
    ]
    said += [f"{column} = {literal(value)}" for column, value in chosen.items()]
    return f"where {' and '.join(said)}" if said else ""


def question(chart: Chart, chosen: dict[str, str]) -> tuple[list[str], str]:
    """The chart's question to the mart, written here by hand and not by the bundle."""
    dataset = SOURCE.datasets[chart.dataset]
    params = chart.params
    where = _conditions(chart, chosen)
    if params.get("query_mode") == "raw":
        names = params["all_columns"]
        ordered = [yaml.safe_load(pair) for pair in params.get("order_by_cols", [])]
        order = ", ".join(f"{column} {'asc' if up else 'desc'}" for column, up in ordered)
        tail = f"{where} {'order by' if order else ''} {order} limit {params['row_limit']}"
        return names, f"select {', '.join(names)} from mart.{dataset.model} {tail}"
    keys = as_list(params.get("x_axis")) + as_list(params.get("groupby"))
    asked = params.get("metrics") or [params["metric"]]
    metrics = [dataset.metrics[name] for name in asked]
    select = ", ".join([*keys, *(metric.expression for metric in metrics)])
    tail = f"{where} group by {', '.join(keys)}"
    return [*keys, *(m.name for m in metrics)], f"select {select} from mart.{dataset.model} {tail}"


def _plain(value: Any) -> Any:
    """Bring what the API and the warehouse answer to one form."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC).timestamp() * 1000
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 6)
    return value


def comparable(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)


@pytest.mark.parametrize(("board", "chart"), FED, ids=[chart.file for _, chart in FED])
def test_a_chart_answers_the_figures_of_the_mart(
    boards: Boards, superset: Superset, board: Dashboard, chart: Chart
):
    assert_parity(boards, superset, board, chart)


def assert_parity(boards: Boards, superset: Superset, board: Dashboard, chart: Chart) -> None:
    """Insist that a chart answers what the mart holds, whatever a reader chooses above it."""
    saved = superset.query_context(superset.chart_ids()[chart_uuid(board, chart)])
    for chosen in choices(board, chart, boards.rows):
        names, sql = question(chart, chosen)
        answer = superset.ask(saved, chosen)
        got = comparable([tuple(row[name] for name in names) for row in answer])
        want = comparable(boards.rows(sql))
        assert got == want, f"{chart.file}: {chosen}"
        assert want or is_empty(chart, boards.rows), f"{chart.file}: {chosen}"


def test_a_chart_answers_a_program_that_only_knows_its_number(boards: Boards, superset: Superset):
    board = SOURCE.dashboards["bang-chinh"]
    number = superset.chart_ids()[chart_uuid(board, board.charts["o-chi-tieu"])]
    data = superset.answer(f"/api/v1/chart/{number}/data/")["result"][0]["data"]
    values = boards.rows("select value_text from mart.main_board order by rank")
    assert [(row["value_text"],) for row in data] == values
    assert 1 <= len(data) <= 9


def test_the_first_push_brings_every_board(boards: Boards, superset: Superset):
    assert boards.first is not None and boards.first.changed
    pushed = (boards.first.dashboards, boards.first.charts, boards.first.datasets)
    assert pushed == (len(SOURCE.dashboards), len(CHARTS), len(SOURCE.datasets))
    found = superset.answer("/api/v1/dashboard/")["result"]
    assert {b["slug"]: b["dashboard_title"] for b in found} == {
        "bang-chinh": "Bảng chính",
        "kt-xh": "Kinh tế – xã hội",
        "hanh-chinh-cong": "Hành chính công",
        "van-ban-nhiem-vu": "Văn bản và nhiệm vụ",
        "y-te": "Y tế",
        "giao-duc": "Giáo dục",
        "moi-truong": "Tài nguyên môi trường và quan trắc",
        "chat-luong-du-lieu": "Chất lượng dữ liệu",
        "nguon-du-lieu": "Nguồn dữ liệu",
        "canh-bao-don-doc": "Cảnh báo và đôn đốc",
    }
    columns = superset.answer("/api/v1/dataset/?q=(columns:!(id,table_name))")["result"]
    number = next(c["id"] for c in columns if c["table_name"] == "board_table")
    labels = superset.answer(f"/api/v1/dataset/{number}")["result"]["columns"]
    shown = {c["column_name"]: c["verbose_name"] for c in labels}
    assert shown["yoy_pct"] == "So với cùng kỳ (%)"
    assert all(label and label != name for name, label in shown.items()), shown


def test_an_unchanged_push_starts_nothing(boards: Boards, superset: Superset):
    started = time.monotonic()
    result = boards.push()
    assert not result.changed and result.charts == len(CHARTS)
    assert boards.stages == ["đối chiếu bảng với kho"]
    assert time.monotonic() - started < 5


def test_a_push_that_does_not_fit_leaves_superset_alone(
    boards: Boards, superset: Superset, tmp_path: Path
):
    manifest = sample.write_manifest(tmp_path / "m.json", without=("board_table", "year"))
    with pytest.raises(
        BundleInvalid, match=r"cac-nam\.yaml \(kt-xh\): mart\.board_table không có cột year"
    ):
        boards.push(manifest=manifest)
    assert not boards.push().changed


def test_pushed_again_killed_or_pruned_it_ends_as_the_repository_says(
    boards: Boards, superset: Superset, tmp_path: Path
):
    before = _export(superset)
    other = _with_another_chart(tmp_path / "boards")
    assert boards.push(folder=other).charts == len(CHARTS) + 1
    by_hand = _chart_by_hand(superset)
    changed = _export(superset)
    assert "Thêm vào để thử" in str(changed) and changed != before

    _kill_push_at(boards, "nạp bảng điều hành")
    assert _export(superset) == changed, "một lần nạp bị ngắt không được để lại gì"

    result = boards.push()
    assert (result.changed, result.charts) == (True, len(CHARTS)), (
        "lần nạp bị ngắt phải được làm lại"
    )
    assert _export(superset) == before, "nạp lại lần nữa không được đổi gì"
    assert superset.client.get(f"/api/v1/chart/{by_hand}").status_code == 200
    superset.client.delete(f"/api/v1/chart/{by_hand}", headers=superset.csrf())


def _with_another_chart(folder: Path) -> Path:
    """A copy of the boards with one more chart and a changed title."""
    for name in ("databases", "datasets", "dashboards", "field_board"):
        shutil.copytree(PACKAGE / name, folder / name)
    shutil.copyfile(PACKAGE / "roles.yaml", folder / "roles.yaml")
    board = folder / "dashboards" / "nguon-du-lieu"
    chart = yaml.safe_load((board / "charts" / "thang-nguon.yaml").read_text(encoding="utf-8"))
    chart["name"] = "Thêm vào để thử"
    text = yaml.safe_dump(chart, allow_unicode=True)
    (board / "charts" / "them.yaml").write_text(text, encoding="utf-8")
    data = yaml.safe_load((board / "dashboard.yaml").read_text(encoding="utf-8"))
    data["rows"].append({"height": 20, "charts": [{"chart": "them", "width": 12}]})
    text = yaml.safe_dump(data, allow_unicode=True)
    (board / "dashboard.yaml").write_text(text, encoding="utf-8")
    return folder


def _chart_by_hand(superset: Superset) -> int:
    """Make a chart as a person does in Superset; a push must not take it away."""
    found = superset.answer("/api/v1/dataset/?q=(columns:!(id,table_name))")["result"]
    body = {
        "slice_name": "Của chuyên viên",
        "viz_type": "table",
        "params": "{}",
        "datasource_id": found[0]["id"],
        "datasource_type": "table",
    }
    response = superset.client.post("/api/v1/chart/", json=body, headers=superset.csrf())
    assert response.status_code == 201, response.text
    return response.json()["id"]


def _export(superset: Superset) -> dict[str, Any]:
    """Everything Superset holds of ours, as it exports it, without what differs by the clock."""
    response = superset.client.get("/api/v1/assets/export/")
    assert response.status_code == 200, response.text
    exported = {}
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        for name in archive.namelist():
            data = yaml.safe_load(archive.read(name))
            kind = name.split("/")[1]
            if kind != "metadata.yaml" and data.get("slice_name") != "Của chuyên viên":
                # names of files and of datasources carry Superset's running numbers
                exported[f"{kind}/{data['uuid']}"] = data
    return exported


def _kill_push_at(boards: Boards, stage: str) -> None:
    """Push what the repository says in a process that is killed when it reaches a stage."""
    program = f"""
import os, signal, sys
from pathlib import Path
from superset_config.sync import sync_boards
def stage(name, detail):
    if detail == {stage!r}:
        os.kill(os.getpid(), signal.SIGKILL)
sync_boards(Path({str(boards.home)!r}), Path({str(boards.manifest)!r}),
    Path({str(boards.catalogue)!r}), "duckdb", "duckdb:///{boards.published}", stage)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, check=False)
    assert done.returncode == -signal.SIGKILL
    # its child dies with it: nobody goes on importing behind the next run's back
    time.sleep(1)
    assert not _running(boards.home)


def _running(home: Path) -> list[str]:
    """Importers still working for this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if b"apply.py" in command and f"KHO_HOME={home}\0".encode() in environment:
            found.append(process.name)
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "create table mart.x as select 1 as a",
        "delete from mart.main_board",
        "select * from read_csv('/etc/passwd')",
        "copy mart.main_board to '/tmp/ra-ngoai.csv'",
    ],
)
def test_a_query_can_neither_write_nor_read_other_files(
    boards: Boards, superset: Superset, sql: str
):
    number = superset.answer("/api/v1/database/")["result"][0]["id"]
    body = {"database_id": number, "sql": sql, "schema": "mart", "runAsync": False}
    response = superset.client.post("/api/v1/sqllab/execute/", json=body, headers=superset.csrf())
    assert response.status_code >= 400, response.text
    assert not Path("/tmp/ra-ngoai.csv").exists()
    fine = {**body, "sql": "select count(*) as n from mart.main_board"}
    response = superset.client.post("/api/v1/sqllab/execute/", json=fine, headers=superset.csrf())
    assert response.status_code == 200, response.text


def test_secrets_and_metadata_are_for_their_owner_only(boards: Boards, superset: Superset):
    folder = superset_home(boards.home)
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("secret_key", "admin_password", "superset.db", "state.json"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name


def test_the_page_is_vietnamese_and_lets_nothing_out(superset: Superset):
    pack = superset.answer("/superset/language_pack/vi/")
    assert pack["locale_data"]["superset"]["Loading..."] == ["Đang tải…"]
    response = httpx.get(f"{superset.url}/login/")
    policy = response.headers["content-security-policy"]
    assert "http" not in policy.replace("http-equiv", "")
    assert '<html lang="vi">' in response.text


def test_addresses_other_than_loopback_are_not_served(superset: Superset):
    port = int(superset.url.rpartition(":")[2])
    own = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False)
    for address in (a for a in own.stdout.split() if ":" not in a):
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://{address}:{port}/health", timeout=2)
