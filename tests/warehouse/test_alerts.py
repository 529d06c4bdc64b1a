"""The alerts that the real workbooks should have raised, read in the published warehouse."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection

from pipelines.alerting.addressees import unknown_agencies
from pipelines.asking import ask
from pipelines.chain import Chain
from pipelines.outbox.recipients import Recipient
from pipelines.reader import Reader
from pipelines.settings import REPOSITORY

pytestmark = pytest.mark.real_data

RETAIL = "rule_id = 'ban_le_tong_muc__so_cung_ky'"


@pytest.fixture
def mart(built_warehouse: Path) -> Iterator[Connection]:
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.mark.parametrize("rule", ["ban_le_tong_muc__so_cung_ky", "van_tai_hanh_khach__so_cung_ky"])
@pytest.mark.parametrize("month", ["2020-04-30", "2021-08-31", "2021-09-30"])
def test_retail_and_passengers_burn_in_the_months_of_the_epidemic(
    mart: Connection, rule: str, month: str
) -> None:
    rows = mart.execute(
        "select level, is_corrected from mart.alert"
        f" where rule_id = '{rule}' and area_key = 'VN-00' and fired_period_end <= date '{month}'"
        f" and resolved_period_end > date '{month}'"
    ).fetchall()
    assert rows == [("alarm", False)]


def test_one_oscillation_is_one_alert_with_its_worst_month(mart: Connection) -> None:
    rows = mart.execute(
        "select fired_period_start, fired_reading, worst_reading, resolved_period_end, fired_at,"
        " state, periods, due_date, legal_act"
        f" from mart.alert where {RETAIL} order by 1"
    ).fetchall()
    law = "Nghị định 94/2022/NĐ-CP; Nghị định 62/2024/NĐ-CP"
    # published on 29 April: 30 April and 1 May are days off, so the fifth working day is 8 May
    assert rows == [
        (
            date(2020, 4, 1), Decimal(-26), Decimal(-26), date(2020, 7, 31),
            datetime(2020, 4, 28, 17, tzinfo=UTC), "resolved", 3, date(2020, 5, 8), law,
        ),
        # June to November 2021; October has no change on last year
        (
            date(2021, 6, 1), Decimal("-6.65"), Decimal("-33.7"), date(2022, 1, 31),
            datetime(2021, 6, 28, 17, tzinfo=UTC), "resolved", 7, date(2021, 7, 6), law,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "fired_end", "reading"),
    [
        # 48.80 % of the plan done where the path of the years before has 56.53 %
        ("von_nsnn__ke_hoach", "2024-08-31", "-7.73"),
        # (770,903 - 495,926.4) / 2 months left, over 495,926.4 / 10 months gone
        ("von_nsnn__nhip_can_dat", "2024-10-31", "277.24"),
        # the month's own workbook is missing: first printed on 29 September
        ("ban_le_tong_muc__so_lieu_cham", "2024-08-31", "29"),
        # 0.8811 where 0.2801, 0.0743 and 0.2479 were (mean 0.2008, deviation 0.1107)
        ("cpi_so_thang_truoc__bat_thuong", "2023-08-31", "6.15"),
    ],
)
def test_each_kind_of_rule_reads_what_it_says(
    mart: Connection, rule: str, fired_end: str, reading: str
) -> None:
    rows = mart.execute(
        "select fired_reading from mart.alert"
        f" where rule_id = '{rule}' and fired_period_end = date '{fired_end}'"
    ).fetchall()
    assert rows == [(Decimal(reading),)]


def test_a_merged_departments_alert_is_its_successors(mart: Connection) -> None:
    rows = mart.execute(
        "select distinct responsible_then_code, responsible_code from mart.alert"
        " where rule_id = 'van_tai_hanh_khach__so_cung_ky'"
    ).fetchall()
    assert rows == [("so_gtvt", "so_xd")]


def test_the_steps_of_every_alert_follow_one_another(mart: Connection) -> None:
    broken = mart.execute(
        "select t.alert_id from (select *, lag(to_state) over (partition by alert_id"
        " order by step_no) as earlier from mart.alert_transition) as t"
        " where t.from_state <> coalesce(t.earlier, 'normal')"
        " union all select a.alert_id from mart.alert as a where not exists ("
        " select 1 from mart.alert_transition as t where t.alert_id = a.alert_id)"
    ).fetchall()
    assert broken == []
    gap = mart.execute(
        "select period_end, from_state, to_state from mart.alert_transition as t"
        f" inner join mart.alert as a using (alert_id) where {RETAIL}"
        " and 'no_data' in (from_state, to_state) order by period_end"
    ).fetchall()
    assert gap == [
        (date(2020, 5, 31), "firing", "no_data"),
        (date(2020, 6, 30), "no_data", "firing"),
        (date(2021, 10, 31), "firing", "no_data"),
        (date(2021, 11, 30), "no_data", "firing"),
    ]


def test_a_restated_path_takes_an_alert_back_and_keeps_what_was_told(mart: Connection) -> None:
    rows = mart.execute(
        "select area_name, fired_at, resolved_at = corrected_at, state_name,"
        " message like '%Đã đính chính%' from mart.alert where is_corrected"
        " and indicator_code = 'von_nsnn_dia_phuong' order by fired_at"
    ).fetchall()
    assert (
        "Hà Nội", datetime(2023, 8, 28, 17, tzinfo=UTC), True, "Đã đính chính", True,
    ) in rows  # fmt: skip


def test_a_missing_workbook_is_one_item_of_its_source(mart: Connection) -> None:
    rows = mart.execute(
        "select source_code, responsible_code, fired_reading, resolved_period_end from mart.alert"
        " where kind = 'no_data' and fired_period_start = date '2020-05-01'"
    ).fetchall()
    assert rows == [("thong_ke", "cuc_thong_ke", Decimal(100), date(2020, 6, 30))]


def test_what_one_publication_raised_is_one_group(mart: Connection) -> None:
    rows = mart.execute(
        "select count(*), min(group_size), max(group_size), count(distinct source_code),"
        " count(distinct cast(fired_at as date)) from mart.alert where fired_at is not null"
        " group by group_id"
    ).fetchall()
    assert all(size == low == high and (sources, days) == (1, 1)
               for size, low, high, sources, days in rows)  # fmt: skip
    assert max(row[0] for row in rows) >= 20


def test_an_open_alert_and_the_signal_of_its_last_month_say_the_same(mart: Connection) -> None:
    differing = mart.execute(
        "select a.rule_id, a.last_period_end, y.signal from mart.alert as a"
        " inner join mart.indicator_yoy as y on a.indicator_code = y.indicator_code"
        " and a.area_key = y.area_key and a.agency_code = y.agency_code"
        " and y.basis = 'as_published' and a.period_type = y.period_type"
        " and a.last_period_end = y.period_end"
        " where a.state = 'pending' and a.kind <> 'late' and y.signal not in ('warn', 'alarm')"
    ).fetchall()
    assert differing == []


def test_the_guide_prints_what_its_commands_answer(
    built: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = (REPOSITORY / "docs" / "canh-bao.md").read_text(encoding="utf-8")
    asked = re.findall(
        r'```sh\n\./kho sql "([^\n]*)" --format csv\n```\n```csv\n(.*?)```', guide, re.DOTALL
    )
    assert len(asked) == 4
    for query, answer in asked:
        ask(built.settings, query, "csv")
        assert capsys.readouterr().out == answer


def test_a_recipient_of_no_agency_is_found(built_reader: Reader) -> None:
    people = [
        Recipient(
            name="a",
            title="A",
            channel="mail",
            address="a@b.vn",
            agency_codes=("so_ct", "so_cong_thuong", "P40-20040708"),
        ),
        Recipient(name="b", title="B", channel="mail", address="b@b.vn"),
    ]
    assert unknown_agencies(built_reader, people) == [("a", "so_cong_thuong")]
    assert unknown_agencies(built_reader, people[1:]) == []
