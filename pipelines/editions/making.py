"""Making an edition: read the published mart, freeze what was read, lay it out, store it whole."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter

from pipelines.editions.blocking import refuse_blocked
from pipelines.editions.edition import Edition, Kind, title
from pipelines.editions.store import (
    DATA,
    TEMPLATES,
    canonical,
    contents,
    digest,
    store,
    stored,
    writing,
)
from pipelines.errors import UserError
from pipelines.reader import read_consistently
from pipelines.reports import render
from pipelines.reports.changes import Earlier
from pipelines.reports.content import read_report
from pipelines.reports.model import Report
from pipelines.reports.templates import Templates, load_templates
from pipelines.settings import Settings

_REPORT = TypeAdapter(Report)
# what a later run changes though the document says the same
_OF_THE_RUN = {"made_at", "publication_id", "changes", "compared_with"}


def make_edition(settings: Settings, period: str, kind: Kind, made_at: datetime) -> Edition:
    """Make an edition, or give the one there is when nothing it tells has changed.

    Args:
        settings: which home; its warehouse must be published.
        period: the month, 'YYYY-MM'.
        kind: 'draft' or 'final'.
        made_at: an aware instant; every clock in the files shows it.

    Returns:
        The newest edition of this kind when it tells the same with the same templates; else a
        new one, numbered on.

    Raises:
        UserError: there are no figures of that month, or a template cannot be filled in.
        EditionBlocked: a figure fails its check; nothing is stored.
        OSError: the lake cannot be written; nothing is stored.
    """
    templates = load_templates(settings.templates)
    with writing(settings):
        every = stored(settings)
        report = _read(settings, period, made_at, kind == "draft", _earlier(every, period))
        before = [item for item in every if (item.period, item.kind) == (period, kind)]
        content = _content(report, templates)
        if before and before[-1].content == content:
            return before[-1]
        rendered = render(report, templates)
        refuse_blocked(settings, report, rendered, kind)
        number = len(before) + 1
        name = _file_name(period, kind, number)
        files = {f"{name}.{suffix}": made for suffix, made in rendered.items()}
        files[DATA] = _REPORT.dump_json(report, indent=1)
        files |= {f"{TEMPLATES}/{name}": made for name, made in templates.items()}
        facts = {
            "publication_id": report.publication_id,
            "data_as_of": report.data_as_of.isoformat() if report.data_as_of else None,
            "made_at": made_at.isoformat(),
            "content": content,
        }
        return store(settings, period, kind, number, facts, files)


def editions(settings: Settings, period: str | None = None) -> list[Edition]:
    """Give the editions there are, newest last.

    Args:
        settings: which home.
        period: only those of this month, 'YYYY-MM'.

    Raises:
        UserError: an edition's folder is damaged.
    """
    return stored(settings, period)


def render_again(settings: Settings, edition: Edition) -> dict[str, bytes]:
    """Lay an edition out again from what was frozen with it; the warehouse is not asked.

    Args:
        settings: which home.
        edition: one of `editions`.

    Returns:
        File name → content, the same bytes as stored.

    Raises:
        UserError: what is stored was changed.
    """
    kept = contents(edition)
    prefix = f"{TEMPLATES}/"
    templates = {
        name.removeprefix(prefix): content
        for name, content in kept.items()
        if name.startswith(prefix)
    }
    made = render(frozen(kept[DATA]), templates)
    return {path.name: made[path.suffix.removeprefix(".")] for path in edition.files}


def frozen(data: bytes) -> Report:
    """Read the document model that an edition froze.

    Raises:
        UserError: another version of the program wrote it.
    """
    try:
        return _REPORT.validate_json(data)
    except ValueError as error:
        raise UserError(
            "Bản này do phiên bản khác của chương trình lập: các tệp đã lưu vẫn dùng được, muốn "
            "dựng lại thì cài đúng phiên bản ấy"
        ) from error


def _read(
    settings: Settings, period: str, made_at: datetime, is_draft: bool, earlier: Earlier | None
) -> Report:
    try:
        return read_consistently(
            settings,
            lambda reader: read_report(reader, period, made_at, is_draft=is_draft, earlier=earlier),
        )
    except ValueError as error:
        raise UserError(str(error)) from error


def _earlier(every: Sequence[Edition], period: str) -> Earlier | None:
    """The last final edition of this month, or else of a month before."""
    finals = [item for item in every if item.kind == "final" and item.period <= period]
    if not finals:
        return None
    last = finals[-1]
    return Earlier(title(last), frozen(contents(last)[DATA]).figures)


def _content(report: Report, templates: Templates) -> str:
    told = _REPORT.dump_python(report, mode="json", exclude=_OF_THE_RUN)
    return digest(canonical([told, {name: digest(content) for name, content in templates.items()}]))


def _file_name(period: str, kind: Kind, number: int) -> str:
    """Name the documents so that whoever gets two by mail knows which is which."""
    if kind == "draft":
        return f"bao-cao-thang-{period}-du-thao-{number}"
    return f"bao-cao-thang-{period}" + (f"-dinh-chinh-{number - 1}" if number > 1 else "")
