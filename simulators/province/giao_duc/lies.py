"""What a faulty site says about its export files: the files stay, the list lies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulators.province.faults import Faults
from simulators.province.giao_duc.generate import SOURCE

Lines = list[dict[str, str]]

_WHEN = "thoiDiemXuat"
_FAR = "2999-12-31T00:00:00.000+07:00"


def _far(lines: Lines, start: datetime) -> Lines:
    return [*lines[:-1], lines[-1] | {_WHEN: _FAR}]


def _back(lines: Lines, start: datetime) -> Lines:
    return [*lines[:-1], lines[-1] | {_WHEN: (start - timedelta(days=1)).isoformat()}]


def _in_utc(lines: Lines, start: datetime) -> Lines:
    """Write UTC, and leave out that it is."""
    moments = [datetime.fromisoformat(line[_WHEN]).astimezone(UTC) for line in lines]
    texts = [at.replace(tzinfo=None).isoformat(timespec="milliseconds") for at in moments]
    return [line | {_WHEN: text} for line, text in zip(lines, texts, strict=True)]


_LIES: dict[str, Callable[[Lines, datetime], Lines]] = {
    "cursor_2999": _far,
    "cursor_back": _back,
    "utc_local_shift": _in_utc,
    "shifting_pages": lambda lines, start: lines[1:],
    "duplicated_page": lambda lines, start: [*lines, lines[-1]],
    "zero_rows": lambda lines, start: [],
}
_COUNTED = ("duplicated_page", "zero_rows")


def told(lines: Lines, start: datetime, faults: Faults) -> tuple[int, Lines]:
    """Tell the list of files, with the lies of the faults at work.

    Args:
        lines: the list, a line a file.
        start: start of the span that was asked for.
        faults: the faults at work.

    Returns:
        The number of files as advertised, and the lines.
    """
    advertised = len(lines)
    for name, lie in _LIES.items():
        if lines and faults.take(name, SOURCE):
            lines = lie(lines, start)
            # these sites count the lines of the list and not the files
            advertised = len(lines) if name in _COUNTED else advertised
    return advertised, lines
