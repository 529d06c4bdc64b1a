"""What may be asked of the DuckDB warehouse, by DuckDB's own parser."""

import pytest

from superset_config.web.duckdb_guard import complaint

READ = [
    "select * from mart.x",
    "from mart.x",
    "select * from kho.mart.x",
    'select * from "MART"."X"',
    "with a as (select * from core.y) select * from a join mart.x using (k)",
    "select (select max(v) from core.y), unnest([1, 2]) from mart.x where k in (from core.y)",
    "with recursive n as (select 1 as i union all select i + 1 from n where i < 9) select * from n",
    "select * from (values (1), (2)) as v(a), range(3)",
    "describe select * from mart.x",
    "select 1; select * from core.y",
]
REFUSED = [
    "select * from hist.x",
    "from hist.x",
    'select * from "HIST"."x"',
    "select * from kho.hist.x",
    "with a as (select * from stg.x) select * from a",
    "select * from mart.x where k in (select k from raw.y)",
    "select (select max(v) from hist.y) from mart.x",
    "select exists (from hist.y) from mart.x",
    "select * from mart.x union all select * from hist.x",
    "select * from mart.x, lateral (select * from hist.x) h",
    "select * from (pivot hist.x on a using sum(b))",
    "with x as (select 1) select * from hist.x",
    "select * from x",
    "select * from query('select * from hist.x')",
    "select * from query_table('hist.x')",
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select * from duckdb_secrets()",
    "select * from duckdb_settings()",
    "select * from pragma_table_info('hist.x')",
    "select * from information_schema.tables",
    "select * from system.information_schema.tables",
    "select * from sqlite_master",
    "select * from duckdb_tables",
    "summarize hist.x",
    "describe hist.x",
    "show tables",
    "show all tables",
    "pragma database_list",
    "pragma table_info('hist.x')",
    "explain analyze select * from hist.x",
    "attach '/tmp/other.db' as o",
    "set enable_external_access = true",
    "reset access_mode",
    "copy mart.x to '/tmp/x.csv'",
    "export database '/tmp/x'",
    "install httpfs",
    "load httpfs",
    "call pragma_version()",
    "create temp table t as select * from hist.x",
    "insert into mart.x values (1)",
    "select 1; drop table mart.x",
    "prepare q as select * from hist.x",
    "execute q",
    "checkpoint",
    "select * from mart.x; from hist.x",
    "no sql at all",
]


@pytest.mark.parametrize("sql", READ)
def test_mart_and_core_are_read(sql: str):
    assert complaint(sql) == ""


@pytest.mark.parametrize("sql", REFUSED)
def test_nothing_else_is(sql: str):
    assert complaint(sql) != ""
