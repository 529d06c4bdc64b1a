"""The published scores, with a check for each source and dimension."""

from collections.abc import Iterable

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetsDefinition,
    MaterializeResult,
    asset,
)

from pipelines.scorecard import BAR, DIMENSIONS, Score

SCORECARD = "scorecard"


def scorecard_asset(sources: Iterable[str]) -> AssetsDefinition:
    """Give the asset that carries the scores of these sources; none of its checks blocks."""
    names = list(sources)
    specs = [
        AssetCheckSpec(_check_name(source, dimension), asset=SCORECARD, blocking=False)
        for source in names
        for dimension in DIMENSIONS
    ]

    @asset(
        name=SCORECARD,
        deps=["publication"],
        group_name="publish",
        description="Điểm đúng, đủ, sạch, sống của từng nguồn trong lần công bố.",
        required_resource_keys={"chain"},
        check_specs=specs,
    )
    def scorecard(context: AssetExecutionContext) -> MaterializeResult:
        found = context.resources.chain.scores(names)
        return MaterializeResult(
            metadata={
                _check_name(source, dimension): score.pct
                for source, scores in found.items()
                for dimension, score in scores.items()
                if score.pct is not None
            },
            check_results=[
                _result(source, dimension, score)
                for source, scores in found.items()
                for dimension, score in scores.items()
            ],
        )

    return scorecard


def _check_name(source: str, dimension: str) -> str:
    return f"{dimension}_{source}"


def _result(source: str, dimension: str, score: Score) -> AssetCheckResult:
    percent = {} if score.pct is None else {"percent": score.pct}
    return AssetCheckResult(
        check_name=_check_name(source, dimension),
        passed=score.passed,
        severity=AssetCheckSeverity.WARN,
        metadata={**percent, **score.facts, "bar": BAR},
    )
