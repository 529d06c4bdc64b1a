"""A workbook on its way to a file: what it holds, under which name and date."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from simulators.workbooks.calendar import Month, number, published_on, year
from simulators.workbooks.contents import World, sheets
from simulators.workbooks.sheet import CATEGORY, NOTE, Sheet
from simulators.workbooks.xlsx import Properties, write_xlsx


@dataclass(frozen=True)
class Book:
    """The workbook of a month.

    Attributes:
        month: month whose figures it says it publishes.
        published: day it came out.
        sheets: its sheets.
        suffix: what its name carries beside the agency's words, such as "_dinh-chinh"; it
            sorts behind the name without.
    """

    month: Month
    published: date
    sheets: list[Sheet]
    suffix: str = ""

    @classmethod
    def regular(cls, world: World, month: Month) -> Self:
        """Lay out the workbook that comes out when nothing goes wrong."""
        return cls(month, published_on(month), sheets(world, month))

    @property
    def name(self) -> str:
        """Name the file as the agency did, which was never twice the same way."""
        when = number(self.month)
        two_digits = f"{when:02d}-{year(self.month)}"
        names = (
            f"02-Bieu-so-lieu-T{when}.{year(self.month)}",
            f"02.-Bieu-T{when}.{year(self.month)}",
            f"02-Bieu-{two_digits}-1",
            f"03-Bieu-{when}.{year(self.month)}",
            f"02-Tổng-cục-Thống-kê-So-lieu-KT-XH-tháng-{when}",
        )
        words = names[self.month % len(names)]
        return f"{self.published.isoformat()}-{words}-mo-phong{self.suffix}.xlsx"

    def on(self, published: date, suffix: str = "") -> Self:
        """Give the same workbook published on another day."""
        return replace(self, published=published, suffix=suffix)

    def write(self, folder: Path) -> Path:
        """Write the file.

        Args:
            folder: an existing folder.

        Returns:
            Path of the file.
        """
        path = folder / self.name
        title = f"Số liệu kinh tế - xã hội tháng {number(self.month)} năm {year(self.month)}"
        if self.suffix:  # a file that is sent again is saved again: its bytes differ
            title += f" ({self.suffix.strip('_')})"
        grids = [sheet.grid for sheet in self.sheets]
        write_xlsx(path, grids, Properties(title, CATEGORY, NOTE))
        return path
