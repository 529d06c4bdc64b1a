"""A small warehouse with the board tables, for tests that need faults or several publications.

Its columns are those of the mart's own contracts; the figures are made up but plausible (the
real ones come with the fixture ``built_home``).
"""

import csv
import datetime as dt
import functools
import json
import math
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.boards.sample_alerts import alert_rows
from tests.boards.sample_fields import field_tables, indicators
from tests.boards.sample_quality import quality_rows

MART = Path(__file__).parents[2] / "dbt_project" / "models" / "mart"
BOARD_MODELS = (
    "main_board",
    "board_table",
    "board_tile",
    "board_rank",
    "board_map",
    "quality_scorecard",
    "quality_coverage",
    "quality_issue",
    "source_status",
    "source_summary",
    "attention",
    "alert",
    "alert_month",
    "alert_rule",
    "submission",
    "reminder_count",
    "report_status",
    "report_blocker",
)

# code, name, unit, decimals, first value, growth a year, seasonal swing
INDICATORS = [
    (
        "ban_le_tong_muc",
        "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
        "tỷ đồng",
        0,
        420000,
        0.09,
        0.05,
    ),
    ("cpi_so_cung_ky", "Chỉ số giá tiêu dùng so với cùng kỳ năm trước", "%", 2, 3.1, 0.0, 0.3),
    ("lam_phat_co_ban", "Lạm phát cơ bản so với cùng kỳ năm trước", "%", 2, 2.4, 0.02, 0.2),
    ("iip_so_cung_ky", "Chỉ số sản xuất công nghiệp so với cùng kỳ năm trước", "%", 2, 7.4, 0, 0.5),
    ("xuat_khau_tong", "Kim ngạch xuất khẩu hàng hóa", "triệu USD", 0, 22000, 0.10, 0.12),
    ("ban_le_hang_hoa", "Bán lẻ hàng hóa", "tỷ đồng", 0, 330000, 0.08, 0.05),
    (
        "doanh_thu_luu_tru_an_uong",
        "Doanh thu dịch vụ lưu trú, ăn uống",
        "tỷ đồng",
        0,
        50000,
        0.13,
        0.1,
    ),
    ("gia_vang", "Chỉ số giá vàng so với cùng kỳ năm trước", "%", 2, 18.2, 0.15, 0.3),
    ("xuat_khau_gao", "Xuất khẩu gạo", "nghìn tấn", 0, 520, 0.04, 0.35),
    ("gia_usd", "Chỉ số giá đô la Mỹ so với cùng kỳ năm trước", "%", 2, 2.2, 0.05, 0.9),
]
LAST = (2024, 12)
REASONS = {
    "good": "Tăng nhanh hơn bình quân ba năm trước.",
    "warn": "Gần ngưỡng cảnh báo, cần theo dõi trong tháng tới.",
    "alarm": "Giảm tháng thứ hai liên tiếp, lệch xa kịch bản tăng trưởng cả năm.",
    "none": "Chỉ tiêu trọng tâm của tháng, chưa có biến động bất thường.",
}


@functools.cache
def mart_models() -> dict[str, dict[str, Any]]:
    """Read the board models from the contracts in the dbt project, by name."""
    models = {}
    for name in BOARD_MODELS:
        text = (MART / f"{name}.yml").read_text(encoding="utf-8")
        models[name] = next(m for m in yaml.safe_load(text)["models"] if m["name"] == name)
    return models


def write_manifest(path: Path, without: tuple[str, str] | None = None) -> Path:
    """Write a manifest of the board models, shaped as dbt writes it.

    Args:
        path: The file to write.
        without: A model and a column to leave out.

    Returns:
        The path.
    """
    nodes = {}
    for name, model in mart_models().items():
        columns = [c for c in model["columns"] if (name, c["name"]) != without]
        nodes[f"model.kho.{name}"] = {
            "resource_type": "model",
            "name": name,
            "schema": "mart",
            "fqn": ["kho", "mart", name],
            "description": model["description"],
            "columns": {column["name"]: column for column in columns},
        }
    path.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    return path


def write_catalogue(path: Path) -> Path:
    """Write the lines of the indicator catalogue the boards look at."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["code", "name_vi"])
        told = [*INDICATORS, *(line for board in indicators().values() for line in board)]
        writer.writerows({code: (code, name) for code, name, *_ in told}.values())
    return path


def vietnamese(value: float, decimals: int) -> str:
    """Write a number with Vietnamese separators."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def _value(first: float, growth: float, swing: float, year: int, month: int) -> float:
    wave = math.sin(month * 1.7 + year) * 0.4 + math.sin(month / 12 * 6.283)
    trend = first * (1 + growth) ** (year - 2019 + (month - 1) / 12)
    return round(trend * (1 + swing * wave * 0.5), 4)


def _months() -> list[tuple[int, int]]:
    return [(y, m) for y in range(2019, LAST[0] + 1) for m in range(1, 13) if (y, m) <= LAST]


def write_warehouse(path: Path, publication_id: int = 1) -> Path:
    """Write a warehouse file with the board tables.

    Args:
        path: The file to write; it must not exist.
        publication_id: Stamped on every row, and added to every value of ``main_board``.

    Returns:
        The path.
    """
    with duckdb.connect(str(path)) as db:
        db.execute("create schema mart")
        for name, model in mart_models().items():
            fields = ", ".join(f'"{c["name"]}" {c["data_type"]}' for c in model["columns"])
            db.execute(f"create table mart.{name} ({fields})")
        db.execute(
            f"create table mart.publication as select {publication_id}::bigint as publication_id, "
            "timestamptz '2025-01-10 01:00:00+00' as known_at, date '2025-01-06' as data_as_of"
        )
        for rank, indicator in enumerate(INDICATORS, start=1):
            _fill(db, rank, indicator, publication_id)
        for table, rows in field_tables(publication_id).items():
            db.register("rows", rows)
            db.execute(f"insert into mart.{table} by name select * from rows")
            db.unregister("rows")
        for table, row in [*quality_rows(publication_id), *alert_rows(publication_id)]:
            _insert(db, table, row)
    return path


def _insert(db: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    names = ", ".join(row)
    db.execute(f"insert into mart.{table} ({names}) values ({marks})", list(row.values()))


def _fill(db: duckdb.DuckDBPyConnection, rank: int, indicator: tuple, publication: int) -> None:
    code, name, unit, _, first, growth, swing = indicator
    values = {p: _value(first, growth, swing, *p) for p in _months()}
    common = {
        "indicator_code": code,
        "indicator_name": name,
        "domain": "Kinh tế",
        "unit": unit,
        "is_simulated": True,
        "publication_id": publication,
    }
    if rank <= 9:
        value, change = values[LAST] + publication, _change(values, LAST, unit)
        _insert(db, "main_board", common | _tile(rank, indicator, value, change))


def _change(values: dict, period: tuple[int, int], unit: str) -> float | None:
    if unit == "%":
        return values[period]
    before = values.get((period[0] - 1, period[1]))
    return None if before is None else round((values[period] / before - 1) * 100, 4)


_PLAN = {
    "plan_pct": 78.2,
    "plan_due_pct": 83.3,
    "plan_state": "behind",
    "plan_state_name": "▽ Chậm",
    "plan_text": "78,2 % kế hoạch năm (cần 83,3 %)",
    "plan_bar": 78.2,
}


def _tile(rank: int, indicator: tuple, value: float, change: float) -> dict[str, Any]:
    unit, decimals = indicator[2], indicator[3]
    change = change if rank != 4 else -3.27
    arrow = "▲" if change > 0 else "▼"
    signal = ["good", "warn", "none", "alarm", "good", "none", "good", "warn", "none"][rank - 1]
    return {
        "rank": rank,
        "board": "kt-xh",
        "decimals": decimals,
        "area_key": "VN-00",
        "area_name": "Cả nước",
        "period_start": dt.date(*LAST, 1),
        "period_label": f"{LAST[1]:02d}/{LAST[0]}",
        "value": value,
        "data_until": dt.date(*LAST, 31),
        "value_number": vietnamese(value, decimals),
        "value_text": f"{vietnamese(value, decimals)} {unit}",
        "yoy_pct": change,
        "yoy_text": f"{arrow} {vietnamese(abs(change), 2)} % so với cùng kỳ",
        "ytd_value": value * 11.4,
        "ytd_yoy_pct": 7.8,
        **(_PLAN if rank == 5 else {}),
        "line_now": "M0.0 40.0L0.0 40.0L20.0 31.5L40.0 8.0",
        "line_last": "M0.0 48.0L0.0 48.0L220.0 36.0",
        "line_before": None if rank == 7 else "M0.0 44.0L0.0 44.0L220.0 47.5",
        "line_end_x": "40.0",
        "line_end_y": "8.0",
        "signal": signal,
        "seat_kind": "hot" if signal in {"warn", "alarm"} else "core",
        "importance": 1,
        "novelty": 1,
        "months_in_state": 1,
        "estimate_status": "estimate",
        "estimate_status_vi": "Ước tính",
        "reason": REASONS[signal],
        "fresh_until": dt.date(2025, 1, 10) if rank == 9 else dt.date(2025, 2, 10),
        "is_stale": rank == 9,
        "source_code": "thong_ke",
        "source_ref": "2024-12.xlsx#Biểu 1!C10",
    }
