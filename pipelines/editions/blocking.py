"""What keeps an edition from being made: a number that is not the mart's, a check that blocks."""

from collections.abc import Mapping

from pipelines.editions.edition import EditionBlocked, Kind
from pipelines.editions.parity import faults_against_mart, faults_in_files
from pipelines.reader import Reader, read_consistently
from pipelines.reports.model import Report
from pipelines.settings import Settings

_STEWARD = "quản trị kho dữ liệu (Trung tâm điều hành thông minh)"


def refuse_blocked(
    settings: Settings, report: Report, rendered: Mapping[str, bytes], kind: Kind
) -> None:
    """Look at every number of the documents, and for a final at what blocks its month.

    Args:
        settings: which home.
        report: the document model just read.
        rendered: 'docx', 'pdf', 'xlsx' → content.
        kind: 'draft' or 'final'; a draft shows what a final must not.

    Raises:
        EditionBlocked: the first fault.
    """

    def look(reader: Reader) -> None:
        faults = faults_in_files(report, rendered) or faults_against_mart(report, reader)
        if faults:
            raise EditionBlocked(f"{len(faults)} số không khớp – {faults[0].sentence}", _STEWARD)
        if kind == "final":
            _refuse_quality(reader, report)

    read_consistently(settings, look)


def _refuse_quality(reader: Reader, report: Report) -> None:
    """Refuse while a source of the month has an open issue that blocks."""
    rows = reader.rows(
        "select issue_code, source_name, sentence, agency_name from mart.quality_issue"
        " where is_open and severity = 'chan' and period = ? order by first_seen, issue_code",
        [report.period],
    )
    for row in rows:
        raise EditionBlocked(
            f"{row['source_name']}: {row['sentence'].rstrip('.')} (mã {row['issue_code']})",
            row["agency_name"] or _STEWARD,
        )
