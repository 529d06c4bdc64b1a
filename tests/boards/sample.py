"""A small warehouse with the board tables, for tests that need faults or several publications.

The figures are made up but plausible; the real ones come with the fixture ``built_home``.
"""

import csv
import datetime as dt
import json
import math
from pathlib import Path

import duckdb

# name, SQL type, label, unit, number format
MAIN_BOARD = [
    ("rank", "integer", "Thứ tự", "", ""),
    ("indicator_code", "text", "Mã chỉ tiêu", "", ""),
    ("indicator_name", "text", "Chỉ tiêu", "", ""),
    ("domain", "text", "Lĩnh vực", "", ""),
    ("unit", "text", "Đơn vị tính", "", ""),
    ("decimals", "integer", "Số chữ số thập phân", "", ""),
    ("area_key", "text", "Khóa địa bàn", "", ""),
    ("area_name", "text", "Địa bàn", "", ""),
    ("period_start", "date", "Ngày đầu kỳ", "", ""),
    ("period_label", "text", "Kỳ", "", ""),
    ("value", "double", "Giá trị", "", ",.2~f"),
    ("value_text", "text", "Giá trị", "", ""),
    ("yoy_pct", "double", "So với cùng kỳ", "%", "+,.2f"),
    ("yoy_text", "text", "So với cùng kỳ", "", ""),
    ("ytd_value", "double", "Lũy kế từ đầu năm", "", ",.2~f"),
    ("ytd_yoy_pct", "double", "Lũy kế so với cùng kỳ", "%", "+,.2f"),
    ("signal", "text", "Tín hiệu", "", ""),
    ("estimate_status", "text", "Mã trạng thái số liệu", "", ""),
    ("estimate_status_vi", "text", "Trạng thái số liệu", "", ""),
    ("reason", "text", "Vì sao cần xem", "", ""),
    ("fresh_until", "date", "Còn mới đến", "", ""),
    ("is_stale", "boolean", "Số liệu cũ", "", ""),
    ("source_code", "text", "Nguồn", "", ""),
    ("source_ref", "text", "Ô nguồn", "", ""),
    ("is_simulated", "boolean", "Dữ liệu mô phỏng", "", ""),
    ("publication_id", "bigint", "Bản công bố", "", ""),
]
BOARD_SERIES = [
    ("indicator_code", "text", "Mã chỉ tiêu", "", ""),
    ("indicator_name", "text", "Chỉ tiêu", "", ""),
    ("domain", "text", "Lĩnh vực", "", ""),
    ("unit", "text", "Đơn vị tính", "", ""),
    ("decimals", "integer", "Số chữ số thập phân", "", ""),
    ("area_key", "text", "Khóa địa bàn", "", ""),
    ("area_name", "text", "Địa bàn", "", ""),
    ("year", "text", "Năm", "", ""),
    ("month_no", "integer", "Tháng (số)", "", ""),
    ("month_label", "text", "Tháng", "", ""),
    ("value", "double", "Giá trị", "", ",.2~f"),
    ("yoy_pct", "double", "So với cùng kỳ", "%", "+,.2f"),
    ("estimate_status", "text", "Mã trạng thái số liệu", "", ""),
    ("source_code", "text", "Nguồn", "", ""),
    ("is_simulated", "boolean", "Dữ liệu mô phỏng", "", ""),
    ("publication_id", "bigint", "Bản công bố", "", ""),
]
BOARD_TABLE = [
    ("indicator_code", "text", "Mã chỉ tiêu", "", ""),
    ("indicator_name", "text", "Chỉ tiêu", "", ""),
    ("domain", "text", "Lĩnh vực", "", ""),
    ("unit", "text", "Đơn vị tính", "", ""),
    ("period_start", "date", "Ngày đầu kỳ", "", ""),
    ("period_label", "text", "Tháng", "", ""),
    ("value", "double", "Thực hiện", "", ",.2~f"),
    ("value_same_period_last_year", "double", "Cùng kỳ năm trước", "", ",.2~f"),
    ("yoy_pct", "double", "So với cùng kỳ", "%", "+,.2f"),
    ("yoy_pct_published", "double", "So với cùng kỳ (công bố)", "%", "+,.2f"),
    ("yoy_pct_computed", "double", "So với cùng kỳ (tự tính)", "%", "+,.2f"),
    ("yoy_source", "text", "Nguồn so sánh", "", ""),
    ("comparability", "text", "So sánh được", "", ""),
    ("value_previous_period", "double", "Tháng trước", "", ",.2~f"),
    ("mom_pct", "double", "So với tháng trước", "%", "+,.2f"),
    ("ytd_value", "double", "Lũy kế", "", ",.2~f"),
    ("ytd_yoy_pct", "double", "Lũy kế so với cùng kỳ", "%", "+,.2f"),
    ("estimate_status", "text", "Mã trạng thái số liệu", "", ""),
    ("estimate_status_vi", "text", "Trạng thái số liệu", "", ""),
    ("source_ref", "text", "Ô nguồn", "", ""),
    ("is_simulated", "boolean", "Dữ liệu mô phỏng", "", ""),
    ("publication_id", "bigint", "Bản công bố", "", ""),
]
MODELS = {"main_board": MAIN_BOARD, "board_series": BOARD_SERIES, "board_table": BOARD_TABLE}

# code, name, unit, decimals, first value, growth a year, seasonal swing
INDICATORS = [
    ("ban_le_tong_muc", "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "tỷ đồng", 0,
     420000, 0.09, 0.05),
    ("cpi_so_cung_ky", "Chỉ số giá tiêu dùng so với cùng kỳ năm trước", "%", 2, 3.1, 0.0, 0.3),
    ("lam_phat_co_ban", "Lạm phát cơ bản so với cùng kỳ năm trước", "%", 2, 2.4, 0.02, 0.2),
    ("iip_so_cung_ky", "Chỉ số sản xuất công nghiệp so với cùng kỳ năm trước", "%", 2, 7.4, 0, 0.5),
    ("xuat_khau_tong", "Kim ngạch xuất khẩu hàng hóa", "triệu USD", 0, 22000, 0.10, 0.12),
    ("ban_le_hang_hoa", "Bán lẻ hàng hóa", "tỷ đồng", 0, 330000, 0.08, 0.05),
    ("doanh_thu_luu_tru_an_uong", "Doanh thu dịch vụ lưu trú, ăn uống", "tỷ đồng", 0, 50000, 0.13,
     0.1),
    ("gia_vang", "Chỉ số giá vàng so với cùng kỳ năm trước", "%", 2, 18.2, 0.15, 0.3),
    ("xuat_khau_gao", "Xuất khẩu gạo", "nghìn tấn", 0, 520, 0.04, 0.35),
    ("gia_usd", "Chỉ số giá đô la Mỹ so với cùng kỳ năm trước", "%", 2, 2.2, 0.05, 0.9),
]
LAST = (2024, 12)


def write_manifest(path: Path, without: tuple[str, str] | None = None) -> Path:
    """Write a manifest of the three board models.

    Args:
        path: The file to write.
        without: A model and a column to leave out.

    Returns:
        The path.
    """
    nodes = {}
    for model, columns in MODELS.items():
        nodes[f"model.kho.{model}"] = {
            "resource_type": "model",
            "name": model,
            "schema": "mart",
            "fqn": ["kho", "mart", model],
            "description": "Bảng mẫu cho phép thử.",
            "columns": {
                name: {
                    "name": name,
                    "data_type": kind,
                    "description": label,
                    "config": {"meta": {"label_vi": label, "unit": unit, "format": form}},
                }
                for name, kind, label, unit, form in columns
                if (model, name) != without
            },
        }
    path.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    return path


def write_catalogue(path: Path) -> Path:
    """Write the lines of the indicator catalogue the boards look at."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["code", "name_vi"])
        writer.writerows((code, name) for code, name, *_ in INDICATORS)
    return path


def vietnamese(value: float, decimals: int, sign: bool = False) -> str:
    """Write a number with Vietnamese separators."""
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def _value(first: float, growth: float, swing: float, year: int, month: int) -> float:
    wave = math.sin(month * 1.7 + year) * 0.4 + math.sin(month / 12 * 6.283)
    trend = first * (1 + growth) ** (year - 2019 + (month - 1) / 12)
    return round(trend * (1 + swing * wave * 0.5), 4)


def _months() -> list[tuple[int, int]]:
    return [(y, m) for y in range(2019, LAST[0] + 1) for m in range(1, 13) if (y, m) <= LAST]


def write_warehouse(path: Path, publication_id: int = 1) -> Path:
    """Write a warehouse file with the three board tables.

    Args:
        path: The file to write; it must not exist.
        publication_id: Stamped on every row, and added to every value of ``main_board``.

    Returns:
        The path.
    """
    with duckdb.connect(str(path)) as db:
        db.execute("create schema mart")
        for model, columns in MODELS.items():
            fields = ", ".join(f'"{name}" {kind}' for name, kind, *_ in columns)
            db.execute(f"create table mart.{model} ({fields})")
        for rank, indicator in enumerate(INDICATORS, start=1):
            _fill(db, rank, indicator, publication_id)
    return path


def _fill(db: duckdb.DuckDBPyConnection, rank: int, indicator: tuple, publication: int) -> None:
    code, name, unit, decimals, first, growth, swing = indicator
    values = {p: _value(first, growth, swing, *p) for p in _months()}
    change = {p: _change(values, p, unit) for p in values}
    for (year, month), value in values.items():
        status = ("estimate", "Ước tính") if (year, month) == LAST else ("preliminary", "Sơ bộ")
        total = sum(v for (y, m), v in values.items() if y == year and m <= month)
        before = sum(v for (y, m), v in values.items() if y == year - 1 and m <= month)
        flow = unit != "%"
        ref = f"{year}{month:02d}.xlsx#1. Bieu!C{month}"
        db.execute(
            f"insert into mart.board_series values ({', '.join('?' * len(BOARD_SERIES))})",
            [code, name, "kt_xh", unit, decimals, "VN-00", "Cả nước", str(year), month,
             f"Tháng {month:02d}", value, change[year, month], status[0], "thong_ke", True,
             publication],
        )  # fmt: skip
        db.execute(
            f"insert into mart.board_table values ({', '.join('?' * len(BOARD_TABLE))})",
            [code, name, "kt_xh", unit, dt.date(year, month, 1), f"{month:02d}/{year}", value,
             values.get((year - 1, month)), change[year, month], change[year, month],
             change[year, month], "published", "comparable" if year > 2019 else None,
             None, None, total if flow else None,
             (total / before - 1) * 100 if flow and before else None,
             *status, ref, True, publication],
        )  # fmt: skip
    if rank <= 9:
        _tile(db, rank, indicator, values[LAST] + publication, change[LAST], publication)


def _change(values: dict, period: tuple[int, int], unit: str) -> float | None:
    if unit == "%":
        return values[period]
    before = values.get((period[0] - 1, period[1]))
    return None if before is None else round((values[period] / before - 1) * 100, 4)


def _tile(
    db: duckdb.DuckDBPyConnection,
    rank: int,
    indicator: tuple,
    value: float,
    change: float | None,
    publication: int,
) -> None:
    code, name, unit, decimals, *_ = indicator
    change = change if rank != 4 else -3.27
    text = f"{'▲' if change > 0 else '▼'} {vietnamese(abs(change), 2)} % so với cùng kỳ"
    signal = ["good", "warn", "none", "alarm", "good", "none", "good", "warn", "none"][rank - 1]
    reason = {
        "good": "Tăng nhanh hơn bình quân ba năm trước.",
        "warn": "Gần ngưỡng cảnh báo, cần theo dõi trong tháng tới.",
        "alarm": "Giảm tháng thứ hai liên tiếp, lệch xa kịch bản tăng trưởng cả năm.",
        "none": "Chỉ tiêu trọng tâm của tháng, chưa có biến động bất thường.",
    }[signal]
    stale = rank == 9
    db.execute(
        f"insert into mart.main_board values ({', '.join('?' * len(MAIN_BOARD))})",
        [rank, code, name, "kt_xh", unit, decimals, "VN-00", "Cả nước", dt.date(2024, 12, 1),
         "12/2024", value, f"{vietnamese(value, decimals)} {unit}", change, text, value * 11.4,
         7.8, signal, "estimate", "Ước tính", reason,
         dt.date(2025, 1, 10) if stale else dt.date(2025, 2, 10), stale, "thong_ke",
         "202412.xlsx#1. Bieu!C10", True, publication],
    )  # fmt: skip
