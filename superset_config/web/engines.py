"""What is installed is looked for once: Superset does so several times in every request."""

from functools import cache

from superset import db_engine_specs


def remember_installed_engines() -> None:
    """Keep the list of database engines, which cannot change while the server runs.

    Looking for it reads the metadata of every installed package: 35 ms of processor time, twice
    for a page and once or more for a chart.
    """
    db_engine_specs.entry_points = cache(db_engine_specs.entry_points)
    db_engine_specs.load_engine_specs = cache(db_engine_specs.load_engine_specs)
