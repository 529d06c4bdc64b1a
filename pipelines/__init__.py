"""The chain of one run, wired in Dagster, and the `kho` command."""
