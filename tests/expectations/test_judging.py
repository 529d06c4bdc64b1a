"""Real Parquet files in, verdicts, results and rejected rows out."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from expectations.quality import (
    SCHEMAS,
    LakeUnreadableError,
    completed_loads,
    ensure_quality_files,
    held_back,
    pending_loads,
    quality_file,
)
from expectations.records import address_sql
from expectations.rules import RuleError, load_rules
from expectations.runner import RULES, judge
from tests.expectations.lake_builder import (
    SOURCE,
    Workbook,
    finish,
    land,
    quality_rows,
    workbook,
)

NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
LOAD = "1736478000.123456"
LATER = "1736478900.5"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def rules_hash(folder: Path = RULES) -> str:
    return load_rules(folder, SOURCE).hash


def write_rules(folder: Path, *rules: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "shared.yml").write_text("rules: []\n", encoding="utf-8")
    (folder / f"{SOURCE}.yml").write_text("rules:\n" + "".join(rules), encoding="utf-8")
    return folder


def rule(
    name: str, predicate: str, severity: str = "chan", scope: str = "row", more: str = ""
) -> str:
    return (
        f"  - {{id: {name}, table: cell, dimension: dung, sentence: Câu {name}, mend: Sửa, "
        f'severity: {severity}, scope: {scope}, {more} predicate: "{predicate}"}}\n'
    )


def failed_rules(lake: Path, delivery: str) -> set[str]:
    return {
        row["rule_id"]
        for row in quality_rows(lake, "result")
        if row["delivery"] == delivery and not row["passed"]
    }


def test_sound_load_is_accepted_without_remark(lake: Path) -> None:
    books = [workbook("a.xlsx"), workbook("b.xlsx", date(2024, 11, 6), seed=1)]
    land(lake, LOAD, books)

    verdicts = judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert {v.delivery: (v.decision, v.reason) for v in verdicts} == {
        book.id: ("accepted", "") for book in books
    }
    results = quality_rows(lake, "result")
    assert all(row["passed"] and row["failed_rows"] == 0 for row in results)
    assert {row["rule_id"] for row in results} == {r.id for r in load_rules(RULES, SOURCE).rules}
    assert quality_rows(lake, "rejected") == []
    assert pending_loads(lake, SOURCE, rules_hash()) == []


def test_blocking_rule_holds_one_delivery_back_and_lets_the_other_pass(lake: Path) -> None:
    good = workbook("good.xlsx")
    bad = workbook("bad.xlsx", date(2024, 11, 6), seed=1)
    bad.file["numeric_cell_count"] = 41
    land(lake, LOAD, [good, bad])

    verdicts = {v.delivery: v for v in judge(lake, SOURCE, [LOAD], RULES, NOW)}

    assert verdicts[good.id].decision == "accepted"
    assert verdicts[bad.id].decision == "blocked"
    assert verdicts[bad.id].reason == (
        "bad.xlsx: Số ô số trong hồ khác số ô số đếm được khi đọc tệp (1/1 dòng của bảng file)"
    )
    written = {row["delivery"]: row["decision"] for row in quality_rows(lake, "verdict")}
    assert written == {good.id: "accepted", bad.id: "blocked"}


def test_bad_rows_are_set_aside_with_reason_and_row_number(lake: Path) -> None:
    book = workbook("a.xlsx")
    book.cells[4]["value"] = float("nan")
    book.cells[7]["value"] = float("-inf")
    book.cells[9]["value"] = 1e308
    book.cells[11]["value"] = None
    land(lake, LOAD, [workbook("first.xlsx", date(2024, 11, 6), seed=1), book])

    verdicts = {v.delivery: v for v in judge(lake, SOURCE, [LOAD], RULES, NOW)}

    assert verdicts[book.id].decision == "accepted"
    rejected = {(r["row_no"], r["rule_id"]): r for r in quality_rows(lake, "rejected")}
    # row numbers count on over the load: the first workbook has rows 1 to 40
    assert set(rejected) == {
        (45, "number_finite"),
        (48, "number_finite"),
        (50, "number_impossible"),
        (52, "value_present"),
    }
    row = rejected[45, "number_finite"]
    assert (row["delivery"], row["table_name"], row["severity"]) == (book.id, "cell", "chan")
    assert row["reason"] == "Giá trị không phải là số hữu hạn (NaN hoặc vô cùng)"
    result = next(
        r
        for r in quality_rows(lake, "result")
        if r["rule_id"] == "number_finite" and r["delivery"] == book.id
    )
    assert (result["failed_rows"], result["total_rows"], result["passed"]) == (2, 40, False)
    assert result["dimension"] == "dung"


def test_each_load_of_a_round_is_judged_by_its_own_rows(lake: Path) -> None:
    def bend(book: Workbook) -> None:
        book.cells[0]["value"] = float("nan")

    land(lake, LOAD, [workbook("a.xlsx", date(2024, 11, 6))])
    land(lake, LATER, [workbook("b.xlsx", seed=1, bend=bend)])
    bad = workbook("c.xlsx", date(2024, 10, 6), seed=2)
    bad.file["numeric_cell_count"] = 41
    last = land(lake, "1736479000.5", [bad])

    verdicts = judge(lake, SOURCE, [LOAD, LATER, last], RULES, NOW)

    assert [v.decision for v in verdicts] == ["accepted", "accepted", "blocked"]
    assert {(r["load_id"], r["row_no"]) for r in quality_rows(lake, "rejected")} == {(LATER, 1)}


def test_a_rejected_row_is_told_whole_with_its_address(lake: Path) -> None:
    book = workbook("a.xlsx")
    book.cells[4]["value"] = float("-inf")
    book.cells[7] |= {"item_path": 'Chữ\0rỗng "A"', "sheet": "16\0.CPI"}
    land(lake, LOAD, [book])

    judge(lake, SOURCE, [LOAD], RULES, NOW)

    infinite, nul = quality_rows(lake, "rejected")
    assert infinite["address"] == "16.CPI!C11"
    assert infinite["known_at"] == datetime(2024, 12, 5, 17, tzinfo=UTC)
    record = json.loads(infinite["record"])
    assert set(record) == set(pq.read_schema(lake_file(lake, "cell")).names)
    assert (record["value"], record["value_text"]) == ("-inf", "104.5")
    assert (record["row_no"], record["is_text"], record["published_on"]) == (
        11,
        False,
        "2024-12-06",
    )
    # PostgreSQL keeps no NUL: not in the address, and in the record only as an escape
    assert nul["address"] == "16.CPI!C11"
    assert json.loads(nul["record"])["item_path"] == 'Chữ\0rỗng "A"'


def lake_file(lake: Path, table: str) -> Path:
    return next((lake / SOURCE / table).glob(f"{LOAD}.*.parquet"))


@pytest.mark.parametrize(
    ("columns", "key", "address"),
    [
        ({"sheet": "VARCHAR", "cell": "VARCHAR", "a": "BIGINT"}, ("a",), "S!B2"),
        ({"a": "BIGINT", "b": "VARCHAR", "sheet": "VARCHAR"}, ("a", "b"), "7|"),
        ({"a": "BIGINT", "b": "VARCHAR"}, (), ""),
    ],
)
def test_address_is_the_cell_or_the_key(
    columns: dict[str, str], key: tuple[str, ...], address: str
) -> None:
    row = "select 'S' as sheet, 'B2' as cell, 7 as a, null::varchar as b"
    told = duckdb.sql(f"select {address_sql(columns, key)} from ({row})").fetchall()
    assert told == [(address,)]


def test_judgements_of_an_older_version_are_carried_on(lake: Path) -> None:
    """A file written before some columns came: its accepted deliveries keep their rows."""
    bad_row = workbook("a.xlsx", bend=lambda book: book.cells[0].update(value=float("nan")))
    waiting = workbook("b.xlsx", date(2025, 2, 6), seed=1)
    land(lake, LOAD, [bad_row, waiting])
    judge(lake, SOURCE, [LOAD], RULES, NOW)
    for kind, added in {
        "rejected": ["address", "record", "known_at"],
        "result": ["dimension"],
    }.items():
        path = quality_file(lake, kind, SOURCE, LOAD)
        pq.write_table(pq.ParquetFile(path).read().drop_columns(added), path)

    verdicts = judge(lake, SOURCE, [LOAD], RULES, NOW + timedelta(days=60))

    assert [v.delivery for v in verdicts] == [waiting.id]
    (row,) = quality_rows(lake, "rejected")
    assert (row["row_no"], row["address"]) == (1, None)
    dimensions = {(r["delivery"], r["dimension"] is None) for r in quality_rows(lake, "result")}
    assert dimensions == {(bad_row.id, True), (waiting.id, False)}


def bend_empty(book: Workbook) -> None:
    book.rows["cell"] = []
    book.file["numeric_cell_count"] = 0


def bend_twice(book: Workbook) -> None:
    book.cells[3] |= {key: book.cells[7][key] for key in ("sheet_no", "cell")}


def bend_sha(book: Workbook) -> None:
    book.file["file_sha"] = "not-a-hash"


def bend_kind(book: Workbook) -> None:
    book.cells[0]["cell_kind"] = "thân"


def bend_described_twice(book: Workbook) -> None:
    book.rows["file"].append(dict(book.file))


BLOCKING: dict[str, list[Callable[[Workbook], object]]] = {
    "file_has_cells": [bend_empty],
    "cell_address_unique": [bend_twice],
    "file_sha_form": [bend_sha],
    "cell_kind_known": [bend_kind],
    "file_described_once": [bend_described_twice],
    "cell_of_its_file": [lambda book: book.cells[0].update(file_sha="0" * 64)],
    "file_name_present": [lambda book: book.file.update(source_file=" ")],
    "published_plausible": [
        lambda book: book.file.update(published_on=None),
        lambda book: book.file.update(published_on=date(2009, 12, 31)),
    ],
    "published_as_known": [lambda book: book.file.update(published_on=date(2024, 12, 7))],
}


def test_each_blocking_rule_blocks_what_it_is_for(lake: Path) -> None:
    good = workbook("good.xlsx")
    cases = [(name, bend) for name, bends in BLOCKING.items() for bend in bends]
    bad = [
        (rule_id, workbook(f"bad-{n}.xlsx", bend=bend, seed=n))
        for n, (rule_id, bend) in enumerate(cases, 1)
    ]
    land(lake, LOAD, [good, *(book for _, book in bad)])

    decisions = {v.delivery: v.decision for v in judge(lake, SOURCE, [LOAD], RULES, NOW)}

    assert decisions.pop(good.id) == "accepted"
    assert set(decisions.values()) == {"blocked"}
    for rule_id, book in bad:
        assert rule_id in failed_rules(lake, book.id)


ROW_RULES: list[tuple[str, dict[str, object]]] = [
    ("cell_address_form", {"cell": "10C"}),
    ("cell_address_form", {"row_no": 0}),
    ("value_plausible", {"value": 1e13, "value_text": "1e13"}),
    ("text_without_nul", {"item_path": "Chữ\0rỗng"}),
    ("text_length", {"column_path": "x" * 100_001}),
]


def test_each_row_rule_sets_its_row_aside(lake: Path) -> None:
    book = workbook("a.xlsx")
    for index, (_, change) in enumerate(ROW_RULES):
        book.cells[index] |= change
    land(lake, LOAD, [book])

    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert verdict.decision == "accepted"
    rejected = sorted((r["row_no"], r["rule_id"]) for r in quality_rows(lake, "rejected"))
    assert rejected == [(n, rule_id) for n, (rule_id, _) in enumerate(ROW_RULES, 1)]


WARNINGS: dict[str, dict[str, object]] = {
    "item_named": {"item_path": " "},
    "column_named": {"column_path": ""},
    "value_as_typed": {"value_text": "7"},
    "text_nfc": {"item_path": "Ba\u0301n le\u0309"},
}


def test_warnings_let_everything_pass_and_are_told(lake: Path) -> None:
    book = workbook("a.xlsx")
    for index, change in enumerate(WARNINGS.values()):
        book.cells[index] |= change
    land(lake, LOAD, [book])

    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert verdict.decision == "accepted"
    assert verdict.reason.count("(1/40 dòng của bảng cell)") == 3
    assert verdict.reason.endswith("; và 1 lưu ý khác")
    assert failed_rules(lake, book.id) == set(WARNINGS)
    assert quality_rows(lake, "rejected") == []


def test_lost_lake_file_is_noticed(lake: Path) -> None:
    land(lake, LOAD, [workbook("a.xlsx")])
    path = next((lake / SOURCE / "cell").glob(f"{LOAD}.*"))
    table = pq.ParquetFile(path).read()
    pq.write_table(table.slice(0, 30), path)

    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert verdict.decision == "blocked"
    assert "Số dòng nằm trong hồ khác số dòng nguồn đã giao" in verdict.reason


def test_unreadable_lake_file_is_one_line(lake: Path) -> None:
    land(lake, LOAD, [workbook("a.xlsx")])
    next((lake / SOURCE / "cell").glob(f"{LOAD}.*")).write_bytes(b"PAR1 broken")

    with pytest.raises(LakeUnreadableError, match=f"đợt {LOAD} của nguồn {SOURCE}") as caught:
        judge(lake, SOURCE, [LOAD], RULES, NOW)
    assert "\n" not in str(caught.value)
    assert pending_loads(lake, SOURCE, rules_hash()) == [LOAD]


def test_future_date_is_held_back_until_the_day_has_come(lake: Path) -> None:
    book = workbook("tomorrow.xlsx", date(2025, 1, 11))
    land(lake, LOAD, [book])

    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert verdict.decision == "blocked"
    assert "Ngày công bố ở tương lai" in verdict.reason
    assert pending_loads(lake, SOURCE, rules_hash(), NOW) == []
    next_day = NOW + timedelta(days=1)
    assert pending_loads(lake, SOURCE, rules_hash(), next_day) == [LOAD]
    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, next_day)
    assert verdict.decision == "accepted"


def test_today_is_the_local_day(lake: Path) -> None:
    land(lake, LOAD, [workbook("today.xlsx", date(2025, 1, 11))])
    early_morning_in_viet_nam = datetime(2025, 1, 10, 17, 30, tzinfo=UTC)

    (verdict,) = judge(lake, SOURCE, [LOAD], RULES, early_morning_in_viet_nam)

    assert verdict.decision == "accepted"


def test_copy_under_a_later_date_is_held_back_in_one_load_and_across_loads(lake: Path) -> None:
    first = workbook("thang-11.xlsx", date(2024, 11, 6))
    copy = workbook("thang-12.xlsx", date(2024, 12, 6))
    land(lake, LOAD, [first, copy])
    decisions = {v.delivery: v.decision for v in judge(lake, SOURCE, [LOAD], RULES, NOW)}
    assert decisions == {first.id: "accepted", copy.id: "blocked"}
    assert "not_a_copy" in failed_rules(lake, copy.id)

    again = workbook("thang-1.xlsx", date(2025, 1, 6))
    other = workbook("thang-1-moi.xlsx", date(2025, 1, 6), seed=3)
    land(lake, LATER, [again, other])
    decisions = {v.delivery: v.decision for v in judge(lake, SOURCE, [LATER], RULES, NOW)}
    assert decisions == {again.id: "blocked", other.id: "accepted"}


def test_copy_of_what_was_held_back_is_not_a_copy(lake: Path) -> None:
    broken = workbook("broken.xlsx", date(2024, 11, 6))
    broken.file["numeric_cell_count"] = 7
    land(lake, LOAD, [broken])
    judge(lake, SOURCE, [LOAD], RULES, NOW)
    mended = workbook("mended.xlsx", date(2024, 12, 6))
    land(lake, LATER, [mended])

    (verdict,) = judge(lake, SOURCE, [LATER], RULES, NOW)

    assert verdict.decision == "accepted"


def test_killed_before_the_verdict_leaves_the_load_unjudged_and_repeatable(lake: Path) -> None:
    book = workbook("a.xlsx")
    book.cells[5]["value"] = None
    land(lake, LOAD, [book])
    judge(lake, SOURCE, [LOAD], RULES, NOW)
    before = {kind: quality_rows(lake, kind) for kind in SCHEMAS}

    quality_file(lake, "verdict", SOURCE, LOAD).unlink()
    assert pending_loads(lake, SOURCE, rules_hash()) == [LOAD]
    judge(lake, SOURCE, [LOAD], RULES, NOW)

    assert {kind: quality_rows(lake, kind) for kind in SCHEMAS} == before


@pytest.mark.parametrize("kind", ["fingerprint", "result", "rejected", "verdict"])
def test_stopped_at_each_file_the_load_stays_unjudged(
    lake: Path, tmp_path: Path, kind: str
) -> None:
    folder = write_rules(tmp_path / "rules", rule("third_row", "row_no = 12"))
    land(lake, LOAD, [workbook("a.xlsx")])

    def stop(name: str, _detail: str) -> None:
        if name == f"judge_{kind}":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(lake, SOURCE, [LOAD], folder, NOW, stop)
    assert pending_loads(lake, SOURCE, rules_hash(folder)) == [LOAD]
    assert not quality_file(lake, kind, SOURCE, LOAD).exists()
    judge(lake, SOURCE, [LOAD], folder, NOW)
    assert pending_loads(lake, SOURCE, rules_hash(folder)) == []
    assert not list((lake / "_quality").rglob("*.tmp"))


def test_changed_rules_bring_back_only_what_was_held_back(lake: Path, tmp_path: Path) -> None:
    folder = write_rules(
        tmp_path / "rules",
        rule("too_big", "value > 139", scope="delivery"),
        rule("odd_one", "_row_no = 2"),
    )
    low, high = workbook("low.xlsx", cells=39), workbook("high.xlsx", cells=40, seed=1)
    land(lake, LOAD, [low, high])
    first = {v.delivery: v for v in judge(lake, SOURCE, [LOAD], folder, NOW)}
    assert first[low.id].decision == "accepted"
    assert first[high.id].decision == "blocked"
    kept = [r for r in quality_rows(lake, "result") if r["delivery"] == low.id]
    rejected = quality_rows(lake, "rejected")
    assert [r["row_no"] for r in rejected] == [2]

    # the first rule is eased; a new one, broken by both, must not take back what was accepted
    write_rules(
        folder,
        rule("too_big", "value > 1000", scope="delivery"),
        rule("third_row", "row_no = 12"),
    )
    assert pending_loads(lake, SOURCE, rules_hash(folder)) == [LOAD]
    second = judge(lake, SOURCE, [LOAD], folder, NOW + timedelta(hours=1))

    assert [(v.delivery, v.decision) for v in second] == [(high.id, "accepted")]
    assert pending_loads(lake, SOURCE, rules_hash(folder)) == []
    results = quality_rows(lake, "result")
    assert [r for r in results if r["delivery"] == low.id] == kept
    now_rejected = quality_rows(lake, "rejected")
    assert [r for r in now_rejected if r["delivery"] == low.id] == rejected
    assert {r["rule_id"] for r in now_rejected if r["delivery"] == high.id} == {"third_row"}
    assert len(quality_rows(lake, "verdict")) == 2


def test_layout_of_the_rule_file_does_not_bring_loads_back(lake: Path, tmp_path: Path) -> None:
    folder = write_rules(tmp_path / "rules", rule("too_big", "value > 139", scope="delivery"))
    land(lake, LOAD, [workbook("a.xlsx")])
    judge(lake, SOURCE, [LOAD], folder, NOW)
    path = folder / f"{SOURCE}.yml"
    path.write_text("# ghi chú\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert pending_loads(lake, SOURCE, rules_hash(folder)) == []


@pytest.mark.parametrize(
    ("effect", "passed"),
    [
        ("{rows: 3}", False),
        ("{rows: 4}", True),
        ("{share: 0.075}", False),
        ("{share: 0.08}", True),
        ("{rows: 3, share: 0.5}", True),
    ],
)
def test_minimum_effect(lake: Path, tmp_path: Path, effect: str, passed: bool) -> None:
    folder = write_rules(
        tmp_path / "rules", rule("first_three", "_row_no <= 3", more=f"minimum_effect: {effect},")
    )
    land(lake, LOAD, [workbook("a.xlsx", cells=40)])
    judge(lake, SOURCE, [LOAD], folder, NOW)

    (result,) = quality_rows(lake, "result")
    assert (result["failed_rows"], result["total_rows"], result["passed"]) == (3, 40, passed)
    assert len(quality_rows(lake, "rejected")) == (0 if passed else 3)


def test_predicates_are_plain_sql(lake: Path, tmp_path: Path) -> None:
    """Braces, colons, percent signs, comments and joins mean what they mean in SQL."""
    folder = write_rules(
        tmp_path / "rules",
        rule("braces", "regexp_full_match(cell, 'C[0-9]{2}')", "ghi_nhan"),
        rule("colons", "'12:30 :x' = ' :x' or cell::text = 'C10'", "ghi_nhan"),
        rule("percent", "item_path like '%hàng 7%'", "ghi_nhan"),
        rule("comment", "row_no > 10 -- ghi chú", "ghi_nhan"),
        rule(
            "join",
            "exists (select 1 from file as f join delivery as d on d.label = f.source_file "
            "where f._delivery = cell._delivery)",
            "ghi_nhan",
        ),
        rule("narrowed", "value > 110", "ghi_nhan", more="where: sheet_no = 1,"),
    )
    land(lake, LOAD, [workbook("a.xlsx", cells=40)])
    judge(lake, SOURCE, [LOAD], folder, NOW)

    counts = {
        r["rule_id"]: (r["failed_rows"], r["total_rows"]) for r in quality_rows(lake, "result")
    }
    assert counts == {
        "braces": (40, 40),
        "colons": (4, 40),
        "percent": (1, 40),
        "comment": (36, 40),
        "join": (40, 40),
        "narrowed": (7, 10),
    }


def test_more_bad_rows_than_the_library_fetches(lake: Path, tmp_path: Path) -> None:
    folder = write_rules(tmp_path / "rules", rule("all", "true"))
    books = [workbook(f"{n}.xlsx", cells=3, seed=n) for n in range(300)]
    land(lake, LOAD, books)
    judge(lake, SOURCE, [LOAD], folder, NOW)

    assert len(quality_rows(lake, "rejected")) == 900
    assert {r["failed_rows"] for r in quality_rows(lake, "result")} == {3}


def test_rules_read_nothing_outside_the_lake(lake: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n", encoding="utf-8")
    folder = write_rules(
        tmp_path / "rules", rule("peek", f"exists (select 1 from read_csv('{outside}'))")
    )
    land(lake, LOAD, [workbook("a.xlsx")])

    with pytest.raises(RuleError, match="luật 'peek': SQL không chạy được"):
        judge(lake, SOURCE, [LOAD], folder, NOW)


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        ("no_such_column > 1", "no_such_column"),
        ("cast(item_path as integer) > 1", "Conversion Error"),
    ],
)
def test_sql_that_fails_is_one_line_naming_the_rule(
    lake: Path, tmp_path: Path, predicate: str, said: str
) -> None:
    folder = write_rules(
        tmp_path / "rules",
        rule("sound", "value < 0"),
        rule("broken", predicate),
        rule("sound_too", "value < 1"),
    )
    land(lake, LOAD, [workbook("a.xlsx")])

    with pytest.raises(RuleError) as caught:
        judge(lake, SOURCE, [LOAD], folder, NOW)

    message = str(caught.value)
    assert message.startswith("Tệp luật thong_ke.yml, luật 'broken': SQL không chạy được: ")
    assert said in message
    assert "\n" not in message
    assert pending_loads(lake, SOURCE, rules_hash(folder)) == [LOAD]


def test_rule_on_unknown_table_is_told(lake: Path, tmp_path: Path) -> None:
    folder = write_rules(
        tmp_path / "rules", rule("x", "true").replace("table: cell", "table: o_so")
    )
    land(lake, LOAD, [workbook("a.xlsx")])

    with pytest.raises(RuleError, match="nguồn không có bảng 'o_so'"):
        judge(lake, SOURCE, [LOAD], folder, NOW)


def test_held_back_until_the_same_content_is_accepted(lake: Path) -> None:
    """A file dated wrongly is sent again under its right date."""
    wrong = workbook("a.xlsx", date(2025, 11, 6))
    other = workbook("b.xlsx", date(2025, 12, 6), seed=1)
    land(lake, LOAD, [wrong, other])
    judge(lake, SOURCE, [LOAD], RULES, NOW)
    assert {v.delivery for v in held_back(lake, SOURCE)} == {wrong.id, other.id}

    land(lake, LATER, [workbook("a.xlsx", date(2024, 11, 6))])
    judge(lake, SOURCE, [LATER], RULES, NOW)

    (verdict,) = held_back(lake, SOURCE)
    assert verdict.delivery == other.id
    assert verdict.reason.startswith("b.xlsx: Ngày công bố ở tương lai")


def test_load_that_is_not_complete_is_neither_pending_nor_judged(lake: Path) -> None:
    land(lake, LOAD, [workbook("a.xlsx")])
    finish(lake, LOAD, status=1)
    assert completed_loads(lake, SOURCE) == []
    assert pending_loads(lake, SOURCE, rules_hash()) == []
    with pytest.raises(ValueError, match="not complete"):
        judge(lake, SOURCE, [LOAD], RULES, NOW)

    path = next((lake / SOURCE / "_dlt_loads").iterdir())
    path.write_text('{"load_id": "17364', encoding="utf-8")
    assert completed_loads(lake, SOURCE) == []


def test_loads_come_in_the_order_in_which_they_ended(lake: Path) -> None:
    for load_id in ("1736478000.5", "999999999.5", "1736478000.45"):
        land(lake, load_id, [workbook(f"{load_id}.xlsx", seed=float(load_id))])

    assert completed_loads(lake, SOURCE) == ["999999999.5", "1736478000.45", "1736478000.5"]


def test_load_without_rows_for_a_table_is_judged(lake: Path, tmp_path: Path) -> None:
    folder = write_rules(tmp_path / "rules", rule("any", "true"))
    book = workbook("a.xlsx", bend=bend_empty)
    land(lake, LOAD, [book])

    (verdict,) = judge(lake, SOURCE, [LOAD], folder, NOW)

    assert verdict.decision == "accepted"
    (result,) = quality_rows(lake, "result")
    assert (result["total_rows"], result["passed"]) == (0, True)


def test_empty_files_keep_typed_globs_alive(lake: Path) -> None:
    (lake / SOURCE).mkdir(parents=True)
    (lake / "ioffice").mkdir()
    ensure_quality_files(lake)

    for source in (SOURCE, "ioffice"):
        for kind, schema in SCHEMAS.items():
            glob = f"{lake}/_quality/{kind}/{source}.*.parquet"
            relation = duckdb.sql(f"select * from read_parquet('{glob}')")
            assert relation.columns == schema.names
            assert relation.fetchall() == []
    assert {path.name for path in (lake / "_quality").iterdir()} == set(SCHEMAS)


def test_judged_files_have_the_promised_schemas(lake: Path) -> None:
    land(lake, LOAD, [workbook("a.xlsx")])
    judge(lake, SOURCE, [LOAD], RULES, NOW)

    for kind, schema in SCHEMAS.items():
        assert pq.read_schema(quality_file(lake, kind, SOURCE, LOAD)) == schema


def test_importing_is_cheap_and_judging_is_silent_and_tidy(lake: Path, tmp_path: Path) -> None:
    """In a process of its own: no library on import, no output, no file outside the lake."""
    land(lake, LOAD, [workbook("a.xlsx")])
    home, cwd = tmp_path / "home", tmp_path / "cwd"
    temporary = tmp_path / "tmp"
    for folder in (home, cwd, temporary):
        folder.mkdir()
    script = (
        "import sys; from pathlib import Path; from expectations import runner, quality, rules\n"
        "assert 'great_expectations' not in sys.modules and 'sqlalchemy' not in sys.modules\n"
        f"print(len(runner.judge(Path({str(lake)!r}), {SOURCE!r}, [{LOAD!r}])))\n"
    )
    env = {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(RULES.parent),
    }
    env["PYTHONDONTWRITEBYTECODE"] = "1"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, env=env, capture_output=True, text=True, check=True
    )

    assert done.stdout == "1\n"
    assert done.stderr == ""
    for folder in (home, cwd, temporary):
        assert list(folder.rglob("*")) == []


def test_sixty_workbooks_of_180_000_cells_are_judged_quickly(lake: Path) -> None:
    books = [
        workbook(f"{n}.xlsx", date(2019, 1, 29) + timedelta(days=30 * n), cells=3000, seed=n)
        for n in range(60)
    ]
    land(lake, LOAD, books)
    start = time.perf_counter()

    verdicts = judge(lake, SOURCE, [LOAD], RULES, NOW)

    print(f"judged 60 deliveries, 180,000 cells in {time.perf_counter() - start:.1f} s")
    assert [v.decision for v in verdicts] == ["accepted"] * 60
