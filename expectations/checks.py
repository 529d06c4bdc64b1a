"""Rules turned into SQL over the tables of one arrived load."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from expectations.rules import ANY_TABLE, ColumnType, Rule, RuleSet, Scope, Severity

DELIVERIES = "_judged"
_DUCKDB_TYPES = {
    ColumnType.DOUBLE: ("DOUBLE", "FLOAT"),
    ColumnType.TEXT: ("VARCHAR",),
    ColumnType.DATE: ("DATE",),
    ColumnType.INSTANT: ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
}

Tables = Mapping[str, Mapping[str, str]]
"""Table name to its columns and their DuckDB types."""


@dataclass(frozen=True)
class Check:
    """One rule on one table.

    Args:
        rule: the rule.
        table: the table its answer is about.
        relation: what is scanned: the table, or the list of deliveries for row counts.
        predicate: SQL that is true for a bad row of the relation.
    """

    rule: Rule
    table: str
    relation: str
    predicate: str

    @property
    def name(self) -> str:
        """Name the check within its source."""
        return f"{self.table}.{self.rule.id}"

    @property
    def blocks_delivery(self) -> bool:
        """Say whether breaking it holds the delivery back."""
        return self.rule.severity is Severity.BLOCK and self.rule.scope is Scope.DELIVERY

    @property
    def rejects_rows(self) -> bool:
        """Say whether breaking it sets the bad rows aside."""
        return self.rule.severity is Severity.BLOCK and self.rule.scope is Scope.ROW

    @cached_property
    def rows(self) -> str:
        """Give the rows it looks at, as a FROM clause; `{batch}` stands for the relation."""
        narrowed = f" where (\n{self.rule.where}\n)" if self.rule.where else ""
        return f'from (select * from {{batch}}) as "{self.relation}"{narrowed}'

    @property
    def detail(self) -> str:
        """Give the text that says what is wrong with a bad row, `judged`; null for nothing."""
        return f"({self.rule.detail or 'null'})::varchar"

    def bad_rows(self, batch: str | None = None, columns: str = "_delivery, _row_no") -> str:
        """Give the query for the bad rows.

        Args:
            batch: what is scanned; the relation itself by default.
            columns: what is told of each.
        """
        rows = self.rows.replace("{batch}", batch or f'"{self.relation}"')
        # the predicate stands in the select list because window functions may not stand in WHERE
        return (
            f"select {columns} from (select *, (\n{self.predicate}\n) as _is_bad {rows})"
            " as judged where _is_bad"
        )

    def row_counts(self) -> str:
        """Give the query for the rows looked at in each delivery: `_delivery`, count."""
        rows = self.rows.replace("{batch}", f'"{self.relation}"')
        return f"select _delivery, count(*) {rows} group by _delivery"


def compile_checks(rule_set: RuleSet, tables: Tables) -> list[Check]:
    """Spread the rules over the tables of the source.

    Args:
        rule_set: the rules.
        tables: the tables that the source has in the lake.

    Returns:
        The checks, in the order of the rules.

    Raises:
        RuleError: a rule names a table or a kind of column that the source does not have.
    """
    return [check for rule in rule_set.rules for check in _spread(rule_set, rule, tables)]


def _spread(rule_set: RuleSet, rule: Rule, tables: Tables) -> Iterator[Check]:
    if rule.table != ANY_TABLE and rule.table not in tables:
        known = ", ".join(sorted(tables)) or "chưa có bảng nào"
        raise rule_set.error(rule, f"nguồn không có bảng '{rule.table}' (có: {known})")
    for table in tables if rule.table == ANY_TABLE else (rule.table,):
        if rule.row_count:
            yield _row_count_check(rule, table)
            continue
        predicate = _predicate(rule, tables[table])
        if predicate:
            yield Check(rule, table, table, predicate)
        elif rule.table != ANY_TABLE:
            what = f"bảng '{table}' không có cột nào thuộc loại '{rule.each_column}'"
            raise rule_set.error(rule, what)


def _row_count_check(rule: Rule, table: str) -> Check:
    assert rule.row_count is not None
    count = f'(select count(*) from "{table}" as t where t._delivery = "{DELIVERIES}"._delivery)'
    bounds = [f"{count} < {rule.row_count.min}"]
    if rule.row_count.max is not None:
        bounds.append(f"{count} > {rule.row_count.max}")
    return Check(rule, table, DELIVERIES, " or ".join(bounds))


def _predicate(rule: Rule, columns: Mapping[str, str]) -> str:
    assert rule.predicate is not None
    if rule.each_column is None:
        return rule.predicate
    kinds = _DUCKDB_TYPES[rule.each_column]
    names = [name for name, kind in columns.items() if kind in kinds]
    return " or ".join(
        "(" + rule.predicate.replace("{column}", f'"{name}"') + ")" for name in names
    )


def sql_text(value: object) -> str:
    """Write a value as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"
