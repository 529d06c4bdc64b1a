"""For each source its part of the lake, and beside it what the source itself delivers.

Landing runs daily whether something came or not; freshness is a promise of the source, so it is
watched on `delivered/<source>`, which is marked only when a delivery came.
"""

from datetime import timedelta

from dagster import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetsDefinition,
    AssetSpec,
    FreshnessPolicy,
    MaterializeResult,
    asset,
)

from connectors import registry
from connectors.spec import Cadence

_BEAT = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "year": timedelta(days=366),
}


def delivered_specs() -> list[AssetSpec]:
    """Give the asset that stands for the deliveries of each source, with its promise."""
    return [
        AssetSpec(
            _delivered(name),
            group_name="lake",
            description=f"Những lần {connector.spec.producer} giao số liệu.",
            freshness_policy=freshness(connector.spec.cadence),
        )
        for name, connector in registry().items()
    ]


def _delivered(source: str) -> list[str]:
    return ["delivered", source]


def freshness(cadence: Cadence) -> FreshnessPolicy | None:
    """Turn a source's promise into a policy: a beat without a delivery warns, the grace over fails.

    Args:
        cadence: the promise in `source.yml`.

    Returns:
        The policy; nothing for a source that promises no beat.
    """
    if cadence.every == "when_it_comes":
        return None
    beat = _BEAT[cadence.every]
    if not cadence.grace_days:
        return FreshnessPolicy.time_window(fail_window=beat)
    return FreshnessPolicy.time_window(
        fail_window=beat + timedelta(days=cadence.grace_days), warn_window=beat
    )


def landing_assets() -> list[AssetsDefinition]:
    """Give a landing asset for every source of the registry."""
    return [_landing_asset(name) for name in registry()]


def _landing_asset(source: str) -> AssetsDefinition:
    @asset(
        key=["lake", source],
        deps=[_delivered(source)],
        group_name="lake",
        description=f"Mọi phiên bản của mọi bản ghi nguồn {source} đã công bố.",
        required_resource_keys={"chain"},
    )
    def landed(context: AssetExecutionContext) -> MaterializeResult:
        chain = context.resources.chain
        if source not in chain.chosen:
            return MaterializeResult(metadata={"deliveries": 0})
        report = chain.land(source)
        if report.deliveries:
            context.log_event(AssetMaterialization(_delivered(source)))
        return MaterializeResult(
            metadata={
                "deliveries": report.deliveries,
                "rows": sum(report.rows.values()),
                "refused": len(report.refused),
                "problem": chain.outcome.sick.get(source, ""),
            }
        )

    return landed
