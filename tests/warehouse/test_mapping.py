"""Cells of the real workbooks become the right series, period and role."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from pipelines.chain import Chain
from pipelines.reader import Reader, open_reader
from pipelines.settings import Settings

pytestmark = pytest.mark.real_data

HAND_CHECKED = Path(__file__).with_name("golden_cells.csv")
MEANING = [
    "series_code",
    "area_key",
    "role",
    "period_type",
    "period_start",
    "period_end",
    "base_period",
    "estimate_status",
    "number_form",
    "unit",
    "value",
]
FIRST_FAMILIES = {"ban_le", "cpi", "iip", "xuat_khau"}
FAMILIES = 30
OUTCOMES = """
    select source_file, sheet, cell, family, status, reason, series_code, item_code, item_name,
        period_type, period_start, period_end, role, value_published, value, unit, number_form,
        estimate_status, base_period
    from core.statistic_cell
"""


def _expected() -> Iterator[dict[str, str]]:
    with HAND_CHECKED.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def test_hand_checked_cells_mean_what_a_person_read(built_reader: Reader) -> None:
    found = {
        (row["source_file"], row["sheet"], row["cell"]): row
        for row in built_reader.rows("select * from core.fct_statistic")
    }
    expected = list(_expected())
    assert len(expected) >= 1000
    assert len({row["source_file"][:7] for row in expected}) >= 12
    wrong = []
    for row in expected:
        place = (row["source_file"], row["sheet"], row["cell"])
        actual = found.get(place)
        said = actual and ["" if actual[name] is None else str(actual[name]) for name in MEANING]
        if said != [row[name] for name in MEANING]:
            wrong.append((place, [row[name] for name in MEANING], said))
    assert not wrong, (len(wrong), wrong[:5])


def test_every_numeric_cell_has_one_outcome(built_reader: Reader) -> None:
    counts = built_reader.rows(
        """select count(*) as outcomes, count(distinct file_sha || sheet || '!' || cell) as places,
            (select sum(numeric_cell_count) from hist.hist_thong_ke__file) as numbers,
            count(*) filter (where status in ('ignored', 'unmapped') and reason is null) as silent
        from core.statistic_cell_status"""
    )[0]
    assert counts["outcomes"] == counts["places"]
    assert counts["outcomes"] >= counts["numbers"] > 180_000
    assert counts["silent"] == 0


def test_nearly_every_number_in_a_table_is_mapped(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select s.family, count(*) as body,
            count(*) filter (where s.status = 'mapped') as mapped,
            count(*) filter (where s.status = 'unmapped') as unmapped
        from core.statistic_cell_status as s
        inner join hist.hist_thong_ke__cell as h
            on h.file_sha = s.file_sha and h.sheet = s.sheet and h.cell = s.cell
        where h.cell_kind = 'body'
        group by s.family"""
    )
    assert len(rows) == FAMILIES
    assert sum(row["mapped"] for row in rows) >= 0.97 * sum(row["body"] for row in rows)
    # what is neither is repeated in another cell or left in a hidden column since an older table
    shares = {r["family"]: r["mapped"] / (r["mapped"] + r["unmapped"]) for r in rows}
    assert min(shares.values()) >= 0.9, shares
    assert min(shares[family] for family in FIRST_FAMILIES) >= 0.99, shares


def test_a_number_in_a_table_is_ignored_for_few_reasons(built_reader: Reader) -> None:
    reasons = built_reader.rows(
        """select distinct case when s.reason like 'Lặp lại ô %' then 'Lặp lại ô' else s.reason end
            as reason
        from core.statistic_cell_status as s
        inner join hist.hist_thong_ke__cell as h
            on h.file_sha = s.file_sha and h.sheet = s.sheet and h.cell = s.cell
        where h.cell_kind = 'body' and s.status = 'ignored'"""
    )
    assert {row["reason"] for row in reasons} == {
        "Lặp lại ô",
        "Cột ẩn của kỳ khác, sót lại từ biểu cũ",
    }


def test_misprints_proved_by_other_files_stay_out(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select source_file, sheet, count(*) filter (where status = 'mapped') as mapped,
            count(*) filter (where reason = 'Số in lệch dòng so với nhãn ở nguồn') as shifted,
            count(*) filter (where reason like 'Cả biểu chép lại%') as copied
        from core.statistic_cell
        where source_file like '2022-12%' and sheet = '40.Vantaithang'
            or source_file like '2024-09%' and sheet = '10.SPCNquy'
        group by source_file, sheet order by source_file"""
    )
    assert [(row["shifted"], row["copied"]) for row in rows] == [(40, 0), (0, 198)]
    assert rows[0]["mapped"] > 100
    assert rows[1]["mapped"] == 0


def test_every_workbook_has_every_family(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select f.source_file, count(distinct f.family) as families
        from core.fct_statistic as f
        where f.series_code in (
            'ban_le.tong', 'cpi.chung', 'iip.toan_nganh', 'xuat_khau.tong.tri_gia'
        )
        group by f.source_file"""
    )
    assert len(rows) == 60
    assert [row for row in rows if row["families"] != 4] == []


def test_every_number_of_the_official_workbooks_belongs_to_a_family(built_reader: Reader) -> None:
    strangers = built_reader.rows(
        "select distinct source_file, sheet from core.statistic_cell_status where family is null"
    )
    assert strangers == []


def test_retail_parts_add_up_in_every_table(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select source_file, sheet, period_type, period_start,
            max(value) filter (where item_code = 'tong') as total,
            sum(value) filter (where item_code <> 'tong') as parts
        from core.fct_statistic where family = 'ban_le' and role = 'value'
        group by source_file, sheet, period_type, period_start, period_end"""
    )
    assert len(rows) > 190
    off = [row for row in rows if abs(row["total"] - row["parts"]) > row["total"] / 500]
    assert off == []


def test_export_sectors_add_up_in_every_table(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select source_file, sheet, period_type, period_start,
            max(value) filter (where item_code = 'tong') as total,
            sum(value) filter (where item_code like 'khu_vuc_%') as parts
        from core.fct_statistic where series_code like 'xuat_khau.%.tri_gia' and role = 'value'
        group by source_file, sheet, period_type, period_start, period_end"""
    )
    # October 2020 prints no sectors.
    without = {row["source_file"][:7] for row in rows if row["parts"] is None}
    assert without == {"2020-10"}
    with_parts = [row for row in rows if row["parts"] is not None]
    off = [row for row in with_parts if abs(row["total"] - row["parts"]) > row["total"] / 500]
    assert off == []


@pytest.mark.parametrize(
    ("role", "months", "at_least"), [("yoy_index", 12, 500), ("mom_index", 1, 600)]
)
def test_price_changes_are_ratios_of_their_base_indices(
    built_reader: Reader, role: str, months: int, at_least: int
) -> None:
    rows = built_reader.rows(
        f"""select y.source_file, y.series_code, y.value, n.value * 100 / p.value as chained
        from core.fct_statistic as y
        inner join core.fct_statistic as n on n.file_sha = y.file_sha
            and n.series_code = y.series_code and n.role = 'base_index'
        inner join core.fct_statistic as p on p.series_code = n.series_code
            and p.role = 'base_index' and p.base_period = n.base_period
            and p.period_start = n.period_start - interval '{months} months'
        where y.family = 'cpi' and y.role = '{role}' and y.period_type = 'month'"""
    )
    assert len(rows) >= at_least
    assert [row for row in rows if abs(float(row["value"]) - float(row["chained"])) > 0.1] == []


def test_a_month_estimated_is_near_the_same_month_restated(built_reader: Reader) -> None:
    """A column taken for its neighbour's period would put October beside November."""
    rows = built_reader.rows(
        """select a.source_file, a.period_start, a.value as estimated, b.value as restated
        from core.fct_statistic as a
        inner join core.fct_statistic as b on b.series_code = a.series_code and b.role = a.role
            and b.period_type = a.period_type and b.period_start = a.period_start
            and b.published_on > a.published_on
        where a.series_code = 'ban_le.tong' and a.role = 'value' and a.period_type = 'month'"""
    )
    assert len(rows) >= 40
    off = {
        str(row["period_start"])
        for row in rows
        if abs(row["restated"] / row["estimated"] - 1) > Decimal("0.08")
    }
    # December 2023 was restated by -8.8 % when the base changed; November 2021, estimated as
    # the lockdown was lifted, by +10.4 %.
    assert off == {"2023-12-01", "2021-11-01"}


def test_october_2024_prints_changes_under_the_header_of_indices(built_reader: Reader) -> None:
    rows = built_reader.rows(
        """select number_form, value_published, value from core.fct_statistic
        where family = 'ban_le' and role = 'yoy_index' and source_file like '2024-10-29%'"""
    )
    assert len(rows) == 10
    assert {row["number_form"] for row in rows} == {"pct_change"}
    assert all(abs(float(row["value"]) - 100 - row["value_published"]) < 1e-6 for row in rows)


def test_golden_retail_year_with_the_first_release_before(
    built_reader: Reader, golden_dir: Path
) -> None:
    items = {
        "TỔNG SỐ": "tong",
        "Dịch vụ lưu trú, ăn uống": "luu_tru_an_uong",
        "Dịch vụ khác": "dich_vu_khac",
    }
    with (golden_dir / "gso_yoy.csv").open(encoding="utf-8") as file:
        golden = [row for row in csv.DictReader(file) if row["series"].startswith("Ban_le.")]
    assert len(golden) == 3
    for row in golden:
        year = {
            (found["role"], found["year"]): found
            for found in built_reader.rows(
                """select distinct on (role, period_start) role, value_published, value,
                    cast(extract(year from period_start) as integer) as year
                from core.fct_statistic where series_code = ? and period_type = 'year'
                order by role, period_start, published_on""",
                [f"ban_le.{items[row['row_label']]}"],
            )
        }
        now, before = year["value", 2024]["value_published"], year["value", 2023]["value_published"]
        assert now == pytest.approx(float(row["value_current"]), rel=1e-9)
        assert before == pytest.approx(float(row["value_prior"]), rel=1e-9)
        assert float(year["yoy_index", 2024]["value"]) == pytest.approx(
            float(row["published_index_pct"]), abs=1e-4
        )
        assert now / before * 100 == pytest.approx(float(row["recomputed_index_pct"]), abs=1e-4)


def _outcomes(rows: list[tuple[Any, ...]]) -> set[tuple[str, ...]]:
    return {tuple(str(value) for value in row) for row in rows}


def test_both_engines_settle_every_cell_alike(built: Chain, built_postgres: Settings) -> None:
    with open_reader(built.settings) as reader:
        duckdb = _outcomes(reader.query(OUTCOMES).rows)
    connection = psycopg2.connect(built_postgres.postgres_dsn())
    try:
        with connection.cursor() as cursor:
            cursor.execute(OUTCOMES)
            postgres = _outcomes(cursor.fetchall())
    finally:
        connection.close()
    assert len(duckdb) > 180_000
    assert sorted(duckdb - postgres)[:3] == sorted(postgres - duckdb)[:3] == []
