"""The engine that the simulators ask their own files with."""

import duckdb


def engine() -> duckdb.DuckDBPyConnection:
    """Open an engine in memory that reads instants in UTC and draws no progress on the screen."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
    return connection
