"""What the rules find in the 60 real workbooks: known faults of the publisher, by cell and rule."""

import json

import pytest

from pipelines.reader import Reader

pytestmark = pytest.mark.real_data

_INBOX_LIMIT = 40


def _issues(reader: Reader, rule: str) -> list[tuple[str, str, str, str]]:
    answer = reader.query(
        "select source_file, sheet, cell, detail from mart.quality_issue "
        f"where rule_id = '{rule}' and is_open order by 1, 2, 3"
    )
    return [tuple(row) for row in answer.rows]


# each was looked up in the workbook by hand
@pytest.mark.parametrize(
    ("rule", "file", "sheet", "cell"),
    [
        # 2,204 dissolved enterprises in one table, 2,165 in the other
        ("parts_not_sum", "2025-01-29-02-Bieu-T01.2025-2.xlsx", "6. Chi tieu DN", "B17"),
        ("tables_contradict", "2025-01-29-02-Bieu-T01.2025-2.xlsx", "6. Chi tieu DN", "B17"),
        # a share typed as 0.9 beside shares with all decimals
        ("shares_not_100", "2024-10-29-02.-Bieu-T10.2024.xlsx", "13. Tongmuc", "E12"),
    ],
)
def test_known_fault_of_the_publisher_is_found(
    built_reader: Reader, rule: str, file: str, sheet: str, cell: str
) -> None:
    assert (file, sheet, cell) in [issue[:3] for issue in _issues(built_reader, rule)]


def test_missing_months_are_told(built_reader: Reader) -> None:
    answer = built_reader.query(
        "select count(*) from mart.quality_issue where rule_id = 'month_missing' and is_open "
        "and period between date '2019-01-01' and date '2025-01-01'"
    )
    # 73 months, 60 workbooks
    assert answer.rows[0][0] == 13


def test_inbox_stays_readable(built_reader: Reader) -> None:
    answer = built_reader.query(
        "select count(*) filter (where is_open and severity <> 'ghi_nhan'), "
        "count(distinct source_file) from mart.quality_issue"
    )
    warnings, files = answer.rows[0]
    assert 0 < warnings / files < _INBOX_LIMIT


def test_every_record_is_whole(built_reader: Reader) -> None:
    records = built_reader.query("select record, cell from mart.quality_issue").rows
    read = [json.loads(record) for record, _ in records]
    assert all(isinstance(record, dict) and record for record in read)
    assert sum(bool(record.get("cells")) for record in read) > len(read) / 2


def test_formula_tells_the_counts_of_its_row(built_reader: Reader) -> None:
    answer = built_reader.query(
        "select dung_bad, dung_total, du_received, du_expected, formula "
        "from mart.quality_scorecard where period = date '2024-12-01'"
    )
    (bad, total, received, expected, formula) = answer.rows[0]
    grouped = f"{total:,}".replace(",", ".")
    assert f"= 100 × ({grouped} − {bad})/{grouped}" in formula
    assert f"= 100 × {received}/{expected}" in formula
