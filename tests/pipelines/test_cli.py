"""The command as people and programs call it."""

import contextlib
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipelines import chain, headless, screen, screen_errors  # noqa: F401  (imported as root)
from pipelines.cli import main
from pipelines.settings import REPOSITORY
from simulators.workbooks.publish import write_workbooks
from tests.support.users import call_as_ordinary_user

HEAVY = ("dagster", "dbt", "great_expectations", "dlt", "pandas", "superset", "sqlalchemy")


def kho(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "KHO_HOME": str(home), "COLUMNS": "200", **environment}
    return subprocess.run(
        [str(REPOSITORY / "kho"), *words], env=given, capture_output=True, text=True
    )


def one_line_of_complaint(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("Lỗi: "), done.stderr
    return lines[0]


@pytest.mark.parametrize(
    "command", ["run", "ingest", "sql", "explain", "report", "serve", "doctor", "steward"]
)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    done = kho(command, "--help", home=tmp_path)
    assert done.returncode == 0
    assert f"kho {command}" in done.stdout


@pytest.mark.parametrize("words", [["--help"], ["sql", "select 1 as mot"]])
def test_quick_commands_import_nothing_heavy(words: list[str], built_home: Path) -> None:
    script = (
        "import sys; from pipelines.cli import main\n"
        f"status = main({words!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(built_home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_wrong_calls_end_with_2_and_one_line(tmp_path: Path) -> None:
    assert "không có lệnh 'bay'" in one_line_of_complaint(kho("bay", home=tmp_path), 2)
    assert "thiếu query" in one_line_of_complaint(kho("sql", home=tmp_path), 2)
    said = one_line_of_complaint(kho("run", "--source", "khong_co", home=tmp_path), 2)
    assert "thong_ke" in said
    said = one_line_of_complaint(kho("ingest", "thong_ke", "--path", "/khong/co", home=tmp_path), 2)
    assert "/khong/co" in said


def test_before_the_first_publication_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    assert "kho run" in one_line_of_complaint(kho("sql", "select 1", home=tmp_path), 1)
    done = kho("run", home=tmp_path)
    assert done.returncode == 1 and "kho ingest" in done.stderr and "Traceback" not in done.stderr
    nobody = "postgresql://kho:sai@127.0.0.1:1/kho"
    done = kho("sql", "select 1", home=tmp_path, KHO_TARGET="postgres", KHO_PG_DSN=nobody)
    assert "KHO_PG_DSN" in one_line_of_complaint(done, 1) and "sai" not in done.stderr


def test_answers_in_three_formats(built_home: Path) -> None:
    query = "select indicator_code as ma, value from mart.main_board order by rank limit 2"
    as_json = json.loads(kho("sql", query, "--format", "json", home=built_home).stdout)
    as_csv = kho("sql", query, "--format", "csv", home=built_home).stdout.splitlines()
    as_table = kho("sql", query, home=built_home).stdout
    assert len(as_json) == 2 and as_csv[0] == "ma,value"
    for row, line in zip(as_json, as_csv[1:], strict=True):
        assert line.split(",")[0] == row["ma"] and row["ma"] in as_table
        assert float(line.split(",")[1]) == pytest.approx(row["value"])


@pytest.mark.parametrize(
    "statement",
    [
        "delete from mart.main_board",
        "create table mart.x (a int)",
        "select * from read_csv('/etc/passwd')",
        "copy mart.main_board to '/tmp/x.csv'",
        "attach '/tmp/x.db'",
    ],
)
def test_sql_only_reads_the_warehouse(built_home: Path, statement: str) -> None:
    one_line_of_complaint(kho("sql", statement, home=built_home), 1)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from mart.main_board",
        "select pg_read_file('/etc/passwd')",
        "copy mart.main_board to program 'id'",
        "select * from ops.build",
        "set transaction read write; set role none; delete from mart.main_board",
        "do $$ begin set role none; delete from mart.main_board; end $$",
    ],
)
def test_sql_only_reads_postgres(built_postgres, statement: str) -> None:
    done = kho(
        "sql",
        statement,
        home=built_postgres.home,
        KHO_TARGET="postgres",
        KHO_PG_DSN=built_postgres.postgres_dsn(),
    )
    one_line_of_complaint(done, 1)


def test_ingest_counts_what_became_of_every_cell(tmp_path: Path) -> None:
    write_workbooks(tmp_path / "wb", months=1, last_month=date(2024, 12, 1))
    (tmp_path / "wb" / "2024-12-31-hong.xlsx").write_bytes(b"khong phai xlsx")
    done = kho("ingest", "thong_ke", "--path", str(tmp_path / "wb"), home=tmp_path / "kho")
    assert done.returncode == 3, done.stderr
    assert "2024-12-31-hong.xlsx" in done.stderr
    rows = [line.strip("│").split("│") for line in done.stdout.splitlines() if line[0] == "│"]
    families = {row[0].strip(): [int(count) for count in row[1:]] for row in rows}
    assert {"ban_le", "cpi", "iip", "xuat_khau", "gdp", "doanh_nghiep", "fdi"} <= set(families)
    for mapped, _header, _ignored, unmapped in families.values():
        assert mapped > 0 and unmapped == 0


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    from pipelines.chain import Chain
    from pipelines.settings import Settings

    with Chain(Settings(home=tmp_path)).exclusive():
        assert "lệnh kho khác" in one_line_of_complaint(kho("run", home=tmp_path), 1)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """As an ordinary user: root may write everywhere."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o755)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    def run() -> tuple[int, str]:
        os.environ["KHO_HOME"] = str(closed / "kho")
        said = io.StringIO()
        screen_errors.err.file = said
        with contextlib.redirect_stderr(said):
            return main(["run"]), said.getvalue()

    status, said = call_as_ordinary_user(run)
    assert status == 1
    assert "Không có quyền" in said and str(closed) in said


def test_doctor_names_the_remedy(tmp_path: Path) -> None:
    done = kho("doctor", home=tmp_path)
    assert done.returncode == 1
    assert "✘ Nguồn thong_ke" in done.stdout and "→ chạy `kho ingest thong_ke" in done.stdout
