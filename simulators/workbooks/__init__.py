"""Synthetic monthly statistics workbooks in the layout of the General Statistics Office."""

from simulators.workbooks.publish import ledger_folder, write_workbooks

__all__ = ["ledger_folder", "write_workbooks"]
