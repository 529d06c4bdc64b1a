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
from pipelines.reports.model import Report
from pipelines.reports.pdf import render_pdf
from pipelines.reports.templates import Templates, load_templates
from pipelines.reports.xlsx import render_xlsx

__all__ = ["Issuer", "ReportFiles", "make_report", "render"]


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
    templates: Templates | None = None,
) -> ReportFiles:
    """Make the report of one month as docx, pdf and xlsx.

    Args:
        reader: open on a published warehouse.
        period: the month, 'YYYY-MM'.
        out: folder of the files; made when it is not there.
        made_at: when the report is made, an aware instant; it stands in the files, and the same
            instant on the same publication gives the same bytes.
        issuer: who signs; dotted lines to be filled in by hand when not given.
        templates: file name → content; those beside this file when not given.

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
    rendered = render(report, templates or load_templates())
    files = {kind: out / f"{name}.{kind}" for kind in rendered}
    write_all({files[kind]: content for kind, content in rendered.items()})
    return ReportFiles(**files)


def render(report: Report, templates: Templates) -> dict[str, bytes]:
    """Lay the report out in its three formats.

    Args:
        report: the document model.
        templates: file name → content.

    Returns:
        'docx', 'pdf' and 'xlsx' → content; the same bytes for the same model and templates.
    """
    return {
        "docx": render_docx(report, templates),
        "pdf": render_pdf(report, templates),
        "xlsx": render_xlsx(report),
    }
