"""The iOffice in the warehouse: tasks worked by hand, and its rules."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors import registry
from connectors.connector import Connector, Delivery, PullContext
from connectors.landing import completed_loads, land
from expectations.quality import ensure_quality_files, quality_file
from expectations.runner import judge
from tests.support.postgres import PostgresServer
from tests.support.records import RecordsWarehouse

LOCAL = timezone(timedelta(hours=7))


def task(key: str, version: int, at: str, due: str, **more: Any) -> dict[str, Any]:
    """Give a version of a task of Sở Tài chính, told at a local moment of 2026."""
    told = datetime.fromisoformat(f"2026-{at}").replace(tzinfo=LOCAL)
    row = {
        "ma_nhiem_vu": key, "phien_ban": version, "da_xoa": False, "do_mat": "Thường",
        "so_ky_hieu_vb_giao": "52/TB-UBND", "ngay_vb_giao": date(2026, 1, 5),
        "ngay_giao": date(2026, 1, 6), "don_vi_giao": "H40.02", "don_vi_chu_tri": "H40.03",
        "han_xu_ly": date.fromisoformat(f"2026-{due}"), "trang_thai": "Đang thực hiện",
        "lan_don_doc": 0, "_known_at": told.astimezone(UTC),
    }  # fmt: skip
    return row | more


DONE = {"trang_thai": "Đã hoàn thành"}
TASKS = [
    # done in time, three days before it was due
    task("A", 1, "01-06T08:00", "01-20"),
    task("A", 2, "01-17T08:00", "01-20", **DONE, ngay_hoan_thanh=date(2026, 1, 17)),
    # reminded once, done late in February
    task("B", 1, "01-06T08:00", "01-25"),
    task("B", 2, "01-28T08:00", "01-25", lan_don_doc=1),
    task("B", 3, "02-03T08:00", "01-25", lan_don_doc=1, **DONE, ngay_hoan_thanh=date(2026, 2, 3)),
    # its day was moved to February before it came, and it stands
    task("C", 1, "01-06T08:00", "01-30"),
    task("C", 2, "01-29T08:00", "02-20"),
    # cancelled and deleted ones count for nothing that is due
    task("D", 1, "01-06T08:00", "01-15", trang_thai="Hủy"),
    task("E", 1, "01-06T08:00", "01-15"),
    task("E", 2, "01-07T08:00", "01-15", da_xoa=True),
    # the last word of the source: whatever was due by then is settled, G is done and not due yet
    task("F", 1, "03-02T08:00", "03-31", ngay_giao=date(2026, 3, 2)),
    task("G", 1, "01-06T08:00", "03-20"),
    task("G", 2, "03-01T08:00", "03-20", **DONE, ngay_hoan_thanh=date(2026, 3, 1)),
]  # fmt: skip

COUNTED = """
    select measure_code, cast(period_start as text), cast(value as integer) as value
    from msr.msr_counted
    where known_to is null and area_key = 'P40-20040708' and agency_code = '{agency}'
      and measure_code like '{measure}' and period_type = 'month' and value <> 0
    order by 1, 2
"""


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def tasks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> RecordsWarehouse:
    dsn = ""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        dsn = server.create_database("ioffice_tasks")
    made = RecordsWarehouse(tmp_path_factory.mktemp("tasks"), registry()["ioffice"].spec, dsn)
    made.land({"nhiem_vu": TASKS})
    made.build(select=["+msr_counted"])
    return made


def test_tasks_count_as_due_in_the_month_of_their_day(tasks: RecordsWarehouse) -> None:
    told = tasks.rows(COUNTED.format(agency="so_tc", measure="%"))
    assert told == [
        ("lan_don_doc", "2026-01-01", 1),
        ("nhiem_vu_den_han", "2026-01-01", 2),
        ("nhiem_vu_den_han", "2026-02-01", 1),
        ("nhiem_vu_giao", "2026-01-01", 5),
        ("nhiem_vu_giao", "2026-03-01", 1),
        ("nhiem_vu_hoan_thanh_dung_han", "2026-01-01", 1),
        ("nhiem_vu_qua_han", "2026-01-01", 1),
        ("nhiem_vu_qua_han", "2026-02-01", 1),
    ]


def test_a_due_day_is_known_the_day_after(tasks: RecordsWarehouse) -> None:
    vintages = tasks.rows(
        """
        select cast(known_from as text), cast(value as integer) from msr.msr_counted
        where measure_code = 'nhiem_vu_den_han' and agency_code = 'so_tc'
          and area_key = 'P40-20040708' and period_start = date '2026-01-01'
          and period_type = 'month' order by known_from
        """
    )
    # A on the 21st though it was done on the 17th, B on the 26th; C was moved in time
    assert [(text[:13], value) for text, value in vintages] == [
        ("2026-01-20 17", 1),
        ("2026-01-25 17", 2),
    ]


def judged(tmp_path: Path, tables: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Land rows written by hand and judge them; gives how many rows broke each rule."""
    source = registry()["ioffice"]
    content = {
        name: [pa.Table.from_pylist(rows, schema=_schema(source.spec.tables[name], rows))]
        for name, rows in tables.items()
    }
    now = datetime(2026, 3, 1, tzinfo=UTC)
    delivery = Delivery("tay", now, content, "tay", is_simulated=True)
    by_hand = Connector(source.spec, lambda _context: iter([delivery]))
    lake = tmp_path / "lake"
    land(by_hand, PullContext(now=now), lake, tmp_path / "dlt", lambda simulated: None)
    ensure_quality_files(lake, ["ioffice"])
    loads = completed_loads(lake, "ioffice")
    judge(lake, "ioffice", loads, now=now)
    results = pq.read_table(quality_file(lake, "result", "ioffice", loads[0])).to_pylist()
    return {row["rule_id"]: row["failed_rows"] for row in results if row["failed_rows"]}


def _schema(table: Any, rows: list[dict[str, Any]]) -> pa.Schema:
    schema = table.arrow_schema()
    if "_known_at" in rows[0]:
        schema = schema.append(pa.field("_known_at", pa.timestamp("us", tz="UTC")))
    return schema


def test_one_notice_with_two_years_is_asked_about(tmp_path: Path) -> None:
    """T2: 52/TB-UBND is cited with 16/02/2023 twice and with 16/02/2022 once."""
    day = {"ngay_giao": date(2023, 2, 20), "han_xu_ly": date(2023, 3, 1)}
    right = {"ngay_vb_giao": date(2023, 2, 16), **day}
    rows = [
        task("A", 1, "01-06T08:00", "01-20", **right),
        task("B", 1, "01-06T08:00", "01-20", **right),
        task("C", 1, "01-06T08:00", "01-20", **day, ngay_vb_giao=date(2022, 2, 16)),
        task("D", 1, "01-06T08:00", "01-20", **day, ngay_vb_giao=date(2022, 2, 15)),
    ]
    assert judged(tmp_path, {"nhiem_vu": rows}) == {"task_reference_consistent": 1}


def test_a_count_that_is_no_number_is_set_aside_and_asked_about(tmp_path: Path) -> None:
    """T1: «791/903 văn bản đi» is neither 791,903 nor a ratio."""
    line = {"bang": "van_ban_di", "thang": "202109", "ma_bam": "0" * 64, "khop": True}
    rows = [
        line | {"so_ban_ghi_chu": "791/903", "so_ban_ghi": None, "so_ban_ghi_kho": 791_903},
        line | {"so_ban_ghi_chu": "791.903", "so_ban_ghi": 791_903, "so_ban_ghi_kho": 791_903},
    ]
    assert judged(tmp_path, {"doi_soat": rows}) == {"count_readable": 1}


def test_a_notice_without_a_number_is_incomplete_and_keeps_no_default(tmp_path: Path) -> None:
    """T5: «Số: /TB-UBND», and the day is missing."""
    rows = [
        task("A", 1, "01-06T08:00", "01-20", so_ky_hieu_vb_giao="/TB-UBND"),
        task("B", 1, "01-06T08:00", "01-20", ngay_vb_giao=None, khong_doc_duoc="ngay_vb_giao"),
    ]
    found = judged(tmp_path, {"nhiem_vu": rows})
    assert found == {"task_reference_complete": 1, "nhiem_vu_readable": 1}


def test_a_row_that_is_not_open_holds_its_delivery_back(tmp_path: Path) -> None:
    rows = [task("A", 1, "01-06T08:00", "01-20", do_mat="Mật")]
    assert judged(tmp_path, {"nhiem_vu": rows}) == {"nhiem_vu_not_secret": 1}
