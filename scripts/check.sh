#!/usr/bin/env bash
# Style, types and package borders.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/ruff check .
.venv/bin/ruff format --check --quiet .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/sqlfluff lint --processes 2 --disable-progress-bar --nocolor -q dbt_project/models
