"""Rule files: what is read, and what a person is told when one is wrong."""

from pathlib import Path

import pytest

from expectations.rules import (
    Dimension,
    RuleError,
    RuleSet,
    Scope,
    Severity,
    load_rules,
    load_warehouse_rules,
    rule_catalogue,
)
from expectations.runner import RULES

GOOD = """rules:
  - id: some_rule
    table: cell
    dimension: dung
    sentence: Câu
    mend: Sửa
    severity: chan
    scope: row
    predicate: value < 0
"""


def load(folder: Path, own: str, shared: str = "rules: []\n") -> RuleSet:
    (folder / "shared.yml").write_text(shared, encoding="utf-8")
    (folder / "thong_ke.yml").write_text(own, encoding="utf-8")
    return load_rules(folder, "thong_ke")


def test_own_rules_are_read() -> None:
    rule_set = load_rules(RULES, "thong_ke")

    assert len(rule_set.rules) >= 25
    assert {rule.severity for rule in rule_set.rules} == set(Severity)
    assert {rule.scope for rule in rule_set.rules} == set(Scope)
    assert rule_set.files["number_finite"] == "shared.yml"
    assert rule_set.files["not_a_copy"] == "thong_ke.yml"


def test_every_promise_has_rules() -> None:
    assert {rule.dimension for rule in load_rules(RULES, "thong_ke").rules} == set(Dimension)
    assert [d.label for d in Dimension] == ["đúng", "đủ", "sạch", "sống"]


def test_severity_has_a_vietnamese_word() -> None:
    assert [s.label for s in Severity] == ["chặn", "cảnh báo", "ghi nhận"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: chan", "severity: chặn", "luật 'some_rule': mục 'severity' phải là một trong"),
        ("    severity: chan\n", "", "luật 'some_rule': thiếu mục 'severity'"),
        ("  - id: some_rule\n    table", "  - table", "luật thứ 1: thiếu mục 'id'"),
        ("dimension: dung", "dimension: đúng", "mục 'dimension' phải là một trong 'dung', 'du'"),
        ("    mend: Sửa\n", "", "luật 'some_rule': thiếu mục 'mend'"),
        ("sentence: Câu", "sentense: Câu", "luật 'some_rule'"),
        ("sentence: Câu", "sentence: ''", "mục 'sentence' không được để trống"),
        ("id: some_rule", "id: Luật 1", "mục 'id' chỉ dùng chữ thường không dấu"),
        ("value < 0", "value <", "mục 'predicate' không phải SQL đúng"),
        ("value < 0", "1=1); drop table t; select (1", "phải là một biểu thức SQL"),
        ("value < 0", "'{column} < 0'", "'each_column' và '{column}'"),
        ("    predicate: value < 0\n", "", "đúng một trong hai mục 'predicate' và 'row_count'"),
        ("predicate: value < 0", "row_count: {min: 1}", "luật 'row_count' phải nêu tên bảng"),
        ("predicate: value < 0", "predicate: 5", "mục 'predicate' không hợp lệ"),
        ("rules:\n", "rules:\n  x: [\n", "dòng"),
        ("rules:", "luat:", "không có mục nào tên 'luat'"),
    ],
)
def test_mistakes_are_one_vietnamese_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, GOOD.replace(old, new))

    message = str(caught.value)
    assert message.startswith("Tệp luật thong_ke.yml")
    assert said in message
    assert "\n" not in message


def test_same_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="luật 'some_rule': trùng mã với luật trong shared"):
        load(tmp_path, GOOD, GOOD)


def test_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="Thiếu tệp luật shared"):
        load_rules(tmp_path, "thong_ke")


def test_shared_rule_applies_to_the_named_sources_only(tmp_path: Path) -> None:
    shared = GOOD.replace("some_rule", "other") + "    applies_to: [ioffice]\n"
    load(tmp_path, GOOD, shared)

    assert [rule.id for rule in load_rules(tmp_path, "thong_ke").rules] == ["some_rule"]
    (tmp_path / "ioffice.yml").write_text("", encoding="utf-8")
    assert [rule.id for rule in load_rules(tmp_path, "ioffice").rules] == ["other"]


def test_hash_follows_what_the_rules_say(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD).hash
    assert (
        load(
            tmp_path, "# lời dẫn\n" + GOOD.replace("    scope: row\n", "") + "    scope: row\n"
        ).hash
        == first
    )
    assert load(tmp_path, GOOD.replace("< 0", "< 1")).hash != first


WAREHOUSE = """warehouse_rules:
  - id: jump
    subject: dq_figure
    dimension: dung
    severity: canh_bao
    sentence: Số nhảy vọt
    mend: Đối chiếu biểu gốc
    predicate: value > 10 * value_previous
    detail: "'trước ' || value_previous"
    where: value_previous > 0
    minimum_effect: {rows: 2}
    applies_to: [thong_ke]
"""


def write_warehouse(folder: Path, content: str) -> None:
    (folder / "warehouse.yml").write_text(content, encoding="utf-8")


def test_own_warehouse_rules_are_read() -> None:
    load_warehouse_rules(RULES)


def test_catalogue_tells_both_stages(tmp_path: Path) -> None:
    load(tmp_path, GOOD, GOOD.replace("some_rule", "for_all"))
    write_warehouse(tmp_path, WAREHOUSE)

    catalogue = {rule["id"]: rule for rule in rule_catalogue(tmp_path, ["thong_ke"])}

    assert {i: (r["stage"], r["source"]) for i, r in catalogue.items()} == {
        "for_all": ("arrival", ""),
        "some_rule": ("arrival", "thong_ke"),
        "jump": ("warehouse", ""),
    }
    assert catalogue["jump"] == {
        "stage": "warehouse",
        "id": "jump",
        "source": "",
        "table_name": "",
        "subject": "dq_figure",
        "dimension": "dung",
        "severity": "canh_bao",
        "sentence": "Số nhảy vọt",
        "mend": "Đối chiếu biểu gốc",
        "predicate": "value > 10 * value_previous",
        "detail": "'trước ' || value_previous",
        "where": "value_previous > 0",
        "min_rows": 2,
        "min_share": 0,
        "applies_to": ["thong_ke"],
    }
    assert catalogue["some_rule"]["table_name"] == "cell"
    assert set(catalogue["some_rule"]) == set(catalogue["jump"])


def test_shared_rule_stands_once_for_two_sources(tmp_path: Path) -> None:
    load(tmp_path, "", GOOD)
    (tmp_path / "ioffice.yml").write_text("", encoding="utf-8")
    write_warehouse(tmp_path, "")

    assert [r["source"] for r in rule_catalogue(tmp_path, ["ioffice", "thong_ke"])] == [""]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value > 10", "value >> > 10", "luật 'jump': mục 'predicate' không phải SQL đúng"),
        ("'trước '", "'trước", "luật 'jump': mục 'detail' không phải SQL đúng"),
        ("subject: dq_figure", "subject: mart.x", "luật 'jump': mục 'subject'"),
        ("    mend: Đối chiếu biểu gốc\n", "", "luật 'jump': thiếu mục 'mend'"),
        ("id: jump", "id: some_rule", "luật 'some_rule': trùng mã với một luật xét khi"),
        ("warehouse_rules:", "rules:", "không có mục nào tên 'rules'"),
    ],
)
def test_mistakes_in_warehouse_rules_are_one_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    load(tmp_path, GOOD)
    write_warehouse(tmp_path, WAREHOUSE.replace(old, new))

    with pytest.raises(RuleError) as caught:
        rule_catalogue(tmp_path, ["thong_ke"])

    message = str(caught.value)
    assert message.startswith("Tệp luật warehouse.yml")
    assert said in message
    assert "\n" not in message


def test_same_warehouse_rule_twice_is_refused(tmp_path: Path) -> None:
    twice = WAREHOUSE + WAREHOUSE.removeprefix("warehouse_rules:\n")
    write_warehouse(tmp_path, twice)
    with pytest.raises(RuleError, match="luật 'jump': trùng mã"):
        load_warehouse_rules(tmp_path)
