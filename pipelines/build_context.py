"""What a build is told besides the figures: rules, promises of the sources, and today's state."""

import json
from collections.abc import Iterable
from typing import Any

from connectors.connector import Connector
from connectors.landing import VIET_NAM
from pipelines.fingerprint import state_fingerprint
from pipelines.refusals import read_refusals
from pipelines.settings import DBT_PROJECT, RULES, Settings
from pipelines.verdicts import Decision

_TOLD = {"name", "title", "producer", "owner_agency", "mode", "kind"}
_DECISIONS = "_steward/decision.jsonl"


def build_vars(connectors: Iterable[Connector]) -> dict[str, Any]:
    """Give the dbt variables of a build.

    Args:
        connectors: the sources.

    Returns:
        `kho_rules` (see `rule_catalogue`) and `kho_sources`, what each source promises, with
        `is_counted` for a source of records that has its model of contributions.

    Raises:
        RuleError: a rule cannot be used.
    """
    from expectations.rules import rule_catalogue

    specs = [connector.spec for connector in connectors]
    sources = [
        {
            **spec.model_dump(include=_TOLD),
            "is_counted": spec.kind == "records" and spec.name in counted_sources(),
            "systems": spec.systems,
            **spec.cadence.model_dump(),
        }
        for spec in specs
    ]
    return {
        "kho_rules": rule_catalogue(RULES, [spec.name for spec in specs]),
        "kho_sources": sources,
    }


def counted_sources() -> set[str]:
    """Name the sources whose records the dbt project counts."""
    found = (DBT_PROJECT / "models/measures/counted").glob("contribution_*.sql")
    return {path.stem.removeprefix("contribution_") for path in found}


def context_fingerprint(
    settings: Settings, variables: dict[str, Any], decisions: Iterable[Decision]
) -> str:
    """Hash everything but the accepted figures that changes what a build says.

    Args:
        settings: which warehouse.
        variables: the dbt variables.
        decisions: the verdicts: what is held back is told, too.

    Returns:
        16 hex digits.
    """
    held = sorted((*found.key, found.reason) for found in decisions if found.decision != "accepted")
    refused = [
        # not when it was seen last: the same file refused again is no news
        (old.source, old.kind, old.label, old.reason, old.is_present)
        for source in variables["kho_sources"]
        for old in read_refusals(settings.lake, source["name"])
    ]
    # freshness is told in days, so a new day is news
    today = settings.clock().astimezone(VIET_NAM).date().isoformat()
    told = json.dumps([variables, held, refused, today], ensure_ascii=False, sort_keys=True)
    return state_fingerprint(told, sorted(settings.lake.glob(_DECISIONS)))
