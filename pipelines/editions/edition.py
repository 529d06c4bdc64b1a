"""What an edition of the monthly report is."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pipelines.errors import UserError

Kind = Literal["draft", "final"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition as it lies in the lake; nothing in its folder ever changes.

    Args:
        period: the month, 'YYYY-MM'.
        number: 1, 2, …; drafts count in a row of their own.
        kind: 'draft' or 'final'.
        publication_id: publication of the warehouse that was read.
        data_as_of: the last publication date among its figures, None when unknown.
        made_at: when it was made, an aware instant; every clock in its files shows it.
        folder: where it lies.
        files: the documents, docx, pdf and xlsx.
        checksums: SHA-256 by file name, of everything in the folder but the manifest.
        content: digest of what was read and of the templates, which tells two editions apart.
    """

    period: str
    number: int
    kind: Kind
    publication_id: int
    data_as_of: date | None
    made_at: datetime
    folder: Path
    files: tuple[Path, ...]
    checksums: dict[str, str]
    content: str


def title(edition: Edition) -> str:
    """Name an edition: 'bản đính chính 1, tháng 2024-12'."""
    if edition.kind == "draft":
        name = f"bản dự thảo {edition.number}"
    elif edition.number == 1:
        name = "bản chính thức"
    else:
        name = f"bản đính chính {edition.number - 1}"
    return f"{name}, tháng {edition.period}"


class EditionBlocked(UserError):
    """An edition that must not leave: a figure fails its check.

    Args:
        reason: what fails, one Vietnamese sentence without its full stop.
        responsible: who must act: an agency or an office.
    """

    def __init__(self, reason: str, responsible: str) -> None:
        super().__init__(f"Chưa lập được báo cáo: {reason}. Người phải xử lý: {responsible}")
        self.reason = reason
        self.responsible = responsible
