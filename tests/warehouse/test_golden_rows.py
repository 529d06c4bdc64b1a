"""All rows of the golden list: each printed figure is its series, and its change recomputes."""

import csv
from pathlib import Path
from typing import Any

import pytest

from pipelines.reader import Reader

pytestmark = pytest.mark.real_data

MEASURES = {
    "DN_thanh_lap.so_dn": ("doanh_nghiep.", ".thanh_lap"),
    "DN_thanh_lap.von_dk": ("doanh_nghiep.", ".thanh_lap_von"),
    "DN_thanh_lap.so_ld": ("doanh_nghiep.", ".thanh_lap_lao_dong"),
    "VDT_NSNN.luy_ke_nam": ("von_dau_tu_nsnn.", ".thuc_hien"),
    "Khach_quoc_te.luy_ke_nam": ("khach_quoc_te.", ""),
    "Ban_le.luy_ke_nam": ("ban_le.", ""),
}
PERIODS = {"2024-Y": "year", "2024-06-YTD": "half"}
# A repeated figure is settled where it first stands: «Lặp lại ô 17. Chi tieu DN!D10».
PRINTED = """
    select distinct w.series_code, w.area_key
    from core.statistic_cell as c
    inner join core.statistic_cell as w
        on w.file_sha = c.file_sha and w.status = 'mapped'
        and (w.sheet = c.sheet and w.cell = c.cell
            or c.reason = 'Lặp lại ô ' || w.sheet || '!' || w.cell)
    where c.source_file = ? and c.sheet = ? and c.item_path like '%' || ?
        and c.cell in ('C' || ?, 'D' || ?, 'E' || ?)
        and w.series_code like ? and w.role = 'value' and w.period_type = ?
"""
FIGURES = """
    select role, source_file, value_published, value,
        cast(extract(year from period_start) as integer) as year
    from core.fct_statistic
    where series_code = ? and area_key = ? and period_type = ?
        and role in ('value', 'yoy_index')
    order by published_on, published_seq
"""


def _series(reader: Reader, row: dict[str, str]) -> tuple[str, str]:
    head, tail = MEASURES[row["series"]]
    found = reader.rows(
        PRINTED,
        [
            row["source_file"],
            row["sheet"],
            row["row_label"].split(" ")[-1],
            *[row["row"]] * 3,
            f"{head}%{tail}",
            PERIODS[row["period"]],
        ],
    )
    assert len(found) == 1, (row["series"], row["row_label"], found)
    return found[0]["series_code"], found[0]["area_key"]


def _first(figures: list[dict[str, Any]], role: str, year: int, files: set[str]) -> dict[str, Any]:
    return next(
        figure
        for figure in figures
        if (figure["role"], figure["year"]) == (role, year) and figure["source_file"] in files
    )


def test_each_golden_row_is_mapped_with_its_figures(built_reader: Reader, golden_dir: Path) -> None:
    with (golden_dir / "gso_yoy.csv").open(encoding="utf-8") as file:
        golden = list(csv.DictReader(file))
    assert len(golden) == 100
    for row in golden:
        series, area = _series(built_reader, row)
        figures = built_reader.rows(FIGURES, [series, area, PERIODS[row["period"]]])
        here = {row["source_file"]}
        everywhere = {figure["source_file"] for figure in figures}
        before = _first(figures, "value", 2023, here if row["kind"] == "same_sheet" else everywhere)
        now = _first(figures, "value", 2024, here)
        change = _first(figures, "yoy_index", 2024, here)
        said = (now["value_published"], before["value_published"], float(change["value"]))
        assert said[:2] == pytest.approx(
            (float(row["value_current"]), float(row["value_prior"])), rel=1e-9
        ), (row, series)
        assert said[2] == pytest.approx(float(row["published_index_pct"]), abs=1e-4), (row, series)
        assert said[0] / said[1] * 100 == pytest.approx(
            float(row["recomputed_index_pct"]), abs=1e-4
        )
