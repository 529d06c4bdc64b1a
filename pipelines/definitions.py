"""Dagster's view of the chain; nothing is read or written at import."""

from typing import Any

from dagster import AssetSelection, Definitions, define_asset_job, in_process_executor

from connectors import registry
from pipelines.assets.delivering import alerts, delivery_job, delivery_schedule, watchdog_sensor
from pipelines.assets.landing import delivered_specs, landing_assets
from pipelines.assets.quality import scorecard_asset
from pipelines.assets.reminding import reminders, reminding_job, reminding_schedule
from pipelines.assets.reporting import report_month_job, report_month_schedule
from pipelines.assets.warehouse import boards, publication, quality_asset, report, warehouse
from pipelines.resources import chain_resource
from pipelines.schedules import schedules

CHAIN_JOB = "chuoi_du_lieu"
REPORT_JOB = "bao_cao"


def build_defs(chain: Any = chain_resource) -> Definitions:
    """Wire assets, jobs and schedules.

    Args:
        chain: the resource that holds the chain; another one in tests and in `kho run`.
    """
    lake = landing_assets()
    verdicts = quality_asset([asset.key for asset in lake])
    chain_job = define_asset_job(CHAIN_JOB, AssetSelection.all() - AssetSelection.assets(reminders))
    report_job = define_asset_job(REPORT_JOB, AssetSelection.assets(report))
    return Definitions(
        assets=[
            *delivered_specs(),
            *lake,
            verdicts,
            warehouse,
            publication,
            scorecard_asset(registry()),
            boards,
            alerts,
            report,
            reminders,
        ],
        jobs=[chain_job, report_job, report_month_job, reminding_job, delivery_job],
        schedules=[
            *schedules(chain_job),
            report_month_schedule,
            reminding_schedule,
            delivery_schedule,
        ],
        sensors=[watchdog_sensor],
        resources={"chain": chain},
        executor=in_process_executor,
    )


defs = build_defs()
