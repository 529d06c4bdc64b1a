"""Made-up figures of every field board: its whole, its agencies and its places, month by month."""

import csv
import datetime as dt
import functools
import math
from pathlib import Path
from typing import Any

import pyarrow as pa

MONTHS = [(year, month) for year in (2022, 2023, 2024) for month in range(1, 13)]
LAST = MONTHS[-1]
BASES = {"as_published": "Như đã công bố", "current": "Địa giới hôm nay"}
SIGNALS = {
    "alarm": "◆ Cần xử lý",
    "warn": "▲ Cần theo dõi",
    "good": "● Thuận lợi",
    "none": "○ Chưa có ngưỡng",
}
WHOLE, EVERYBODY = "Toàn địa bàn", "Tất cả cơ quan"
AGENCIES = ["Sở Nội vụ", "Sở Tài chính", "Sở Xây dựng"]
PLACES = ["Xã Hưng Nguyên", "Phường Thành Vinh", "Xã Mỹ Lý", "Xã Tam Quang"]
CATALOGUE = Path(__file__).parents[2] / "dbt_project" / "seeds" / "indicators.csv"
CODES = {
    "kt-xh": ["ban_le_tong_muc", "cpi_so_cung_ky", "fdi_so_du_an"],
    "hanh-chinh-cong": ["hs_dung_han", "hs_tiep_nhan"],
    "van-ban-nhiem-vu": ["nhiem_vu_dung_han"],
    "y-te": ["luot_kham_benh"],
    "giao-duc": ["giao_vien_so_dinh_muc"],
    "moi-truong": ["pm25_24h"],
}
# what ranks a board's places, and its agencies
RANKED = {"kt-xh": ("Tỉnh", []), "hanh-chinh-cong": ("Xã", AGENCIES),
          "van-ban-nhiem-vu": ("Xã", AGENCIES)}  # fmt: skip


@functools.cache
def indicators() -> dict[str, list[tuple[str, str, str]]]:
    """Give code, name and unit of each board's indicators, as the catalogue calls them."""
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as handle:
        lines = {line["code"]: line for line in csv.DictReader(handle)}
    return {
        board: [(code, lines[code]["name_vi"], lines[code]["unit"]) for code in codes]
        for board, codes in CODES.items()
    }


def field_tables(publication: int) -> dict[str, pa.Table]:
    """Give the rows of the field boards.

    Args:
        publication: Stamped on every row.

    Returns:
        Rows by mart table; columns a table has besides are empty.
    """
    figures = [row for board in CODES for row in _figures(board)]
    tables = {
        "board_table": figures,
        "board_tile": [_tile(row) for row in figures if row["is_newest"]],
        "board_rank": [_line(row) for row in figures if _is_ranked(row)],
    }
    tables["board_map"] = [
        _circle(row, number)
        for number, row in enumerate(tables["board_rank"])
        if row["unit_kind"] != "Cơ quan"
    ]
    stamp = {"is_simulated": True, "publication_id": publication}
    return {
        name: pa.Table.from_pylist([{**row, **stamp} for row in rows])
        for name, rows in tables.items()
    }


def _figures(board: str) -> list[dict[str, Any]]:
    _, agencies = RANKED.get(board, ("", []))
    places = PLACES if board in RANKED else []
    series = [
        (WHOLE, EVERYBODY),
        *((WHOLE, a) for a in agencies),
        *((p, EVERYBODY) for p in places),
    ]
    return [
        _figure(board, indicator, basis, *one, year, month)
        for indicator in indicators()[board]
        for basis in BASES
        for one in series
        for year, month in MONTHS
    ]


def _figure(
    board: str,
    indicator: tuple[str, str, str],
    basis: str,
    area: str,
    agency: str,
    year: int,
    month: int,
) -> dict[str, Any]:
    code, name, unit = indicator
    school = board == "giao-duc"
    value = round(60 + 30 * math.sin(month * 1.7 + year + len(area) + len(agency)), 2)
    end = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return {
        "board": board,
        "board_name": board,
        "indicator_code": code,
        "indicator_name": name,
        "domain": "Lĩnh vực thử",
        "unit": unit,
        "decimals": 2,
        "basis": basis,
        "basis_name": BASES[basis],
        "calendar": "school_year" if school else "calendar",
        "calendar_name": "Năm học" if school else "Dương lịch",
        "area_key": area,
        "area_name": "Nghệ An" if area == WHOLE else area,
        "area_choice": area,
        "agency_code": "_all" if agency == EVERYBODY else agency,
        "agency_name": agency,
        "year": str(year),
        "axis_no": month,
        "axis_label": f"Tháng {month:02d}",
        "period_start": dt.date(year, month, 1),
        "period_end": end,
        "period_label": f"{month:02d}/{year}",
        "is_newest": (year, month) == LAST,
        "value": value,
        "value_same_period_last_year": value - 1.5,
        "yoy_abs": 1.5,
        "yoy_pct": None if unit == "%" else 2.25,
        "ytd_value": value,
        "signal": list(SIGNALS)[month % 4],
        "signal_name": list(SIGNALS.values())[month % 4],
        "estimate_status": "computed",
        "estimate_status_vi": "tính từ số liệu",
        "source_ref": f"{board}#{code}: {month:02d}/{year}",
    }


def _text(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


_SHARED = ("board", "indicator_code", "indicator_name", "domain", "unit", "basis", "basis_name",
           "calendar", "calendar_name", "area_key", "agency_code", "period_end", "period_label",
           "value", "signal", "signal_name")  # fmt: skip


def _tile(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _SHARED},
        **{name: row[name] for name in ("area_name", "area_choice", "agency_name")},
        "rank": 1,
        "value_text": _text(row["value"]),
        "yoy_text": "▲ 1,50 điểm % so với cùng kỳ",
        "plan_text": None,
        "is_stale": row["unit"] == "hồ sơ",
        "estimate_status_vi": row["estimate_status_vi"],
    }


def _is_ranked(row: dict[str, Any]) -> bool:
    is_unit = row["area_choice"] != WHOLE or row["agency_code"] != "_all"
    return is_unit and row["period_end"].month == 12


def _line(row: dict[str, Any]) -> dict[str, Any]:
    is_agency = row["agency_code"] != "_all"
    names = AGENCIES if is_agency else PLACES
    name = row["agency_name"] if is_agency else row["area_choice"]
    return {
        **{column: row[column] for column in _SHARED},
        "unit_kind": "Cơ quan" if is_agency else RANKED[row["board"]][0],
        "unit_name": name,
        "unit_label": name,
        "period_choice": "Kỳ mới nhất" if row["is_newest"] else f"Tháng {row['period_label']}",
        "place": names.index(name) + 1,
        "places": len(names),
        "line": names.index(name) + 1,
        "value_text": _text(row["value"]),
        "parts_text": "9 / 10",
        "yoy_text": "▲ 1,50 điểm %",
        "bar": 50,
    }


def _circle(line: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        **{name: line[name] for name in line if name not in ("agency_code", "line", "bar")},
        "level": "commune",
        "x": 100 + 37 * (number % 22),
        "y": 100 + 53 * (number % 15),
        "radius": 20,
        "heft": line["line"],
        "tone": line["signal"] if line["signal"] != "none" else "first",
        "is_named": line["line"] == 1,
        "backdrop": "M100 100h0M500 500h0M900 900h0" if line["line"] == 1 else None,
    }
