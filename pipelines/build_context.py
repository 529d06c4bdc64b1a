"""What a build is told besides the figures: rules, promises of the sources, and today's state."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from connectors.connector import Connector
from connectors.landing import VIET_NAM
from pipelines.fingerprint import state_fingerprint
from pipelines.settings import RULES, Settings
from pipelines.verdicts import Decision

_STATE_FILES = ("_steward/decision.jsonl", "_quality/refused/*.parquet")


def build_vars(connectors: Iterable[Connector]) -> dict[str, Any]:
    """Give the dbt variables of a build.

    Args:
        connectors: the sources.

    Returns:
        `kho_rules` (see `rule_catalogue`) and `kho_sources`, what each source promises.

    Raises:
        RuleError: a rule cannot be used.
    """
    from expectations.rules import rule_catalogue

    specs = [connector.spec for connector in connectors]
    sources = [
        {
            **spec.model_dump(include={"name", "title", "producer", "owner_agency", "mode"}),
            "systems": spec.systems,
            **spec.cadence.model_dump(),
        }
        for spec in specs
    ]
    return {
        "kho_rules": rule_catalogue(RULES, [spec.name for spec in specs]),
        "kho_sources": sources,
    }


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
    # freshness is told in days, so a new day is news
    today = settings.clock().astimezone(VIET_NAM).date().isoformat()
    told = json.dumps([variables, held, today], ensure_ascii=False, sort_keys=True)
    return state_fingerprint(told, _state_files(settings.lake))


def _state_files(lake: Path) -> list[Path]:
    """List what people and landings left beside the figures; absent files are no news."""
    return [path for pattern in _STATE_FILES for path in sorted(lake.glob(pattern))]
