"""Running the chain through Dagster in this process, for `kho run`."""

import os
import warnings

from pipelines.chain import Chain
from pipelines.settings import REPOSITORY, Settings

# failures are told once, by the command; Dagster's page keeps every event
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_chain(chain: Chain) -> None:
    """Materialise every asset; what happened stands in `chain.outcome`.

    Args:
        chain: the chain, its lock already held.

    Raises:
        Exception: the failure of a step, as the step raised it.
    """
    prepare_dagster(chain.settings)
    from dagster import DagsterInstance, ResourceDefinition

    from pipelines.definitions import CHAIN_JOB, build_defs

    defs = build_defs(ResourceDefinition.hardcoded_resource(chain))
    with DagsterInstance.get() as instance:
        result = defs.resolve_job_def(CHAIN_JOB).execute_in_process(
            instance=instance, raise_on_error=False, run_config=_QUIET
        )
    if not result.success and not chain.outcome.failures:
        raise chain.failure or RuntimeError("Dagster không cho biết lý do")


def prepare_dagster(settings: Settings) -> None:
    """Point Dagster at its configuration and at its storage under the home."""
    storage = settings.state / "dagster"
    storage.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(REPOSITORY)
    os.environ["KHO_DAGSTER_STORAGE"] = str(storage)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    warnings.filterwarnings("ignore", module="dagster.*")
