"""The monthly socio-economic report: one document model, three file formats.

The numbers come from the published mart through `content`, `wording` turns them into sentences,
and `docx`, `pdf` and `xlsx` only lay them out; a new format is one more renderer.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.official import Issuer
from pipelines.official.archive import write_all
from pipelines.reports.content import Reader, read_report
from pipelines.reports.docx import render_docx
from pipelines.reports.pdf import render_pdf
from pipelines.reports.xlsx import render_xlsx

__all__ = ["Issuer", "ReportFiles", "make_report"]


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the three files of a report stand."""

    docx: Path
    pdf: Path
    xlsx: Path


def make_report(
    reader: Reader,
    period: str,
    out: Path,
    made_at: datetime,
    *,
    issuer: Issuer | None = None,
) -> ReportFiles:
    """Make the report of one month as docx, pdf and xlsx.

    Args:
        reader: open on a published warehouse.
        period: the month, 'YYYY-MM'.
        out: folder of the files; made when it is not there.
        made_at: when the report is made, an aware instant; it stands in the files, and the same
            instant on the same publication gives the same bytes.
        issuer: who signs; dotted lines to be filled in by hand when not given.

    Returns:
        The paths bao-cao-kt-xh-YYYY-MM.{docx,pdf,xlsx}.

    Raises:
        ValueError: when the period is no month or has no figure (the message names the periods
            there are), or made_at has no time zone; a Vietnamese sentence.
        PublicationMoved: when the mart kept being published anew while it was read.
        OSError: when the folder cannot be written; no file is replaced then.
    """
    report = read_report(reader, period, made_at, issuer=issuer)
    name = f"bao-cao-kt-xh-{period}"
    files = ReportFiles(*(out / f"{name}.{kind}" for kind in ("docx", "pdf", "xlsx")))
    write_all(
        {
            files.docx: render_docx(report),
            files.pdf: render_pdf(report),
            files.xlsx: render_xlsx(report),
        }
    )
    return files
