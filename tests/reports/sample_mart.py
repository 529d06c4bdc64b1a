"""A mart in small, in memory: the columns of the contract, figures made from a formula."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pyarrow as pa

PUBLICATION = 7
MEASURES = (
    # code, name, domain, unit, decimals, level of 2019, rank
    (
        "ban_le_tong_muc",
        "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
        "Thương mại, dịch vụ",
        "tỷ đồng",
        0,
        400_000,
        1,
    ),
    ("ban_le_hang_hoa", "Bán lẻ hàng hóa", "Thương mại, dịch vụ", "tỷ đồng", 0, 300_000, None),
    ("du_lich_lu_hanh", "Du lịch lữ hành", "Thương mại, dịch vụ", "tỷ đồng", 1, 3_500, None),
    ("xuat_khau_tong", "Tổng trị giá xuất khẩu", "Xuất khẩu", "triệu USD", 0, 22_000, 2),
    ("xuat_khau_gao_luong", "Gạo – lượng xuất khẩu", "Xuất khẩu", "nghìn tấn", 1, 520, None),
)
RATES = (
    ("cpi_so_cung_ky", "CPI so với cùng kỳ năm trước", "Giá cả", 2, 3.1, 3),
    ("cpi_so_thang_truoc", "CPI so với tháng trước", "Giá cả", 2, 0.2, None),
    ("iip_so_cung_ky", "IIP so với cùng kỳ năm trước", "Công nghiệp", 2, 7.9, 4),
)
RUNNING = ("cpi_binh_quan", "CPI bình quân từ đầu năm so với cùng kỳ", "Giá cả", 2, 3.6, 5)
FIRST_YEAR, LAST = 2019, date(2024, 12, 1)

INDICATOR_YOY = """
create table mart.indicator_yoy (
  indicator_code text, indicator_name text, domain text, unit text, decimals integer,
  direction text, area_key text, area_code text, area_name text, agency_code text, basis text,
  calendar text, period_type text, period_start date, period_end date, period_label text,
  value decimal(28,6), numerator decimal(28,6), denominator decimal(28,6), estimate_status text,
  vintage_no integer, known_from timestamptz, source_code text, source_ref text,
  value_reason text, is_simulated boolean, publication_id bigint,
  value_same_period_last_year decimal(28,6), yoy_abs decimal(28,6), yoy_pct decimal(28,6),
  yoy_pct_published decimal(28,6), yoy_pct_computed decimal(28,6), yoy_source text,
  comparability text,
  value_previous_period decimal(28,6), mom_pct double, ytd_value decimal(28,6),
  ytd_yoy_pct decimal(28,6), plan_value decimal(28,6), plan_pct double, required_run_rate double,
  signal text)
"""
BOARDS = (
    "create table mart.board_series (indicator_code text, indicator_name text, domain text,"
    " unit text, decimals integer, area_key text, area_name text, year text, month_no integer,"
    " month_label text, value decimal(28,6), yoy_pct decimal(28,6), estimate_status text,"
    " source_code text, is_simulated boolean, publication_id bigint)",
    "create table mart.main_board (rank integer, indicator_code text, area_key text,"
    " publication_id bigint)",
)
# what parts III to V and the checks read; one row of each, most of them empty
_PLAN_KEY = (
    "indicator_code text, area_key text, agency_code text, basis text, calendar text,"
    " is_main boolean, year_no integer, month_no integer"
)
SYSTEMS = (
    "create table mart.area (area_key text, level text)",
    f"create table mart.indicator_plan ({_PLAN_KEY}, plan_value decimal(28,6),"
    " plan_pct decimal(28,6), gap_to_path_points decimal(28,6), publication_id bigint)",
    "create table mart.source_summary (system_count bigint, connected_count bigint,"
    " automatic_count bigint, blocked_count bigint, publication_id bigint)",
    "create table mart.source_status (system_id text, system_name text, source text,"
    " source_title text, agency_name text, mode text, last_known_on date, promise text,"
    " lag_days integer, is_promise_kept boolean, blocked_by text, needed_document text,"
    " is_in_scope boolean, publication_id bigint)",
    "create table mart.quality_scorecard (source text, source_name text, agency_code text,"
    " agency_name text, period date, dung_pct decimal(28,6), du_pct decimal(28,6),"
    " sach_pct decimal(28,6), song_pct decimal(28,6), publication_id bigint)",
    "create table mart.reminder_count (agency_name text, year integer, reminders bigint,"
    " counted bigint, standing_name text, publication_id bigint)",
    "create table mart.submission (submission_id text, agency_name text, form_name text,"
    " missing_count bigint, due_date date, status text, period_start date, publication_id bigint)",
    "create table mart.alert (alert_code text, level text, level_name text, indicator_name text,"
    " message text, responsible_name text, due_date date, overdue_name text, is_overdue boolean,"
    " is_open boolean, state text, agency_code text, area_key text, publication_id bigint)",
    "create table mart.quality_issue (issue_code text, source_name text, sentence text,"
    " agency_name text, severity text, period date, is_open boolean, first_seen timestamptz,"
    " publication_id bigint)",
    "create table mart.indicator_vintage (indicator_code text, area_key text, agency_code text,"
    " calendar text, period_type text, period_start date, period_end date, estimate_status text,"
    " known_from timestamptz, known_to timestamptz, source_ref text, publication_id bigint)",
    "insert into mart.area values ('VN-00', 'country')",
    "insert into mart.indicator_plan values ('xuat_khau_tong', 'VN-00', '_all', 'as_published',"
    f" 'calendar', true, 2024, 12, 420000, 98.765, -1.235, {PUBLICATION})",
    f"insert into mart.source_summary values (57, 10, 8, 11, {PUBLICATION})",
    "insert into mart.source_status values"
    " ('S01', 'Tổng hợp KT-XH', 'thong_ke', 'Biểu số liệu hằng tháng', 'Sở Tài chính', 'manual',"
    f" '2024-12-31', 'Hằng tháng, ngày 29', 3, true, null, null, true, {PUBLICATION}),"
    " ('S09', 'Một cửa', 'dvc', 'Hồ sơ dịch vụ công', 'Trung tâm Phục vụ hành chính công',"
    " 'automatic', '2024-12-20', 'Hằng ngày, gia hạn 1 ngày', 12, false, null, null, true,"
    f" {PUBLICATION}), ('S30', 'CSDL Tư pháp', null, null, 'Sở Tư pháp', 'none', null, null, null,"
    f" null, 'Thông báo 12', 'Văn bản cho phép kết nối', true, {PUBLICATION})",
    "insert into mart.quality_scorecard values ('dvc', 'Hồ sơ dịch vụ công', 'tt_hcc',"
    " 'Trung tâm Phục vụ hành chính công', '2024-12-01', 99.5, 100, 98.25, null,"
    f" {PUBLICATION})",
    f"insert into mart.reminder_count values ('Sở Y tế', 2024, 3, 2, 'Bình thường', {PUBLICATION})",
    "insert into mart.submission values ('s1', 'UBND xã Hải Lộc', 'Hồ sơ thủ tục hành chính', 4,"
    f" '2024-12-06', 'missing', '2024-12-01', {PUBLICATION})",
    "insert into mart.alert values ('ab12cd34', 'alarm', 'Báo động', 'Kim ngạch xuất khẩu',"
    " 'Kim ngạch xuất khẩu (Cả nước, 12/2024) thấp hơn kế hoạch 1,24 điểm %.', 'Sở Công Thương',"
    f" '2025-01-03', 'Quá hạn 3 ngày', true, true, 'firing', '_all', 'VN-00', {PUBLICATION})",
)


@dataclass
class SampleReader:
    """The reader's one member that reports use, over a DuckDB connection."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def sample_reader(*, simulated: bool = False, path: str = ":memory:") -> SampleReader:
    """Build the mart: 01/2019–12/2024, December 2024 with one absence of each sort."""
    connection = duckdb.connect(path)
    connection.execute("set timezone = 'UTC'")
    connection.execute("create schema mart")
    for statement in (INDICATOR_YOY, *BOARDS, *SYSTEMS):
        connection.execute(statement)
    records = [*_measures(), *_rates(), *_running()]
    for record in records:
        record |= {"is_simulated": simulated, "publication_id": PUBLICATION}
    _insert(connection, "indicator_yoy", records)
    connection.execute(
        "insert into mart.board_series select indicator_code, indicator_name, domain, unit,"
        " decimals, area_key, area_name, year(period_start)::text, month(period_start),"
        " 'Tháng ' || lpad(month(period_start)::text, 2, '0'), value, yoy_pct, estimate_status,"
        " source_code, is_simulated, publication_id from mart.indicator_yoy"
        " where period_type = 'month' and value is not null"
    )
    ranks = [(item[-1], item[0]) for item in (*MEASURES, *RATES, RUNNING) if item[-1]]
    for rank, code in ranks:
        connection.execute(
            "insert into mart.main_board values (?, ?, 'VN-00', ?)", (rank, code, PUBLICATION)
        )
    return SampleReader(connection)


def months() -> list[date]:
    """The months of the sample."""
    return [
        date(year, month, 1)
        for year in range(FIRST_YEAR, LAST.year + 1)
        for month in range(1, 13)
        if date(year, month, 1) <= LAST
    ]


def level(base: float, month: date) -> Decimal:
    """A growing, seasonal level with digits that no rounding hides."""
    age = month.year - FIRST_YEAR + (month.month - 1) / 12
    season = 1 + 0.04 * math.sin(month.month / 12 * 2 * math.pi)
    dip = 0.82 if date(2021, 7, 1) <= month <= date(2021, 9, 1) else 1.0
    return _six(base * 1.075**age * season * dip + month.month / 7)


def _absent(code: str, month: date) -> str:
    """Why the sample has no figure there, '' when it has one."""
    if month == LAST and code == "xuat_khau_gao_luong":
        return "chậm: nguồn chưa gửi số tháng 12/2024"
    if month == LAST and code == "du_lich_lu_hanh":
        return "không phát sinh"
    if month == date(2024, 11, 1) and code == "ban_le_hang_hoa":
        return "mất nguồn: không có tệp của tháng 11/2024"
    if month == date(2020, 11, 1) and code == "ban_le_tong_muc":
        return "mất nguồn: không có tệp của tháng 11/2020"
    return ""


def _measures() -> list[dict[str, object]]:
    records: list[dict[str, object]] = []
    for code, name, domain, unit, decimals, base, _ in MEASURES:
        known = {month: None if _absent(code, month) else level(base, month) for month in months()}
        for month in months():
            last_year = known.get(month.replace(year=month.year - 1))
            value = known[month]
            total = _sum(known, month)
            total_last = _sum(known, month.replace(year=month.year - 1))
            computed = _pct(value, last_year)
            published = computed + Decimal("0.31") if computed and "ban_le" in code else None
            broken = month.year == 2024 and code == "ban_le_tong_muc"
            record = _record(code, name, domain, unit, decimals, month, value)
            record |= {
                "value_same_period_last_year": last_year,
                "yoy_abs": None if value is None or last_year is None else value - last_year,
                "yoy_pct": computed if published is None else published,
                "yoy_pct_published": published,
                "yoy_pct_computed": computed,
                "yoy_source": "published" if published is not None else "computed",
                "comparability": "not_comparable" if broken else "comparable",
                "ytd_value": total,
                "ytd_yoy_pct": _pct(total, total_last),
            }
            records.append(record)
            if month.month == 1:
                continue
            cumulative = _record(code, name, domain, unit, decimals, month, total)
            records.append(
                cumulative
                | {
                    "period_type": "year" if month.month == 12 else "ytd",
                    "period_start": date(month.year, 1, 1),
                    "yoy_pct": _pct(total, total_last),
                    "yoy_source": "published" if "ban_le" in code else "computed",
                    "value_reason": None if total else "không đủ tháng để cộng",
                    "value_same_period_last_year": total_last,
                    "comparability": "comparable",
                }
            )
    return records


def _rates() -> list[dict[str, object]]:
    records: list[dict[str, object]] = []
    for code, name, domain, decimals, base, _ in RATES:
        known = {month: _six(base + 1.7 * math.sin(month.month + month.year)) for month in months()}
        for month, value in known.items():
            last_year = known.get(month.replace(year=month.year - 1))
            itself = value if code.endswith("so_cung_ky") else None
            records.append(
                _record(code, name, domain, "%", decimals, month, value)
                | {
                    "value_same_period_last_year": last_year,
                    "yoy_abs": None if last_year is None else value - last_year,
                    "yoy_pct": itself,
                    "yoy_pct_published": itself,
                    "yoy_source": "published" if itself else None,
                    "comparability": "comparable",
                }
            )
    return records


def _running() -> list[dict[str, object]]:
    """A rate that exists only from 1 January on, also for January."""
    code, name, domain, decimals, base, _ = RUNNING
    records: list[dict[str, object]] = []
    known = {month: _six(base + 0.9 * math.cos(month.month + month.year)) for month in months()}
    for month, value in known.items():
        last_year = known.get(month.replace(year=month.year - 1))
        records.append(
            _record(code, name, domain, "%", decimals, month, value)
            | {
                "period_type": "year" if month.month == 12 else "ytd",
                "period_start": date(month.year, 1, 1),
                "value_same_period_last_year": last_year,
                "yoy_abs": None if last_year is None else value - last_year,
                "yoy_pct": value,
                "yoy_pct_published": value,
                "yoy_source": "published",
                "comparability": "comparable" if last_year is not None else "not_comparable",
                "ytd_value": value,
                "ytd_yoy_pct": value,
            }
        )
    return records


def _record(
    code: str,
    name: str,
    domain: str,
    unit: str,
    decimals: int,
    month: date,
    value: Decimal | None,
) -> dict[str, object]:
    end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    row = 9 + [item[0] for item in (*MEASURES, *RATES, RUNNING)].index(code)
    return {
        "indicator_code": code,
        "indicator_name": name,
        "domain": domain,
        "unit": unit,
        "decimals": decimals,
        "area_key": "VN-00",
        "area_code": "00",
        "area_name": "Cả nước",
        "agency_code": "_all",
        "basis": "as_published",
        "calendar": "calendar",
        "period_type": "month",
        "period_start": month,
        "period_end": end,
        "period_label": f"{month.month:02d}/{month.year}",
        "value": value,
        "estimate_status": "estimate" if month == LAST else "preliminary",
        "known_from": datetime(end.year, end.month, end.day, tzinfo=UTC) - timedelta(hours=7),
        "source_code": "thong_ke",
        "source_ref": f"Bieu-{month.year}-{month.month:02d}.xlsx#{domain}!F{row}",
        "value_reason": _absent(code, month) or None,
    }


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, records: list[dict[str, object]]
) -> None:
    columns = list(dict.fromkeys(column for record in records for column in record))
    filled = [{column: record.get(column) for column in columns} for record in records]
    connection.register("arriving", pa.Table.from_pylist(filled))
    connection.execute(f"insert into mart.{table} by name select * from arriving")
    connection.unregister("arriving")


def _sum(known: dict[date, Decimal | None], month: date) -> Decimal | None:
    values = [known.get(date(month.year, number, 1)) for number in range(1, month.month + 1)]
    present = [value for value in values if value is not None]
    return sum(present, Decimal(0)) if len(present) == len(values) else None


def _pct(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    return None if value is None or base is None else _six(value / base * 100 - 100)


def _six(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
