"""The names of monitoring files: five-minute files and the archives of a month (TT 10/2021)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

_STATION = r"(?P<station>\d{2}_[^_/]+_[^_/]+)"
_FIVE_MINUTES = re.compile(rf"^{_STATION}_(?P<stamp>\d{{14}})\.txt$", re.I)
_MONTH = re.compile(rf"^{_STATION}_(?P<stamp>\d{{6}})\.(?P<form>zip|(?:txt\.)?gz)$", re.I)


@dataclass(frozen=True, slots=True)
class FileName:
    """What a file's name says.

    Args:
        station: `[mã tỉnh]_[cơ sở]_[trạm]`.
        day: local day of a five-minute file, first day of the month of an archive.
        form: 'txt', 'zip' or 'gz'.
    """

    station: str
    day: date
    form: str

    @property
    def is_archive(self) -> bool:
        """Whether the file holds a month's lines."""
        return self.form != "txt"


def parse_name(name: str) -> FileName | None:
    """Read a file's name.

    Args:
        name: without folders, for instance `40_TPVINH_KK01_20260914101500.txt`.

    Returns:
        What it says; nothing for a name that is not one of a monitoring file.
    """
    if match := _FIVE_MINUTES.match(name):
        day = _instant(match["stamp"], "%Y%m%d%H%M%S")
        return FileName(match["station"], day.date(), "txt") if day else None
    if match := _MONTH.match(name):
        day = _instant(match["stamp"], "%Y%m")
        form = "zip" if match["form"].lower() == "zip" else "gz"
        return FileName(match["station"], day.date(), form) if day else None
    return None


def _instant(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
