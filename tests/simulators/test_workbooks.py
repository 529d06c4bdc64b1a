"""The simulated workbooks must be readable, consistent in themselves and true to their ledger."""

import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from simulators.workbooks import ledger_folder, write_workbooks
from tests.simulators.conftest import Written
from tests.simulators.ledger import Entry

RETAIL_PARTS = ("ban_le", "luu_tru", "lu_hanh", "dich_vu_khac")
ROUNDING = 1e-5  # of sums of numbers printed with six decimals


def _retail(entries: Iterable[Entry], role: str, period_type: str = "month") -> list[Entry]:
    return [
        entry
        for entry in entries
        if (entry.family, entry.role, entry.period_type) == ("ban_le", role, period_type)
    ]


def _by_column(entries: Iterable[Entry]) -> dict[tuple[str, str, str], dict[str, float]]:
    """Group numbers that stand in one column of one sheet: (file, sheet, letter) → item → value."""
    columns: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for entry in entries:
        columns[entry.source_file, entry.sheet, entry.cell[0]][entry.item] = entry.printed
    return columns


def test_three_years_with_one_gap(written: Written) -> None:
    assert len(written.paths) == 35
    assert not [path for path in written.paths if path.name.startswith("2023-08")]
    hidden_truth = [entry for entry in written.ledger if not entry.source_file]
    assert {entry.family for entry in hidden_truth} == {"ban_le", "cpi", "iip", "xuat_khau"}
    assert {entry.period_end for entry in hidden_truth} == {date(2023, 8, 31)}


def test_names_carry_the_publication_date(written: Written) -> None:
    assert written.paths == sorted(written.paths)
    for entry in written.published:
        assert entry.published_on is not None
        assert entry.source_file.startswith(entry.published_on.isoformat())


def test_same_seed_same_bytes_other_seed_other_figures(written: Written, tmp_path: Path) -> None:
    again = write_workbooks(tmp_path / "again")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written.paths]
    other = write_workbooks(tmp_path / "other", months=1, seed=7)
    assert other[0].read_bytes() != written.paths[-1].read_bytes()


def test_a_further_month_changes_no_earlier_file(written: Written, tmp_path: Path) -> None:
    shifted = write_workbooks(tmp_path / "shifted", months=13, last_month=date(2025, 1, 15))
    assert [p.name for p in shifted[:-1]] == [p.name for p in written.paths[-12:]]
    assert [p.read_bytes() for p in shifted[:-1]] == [p.read_bytes() for p in written.paths[-12:]]
    assert shifted[-1].name.startswith("2025-01-29")


def test_every_printed_number_is_in_the_ledger_and_back(written: Written) -> None:
    ledger = {entry.place: entry.printed for entry in written.published}
    assert len(ledger) == len(written.published)
    beside: Counter[str] = Counter()
    found = set()
    for path in written.paths:
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            for row, values in enumerate(rows, 1):
                for column, value in enumerate(values, 1):
                    place = (path.name, sheet, f"{chr(64 + column)}{row}")
                    if place in ledger:
                        assert float(str(value)) == ledger[place], place
                        found.add(place)
                    elif isinstance(value, float):
                        year = 2018 < value < 2025
                        beside["year" if year else "stray"] += 1
    assert found == set(ledger)
    assert beside == {"year": beside["year"], "stray": 1}


def test_parts_sum_to_totals(written: Written) -> None:
    retail = _by_column(e for e in written.published if e.family == "ban_le" and e.role == "value")
    for place, items in retail.items():
        parts = sum(items[part] for part in RETAIL_PARTS)
        assert parts == pytest.approx(items["tong_so"], abs=ROUNDING), place
    exports = _by_column(e for e in written.published if (e.family, e.role, e.measure) == _EXPORTED)
    for place, items in exports.items():
        sectors = items["trong_nuoc"] + items["dau_tu_nuoc_ngoai"]
        assert sectors == pytest.approx(items["tong_tri_gia"], abs=ROUNDING), place
        foreign = items["fdi_dau_tho"] + items["fdi_hang_khac"]
        assert foreign == pytest.approx(items["dau_tu_nuoc_ngoai"], abs=ROUNDING), place
        assert items["fdi_dau_tho"] == items["dau_tho"]
        listed = sum(v for k, v in items.items() if k not in _SECTORS)
        assert 0.8 < listed / items["tong_tri_gia"] < 1.0, place


_EXPORTED = ("xuat_khau", "value", "tri_gia")
_SECTORS = ("tong_tri_gia", "trong_nuoc", "dau_tu_nuoc_ngoai", "fdi_dau_tho", "fdi_hang_khac")


def test_shares_sum_to_hundred(written: Written) -> None:
    shares = _by_column(e for e in written.published if (e.family, e.role) == ("ban_le", "share"))
    for place, items in shares.items():
        assert sum(items[part] for part in RETAIL_PARTS) == pytest.approx(100), place


def test_cumulative_is_the_sum_of_the_newest_months(written: Written) -> None:
    newest: dict[tuple[tuple[str, str, str], date], float] = {}
    checked = 0
    for day in sorted({e.published_on for e in written.published if e.published_on}):
        values = [e for e in written.published if e.published_on == day and e.role == "value"]
        newest |= {
            (e.series, e.period_start): e.printed for e in values if e.period_type == "month"
        }
        for entry in values:
            # The quarter sheets of September and December start later in the year; a cumulative
            # figure starts in January and ends with the published month.
            if (
                entry.period_type == "month"
                or (entry.period_start.year, entry.period_start.month) != (day.year, 1)
                or entry.period_end.month != day.month
                or entry.measure == "dang_ky.von_binh_quan"
            ):
                continue
            months = [date(day.year, m, 1) for m in range(1, entry.period_end.month + 1)]
            if all((entry.series, month) in newest for month in months):
                total = sum(newest[entry.series, month] for month in months)
                assert total == pytest.approx(entry.printed, abs=ROUNDING), entry
                checked += 1
    assert checked > 6000


def test_preliminary_revises_the_estimate(written: Written) -> None:
    values = _retail(written.published, "value")
    first = {(e.item, e.period_start): e for e in values if e.estimate_status == "estimate"}
    changes = {
        key: e.printed / first[key].printed - 1
        for e in values
        if e.estimate_status != "estimate" and (key := (e.item, e.period_start)) in first
    }
    restated = {key for key in changes if key[1] == date(2023, 12, 1)}
    ordinary = [abs(change) for key, change in changes.items() if key not in restated]
    assert max(ordinary) < 0.03
    # The month before the missing workbook never got its preliminary figure.
    assert sum(change > 0 for change in ordinary) > 0.95 * len(ordinary)
    assert len(restated) == 5
    assert all(abs(changes[key]) > 0.05 for key in restated)


def test_published_change_agrees_with_the_newest_values(written: Written) -> None:
    """Each index follows from the values known that day; retail on one base only."""
    newest: dict[tuple[object, ...], Entry] = {}
    checked: Counter[tuple[str, str]] = Counter()
    for day in sorted({e.published_on for e in written.published if e.published_on}):
        today = [e for e in written.published if e.published_on == day]
        newest |= {_span(e, e.period_start.year): e for e in today if e.role == "value"}
        for entry in today:
            if entry.role != "yoy_index" or entry.number_form != "index_100":
                continue
            now = newest.get(_span(entry, entry.period_start.year))
            before = newest.get(_span(entry, entry.period_start.year - 1))
            if now is None or before is None or now.base != before.base:
                continue
            index = 100 * now.printed / before.printed
            assert index == pytest.approx(entry.printed, rel=1e-9), entry
            checked[entry.family, entry.period_type] += 1
    assert checked["ban_le", "month"] > 50
    assert checked["ban_le", "year"] == 5
    assert checked["xuat_khau", "month"] > 900
    assert checked["xuat_khau", "quarter"] > 200
    assert {family for family, _ in checked} == {
        "ban_le", "xuat_khau", "nhap_khau", "doanh_nghiep", "von_dau_tu_nsnn", "van_tai",
        "khach_quoc_te", "san_pham_cn", "gdp",
    }  # fmt: skip


def _span(entry: Entry, year: int) -> tuple[object, ...]:
    months = (entry.period_start.month, entry.period_end.month)
    return entry.series, entry.period_type, year, months


def test_restatement_starts_a_new_base(written: Written) -> None:
    months = _retail(written.published, "value")
    total = {e.published_on: e for e in months if (e.item, e.period_start) == _DECEMBER}
    old, new = total[date(2023, 12, 29)], total[date(2024, 1, 29)]
    assert new.base != old.base
    assert new.printed / old.printed < 0.95
    index = next(
        e.printed
        for e in _retail(written.published, "yoy_index")
        if e.item == "tong_so" and e.period_start == date(2024, 5, 1)
    )
    assert 103 < index < 115, "the change is published on the new base, not across bases"


_DECEMBER = ("tong_so", date(2023, 12, 1))


def test_price_indices_chain(written: Written) -> None:
    """Level now = level of last month × change on last month, to the four printed decimals."""
    prices = {
        (e.item, e.role, e.period_start): e.printed
        for e in written.published
        if e.family == "cpi" and e.period_type == "month"
    }
    pairs = 0
    for (item, role, start), change in prices.items():
        before = (item, "base_index", _months_before(start, 1))
        now = (item, "base_index", start)
        if role == "mom_index" and before in prices and now in prices:
            assert prices[now] / prices[before] * 100 == pytest.approx(change, abs=6e-5)
            pairs += 1
    assert pairs > 550
    start = date(2024, 6, 1)
    year_before = prices["cpi", "base_index", date(2023, 6, 1)]
    change = 100 * prices["cpi", "base_index", start] / year_before
    assert prices["cpi", "yoy_index", start] == pytest.approx(change)


def _months_before(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


@pytest.mark.parametrize("tet", [date(2022, 2, 1), date(2023, 1, 1), date(2024, 2, 1)])
def test_production_falls_in_the_month_of_tet(written: Written, tet: date) -> None:
    change = {
        e.period_start: e.printed
        for e in written.published
        if (e.family, e.item, e.role) == ("iip", "toan_nganh", "mom_index")
    }
    assert change[tet] < 97
    assert change[_months_before(tet, -1)] > 100


def test_every_sheet_says_that_it_is_simulated(written: Written) -> None:
    for path in written.paths:
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml").decode()
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "SỐ LIỆU MÔ PHỎNG" in core
        assert "<cp:category>mo_phong</cp:category>" in core
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python()
            texts = [cell for row in rows for cell in row if isinstance(cell, str)]
            assert any("SỐ LIỆU MÔ PHỎNG" in text for text in texts), (path.name, sheet)


def test_official_drift_is_there(written: Written) -> None:
    books = {path.name[:7]: CalamineWorkbook.from_path(path) for path in written.paths}
    assert [s.name for s in books["2024-12"].sheets_metadata if _is_hidden(s.visible)] == ["6NN"]
    assert {len(books[f"2024-{m:02d}"].sheet_names) for m in (6, 9)} == {25, 24}
    assert {len(books[f"2024-{m:02d}"].sheet_names) for m in (1, 2, 4, 5, 7, 8, 10, 11)} == {17}
    together = books["2022-09"].get_sheet_by_name("22-23.Tongmuc").to_python()
    assert sum(str(row[0])[:3] in ("23.", "24.") for row in together) == 2
    july = books["2024-07"].get_sheet_by_name("13. Tongmuc").to_python(skip_empty_area=False)
    assert "(Tỷ đồng)" in july[8]
    assert "Tỷ đồng" not in july[3]
    assert books["2024-01"].get_sheet_by_name("13. Tongmuc").merged_cell_ranges
    march = books["2024-03"].get_sheet_by_name("6.IIP")
    assert not march.merged_cell_ranges
    typed = books["2024-05"].get_sheet_by_name("2.IIP").to_python(skip_empty_area=False)
    assert isinstance(typed[12][2], str)


def _is_hidden(visible: SheetVisibleEnum) -> bool:
    return visible != SheetVisibleEnum.Visible


def test_other_readers_open_the_files(written: Written) -> None:
    book = openpyxl.load_workbook(written.paths[-1])
    entry = next(e for e in written.published if e.source_file == written.paths[-1].name)
    assert book[entry.sheet][entry.cell].value == entry.printed


def test_command_line(tmp_path: Path) -> None:
    out = tmp_path / "bieu"
    finished = _call("--out", str(out), "--months", "2", "--last-month", "2026-10")
    assert finished.returncode == 0, finished.stderr
    assert [path.name[:10] for path in sorted(out.iterdir())] == ["2026-09-29", "2026-10-29"]
    assert (ledger_folder(out) / "ledger.csv").is_file()
    refused = _call("--out", str(out), "--last-month", "2019-10")
    assert refused.returncode == 2
    assert "01/2020" in refused.stderr


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulators.workbooks", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
