"""Verifying an edition, or copies of its files that came back from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.editions.edition import Edition
from pipelines.editions.making import frozen
from pipelines.editions.parity import Fault, faults_against_mart, faults_in_files
from pipelines.editions.store import DATA, contents
from pipelines.errors import WRONG_CALL, UserError
from pipelines.reader import read_consistently
from pipelines.settings import Settings

_KINDS = ("docx", "pdf", "xlsx")


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it.

    Args:
        kinds: which files were read.
        numbers: how many numbers the edition has.
        in_files: numbers that a file says otherwise than the edition.
        restated: numbers that the warehouse publishes otherwise by now.
    """

    kinds: tuple[str, ...]
    numbers: int
    in_files: tuple[Fault, ...]
    restated: tuple[Fault, ...]


def verify(settings: Settings, edition: Edition, files: Sequence[Path] | None = None) -> Verified:
    """Read the numbers back and compare each with the edition and with the published mart.

    Args:
        settings: which home.
        edition: the edition.
        files: copies to read; the stored files when none are given.

    Raises:
        UserError: a file is not there or of no known kind, or what is stored was changed.
    """
    report = frozen(contents(edition)[DATA])
    read = {}
    for path in files or edition.files:
        kind = path.suffix.removeprefix(".").lower()
        if kind not in _KINDS or not path.is_file():
            raise UserError(f"Không soát được {path}: cần tệp docx, pdf hoặc xlsx", WRONG_CALL)
        read[kind] = path.read_bytes()
    return Verified(
        kinds=tuple(read),
        numbers=len(report.figures),
        in_files=tuple(faults_in_files(report, read)),
        restated=tuple(
            read_consistently(settings, lambda reader: faults_against_mart(report, reader))
        ),
    )
