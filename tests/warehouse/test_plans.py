"""Plans, revisions and gaps between changes: figures worked by hand from the real workbooks."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection

pytestmark = pytest.mark.real_data

VON_NSNN = "indicator_code = 'von_nsnn' and basis = 'as_published' and area_key = 'VN-00'"
YEAR_2024 = "period_type = 'year' and period_start = date '2024-01-01'"


@pytest.fixture
def mart(built_warehouse: Path) -> Iterator[Connection]:
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        yield connection


def one(mart: Connection, sql: str) -> tuple[Any, ...]:
    rows = mart.execute(sql).fetchall()
    assert len(rows) == 1, (sql, rows)
    return rows[0]


def test_the_plan_of_january_is_the_printed_one(mart: Connection) -> None:
    row = one(
        mart,
        "select plan_value, plan_basis, plan_no, value, plan_pct, plan_pct_published, months_left,"
        f" required_run_rate, path_kind, path_years, outcome, sentence from mart.indicator_plan"
        f" where {VON_NSNN} and plan_kind = 'cong_bo' and year_no = 2025 and month_no = 1",
    )
    assert row[:4] == (Decimal("857525.6437"), "printed", 1, Decimal("35417.802"))
    # 35,417.802 / 857,525.6437 = 4.1302 %; (857,525.6437 - 35,417.802) / 11 = 74,737.08
    assert row[4:8] == (Decimal("4.13"), Decimal("4.130232"), 11, Decimal("74737"))
    assert row[8:11] == ("history", "2022, 2023, 2024", None)
    assert "Muốn đạt kế hoạch thì từ nay mỗi tháng phải đạt 74.737 tỷ đồng" in row[11]


def test_a_plan_raised_during_the_year_is_the_one_the_publisher_divides_by(
    mart: Connection,
) -> None:
    rows = mart.execute(
        "select month_no, plan_value, plan_basis, plan_pct, round(plan_pct_published, 2), outcome"
        f" from mart.indicator_plan where {VON_NSNN} and plan_kind = 'cong_bo' and year_no = 2024"
        " and month_no in (1, 12) order by month_no"
    ).fetchall()
    assert rows[0][1:3] == (Decimal("703197.055"), "printed")
    # 661,294.16324 × 100 / 84.626662 = 781,425
    assert rows[1][1:] == (
        Decimal("781425"),
        "implied",
        Decimal("84.63"),
        Decimal("84.63"),
        "not_kept",
    )


def test_the_path_is_the_mean_share_of_the_years_before(mart: Connection) -> None:
    shares = mart.execute(
        "select avg(m.value / y.value) from mart.indicator_value as m"
        " inner join mart.indicator_value as y on m.indicator_code = y.indicator_code"
        " and m.basis = y.basis and m.area_key = y.area_key and y.period_type = 'year'"
        " and year(m.period_start) = year(y.period_start)"
        " where m.indicator_code = 'von_nsnn' and m.basis = 'as_published'"
        " and m.area_key = 'VN-00' and m.period_type = 'half' and month(m.period_start) = 1"
        " and year(m.period_start) between 2021 and 2023"
    ).fetchone()
    assert shares is not None
    row = one(
        mart,
        "select path_pct, path_years, gap_to_path_points, plan_pct from mart.indicator_plan"
        f" where {VON_NSNN} and plan_kind = 'cong_bo' and year_no = 2024 and month_no = 6",
    )
    assert abs(float(row[0]) - 100 * float(shares[0])) <= 0.005
    assert row[1] == "2021, 2022, 2023"
    assert row[2] == row[3] - row[0] < 0


def test_a_target_raised_by_the_assembly_counts_from_its_month(mart: Connection) -> None:
    rows = mart.execute(
        "select month_no, plan_value, decision from mart.indicator_plan"
        " where indicator_code = 'gdp_tang_truong' and basis = 'as_published' and year_no = 2025"
        " and month_no <= 2 order by month_no"
    ).fetchall()
    assert rows == [
        (1, Decimal("6.5"), "Nghị quyết 158/2024/QH15"),
        (2, Decimal("8"), "Nghị quyết 192/2025/QH15"),
    ]


def test_a_ceiling_is_compared_as_it_stands(mart: Connection) -> None:
    row = one(
        mart,
        "select value, plan_value, gap_to_plan, plan_pct, required_run_rate, outcome"
        " from mart.indicator_plan where indicator_code = 'cpi_binh_quan'"
        " and basis = 'as_published' and year_no = 2024 and month_no = 12",
    )
    assert row[1] == Decimal("4.5") and row[2] == row[0] - row[1] < 0
    assert row[3:] == (None, None, "kept")


def test_no_plan_gives_no_number_but_a_reason(mart: Connection) -> None:
    rows = mart.execute(
        "select distinct plan_pct, plan_value, value_reason from mart.indicator_plan"
        " where indicator_code = 'khach_quoc_te' and year_no = 2022"
    ).fetchall()
    assert rows == [(None, None, "Chưa có kế hoạch loại này của năm 2022")]


def test_the_first_retail_figure_of_december_2023_and_what_became_of_it(mart: Connection) -> None:
    row = one(
        mart,
        "select first_value, first_status, current_value, current_status, revision_pct, vintages"
        " from mart.indicator_revision where indicator_code = 'ban_le_tong_muc'"
        " and source_code = 'thong_ke' and period_type = 'month'"
        " and period_start = date '2023-12-01'",
    )
    # (515,951.989246 - 565,786.311855) / 565,786.311855 = -8.81 %
    assert row == (
        Decimal("565786.311855"),
        "estimate",
        Decimal("515951.989246"),
        "preliminary",
        Decimal("-8.81"),
        2,
    )
    implied = mart.execute(
        "select count(*) from mart.indicator_revision where source_code like '%suy_ra'"
    ).fetchone()
    assert implied == (0,)


def test_the_summary_counts_every_step_between_vintages(mart: Connection) -> None:
    total = one(mart, "select sum(revisions) from mart.indicator_revision_summary")
    steps = one(mart, "select sum(vintages - 1) from mart.indicator_revision")
    assert total == steps
    assert one(
        mart,
        "select count(*) from mart.indicator_revision_summary where within_one_pct > 100"
        " or mean_absolute_revision < abs(mean_revision)",
    ) == (0,)


@pytest.mark.parametrize(
    ("indicator", "published", "computed", "explanation", "implied"),
    [
        # 6,391,002.549637 against the first release 6,231,828.066259, printed 108.959445
        ("ban_le_tong_muc", "8.959445", "2.55", "new_base", 5865487),
        # 661,294.16324 against the first release 625,318.90484, printed 103.309492
        ("von_nsnn", "3.309492", "5.75", "restated_unprinted", 640110),
    ],
)
def test_published_and_computed_change_of_2024(
    mart: Connection, indicator: str, published: str, computed: str, explanation: str, implied: int
) -> None:
    row = one(
        mart,
        "select yoy_pct_published, yoy_pct_computed, yoy_pct_first_release, explanation,"
        " prior_status, prior_vintages, is_beyond_rounding, prior_implied"
        " from mart.indicator_change_gap"
        f" where indicator_code = '{indicator}' and area_key = 'VN-00' and {YEAR_2024}",
    )
    assert row[:3] == (Decimal(published), Decimal(computed), Decimal(computed))
    assert row[3:] == (explanation, "estimate", 1, True, implied)


def test_every_published_change_of_a_level_stands_beside_a_computed_one(mart: Connection) -> None:
    missing = mart.execute(
        "select y.indicator_code, y.period_label from mart.indicator_yoy as y"
        " where y.basis = 'as_published' and y.unit <> '%' and y.yoy_pct_published > -100"
        " and y.period_start >= date '2020-01-01' and not exists ("
        " select 1 from mart.indicator_change_gap as g where g.indicator_code = y.indicator_code"
        " and g.area_key = y.area_key and g.period_type = y.period_type"
        " and g.period_start = y.period_start and g.period_end = y.period_end"
        " and g.yoy_pct_published = y.yoy_pct_published"
        " and g.yoy_pct_computed is not distinct from y.yoy_pct_computed)"
    ).fetchall()
    assert missing == []
    assert one(
        mart,
        "select count(*) filter (where is_beyond_rounding and explanation is null),"
        " count(*) filter (where yoy_pct_computed is null and value_reason is null),"
        " count(*) filter (where gap > tolerance and not is_beyond_rounding)"
        " from mart.indicator_change_gap",
    ) == (0, 0, 0)


def test_registrations_printed_beside_last_year_recompute(mart: Connection) -> None:
    # both years stand in one workbook, so what is printed can be recomputed to its decimals
    row = one(
        mart,
        "select is_beyond_rounding, explanation from mart.indicator_change_gap"
        " where indicator_code = 'dn_thanh_lap' and area_key = 'VN-00' and period_type = 'month'"
        " and period_start = date '2024-12-01'",
    )
    assert row == (False, None)
