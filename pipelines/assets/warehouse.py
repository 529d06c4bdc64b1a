"""Judging, building and publishing."""

from collections.abc import Sequence

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    MaterializeResult,
    asset,
)

MART_CHECK = "mart_la_dung"


def quality_asset(sources: Sequence[AssetKey]):  # type: ignore[no-untyped-def]
    """Give the asset that judges what arrived, after all sources."""

    @asset(
        deps=list(sources),
        group_name="warehouse",
        description="Kết quả kiểm tra đúng, đủ, sạch, sống của từng lần giao nhận.",
        required_resource_keys={"chain"},
    )
    def verdicts(context: AssetExecutionContext) -> MaterializeResult:
        chain = context.resources.chain
        chain.judge()
        return MaterializeResult(
            metadata={"judged": chain.outcome.judged, "held": len(chain.outcome.held)}
        )

    return verdicts


@asset(
    deps=["verdicts"],
    group_name="warehouse",
    description="Kho: staging, lịch sử, core, chỉ số, mart (dbt).",
    required_resource_keys={"chain"},
    check_specs=[AssetCheckSpec(MART_CHECK, asset="warehouse", blocking=True)],
)
def warehouse(context: AssetExecutionContext) -> MaterializeResult:
    """Build with dbt; a failure of contract, uniqueness or parity stops the publication."""
    chain = context.resources.chain
    sound = chain.build()
    outcome = chain.outcome
    return MaterializeResult(
        metadata={"models": outcome.models, "tests": outcome.tests},
        check_results=[
            AssetCheckResult(
                check_name=MART_CHECK,
                passed=sound,
                severity=AssetCheckSeverity.ERROR,
                metadata={"failures": list(outcome.failures)},
            )
        ],
    )


@asset(
    deps=["warehouse"],
    group_name="publish",
    description="Lần công bố mà mọi người đọc.",
    required_resource_keys={"chain"},
)
def publication(context: AssetExecutionContext) -> MaterializeResult:
    """Switch the readers over."""
    number = context.resources.chain.publish()
    return MaterializeResult(metadata={"publication_id": number})


@asset(
    deps=["publication"],
    group_name="publish",
    description="Các bảng điều hành trên Superset.",
    required_resource_keys={"chain"},
)
def boards(context: AssetExecutionContext) -> MaterializeResult:
    """Bring Superset up to the repository."""
    return MaterializeResult(metadata={"boards": context.resources.chain.sync_boards()})


@asset(
    deps=["publication"],
    group_name="publish",
    description="Báo cáo KT-XH tháng: docx, pdf, xlsx.",
    required_resource_keys={"chain"},
)
def report(context: AssetExecutionContext) -> MaterializeResult:
    """Make the report of the last month with figures."""
    files = context.resources.chain.report()
    return MaterializeResult(metadata={"files": [str(path) for path in files]})
