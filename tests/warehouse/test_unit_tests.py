"""dbt's unit tests: the hard rules, each on a handful of rows worked by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.build_context import build_vars
from pipelines.chain import Chain
from pipelines.settings import DBT_PROJECT

pytestmark = pytest.mark.real_data


def test_every_unit_test_of_dbt_passes(built: Chain, tmp_path: Path) -> None:
    settings = built.settings
    variables = json.dumps(build_vars(built.connectors.values()), ensure_ascii=False)
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"),
            # a unit test that reads a seed goes stale in the kept parse when only the seed changes
            *("--no-partial-parse", "test", "--select", "test_type:unit"),
            *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
            *("--vars", variables),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)),
        ],
        env={
            **os.environ,
            "KHO_TARGET": "duckdb",
            "KHO_BUILD_DB": str(settings.build_db),
            "KHO_LAKE": str(settings.lake),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " ERROR=0 SKIP=0 " in done.stdout and "PASS=0" not in done.stdout, done.stdout[-500:]
