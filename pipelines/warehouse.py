"""Building the warehouse: one dbt invocation, in this process, with its own environment."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.connector import Connector
from pipelines import raw, raw_quality
from pipelines.build_context import build_vars, context_fingerprint, counted_sources
from pipelines.errors import UserError
from pipelines.files import write_atomically
from pipelines.fingerprint import data_fingerprint, project_fingerprint
from pipelines.lake_kind import read_kind
from pipelines.reader import published_state
from pipelines.settings import DBT_PROJECT, Settings
from pipelines.steward.copy import answers_fingerprint, hand_over, witnessed_head
from pipelines.steward.log import read_log
from pipelines.verdicts import Decision


@dataclass(frozen=True)
class BuildPlan:
    """What a build would be: its number, what it is built from, and whether it is needed.

    `basis` is what every row is built with: another one means that all are built again.
    `built_from` is what each source of records is built from; `idle` names those whose models
    are left out, because they have no connector or nothing new.
    """

    publication_id: int
    fingerprint: str
    basis: str
    variables: dict[str, Any]
    needed: bool
    full: bool
    built_from: dict[str, str]
    idle: tuple[str, ...]


@dataclass(frozen=True)
class BuildResult:
    """What dbt did: counts by outcome, and what failed, one line each."""

    models: int
    tests: int
    failures: tuple[str, ...]


def plan_build(
    settings: Settings,
    connectors: Sequence[Connector],
    decisions: Sequence[Decision],
    full: bool,
) -> BuildPlan:
    """Compare what lies in the lake and the project with what readers see.

    Args:
        settings: which warehouse.
        connectors: the sources, for what they promise.
        decisions: the verdicts on every delivery.
        full: the user asked for everything to be built again.
    """
    asked = full
    # an answer gives a value to a cell of a delivery that was taken in long ago
    answers = answers_fingerprint(read_log(settings.lake))
    basis = f"{project_fingerprint(DBT_PROJECT)}{answers}"
    accepted = [found.key for found in decisions if found.decision == "accepted"]
    variables = build_vars(connectors)
    context = context_fingerprint(settings, variables, decisions)
    fingerprint = f"{basis}:{data_fingerprint(accepted)}:{context}"
    publication_id, published = published_state(settings)
    last = _last_complete(settings)
    full = full or last.get("basis") != basis
    built_from = {
        source["name"]: data_fingerprint(key for key in accepted if key[0] == source["name"])
        for source in variables["kho_sources"]
        if source["is_counted"]
    }
    return BuildPlan(
        publication_id=publication_id + 1,
        fingerprint=fingerprint,
        basis=basis,
        variables=variables,
        needed=asked or fingerprint != published,
        full=full,
        built_from=built_from,
        idle=_idle(built_from, {} if full else last.get("built_from", {})),
    )


def _idle(built_from: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Name the sources of records whose models this build can leave as they are."""
    unchanged = (name for name, state in built_from.items() if before.get(name) == state)
    without_connector = (name for name in counted_sources() if name not in built_from)
    return tuple(sorted({*unchanged, *without_connector}))


def build(
    settings: Settings,
    plan: BuildPlan,
    connectors: Sequence[Connector],
    decisions: Sequence[Decision],
    select: Sequence[str] = (),
) -> BuildResult:
    """Bring the warehouse up to the lake.

    Args:
        settings: which warehouse.
        plan: number, fingerprint and whether everything is built again.
        connectors: the sources, for the copy into PostgreSQL.
        decisions: the verdicts on every delivery.
        select: dbt selectors; the whole project when empty.

    Returns:
        Counts and failures.
    """
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    if settings.target == "postgres":
        raw.copy_accepted(settings.postgres_dsn(), settings.lake, connectors, decisions)
        raw_quality.copy_quality(settings.postgres_dsn(), settings.lake)
    hand_over(settings)
    if plan.full:
        _marker(settings).unlink(missing_ok=True)
    with _environment(_dbt_environment(settings, plan)):
        result = _invoke(settings, plan, select)
    if not result.failures and not select:
        complete = {"basis": plan.basis, "built_from": plan.built_from}
        write_atomically(_marker(settings), json.dumps(complete))
    return result


def _marker(settings: Settings) -> Path:
    """The file that says on which basis, and from what, the build was last completed.

    A full build that is killed half-way leaves no marker, so the next one is full again.
    """
    return settings.state / f"built_{settings.target}"


def _last_complete(settings: Settings) -> dict[str, Any]:
    path = _marker(settings)
    if settings.target == "duckdb" and not settings.build_db.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        # none yet, or one of an older version that held the basis alone
        return {}


def _invoke(settings: Settings, plan: BuildPlan, select: Sequence[str]) -> BuildResult:
    from dbt.cli.main import dbtRunner

    arguments = [
        "--quiet",
        "--no-use-colors",
        # failures are told once, by the command; the file keeps everything
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--log-path",
        str(settings.home / "logs"),
        "build",
        # they prove the models, not the data: `make test` runs them
        "--exclude-resource-type",
        "unit_test",
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target",
        settings.target,
        "--target-path",
        str(settings.dbt_target),
        "--vars",
        json.dumps(plan.variables, ensure_ascii=False),
    ]
    # only tests whose tables are all there
    arguments += ["--indirect-selection", "cautious"]
    left_out = [f"tag:source_{name}" for name in plan.idle]
    if plan.full:
        arguments.append("--full-refresh")
    else:
        # another seed is another basis: seeds and what is made of them alone are as the full
        # build made and tested them
        left_out += ["resource_type:seed", "tag:reference"]
    if left_out:
        arguments += ["--exclude", *left_out]
    if select:
        arguments += ["--select", *select]
    try:
        outcome = dbtRunner().invoke(arguments)
    finally:
        _release(settings)
    return _summary(outcome)


def _release(settings: Settings) -> None:
    """Close the build file: publishing copies it and other processes may need it."""
    if settings.target == "duckdb":
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()


def _summary(outcome: Any) -> BuildResult:
    if outcome.exception is not None:
        raise UserError(f"dbt không chạy được: {_first_line(str(outcome.exception))}")
    models = tests = 0
    failures = []
    for node in outcome.result.results:
        kind = node.node.resource_type
        tests += kind in ("test", "unit_test")
        models += kind in ("model", "seed", "snapshot")
        if node.status in ("error", "fail", "runtime error"):
            failures.append(f"{node.node.name}: {_first_line(node.message or '')}{_query(node)}")
    return BuildResult(models, tests, tuple(failures))


def _query(result: Any) -> str:
    """Name the file with the query of a broken test: it tells which rule is broken, how often."""
    return f" (câu kiểm: {result.node.compiled_path})" if result.status == "fail" else ""


def _first_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _dbt_environment(settings: Settings, plan: BuildPlan) -> dict[str, str]:
    decision_count, decision_head = witnessed_head(settings)
    values = {
        "KHO_TARGET": settings.target,
        "KHO_BUILD_DB": str(settings.build_db),
        "KHO_LAKE": str(settings.lake),
        "KHO_PUBLICATION_ID": str(plan.publication_id),
        "KHO_IS_SIMULATED": str(read_kind(settings.lake) == "simulated").lower(),
        "KHO_KNOWN_AT": settings.clock().isoformat(),
        "KHO_INPUT_FINGERPRINT": plan.fingerprint,
        "KHO_DECISION_COUNT": str(decision_count),
        "KHO_DECISION_HEAD": decision_head,
        "DO_NOT_TRACK": "1",
    }
    if settings.target == "postgres":
        values |= _postgres_environment(settings.postgres_dsn())
    return values


def _postgres_environment(dsn: str) -> dict[str, str]:
    from psycopg2.extensions import parse_dsn

    parts = parse_dsn(dsn)
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    found = {f"KHO_PG_{name}": parts[key] for key, name in names.items() if key in parts}
    return found | {"KHO_PG_DBNAME": parts.get("dbname", "kho")}


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def manifest(settings: Settings) -> Path:
    """Give the path of dbt's manifest of the last build."""
    return settings.dbt_target / "manifest.json"
