"""The rules as people write them: YAML files, read, checked and given a hash."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SHARED_FILE = "shared.yml"
ANY_TABLE = "*"
_CLOCK_FUNCTIONS = ("kho_now(", "kho_today(")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class RuleError(Exception):
    """A rule that cannot be used; the message is one Vietnamese line saying what to mend."""


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
        sentence: what is wrong when the rule is broken, in Vietnamese.
        severity: see `Severity`.
        scope: see `Scope`.
        predicate: SQL (DuckDB) over a row of the table; null counts as good. It may use
            window functions, other tables of the same load by name, `delivery_rows`,
            `earlier_twin`, `kho_now()` and `kho_today()`; with `each_column`, `{column}`.
        row_count: instead of a predicate, bounds on rows per delivery.
        where: SQL that narrows the rows looked at (and counted in the total).
        each_column: the predicate is tried on every column of this kind.
        minimum_effect: see `MinimumEffect`.
        applies_to: sources it is for; empty means all.
    """

    id: Name
    table: Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_]*)$")]
    sentence: Text
    severity: Severity
    scope: Scope
    predicate: Text | None = None
    row_count: RowCount | None = None
    where: Text | None = None
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
        for part in ("predicate", "where"):
            _check_sql(part, getattr(self, part))
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
        return RuleError(_line(self.files[rule.id], f"luật '{rule.id}'", what))

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
        content = _read_file(folder / name)
        fingerprint = content.fingerprint or fingerprint
        for rule in content.rules:
            if rule.id in files:
                other = files[rule.id]
                raise RuleError(
                    _line(name, f"luật '{rule.id}'", f"trùng mã với luật trong {other}")
                )
            files[rule.id] = name
            if not rule.applies_to or source in rule.applies_to:
                rules.append(rule)
    digest = _hash(rules, fingerprint)
    return RuleSet(source, tuple(rules), fingerprint, digest, files)


def _read_file(path: Path) -> _RuleFile:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuleError(f"Thiếu tệp luật {path.name} trong thư mục {path.parent}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise RuleError(
            _line(path.name, f"dòng {line}", f"không phải YAML đúng ({error.problem})")
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuleError(_line(path.name, "", f"không đọc được ({error})")) from error
    try:
        return _RuleFile.model_validate(content or {})
    except ValidationError as error:
        raise RuleError(_explain(path.name, content, error)) from error


def _explain(file: str, content: Any, error: ValidationError) -> str:
    first = error.errors()[0]
    where = list(first["loc"])
    place = ""
    if len(where) >= 2 and where[0] == "rules" and isinstance(where[1], int):
        place = f"luật {_rule_name(content, where[1])}"
        where = where[2:]
    field = ".".join(str(part) for part in where)
    return _line(file, place, _what(first, field))


def _rule_name(content: Any, index: int) -> str:
    rule = content["rules"][index]
    name = rule.get("id") if isinstance(rule, dict) else None
    return f"'{name}'" if name else f"thứ {index + 1}"


def _what(error: Any, field: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "missing":
            return f"thiếu mục '{field}'"
        case "extra_forbidden":
            return f"không có mục nào tên '{field}', hãy xem lại chính tả"
        case "enum":
            return f"mục '{field}' phải là một trong {context['expected'].replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            return f"mục '{field}' chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới"
        case "value_error":
            return str(context["error"])
        case "string_too_short" | "too_short":
            return f"mục '{field}' không được để trống"
        case _:
            return f"mục '{field}' không hợp lệ ({error['msg']})"


def _check_sql(part: str, sql: str | None) -> None:
    if sql is None:
        return
    try:
        query = f"select (\n{sql.replace('{column}', 'x')}\n) as bad"
        statements = len(duckdb.extract_statements(query))
    except duckdb.Error as error:
        raise ValueError(f"mục '{part}' không phải SQL đúng ({first_line(error)})") from error
    if statements != 1:
        raise ValueError(f"mục '{part}' phải là một biểu thức SQL, không có dấu ';'")


def first_line(error: object) -> str:
    """Give the first line of an error, for a message of one line."""
    return (str(error).strip() or "?").splitlines()[0]


def _line(file: str, place: str, what: str) -> str:
    return ", ".join(part for part in (f"Tệp luật {file}", place) if part) + f": {what}"


def _hash(rules: list[Rule], fingerprint: Fingerprint | None) -> str:
    said = [rule.model_dump(mode="json") for rule in rules]
    said.append(fingerprint.model_dump(mode="json") if fingerprint else {})
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
