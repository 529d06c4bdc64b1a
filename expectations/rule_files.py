"""Reading of rule files: YAML into checked models, every mistake told in one Vietnamese line."""

from pathlib import Path
from typing import Any, TypeVar

import duckdb
import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class RuleError(Exception):
    """A rule that cannot be used; the message is one Vietnamese line saying what to mend."""


def read_file(path: Path, model: type[Model]) -> Model:
    """Read one rule file.

    Args:
        path: the file.
        model: what it must be.

    Raises:
        RuleError: it is absent, cannot be read, or says what cannot be.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuleError(f"Thiếu tệp luật {path.name} trong thư mục {path.parent}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise RuleError(
            error_line(path.name, f"dòng {line}", f"không phải YAML đúng ({error.problem})")
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuleError(error_line(path.name, "", f"không đọc được ({error})")) from error
    try:
        return model.model_validate(content or {})
    except ValidationError as error:
        raise RuleError(_explain(path.name, content, error)) from error


def _explain(file: str, content: Any, error: ValidationError) -> str:
    first = error.errors()[0]
    where = list(first["loc"])
    place = ""
    if len(where) >= 2 and isinstance(where[1], int):
        place = f"luật {_rule_name(content[where[0]], where[1])}"
        where = where[2:]
    field = ".".join(str(part) for part in where)
    return error_line(file, place, _what(first, field))


def _rule_name(rules: Any, index: int) -> str:
    rule = rules[index]
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


def check_sql(part: str, sql: str | None) -> None:
    """Refuse what is not one SQL expression.

    Args:
        part: name of the entry, for the message.
        sql: the expression; None is fine.

    Raises:
        ValueError: the message is Vietnamese.
    """
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


def error_line(file: str, place: str, what: str) -> str:
    """Give the line that names a file, a place in it, and what to mend."""
    return ", ".join(part for part in (f"Tệp luật {file}", place) if part) + f": {what}"
