"""Figures worked out by hand from the real workbooks, read in the published warehouse."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection

pytestmark = pytest.mark.real_data

# one line per figure, read off the printed sheet
GOLDEN_VALUES = Path(__file__).with_name("golden_values.csv")
YEAR_2024 = "period_type = 'year' and period_start = date '2024-01-01'"
YEAR_2023 = "period_type = 'year' and period_start = date '2023-01-01'"


@pytest.fixture
def mart(built_warehouse: Path) -> Iterator[Connection]:
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        yield connection


def one(mart: Connection, sql: str) -> tuple[Any, ...]:
    rows = mart.execute(sql).fetchall()
    assert len(rows) == 1, (sql, rows)
    return rows[0]


def test_retail_of_2024_shows_both_changes_and_that_they_do_not_compare(mart: Connection) -> None:
    for basis in ("as_published", "current"):
        row = one(
            mart,
            "select value, value_same_period_last_year, yoy_pct, yoy_pct_published,"
            " yoy_pct_computed, yoy_source, comparability, yoy_abs, signal"
            " from mart.indicator_yoy where indicator_code = 'ban_le_tong_muc'"
            f" and basis = '{basis}' and {YEAR_2024}",
        )
        # 6,391,002.549637 / 6,231,828.066259 = 1.025542; the sheet prints 108.959445
        assert row[:2] == (Decimal("6391002.549637"), Decimal("6231828.066259"))
        assert row[2:5] == (Decimal("8.96"), Decimal("8.959445"), Decimal("2.55"))
        # no rule judges retail by the year
        assert row[5:] == ("published", "not_comparable", None, "none")


def test_first_release_of_2023_and_its_revision(mart: Connection) -> None:
    year = mart.execute(
        "select source_code, vintage_no, value, estimate_status, known_from, known_to, source_ref"
        " from mart.indicator_vintage where indicator_code = 'ban_le_tong_muc'"
        f" and {YEAR_2023} order by known_from"
    ).fetchall()
    assert [row[:4] for row in year] == [
        ("thong_ke", 1, Decimal("6231828.066259"), "estimate"),
        # 6,391,002.549637 / 1.08959445 = 5,865,487: the level the printed change rests on
        ("thong_ke_suy_ra", 1, Decimal("5865487"), "computed"),
    ]
    assert year[0][4] == datetime(2023, 12, 28, 17, tzinfo=UTC)
    assert year[0][6].endswith("#26.Tongmuc!E10")

    december = mart.execute(
        "select vintage_no, value, estimate_status, known_from, known_to, base_id"
        " from mart.indicator_vintage where indicator_code = 'ban_le_tong_muc'"
        " and source_code = 'thong_ke' and period_type = 'month'"
        " and period_start = date '2023-12-01' order by vintage_no"
    ).fetchall()
    assert [row[1] for row in december] == [Decimal("565786.311855"), Decimal("515951.989246")]
    assert [row[2] for row in december] == ["estimate", "preliminary"]
    assert december[0][4] == december[1][3] == datetime(2024, 1, 28, 17, tzinfo=UTC)
    assert december[1][4] is None
    assert december[1][5] == december[0][5] + 1


def _golden_values() -> list[dict[str, str]]:
    with GOLDEN_VALUES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "golden",
    _golden_values(),
    ids=lambda row: f"{row['indicator_code']}-{row['period_type']}-{row['period_start']}",
)
def test_value_as_printed(mart: Connection, golden: dict[str, str]) -> None:
    found = one(
        mart,
        "select value, publication_id > 0, is_simulated from mart.indicator_value"
        f" where indicator_code = '{golden['indicator_code']}' and basis = 'as_published'"
        f" and area_key = '{golden['area_key']}' and period_type = '{golden['period_type']}'"
        f" and period_start = date '{golden['period_start']}'",
    )
    assert found == (Decimal(golden["value"]), True, False)


def test_an_index_is_its_own_published_change_and_differs_in_points(mart: Connection) -> None:
    row = one(
        mart,
        "select yoy_pct, yoy_pct_published, yoy_pct_computed, yoy_source, comparability, mom_pct,"
        " round(yoy_abs, 4), ytd_value, ytd_yoy_pct from mart.indicator_yoy"
        " where indicator_code = 'cpi_so_cung_ky' and basis = 'current' and period_type = 'month'"
        " and period_start = date '2024-12-01'",
    )
    # 102.941690 - 103.581011 (December 2023) = -0.6393 points
    assert row[:6] == (
        Decimal("2.94"), Decimal("2.94169"), None, "published", "comparable", None,
    )  # fmt: skip
    assert row[6:] == (Decimal("-0.6393"), Decimal("3.626167"), Decimal("3.63"))


def test_running_total_is_summed_only_where_all_months_exist_on_one_base(mart: Connection) -> None:
    # no workbook of June 2023: six months on one base, the newest vintage of each
    months = [
        544828.987590,
        491620.856995,
        492605.778062,
        511507.489756,
        519020.060323,
        506479.735238,
    ]
    value, status = one(
        mart,
        "select value, estimate_status from mart.indicator_value where basis = 'current'"
        " and indicator_code = 'ban_le_tong_muc' and period_type = 'half'"
        " and period_start = date '2023-01-01'",
    )
    assert (float(value), status) == (pytest.approx(sum(months), abs=1e-5), "computed")
    # October 2021 has no workbook and July 2021 was restated by 7.9 %
    value, reason = one(
        mart,
        "select value, value_reason from mart.indicator_value where basis = 'current'"
        " and indicator_code = 'ban_le_tong_muc' and period_type = 'ytd'"
        " and period_end = date '2021-10-31'",
    )
    assert value is None
    assert reason == "Không cộng được lũy kế: số liệu các tháng thuộc những gốc khác nhau"


def test_a_missing_month_is_a_row_with_a_reason(mart: Connection) -> None:
    row = one(
        mart,
        "select value, value_reason, yoy_pct, comparability from mart.indicator_yoy"
        " where indicator_code = 'cpi_so_cung_ky' and basis = 'as_published'"
        " and period_type = 'month' and period_start = date '2020-05-01'",
    )
    assert row == (None, "Mất nguồn: kho chưa có biểu công bố kỳ 05/2020", None, "not_comparable")
    # and the month a year later finds no neighbour in its place
    later = one(
        mart,
        "select value_same_period_last_year, yoy_abs, comparability from mart.indicator_yoy"
        " where indicator_code = 'cpi_so_cung_ky' and basis = 'as_published'"
        " and period_type = 'month' and period_start = date '2021-05-01'",
    )
    assert later == (None, None, "not_comparable")


def test_every_month_of_every_indicator_stands_on_the_board(mart: Connection) -> None:
    rows = mart.execute(
        "select indicator_code, min(period_start), count(*), count(distinct period_start),"
        " date_diff('month', min(period_start), date '2025-01-01') + 1"
        " from mart.board_table where area_key = 'VN-00' and basis = 'as_published'"
        " and period_start between date '2019-02-01' and date '2025-01-01' group by 1"
    ).fetchall()
    assert len(rows) >= 70
    assert [row for row in rows if len(set(row[2:])) != 1] == []
    begins_later = {row[0]: row[1] for row in rows if row[1] > date(2019, 2, 1)}
    assert begins_later == {
        # first printed in March 2019
        "ton_kho_cn_so_cung_ky": date(2019, 3, 1),
        # counted another way since 2024
        "tai_nan_giao_thong": date(2024, 1, 1),
        "tai_nan_chet": date(2024, 1, 1),
        "chay_no": date(2024, 1, 1),
    }


def test_main_board_reads_as_vietnamese(mart: Connection) -> None:
    rows = mart.execute(
        "select indicator_code, rank, value_text, yoy_text, reason"
        " from mart.main_board order by rank"
    ).fetchall()
    assert 1 <= len(rows) <= 9
    assert [row[1] for row in rows] == list(range(1, len(rows) + 1))
    text = {row[0]: row[2:] for row in rows}
    assert text["ban_le_tong_muc"][:2] == ("573.316 tỷ đồng", "▲ 9,46 % so với cùng kỳ")
    assert text["cpi_so_cung_ky"][:2] == ("3,63 %", "▲ 0,26 điểm % so với cùng kỳ")
    assert text["xuat_khau_tong"][:2] == ("33.085,3 triệu USD", "▼ 4,26 % so với cùng kỳ")
    # exports fell: 5.54 % past a threshold of 0 is hotter than 4.26 %, though it ranks lower
    assert [row[0] for row in rows[:3]] == [
        "xuat_khau_fdi", "xuat_khau_tong", "xuat_khau_trong_nuoc"
    ]  # fmt: skip
    assert text["xuat_khau_tong"][2].startswith("Cần chú ý: giảm 4,26 %")
    assert all(row[4].endswith(".") for row in rows)


@pytest.mark.parametrize(
    ("indicator", "month", "signal"),
    [
        # -0.79 % and -26.00 % against the rule of -3 and -10 %
        ("ban_le_tong_muc", "2020-03-01", "good"),
        ("ban_le_tong_muc", "2020-04-01", "alarm"),
        # the workbook of May 2020 is missing: the value came later, its change never
        ("ban_le_tong_muc", "2020-05-01", "none"),
        ("van_tai_hanh_khach", "2021-09-01", "alarm"),
        # -4.26 % against 0 and -10 %
        ("xuat_khau_tong", "2025-01-01", "warn"),
        # 6.43 % under the ceiling of 4 % for 2020, 4.23 % under that of 2024
        ("cpi_so_cung_ky", "2020-01-01", "alarm"),
        ("cpi_so_cung_ky", "2024-03-01", "good"),
        # imports are neutral: no rule
        ("nhap_khau_tong", "2024-12-01", "none"),
    ],
)
def test_a_signal_is_what_the_rule_of_its_day_says(
    mart: Connection, indicator: str, month: str, signal: str
) -> None:
    found = one(
        mart,
        "select signal from mart.indicator_yoy where basis = 'as_published'"
        f" and indicator_code = '{indicator}' and area_key = 'VN-00' and period_type = 'month'"
        f" and period_start = date '{month}'",
    )
    assert found == (signal,)


def test_golden_rows_of_the_four_families(mart: Connection, golden_dir: Path) -> None:
    indicators = {
        "TỔNG SỐ": "ban_le_tong_muc",
        "Dịch vụ lưu trú, ăn uống": "ban_le_luu_tru_an_uong",
        "Dịch vụ khác": "ban_le_dich_vu_khac",
    }
    checked = 0
    with (golden_dir / "gso_yoy.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["series"].startswith("Ban_le."):
                continue
            code = indicators[row["row_label"]]
            value, published = one(
                mart,
                "select value, yoy_pct_published from mart.indicator_yoy"
                f" where indicator_code = '{code}' and basis = 'as_published' and {YEAR_2024}",
            )
            (prior,) = one(
                mart,
                "select value from mart.indicator_vintage where vintage_no = 1"
                f" and source_code = 'thong_ke' and indicator_code = '{code}' and {YEAR_2023}",
            )
            assert float(value) == pytest.approx(float(row["value_current"]), rel=1e-9)
            assert float(prior) == pytest.approx(float(row["value_prior"]), rel=1e-9)
            assert float(published) + 100 == pytest.approx(
                float(row["published_index_pct"]), abs=1e-4
            )
            assert float(value) / float(prior) * 100 == pytest.approx(
                float(row["recomputed_index_pct"]), abs=1e-4
            )
            checked += 1
    assert checked == 3


def test_figures_as_known_at_a_day_come_from_the_vintages(mart: Connection) -> None:
    known = {
        day: one(
            mart,
            "select value from mart.indicator_vintage where indicator_code = 'ban_le_tong_muc'"
            " and source_code = 'thong_ke' and period_type = 'month'"
            " and period_start = date '2023-12-01'"
            f" and known_from <= timestamptz '{day} 12:00:00+07'"
            f" and (known_to is null or known_to > timestamptz '{day} 12:00:00+07')",
        )[0]
        for day in (date(2023, 12, 29), date(2024, 1, 28), date(2024, 1, 29))
    }
    assert [round(value) for value in known.values()] == [565786, 565786, 515952]
