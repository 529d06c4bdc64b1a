"""What Superset's own permissions leave open: SQL in charts, SQL on DuckDB, guessed passwords."""

import time
from collections import defaultdict, deque
from typing import Any

from flask_appbuilder.exceptions import PasswordComplexityValidationError
from superset.common.chart_data import ChartDataResultType
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager

from superset_config.web.duckdb_guard import complaint

GUESSES = 10  # wrong passwords for one name …
GUESSING_SECONDS = 300  # … within this time, then the name has to wait
_PASSWORD_LENGTH = 12
# Which of the parts of a query may hold an SQL expression of the asker's.
_CLAUSES = ("where", "having")
# whole rows with every column of the dataset
_RAW_ROWS = {ChartDataResultType.DRILL_DETAIL, ChartDataResultType.SAMPLES}


class KhoSecurityManager(SupersetSecurityManager):
    """Superset's security, with what only looking at boards does not need taken away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guesses: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=GUESSES))

    def raise_for_access(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a chart's question that is more than a chart's, then ask Superset.

        SQL of people's own is refused too where it would come as a role it could take off.
        """
        if kwargs.get("query") is not None or kwargs.get("sql"):
            database = kwargs.get("database") or kwargs["query"].database
            if "role=" in str(database.url_object.query.get("options", "")):
                raise refused("SQL Lab chưa mở: quản trị đặt KHO_PG_BOARDS_DSN rồi chạy `kho run`.")
        context = kwargs.get("query_context")
        if context is not None and not self.is_admin():
            columns = {column.column_name for column in context.datasource.columns}
            if any(_brings_sql(query.to_dict(), columns) for query in context.queries):
                raise refused("Câu hỏi của biểu đồ chỉ được gọi tên cột và độ đo đã lưu.")
            asked = {context.result_type, *(query.result_type for query in context.queries)}
            if asked & _RAW_ROWS and not self.can_access("can_samples", "Datasource"):
                raise refused("Không xem được từng dòng của tập dữ liệu.")
        super().raise_for_access(*args, **kwargs)

    def auth_user_db(self, username: str, password: str) -> Any:
        """Check a password, unless this name was guessed at too often just now."""
        guesses, now = self._guesses[username], time.monotonic()
        if len(guesses) == GUESSES and now - guesses[0] < GUESSING_SECONDS:
            return None
        user = super().auth_user_db(username, password)
        if user is None:
            guesses.append(now)
        else:
            self._guesses.pop(username, None)
        return user


def _brings_sql(part: Any, columns: set[str]) -> bool:
    """Tell whether an SQL expression stands anywhere in a question."""
    if isinstance(part, dict):
        if any(part.get(clause) for clause in _CLAUSES):
            return True
        expression = part.get("sqlExpression")
        # the axis of a chart is told as an expression that is a column's name
        if expression and expression not in columns:
            return True
        return any(_brings_sql(value, columns) for value in part.values())
    return isinstance(part, (list, tuple)) and any(_brings_sql(one, columns) for one in part)


def only_boards_schemas(sql: str, database: Any, **_: Any) -> str:
    """Let a query pass to the warehouse as it is, or refuse it (Superset's SQL_QUERY_MUTATOR).

    Raises:
        SupersetSecurityException: On DuckDB it reads more than ``mart`` and ``core``; PostgreSQL
            itself refuses that to the boards' role.
    """
    problem = complaint(sql) if database.backend == "duckdb" else ""
    if problem:
        raise refused(problem)
    return sql


def require_long_password(password: str) -> None:
    """Refuse a short password (Superset's FAB_PASSWORD_COMPLEXITY_VALIDATOR).

    Raises:
        PasswordComplexityValidationError: It has fewer than 12 characters.
    """
    if len(password) < _PASSWORD_LENGTH:
        raise PasswordComplexityValidationError(f"Mật khẩu phải dài từ {_PASSWORD_LENGTH} ký tự")


def refused(message: str) -> SupersetSecurityException:
    """Make the exception that Superset answers with 403."""
    kind = SupersetErrorType.TABLE_SECURITY_ACCESS_ERROR
    return SupersetSecurityException(SupersetError(message, kind, ErrorLevel.ERROR))
