"""One asset for each source: its part of the lake."""

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, asset

from connectors import registry


def landing_assets() -> list[AssetsDefinition]:
    """Give a landing asset for every source of the registry."""
    return [_landing_asset(name) for name in registry()]


def _landing_asset(source: str) -> AssetsDefinition:
    @asset(
        key=["lake", source],
        group_name="lake",
        description=f"Mọi phiên bản của mọi bản ghi nguồn {source} đã công bố.",
        required_resource_keys={"chain"},
    )
    def landed(context: AssetExecutionContext) -> MaterializeResult:
        chain = context.resources.chain
        if source not in chain.chosen:
            return MaterializeResult(metadata={"deliveries": 0})
        report = chain.land(source)
        return MaterializeResult(
            metadata={
                "deliveries": report.deliveries,
                "rows": sum(report.rows.values()),
                "refused": len(report.refused),
                "problem": chain.outcome.sick.get(source, ""),
            }
        )

    return landed
