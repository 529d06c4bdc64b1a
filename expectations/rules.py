"""The rules as people write them: YAML files, read, checked and given a hash."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from expectations.rule_files import RuleError, check_sql, error_line, first_line, read_file

SHARED_FILE = "shared.yml"
WAREHOUSE_FILE = "warehouse.yml"
ANY_TABLE = "*"
_CLOCK_FUNCTIONS = ("kho_now(", "kho_today(")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Dimension(StrEnum):
    """Which of the four promises of the data a broken rule breaks."""

    RIGHT = "dung"
    COMPLETE = "du"
    CLEAN = "sach"
    ALIVE = "song"

    @property
    def label(self) -> str:
        """Give the word that people read."""
        return {"dung": "đúng", "du": "đủ", "sach": "sạch", "song": "sống"}[self.value]


class Severity(StrEnum):
    """What a broken rule means: hold back or set aside, warn, or only take note."""

    BLOCK = "chan"
    WARN = "canh_bao"
    NOTE = "ghi_nhan"

    @property
    def label(self) -> str:
        """Give the word that people read."""
        return {"chan": "chặn", "canh_bao": "cảnh báo", "ghi_nhan": "ghi nhận"}[self.value]


class Scope(StrEnum):
    """What a blocking rule acts on: the bad rows alone, or the whole delivery."""

    ROW = "row"
    DELIVERY = "delivery"


class ColumnType(StrEnum):
    """Kinds of columns that one rule may be spread over."""

    DOUBLE = "double"
    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MinimumEffect(_Model):
    """How much must be wrong in a delivery before the rule counts as broken.

    Args:
        rows: bad rows, at least one.
        share: bad rows over rows looked at, 0 to 1. Both bounds must be reached.
    """

    rows: Annotated[int, Field(ge=1)] = 1
    share: Annotated[float, Field(ge=0, le=1)] = 0

    def reached(self, failed: int, total: int) -> bool:
        """Say whether so many bad rows break the rule.

        Args:
            failed: bad rows of the delivery.
            total: rows of the delivery that the rule looked at.

        Returns:
            True when both bounds are reached.
        """
        return failed >= self.rows and failed >= self.share * total


class RowCount(_Model):
    """How many rows of a table each delivery must bring, bounds included."""

    min: Annotated[int, Field(ge=0)] = 1
    max: Annotated[int, Field(ge=0)] | None = None


class Rule(_Model):
    """One rule: a predicate that selects BAD rows, or bounds on the number of rows.

    Args:
        id: lower_snake name, unique within a source together with the shared rules.
        table: table of the lake, or `*` for every table of the source.
        dimension: see `Dimension`.
        sentence: what is wrong when the rule is broken, in Vietnamese.
        mend: what the person who answers for the source should do about it, in Vietnamese.
        severity: see `Severity`.
        scope: see `Scope`.
        predicate: SQL (DuckDB) over a row of the table; null counts as good. It may use
            window functions, other tables of the same load by name, `delivery_rows`,
            `earlier_twin`, `earlier_<table>` (rows of the delivery before, with `_later`, the
            delivery that they come before), `kho_now()` and `kho_today()`; with `each_column`,
            `{column}`.
        row_count: instead of a predicate, bounds on rows per delivery.
        where: SQL that narrows the rows looked at (and counted in the total).
        detail: SQL text expression that says of a row set aside (`judged`) what is wrong with it.
        each_column: the predicate is tried on every column of this kind.
        minimum_effect: see `MinimumEffect`.
        applies_to: sources it is for; empty means all.
    """

    id: Name
    table: Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_]*)$")]
    dimension: Dimension
    sentence: Text
    mend: Text
    severity: Severity
    scope: Scope
    predicate: Text | None = None
    row_count: RowCount | None = None
    where: Text | None = None
    detail: Text | None = None
    each_column: ColumnType | None = None
    minimum_effect: MinimumEffect = MinimumEffect()
    applies_to: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.predicate is None) == (self.row_count is None):
            raise ValueError("phải có đúng một trong hai mục 'predicate' và 'row_count'")
        if self.row_count and (self.scope is not Scope.DELIVERY or self.table == ANY_TABLE):
            raise ValueError("luật 'row_count' phải nêu tên bảng và có 'scope: delivery'")
        if self.row_count and (self.each_column or self.where):
            raise ValueError("luật 'row_count' không đi cùng mục 'each_column' hay 'where'")
        if bool(self.each_column) != ("{column}" in (self.predicate or "")):
            raise ValueError("'each_column' và '{column}' trong 'predicate' phải đi cùng nhau")
        if self.detail and (self.severity is not Severity.BLOCK or self.scope is not Scope.ROW):
            raise ValueError("mục 'detail' chỉ đi cùng luật chặn từng dòng (chan, row)")
        for part in ("predicate", "where", "detail"):
            check_sql(part, getattr(self, part))
        return self

    @property
    def depends_on_clock(self) -> bool:
        """Say whether the answer may change by waiting alone."""
        sql = f"{self.predicate} {self.where}".lower()
        return any(function in sql for function in _CLOCK_FUNCTIONS)


class Fingerprint(_Model):
    """Which columns make two deliveries the same content, whatever their files look like."""

    table: Name
    columns: Annotated[tuple[Name, ...], Field(min_length=1)]


class _RuleFile(_Model):
    fingerprint: Fingerprint | None = None
    rules: tuple[Rule, ...] = ()


class WarehouseRule(_Model):
    """One rule that dbt judges, over a relation that knows what came before and beside.

    Args:
        id: lower_snake name, unique among all rules of the folder.
        subject: relation of schema `dq`; one row is one thing that the rule looks at.
        dimension: see `Dimension`.
        severity: see `Severity`.
        sentence: what is wrong when the rule is broken, in Vietnamese.
        mend: what the person who answers for the source should do about it, in Vietnamese.
        predicate: portable SQL over a row of the subject, true for a BAD row; null is good.
        detail: portable SQL text expression that tells the numbers of a bad row.
        where: portable SQL that narrows the rows looked at.
        minimum_effect: see `MinimumEffect`; counted for each delivery.
        applies_to: sources it is for; empty means all.
    """

    id: Name
    subject: Annotated[str, Field(pattern=r"^dq_[a-z0-9_]+$")]
    dimension: Dimension
    severity: Severity
    sentence: Text
    mend: Text
    predicate: Text
    detail: Text | None = None
    where: Text | None = None
    minimum_effect: MinimumEffect = MinimumEffect()
    applies_to: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _is_sql(self) -> Self:
        for part in ("predicate", "detail", "where"):
            check_sql(part, getattr(self, part))
        return self


class _WarehouseFile(_Model):
    warehouse_rules: tuple[WarehouseRule, ...] = ()


@dataclass(frozen=True)
class RuleSet:
    """The rules of one source: the shared ones that apply and its own.

    Args:
        source: name of the source.
        rules: in the order of the files, shared first.
        fingerprint: how copies are recognised, if at all.
        hash: hex digest of what the rules say; layout and comments do not count.
        files: rule id to the name of the file it stands in.
    """

    source: str
    rules: tuple[Rule, ...]
    fingerprint: Fingerprint | None
    hash: str
    files: dict[str, str]

    def error(self, rule: Rule, what: str) -> RuleError:
        """Make the error that names the file, the rule and what to mend."""
        return RuleError(error_line(self.files[rule.id], f"luật '{rule.id}'", what))

    def sql_error(self, rule: Rule, error: object) -> RuleError:
        """Make the error of a rule whose SQL the engine refused."""
        return self.error(rule, f"SQL không chạy được: {first_line(error)}")


def load_rules(folder: Path, source: str) -> RuleSet:
    """Read `shared.yml` and `<source>.yml` and check them.

    Args:
        folder: folder of the rule files.
        source: name of the source.

    Returns:
        The rules that apply to the source.

    Raises:
        RuleError: a file is absent or a rule cannot be used.
    """
    rules: list[Rule] = []
    files: dict[str, str] = {}
    fingerprint = None
    for name in (SHARED_FILE, f"{source}.yml"):
        content = read_file(folder / name, _RuleFile)
        fingerprint = content.fingerprint or fingerprint
        for rule in content.rules:
            if rule.id in files:
                other = files[rule.id]
                raise RuleError(
                    error_line(name, f"luật '{rule.id}'", f"trùng mã với luật trong {other}")
                )
            files[rule.id] = name
            if not rule.applies_to or source in rule.applies_to:
                rules.append(rule)
    digest = _hash(rules, fingerprint)
    return RuleSet(source, tuple(rules), fingerprint, digest, files)


def load_warehouse_rules(folder: Path) -> tuple[WarehouseRule, ...]:
    """Read the rules that dbt judges, `warehouse.yml`.

    Args:
        folder: folder of the rule files.

    Raises:
        RuleError: the file is absent or a rule cannot be used.
    """
    rules = read_file(folder / WAREHOUSE_FILE, _WarehouseFile).warehouse_rules
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(error_line(WAREHOUSE_FILE, f"luật '{rule.id}'", "trùng mã"))
        seen.add(rule.id)
    return rules


def rule_catalogue(folder: Path, sources: Iterable[str]) -> list[dict[str, Any]]:
    """List every rule of both stages, for the warehouse and for people.

    Args:
        folder: folder of the rule files.
        sources: names of the sources.

    Returns:
        One dict a rule: `stage` ('arrival' or 'warehouse'), `id`, `source` ('' = every source),
        `table_name`, `subject`, `dimension`, `severity`, `sentence`, `mend`, `predicate`, `detail`,
        `where` (each '' when there is none), `min_rows`, `min_share`, `applies_to`.

    Raises:
        RuleError: a rule cannot be used, or two rules have the same id.
    """
    arrival: dict[tuple[str, str], Rule] = {}
    for source in sources:
        rule_set = load_rules(folder, source)
        for rule in rule_set.rules:
            shared = rule_set.files[rule.id] == SHARED_FILE
            arrival["" if shared else source, rule.id] = rule
    entries = [_entry(rule, "arrival", source) for (source, _), rule in arrival.items()]
    taken = {rule_id for _, rule_id in arrival}
    for warehouse_rule in load_warehouse_rules(folder):
        if warehouse_rule.id in taken:
            what = "trùng mã với một luật xét khi dữ liệu vào hồ"
            raise RuleError(error_line(WAREHOUSE_FILE, f"luật '{warehouse_rule.id}'", what))
        entries.append(_entry(warehouse_rule, "warehouse", ""))
    return entries


def _entry(rule: Rule | WarehouseRule, stage: str, source: str) -> dict[str, Any]:
    return {
        "stage": stage,
        "id": rule.id,
        "source": source,
        "table_name": getattr(rule, "table", ""),
        "subject": getattr(rule, "subject", ""),
        "dimension": rule.dimension.value,
        "severity": rule.severity.value,
        "sentence": rule.sentence,
        "mend": rule.mend,
        "predicate": rule.predicate or "",
        "detail": getattr(rule, "detail", None) or "",
        "where": rule.where or "",
        "min_rows": rule.minimum_effect.rows,
        "min_share": rule.minimum_effect.share,
        "applies_to": list(rule.applies_to),
    }


def _hash(rules: list[Rule], fingerprint: Fingerprint | None) -> str:
    said = [rule.model_dump(mode="json") for rule in rules]
    said.append(fingerprint.model_dump(mode="json") if fingerprint else {})
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
