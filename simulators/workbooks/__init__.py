"""Synthetic monthly statistics workbooks in the layout of the General Statistics Office."""

from simulators.workbooks.faults import KINDS, Fault
from simulators.workbooks.ledger import ledger_folder
from simulators.workbooks.publish import write_workbooks

__all__ = ["KINDS", "Fault", "ledger_folder", "write_workbooks"]
