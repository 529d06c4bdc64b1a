"""The secrecy gate: only what is marked as open passes, before anything is written."""

import unicodedata
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from connectors.connector import PullContext
from connectors.errors import TerminalSourceError


def let_through(table: pa.Table, column: str, allowed: Collection[str]) -> tuple[pa.Table, int]:
    """Keep the rows whose mark of secrecy is on the list; unknown or empty marks are refused.

    Args:
        table: rows in memory as the source gave them.
        column: the column with the mark (độ mật), text or number.
        allowed: marks that may pass; case, spaces around and the form of Unicode do not count.

    Returns:
        The rows that pass, and how many did not.

    Raises:
        TerminalSourceError: there is no such column, so nothing can be known to be open.
    """
    if column not in table.column_names:
        raise TerminalSourceError(
            f"Nguồn không gửi cột độ mật '{column}' nên không dòng nào được nhận; "
            "đề nghị đơn vị cung cấp gửi lại cột này"
        )
    marks = table[column].cast(pa.string())
    open_marks = {_plain(mark) for mark in allowed} - {""}
    passing = [
        mark
        for mark in pc.unique(marks).to_pylist()
        if mark is not None and _plain(mark) in open_marks
    ]
    kept = table.filter(pc.is_in(marks, pa.array(passing, pa.string())))
    return kept, table.num_rows - kept.num_rows


def count_refused(context: PullContext, count: int) -> None:
    """Tell how many rows were refused for their secrecy, and nothing else about them.

    A system of documents holds secret ones every day: that is its right and nobody's task, so it
    is counted and nothing is asked of anybody.

    Args:
        context: `KHO_COUNT_SECRETS=false` in its environment turns even the count off.
        count: rows refused.
    """
    if context.environment.get("KHO_COUNT_SECRETS", "true").strip().lower() != "false":
        context.left_out(count)


def _plain(mark: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", mark).split()).casefold()
