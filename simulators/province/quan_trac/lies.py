"""What a faulty station writes instead of its lines: the truth stays, the product must notice."""

from collections.abc import Callable
from datetime import datetime, timedelta

Line = list[str]
_STAMP = "%Y%m%d%H%M%S"
_LOCAL_OFFSET = timedelta(hours=7)


def _in_utc(line: Line) -> Line:
    time = datetime.strptime(line[3], _STAMP) - _LOCAL_OFFSET
    return [*line[:3], f"{time:{_STAMP}}", *line[4:]]


def _far(line: Line) -> Line:
    return [*line[:3], f"29991231{line[3][8:]}", *line[4:]]


LIES: dict[str, Callable[[Line], Line]] = {
    "new_column": lambda line: [*line, "trạm tỉnh"],
    "dropped_column": lambda line: [*line[:2], *line[3:]],
    "type_change": lambda line: [line[0], f"{line[1]} (tạm tính)", *line[2:]],
    "utc_local_shift": _in_utc,
    "cursor_2999": _far,
}
"""What becomes of the five fields of a line: symbol, result, unit, time, state."""

DATED = frozenset({"utc_local_shift", "cursor_2999"})
"""Lies of a station's clock, so that the file's name says the same as its lines."""
