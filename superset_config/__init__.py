"""Boards as code: the Superset side of the warehouse."""
