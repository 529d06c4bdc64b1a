"""One arrived load: the tables that rules may read, what was found in it, what follows."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.checks import DELIVERIES, Check, Tables, sql_text
from expectations.earlier import files_with
from expectations.quality import (
    ACCEPTED,
    BLOCKED,
    KINDS,
    SCHEMAS,
    Verdict,
    quality_file,
    read_verdicts,
)
from expectations.records import address_sql, record_sql
from expectations.rules import RuleSet, Severity

REGISTER = "delivery"
_BATCH_ROWS = 50_000
_RECHECK = timedelta(days=1)
_REMARKS = 3


class ArrivedLoad:
    """One completed load on its way to a verdict.

    Args:
        lake: the lake's folder, absolute.
        rule_set: the rules of its source.
        load_id: the load.
        now: the clock, UTC.
        sql: connection to the in-memory database in which it is judged.
        keys: table name to the columns that tell its rows apart.
        whole: with the deliveries accepted before.
    """

    def __init__(
        self,
        lake: Path,
        rule_set: RuleSet,
        load_id: str,
        now: datetime,
        sql: duckdb.DuckDBPyConnection,
        keys: Mapping[str, Sequence[str]],
        whole: bool = False,
    ) -> None:
        self._lake = lake
        self._rules = rule_set
        self.load_id = load_id
        self._now = now
        self._sql = sql
        self._keys = keys
        path = quality_file(lake, "verdict", rule_set.source, load_id)
        accepted = [v for v in read_verdicts(path) if v.decision == ACCEPTED]
        self._kept = [] if whole else accepted
        self.tables: Tables = {}
        self.verdicts: list[Verdict] = []
        self._results: list[dict[str, Any]] = []
        self._set_aside: list[tuple[Check, list[str]]] = []

    def open(self) -> None:
        """Make the views that rules may read, of the deliveries to judge."""
        names = self._table_names()
        for name in names:
            self._sql.execute(f'create or replace view "_all_{name}" as {self._scan(name)}')
        every = " union ".join(f'select _delivery from "_all_{name}"' for name in names)
        self._sql.execute(
            f'create or replace table "{DELIVERIES}" (_delivery text, _row_no bigint)'
        )
        if names:
            kept = ", ".join(sql_text(v.delivery) for v in self._kept) or "''"
            self._sql.execute(
                f'insert into "{DELIVERIES}" select _delivery, 0 from ({every}) as every '
                f"where _delivery is not null and _delivery not in ({kept}) order by 1"
            )
        for name in names:
            self._sql.execute(
                f'create or replace view "{name}" as select * from "_all_{name}" '
                f'where _delivery in (select j._delivery from "{DELIVERIES}" as j)'
            )
        self.tables = {name: self._columns(name) for name in names}
        self._count_rows(names)
        self._find_twins()

    def count(self) -> int:
        """Count the deliveries to judge."""
        return int(self._value(f'select count(*) from "{DELIVERIES}"'))

    def decide(self, checks: Sequence[Check], broken: set[str]) -> None:
        """Draw the consequences, delivery by delivery.

        Args:
            checks: all checks.
            broken: names of the checks for which bad rows were found.
        """
        labels, known = self._labels(), self._known()
        totals: dict[str, dict[str, int]] = {}
        charges: dict[str, list[_Charge]] = {delivery: [] for delivery in labels}
        for check in checks:
            query = check.row_counts()
            if query not in totals:
                totals[query] = self._counts(query)
            failed = self._failed_rows(check) if check.name in broken else {}
            found = [
                _Charge(check, delivery, failed.get(delivery, 0), totals[query].get(delivery, 0))
                for delivery in labels
            ]
            self._results += [self._result(charge) for charge in found]
            guilty = [charge for charge in found if not charge.dropped]
            for charge in guilty:
                charges[charge.delivery].append(charge)
            if guilty and check.rejects_rows:
                self._set_aside.append((check, [charge.delivery for charge in guilty]))
        self.verdicts = [
            self._verdict(delivery, label, known.get(delivery), charges[delivery])
            for delivery, label in labels.items()
        ]

    def judgements(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        """Give what is to be written, kind by kind, the verdict last."""
        fresh: dict[str, Callable[[], Iterator[pa.RecordBatch]]] = {
            "fingerprint": lambda: self._stream(
                "fingerprint", "select ?, ?, _delivery, known_at, fingerprint from _fingerprint"
            ),
            "result": lambda: _batches(self._results, SCHEMAS["result"]),
            "rejected": self._rejected,
            "verdict": lambda: _batches([vars(v) for v in self.verdicts], SCHEMAS["verdict"]),
        }
        for kind in KINDS:
            yield kind, itertools.chain(self._carried(kind), fresh[kind]())

    def _table_names(self) -> list[str]:
        folder = self._lake / self._rules.source
        return sorted(
            f.name
            for f in folder.iterdir()
            if f.is_dir() and not f.name.startswith(("_", ".")) and any(f.glob("*.parquet"))
        )

    def _scan(self, table: str) -> str:
        folder = self._lake / self._rules.source / table
        arrived = files_with(folder, self.load_id)
        # a load may bring nothing for a table: any other file still gives the columns
        shape = [] if arrived else [min(folder.glob("*.parquet"))]
        files = ", ".join(sql_text(path) for path in arrived or shape)
        return f"select * from read_parquet([{files}], union_by_name = true) " + (
            f"where _dlt_load_id::varchar = {sql_text(self.load_id)}" if arrived else "limit 0"
        )

    def _columns(self, table: str) -> dict[str, str]:
        described = self._sql.execute(f'describe "{table}"').fetchall()
        return {row[0]: row[1] for row in described}

    def _count_rows(self, names: Iterable[str]) -> None:
        counts = " union all ".join(
            f"select _delivery, {sql_text(name)} as table_name, count(*) as row_count "
            f'from "{name}" group by _delivery'
            for name in names
        )
        self._sql.execute(
            "create or replace table delivery_rows "
            "(_delivery text, table_name text, row_count bigint)"
        )
        if counts:
            self._sql.execute(f"insert into delivery_rows {counts}")

    def _find_twins(self) -> None:
        """Make `earlier_twin`: deliveries whose content was there before, under an earlier date."""
        self._sql.execute(
            "create or replace table _fingerprint "
            "(_delivery text, known_at timestamptz, fingerprint text)"
        )
        shape = self._rules.fingerprint
        if shape and shape.table in self.tables:
            parts = ", ".join(f"coalesce(\"{column}\"::varchar, '')" for column in shape.columns)
            # order-free, and md5 so that it stays the same from one engine version to the next
            self._sql.execute(
                "insert into _fingerprint select _delivery, min(_known_at), "
                f"count(*) || ':' || bit_xor(md5_number(concat_ws(chr(31), {parts}))) "
                f'from "{shape.table}" group by _delivery'
            )
        known, verdicts = (
            sql_text(quality_file(self._lake, kind, self._rules.source, "*"))
            for kind in ("fingerprint", "verdict")
        )
        self._sql.execute(
            "create or replace table earlier_twin as "
            "select f._delivery, k.delivery as other_delivery, k.known_at as other_known_at "
            "from _fingerprint as f inner join ("
            f"select p.delivery, p.known_at, p.fingerprint from read_parquet({known}) as p "
            f"inner join read_parquet({verdicts}) as v on v.delivery = p.delivery "
            f"and v.load_id = p.load_id and v.decision = '{ACCEPTED}' "
            "union select _delivery, known_at, fingerprint from _fingerprint) as k "
            "on k.fingerprint = f.fingerprint and k.delivery <> f._delivery "
            "and k.known_at < f.known_at"
        )

    def _labels(self) -> dict[str, str]:
        """Give every delivery to judge with what people call it."""
        deliveries = self._sql.execute(
            f'select _delivery from "{DELIVERIES}" order by 1'
        ).fetchall()
        labels = {row[0]: row[0][:12] for row in deliveries}
        if "label" in self.tables.get(REGISTER, {}):
            known = self._sql.execute(f'select _delivery, label from "{REGISTER}"').fetchall()
            labels |= {delivery: label for delivery, label in known if label}
        return labels

    def _known(self) -> dict[str, datetime]:
        """Give the instant at which each delivery became known, as its register entry says."""
        if "_known_at" not in self.tables.get(REGISTER, {}):
            return {}
        query = f'select _delivery, min(_known_at) from "{REGISTER}" group by 1'
        return dict(self._sql.execute(query).fetchall())

    def _counts(self, query: str) -> dict[str, int]:
        return {row[0]: row[1] for row in self._sql.execute(query).fetchall()}

    def _failed_rows(self, check: Check) -> dict[str, int]:
        try:
            return self._counts(
                f"select _delivery, count(*) from ({check.bad_rows()}) as bad group by _delivery"
            )
        except duckdb.Error as error:
            raise self._rules.sql_error(check.rule, error) from error

    def _rejected(self) -> Iterator[pa.RecordBatch]:
        for check, guilty in self._set_aside:
            columns = self.tables[check.table]
            told = (
                f"_delivery, _row_no, {address_sql(columns, self._keys.get(check.table, ()))} "
                f"as address, {record_sql('judged', columns)} as record, _known_at, "
                f"{check.detail} as detail"
            )
            yield from self._stream(
                "rejected",
                "select ?, ?, _delivery, ?, _row_no, ?, ?, concat_ws(': ', ?, detail), address, "
                "record, _known_at "
                f"from ({check.bad_rows(columns=told)}) as bad "
                "where _delivery in (select unnest(?)) order by _row_no",
                check.table,
                check.rule.id,
                check.rule.severity.value,
                check.rule.sentence,
                guilty,
            )

    def _stream(self, kind: str, query: str, *values: object) -> Iterator[pa.RecordBatch]:
        """Run a query whose first two parameters are source and load."""
        parameters = [self._rules.source, self.load_id, *values]
        for batch in self._sql.cursor().sql(query, params=parameters).to_arrow_reader(_BATCH_ROWS):
            yield batch.rename_columns(SCHEMAS[kind].names)

    def _carried(self, kind: str) -> Iterator[pa.RecordBatch]:
        """Give what an earlier round wrote about the deliveries that it accepted."""
        path = quality_file(self._lake, kind, self._rules.source, self.load_id)
        if not self._kept or not path.exists():
            return
        kept = ", ".join(sql_text(v.delivery) for v in self._kept)
        columns = ", ".join(SCHEMAS[kind].names)
        # the empty file has the columns that came after the other was written
        empty = quality_file(self._lake, kind, self._rules.source, "empty")
        query = (
            f"select {columns} from read_parquet([{sql_text(empty)}, {sql_text(path)}], "
            f"union_by_name = true) where delivery in ({kept})"
        )
        yield from self._sql.cursor().sql(query).to_arrow_reader(_BATCH_ROWS)

    def _result(self, charge: "_Charge") -> dict[str, Any]:
        rule = charge.check.rule
        return {
            "source": self._rules.source,
            "load_id": self.load_id,
            "delivery": charge.delivery,
            "table_name": charge.check.table,
            "rule_id": rule.id,
            "severity": rule.severity.value,
            "sentence": rule.sentence,
            "failed_rows": charge.failed,
            "total_rows": charge.total,
            "passed": charge.dropped,
            "rules_hash": self._rules.hash,
            "judged_at": self._now,
            "dimension": rule.dimension.value,
        }

    def _verdict(
        self,
        delivery: str,
        label: str,
        known_at: datetime | None,
        charges: Sequence["_Charge"],
    ) -> Verdict:
        blocking = [charge for charge in charges if charge.check.blocks_delivery]
        waits = any(charge.check.rule.depends_on_clock for charge in blocking)
        return Verdict(
            source=self._rules.source,
            load_id=self.load_id,
            delivery=delivery,
            decision=BLOCKED if blocking else ACCEPTED,
            reason=_reason(label, blocking) if blocking else _remark(charges),
            rules_hash=self._rules.hash,
            judged_at=self._now,
            recheck_after=self._now + _RECHECK if waits else None,
            label=label,
            known_at=known_at,
        )

    def _value(self, query: str) -> Any:
        row = self._sql.execute(query).fetchone()
        assert row is not None
        return row[0]


@dataclass(frozen=True)
class _Charge:
    """What one check says about one delivery: bad rows out of rows looked at."""

    check: Check
    delivery: str
    failed: int
    total: int

    @property
    def dropped(self) -> bool:
        """Say whether too little is wrong for the rule to count as broken."""
        effect = self.check.rule.minimum_effect
        return self.failed == 0 or not effect.reached(self.failed, self.total)

    def __str__(self) -> str:
        if self.check.rule.row_count:
            return self.check.rule.sentence
        counts = f"{self.failed}/{self.total} dòng của bảng {self.check.table}"
        return f"{self.check.rule.sentence} ({counts})"


def _reason(label: str, charges: Sequence[_Charge]) -> str:
    return f"{label}: " + "; ".join(str(charge) for charge in charges)


def _remark(charges: Sequence[_Charge]) -> str:
    told = [charge for charge in charges if charge.check.rule.severity is not Severity.NOTE]
    said = [str(charge) for charge in told[:_REMARKS]]
    said += [f"và {len(told) - _REMARKS} lưu ý khác"] if len(told) > _REMARKS else []
    return "; ".join(said)


def _batches(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), _BATCH_ROWS):
        yield pa.RecordBatch.from_pylist(list(rows[start : start + _BATCH_ROWS]), schema=schema)
