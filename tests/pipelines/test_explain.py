"""`kho explain`: the passports of real figures, worked by hand, and what was known when."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.chain import Chain
from pipelines.errors import UserError
from pipelines.explain import showing
from pipelines.explain.finding import Choice
from pipelines.explain.passport import VIET_NAM, numbered, passport, refs_of
from pipelines.explain.periods import Period, parse_period
from pipelines.reader import Reader, open_reader
from pipelines.settings import REPOSITORY, Settings
from pipelines.steward.log import Draft, append
from simulators.workbooks.publish import write_workbooks
from tests.pipelines.test_cli import HEAVY, kho, one_line_of_complaint
from tests.pipelines.test_steward_answers import misprinted
from tests.pipelines.test_steward_chain import run

LAST_DAY = date(2025, 12, 31)


def told(reader: Reader, what: str, where: str, when: str, as_of: date | None = None) -> Any:
    return passport(reader, what, where, when, Choice(), as_of)


def places(cells: list[dict[str, Any]]) -> list[str]:
    return [f"{cell['source_file'][:10]} {cell['sheet']}!{cell['cell']}" for cell in cells]


def test_retail_of_december_2024_stands_in_three_cells(built_reader: Reader) -> None:
    said = told(built_reader, "D01", "cả nước", "2024-12")
    # the January workbook restates the month, the December one prints it first, with its change
    assert places(said["cells"]) == [
        "2025-01-29 13. Tongmuc!C7",
        "2024-12-29 26.Tongmuc!D10",
        "2024-12-29 26.Tongmuc!G10",
    ]
    printed = [cell["value_text"] for cell in said["cells"]]
    assert printed == ["558421.0857982354", "570734", "109.34616972662936"]
    assert {cell["unit_text"] for cell in said["cells"]} == {"Tỷ đồng", "%"}
    value, change = said["value"], said["comparison"]
    assert round(value["value"]) == 558421 and value["estimate_status"] == "preliminary"
    assert [round(v["value"]) for v in said["vintages"]] == [570734, 558421]
    assert [v["vintage_no"] for v in said["vintages"]] == [1, 2]
    assert round(change["value_same_period_last_year"]) == 515952
    # 558421,0858 ÷ 515952 = 1,0823
    assert (change["yoy_pct"], change["yoy_source"]) == (Decimal("9.35"), "published")
    assert change["yoy_pct_computed"] == Decimal("8.23")
    assert said["indicator"]["owner_agency"] == "Cục Thống kê (Bộ Tài chính)"
    assert said["indicator"]["measures"][0]["measure_code"] == "ban_le_tong_muc"
    assert said["checks"]["rules_judged"] > 60 and said["checks"]["deliveries"] == 2
    assert [row["basis"] for row in said["bases"]] == ["as_published", "current"]


def test_as_of_the_last_day_of_2024_the_first_figure_stands(built_reader: Reader) -> None:
    said = told(built_reader, "D01", "VN-00", "2024-12", date(2024, 12, 31))
    assert round(said["value"]["value"]) == 570734
    assert places(said["cells"]) == ["2024-12-29 26.Tongmuc!D10", "2024-12-29 26.Tongmuc!G10"]
    # 570734 ÷ 515952 = 1,1062
    assert said["comparison"]["yoy_pct_computed"] == Decimal("10.62")
    assert said["vintages"][0]["known_to"] is None and len(said["vintages"]) == 1
    before = told(built_reader, "D01", "VN-00", "2024-12", date(2024, 12, 28))
    assert before["value"]["value"] is None and before["cells"] == before["vintages"] == []
    assert "28/12/2024" in before["value"]["value_reason"]


def test_a_ratio_tells_both_of_its_parts(built_reader: Reader) -> None:
    said = told(built_reader, "nhap_khau_ty_trong_fdi", "VN-00", "2022-11")
    numerator, denominator = said["indicator"]["measures"]
    assert (numerator["measure_code"], denominator["measure_code"]) == (
        "nhap_khau_fdi",
        "nhap_khau_tong",
    )
    # 18238,847243 ÷ 28400 × 100 = 64,22
    assert numerator["value"] == Decimal("18238.847243") and denominator["value"] == 28400
    assert said["value"]["value"] == Decimal("64.22")
    assert places(said["cells"]) == ["2022-11-29 26.NKthang!D11", "2022-11-29 26.NKthang!D9"]
    refs = [cell["source_ref"] for cell in said["cells"]]
    assert [numerator["source_ref"], denominator["source_ref"]] == refs
    assert "÷" in said["indicator"]["formula"]


def test_a_sum_of_months_is_listed_month_by_month(built_reader: Reader) -> None:
    said = told(built_reader, "ban_le_dich_vu_khac", "VN-00", "2023-11-ytd")
    assert said["value"]["estimate_status"] == "computed" and said["vintages"] == []
    months = [cell["period_label"] for cell in said["cells"]]
    assert months == [f"{month:02}/2023" for month in range(1, 12)]
    assert sum(cell["value"] for cell in said["cells"]) == said["value"]["value"]
    # the month of October was first printed with less, and November not at all
    early = told(built_reader, "ban_le_dich_vu_khac", "VN-00", "2023-11-ytd", date(2023, 12, 28))
    assert early["value"]["value"] is None
    late = told(built_reader, "ban_le_dich_vu_khac", "VN-00", "2023-11-ytd", date(2023, 12, 29))
    assert late["value"]["value"] == said["value"]["value"]


def test_a_missing_month_says_why(built_reader: Reader) -> None:
    said = told(built_reader, "cpi_giao_duc", "VN-00", "2024-02")
    assert said["value"]["value"] is None and said["cells"] == []
    assert "02/2024" in said["value"]["value_reason"]
    rules = {issue["rule_id"] for issue in said["checks"]["issues"]}
    assert "month_missing" in rules


def test_a_misprint_that_was_set_aside_is_shown_with_its_reason(built_reader: Reader) -> None:
    said = told(built_reader, "van_tai_hang_hoa", "VN-00", "2022-12")
    assert said["value"]["value"] is None
    (level, change) = said["set_aside"]
    assert (level["value_text"], level["cell"], level["value"]) == ("424.8", "B36", None)
    assert change["cell"] == "E36"
    assert level["set_aside_reason"] == "Số in lệch dòng so với nhãn ở nguồn"
    (issue,) = said["checks"]["issues"]
    assert issue["issue_code"] in level["issue_codes"] and issue["is_open"]


def test_what_a_publisher_only_implied_is_a_vintage_of_its_own(built_reader: Reader) -> None:
    said = told(built_reader, "D01", "VN-00", "2023")
    implied = [v for v in said["vintages"] if v["source_code"] == "thong_ke_suy_ra"]
    (one,) = [v for v in implied if v["known_to"] is None]
    level, change = refs_of(one["source_ref"])
    cells = {cell["source_ref"]: cell for cell in said["cells"]}
    assert cells[level]["measure_code"] == "ban_le_tong_muc"
    assert cells[change]["measure_code"] == "ban_le_tong_muc_yoy_published"
    assert said["value"]["source_code"] == "thong_ke"


@pytest.mark.slow
def test_a_corrected_cell_shows_the_answer(tmp_path: Path) -> None:
    now = datetime(2025, 1, 20, 3, tzinfo=UTC)
    settings = Settings(home=tmp_path / "kho", target="duckdb", now=now)
    (workbook,) = write_workbooks(tmp_path / "wb", months=1, last_month=date(2024, 12, 1))
    path, sheet, cell = misprinted(workbook, tmp_path / "a", "791/903")
    append(
        settings.lake,
        Draft(
            issue_id="i1",
            action="answer",
            by="Lan",
            reason="công văn 12",
            expect="791/903",
            value="791903",
            scope="once",
            subject=json.dumps(
                {
                    "source_code": "thong_ke",
                    "published_month": "2024-12-01",
                    "sheet": sheet,
                    "cell": cell,
                    "item_path": "TỔNG SỐ",
                }
            ),
        ),
        now,
    )
    run(settings, path)
    with open_reader(settings) as reader:
        said = told(reader, "D01", "VN-00", "2024-12")
        asked_before = told(reader, "D01", "VN-00", "2024-12", date(2025, 1, 19))
    (corrected,) = [one for one in said["cells"] if one["correction_id"]]
    assert (corrected["cell"], corrected["value_text"]) == (cell, "791/903")
    assert corrected["value"] == said["value"]["value"] == 791903
    (answer,) = said["corrections"]
    assert (answer["decided_by"], answer["reason"]) == ("Lan", "công văn 12")
    assert answer["value"] == 791903 and answer["correction_id"] == corrected["correction_id"]
    assert asked_before["corrections"] == []
    text = shown(said)
    assert "«791/903» là 791.903: Lan" in text


# ---------------------------------------------------------------------------------------------
# What was known when
# ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known_reader(built: Chain) -> Any:
    with open_reader(built.settings) as reader:
        yield reader


@pytest.fixture(scope="module")
def restated(known_reader: Reader) -> list[dict[str, Any]]:
    """Figures that were published more than once, or are sums of such."""
    return known_reader.rows(
        "select y.* from mart.indicator_yoy as y where y.basis = 'as_published'"
        " and (y.vintage_no > 1 or y.estimate_status = 'computed') and y.area_key = 'VN-00'"
        " and y.period_type <> 'quarter'"
        " order by md5(y.indicator_code || y.period_label), y.period_start"
    )


def typed(row: dict[str, Any]) -> str:
    """The period as a person would type it."""
    end: date = row["period_end"]
    forms = {"month": f"{end:%Y-%m}", "year": f"{end:%Y}"}
    return forms.get(row["period_type"], f"{end:%Y-%m}-ytd")


def vintage_at(reader: Reader, row: dict[str, Any], years_back: int, day: date) -> Any:
    """The newest vintage known at the end of a day, straight from the mart."""
    end = row["period_end"] + timedelta(days=1)
    end = end.replace(year=end.year - years_back) - timedelta(days=1)
    start = row["period_start"].replace(year=row["period_start"].year - years_back)
    ends = datetime(day.year, day.month, day.day, tzinfo=VIET_NAM) + timedelta(days=1)
    found = reader.query(
        "select value from mart.indicator_vintage where indicator_code = ? and area_key = ?"
        " and source_code = ? and period_type = ? and period_start = ? and period_end = ?"
        " and known_from < ? order by known_from desc, vintage_no desc limit 1",
        [
            *(row["indicator_code"], row["area_key"], row["source_code"], row["period_type"]),
            *(start, end, ends),
        ],
    ).rows
    return found[0][0] if found else None


def moments(value: Any, path: str = "") -> list[tuple[str, date]]:
    """Every day in a passport that says when something became known."""
    if isinstance(value, dict):
        return [found for name in value for found in moments(value[name], name)]
    if isinstance(value, list):
        return [found for item in value for found in moments(item, path)]
    if path not in ("known_from", "known_to", "published_on", "decided_on") or value is None:
        return []
    day = value.astimezone(VIET_NAM).date() if isinstance(value, datetime) else value
    return [(path, day)]


def test_a_ratio_of_sums_is_divided_from_its_months(built_reader: Reader) -> None:
    said = told(built_reader, "dn_von_binh_quan", "VN-00", "2021-Q4", date(2022, 1, 31))
    value = said["value"]
    above, below = value["source_ref"].split(" ÷ ")
    assert (len(refs_of(above)), len(refs_of(below))) == (3, 3)
    assert total(said, above) == value["numerator"] == 415308
    assert total(said, below) == value["denominator"] == 31356
    # 415308 ÷ 31356 = 13,24 (tỷ đồng)
    assert round(value["value"], 1) == Decimal("13.2")


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_as_of_a_day_nothing_is_told_that_was_not_known(
    known_reader: Reader, restated: list[dict[str, Any]], data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(restated))
    days = st.dates(row["period_start"], min(row["period_end"] + timedelta(days=500), LAST_DAY))
    day = data.draw(days, label="day")
    said = told(known_reader, row["indicator_code"], row["area_key"], typed(row), day)
    assert all(known <= day for _, known in moments(said)), moments(said)
    if row["estimate_status"] == "computed":
        # nobody published it: its parts, as they were known, make it
        value = said["value"]
        if value["value"] is not None:
            sides = [value["value"]]
            if value["denominator"] is not None:
                sides = [value["numerator"], value["denominator"]]
            sums = [total(said, side) for side in value["source_ref"].split(" ÷ ")]
            assert sums == sides
        return
    assert said["value"]["value"] == vintage_at(known_reader, row, 0, day)
    if said["value"]["value"] is not None:
        prior = vintage_at(known_reader, row, 1, day)
        if prior is not None:
            assert said["comparison"]["value_same_period_last_year"] == prior
    else:
        assert said["value"]["value_reason"]


def total(said: dict[str, Any], reference: str) -> Decimal:
    """The sum of the cells that a reference joins by +."""
    values = {cell["source_ref"]: cell["value"] for cell in said["cells"]}
    return sum((values[ref] for ref in refs_of(reference)), Decimal(0))


_OPEN = """
    select k.value as known, y.value, k.value_same_period_last_year as known_prior,
        y.value_same_period_last_year as prior, k.comparability as known_word, y.comparability,
        k.yoy_pct as known_pct, y.yoy_pct, k.yoy_source as known_source, y.yoy_source
    from mart.indicator_yoy as y
    left join mart.indicator_known as k
        on y.indicator_code = k.indicator_code and y.area_key = k.area_key
        and y.agency_code = k.agency_code and y.calendar = k.calendar
        and y.period_type = k.period_type and y.period_start = k.period_start
        and y.period_end = k.period_end and y.source_code = k.source_code and k.known_to is null
    where y.basis = 'as_published' and y.value is not null
"""


def test_what_is_known_last_is_what_is_shown(built_reader: Reader) -> None:
    rows = built_reader.query(_OPEN).rows
    assert len(rows) > 20_000
    different = [row for row in rows if any(row[i] != row[i + 1] for i in range(0, len(row), 2))]
    assert different == []


def test_both_engines_tell_the_same(built_reader: Reader, built_postgres: Settings) -> None:
    asked = [
        ("D01", "VN-00", "2024-12", None),
        ("nhap_khau_ty_trong_fdi", "VN-00", "2022-11", None),
        ("ban_le_dich_vu_khac", "VN-00", "2023-11-ytd", date(2023, 12, 29)),
        ("van_tai_hang_hoa", "VN-00", "2022-12", None),
        ("fdi_so_du_an", "P27-20040708", "2024-10-ytd", date(2024, 11, 1)),
    ]
    with open_reader(built_postgres) as reader:
        for words in asked:
            here, there = told(built_reader, *words), told(reader, *words)
            assert comparable(here) == comparable(there)


def comparable(said: dict[str, Any]) -> Any:
    text = io.StringIO()
    with redirect_stdout(text):
        showing.show_json({**said, "publication": None})
    return json.loads(text.getvalue())


# ---------------------------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, types, first, last",
    [
        ("2024-12", ("month",), date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-Q4", ("quarter",), date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-q1", ("quarter",), date(2024, 3, 1), date(2024, 3, 31)),
        ("2024-H1", ("half",), date(2024, 6, 1), date(2024, 6, 30)),
        ("2024-9T", ("nine_months",), date(2024, 9, 1), date(2024, 9, 30)),
        ("2024-12-ytd", ("year",), date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-01-ytd", ("ytd", "month"), date(2024, 1, 1), date(2024, 1, 31)),
        ("2024-02-ytd", ("ytd",), date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", ("year",), date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02-29", ("day",), date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_periods(text: str, types: tuple[str, ...], first: date, last: date) -> None:
    assert parse_period(text) == Period(types, first, last)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-Q5", "2023-02-29", "12/2024", ""])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(UserError, match="viết kỳ như") as caught:
        parse_period(text)
    assert caught.value.status == 2


def test_references_come_apart_and_keep_their_signs() -> None:
    carried = "a.xlsx#1!B2 × 0.352000000 + b.xlsx#x (2)!C3 ÷ c.xlsx#1!D4"
    refs = ["a.xlsx#1!B2", "b.xlsx#x (2)!C3", "c.xlsx#1!D4"]
    assert refs_of(carried) == refs and refs_of(None) == []
    numbers = {ref: at for at, ref in enumerate(refs, start=1)}
    assert numbered(carried, numbers) == "[1] × 0.352000000 + [2] ÷ [3]"


@pytest.mark.parametrize(
    "words, said",
    [
        (["khong_co", "VN-00", "2024-12"], "Không có chỉ tiêu 'khong_co'"),
        (["ban_le_tong_mux", "VN-00", "2024-12"], "gần nhất là ban_le_tong_muc"),
        (["bán lẻ", "VN-00", "2024-12"], "có thể là"),
        (["D01", "Atlantis", "2024-12"], "Không có địa bàn 'Atlantis'"),
        (["D01", "24", "2024-12"], "Bắc Giang"),
        (["D01", "VN-00", "2031-12"], "Kho không có ban_le_tong_muc của Cả nước kỳ 2031-12"),
        (["D01", "VN-00", "thang 12"], "viết kỳ như"),
        (["D01", "VN-00", "2024-12", "--as-of", "hôm qua"], "--as-of"),
        (["D01", "VN-00", "2024-12", "--calendar", "school_year"], "--calendar"),
        (["D01", "VN-00", "2024-12", "--agency", "so_y_te"], "--agency"),
        (["D01", "VN-00", "2024-12", "--basis", "mai_sau"], "mai_sau"),
        (["D01", "VN-00"], "thiếu period"),
    ],
)
def test_a_wrong_call_is_one_line(built_home: Path, words: list[str], said: str) -> None:
    assert said in one_line_of_complaint(kho("explain", *words, home=built_home), 2)


def test_a_code_that_changed_hands_names_both_units(built_home: Path) -> None:
    complaint = one_line_of_complaint(kho("explain", "D01", "24", "2024-12", home=built_home), 2)
    assert "P24-20040708" in complaint and "P24-20250701" in complaint
    dated = kho("explain", "fdi_so_du_an", "24@2024-10-01", "2024-10-ytd", home=built_home)
    assert "Bắc Giang" in dated.stdout


def test_before_a_publication_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    done = kho("explain", "D01", "VN-00", "2024-12", home=tmp_path)
    assert "kho run" in one_line_of_complaint(done, 1)


KEYS = {
    "indicator": "indicator_code catalogue_code indicator_name domain unit decimals direction kind"
    " definition formula formula_version owner_agency legal_basis measures",
    "area": "area_key area_code area_name level valid_from valid_to legal_act",
    "period": "calendar period_type period_start period_end period_label",
    "value": "value numerator denominator estimate_status vintage_no known_from source_code"
    " source_ref value_reason",
    "comparison": "value_same_period_last_year yoy_abs yoy_pct yoy_pct_published yoy_pct_computed"
    " yoy_source comparability comparability_reason",
    "checks": "deliveries rules_judged issues",
    "publication": "publication_id known_at is_simulated",
}
ALSO = "agency_code basis as_of cells set_aside uncited corrections vintages bases plans records"


@pytest.mark.parametrize("more", [[], ["--as-of", "2024-12-31"], ["--as-of", "2000-01-01"]])
def test_the_keys_of_the_json_stay(built_home: Path, more: list[str]) -> None:
    done = kho("explain", "D01", "VN-00", "2024-12", "--format", "json", *more, home=built_home)
    said = json.loads(done.stdout)
    assert set(said) == {*KEYS, *ALSO.split()}
    for name, keys in KEYS.items():
        assert set(said[name]) == set(keys.split()), name
    assert isinstance(said["publication"]["known_at"], str)
    assert said["as_of"] == (more[1] if more else None)
    for name in ("cells", "set_aside", "uncited", "corrections", "vintages", "bases", "plans"):
        assert isinstance(said[name], list)


def shown(said: dict[str, Any]) -> str:
    with redirect_stdout(io.StringIO()) as text:
        showing.show(said)
    return " ".join(text.getvalue().split())


def test_the_table_tells_a_person_the_same(built_reader: Reader) -> None:
    text = shown(told(built_reader, "D01", "VN-00", "2024-12"))
    for part in (
        "558.421 tỷ đồng (sơ bộ)",
        "công bố +9,35 %, tính được +8,23 %",
        "[2] 2024-12-29-02.Bieu-T12.2024.xlsx · 26.Tongmuc!D10 · «570734» Tỷ đồng",
        "1 570.734 ước tính 29/12/2024 29/01/2025",
        "luật đã xét",
        "Nghị định 62/2024/NĐ-CP",
    ):
        assert part in text, part
    lost = shown(told(built_reader, "van_tai_hang_hoa", "VN-00", "2022-12"))
    assert "«424.8» Nghìn tấn: Số in lệch dòng" in lost and "không có:" in lost


def test_the_passport_opens_without_heavy_libraries(built_home: Path) -> None:
    script = (
        "import sys; from pipelines.cli import main\n"
        "status = main(['explain', 'D01', 'VN-00', '2024-12'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(built_home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
