"""Rule files: what is read, and what a person is told when one is wrong."""

from pathlib import Path

import pytest

from expectations.rules import RuleError, RuleSet, Scope, Severity, load_rules
from expectations.runner import RULES

GOOD = """rules:
  - id: some_rule
    table: cell
    sentence: Câu
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


def test_severity_has_a_vietnamese_word() -> None:
    assert [s.label for s in Severity] == ["chặn", "cảnh báo", "ghi nhận"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: chan", "severity: chặn", "luật 'some_rule': mục 'severity' phải là một trong"),
        ("    severity: chan\n", "", "luật 'some_rule': thiếu mục 'severity'"),
        ("  - id: some_rule\n    table", "  - table", "luật thứ 1: thiếu mục 'id'"),
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
