"""The report as an editable Word document, from a template that a clerk edits in Word."""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage

from pipelines.official import END_MARK, place_date_text
from pipelines.official.archive import stable_zip
from pipelines.reports import wording
from pipelines.reports.chart import WIDTH_CM, draw
from pipelines.reports.docx_parts import Drawn, Marks, ruled, runs, table_row
from pipelines.reports.docx_template import check_template
from pipelines.reports.model import Figure, Report, Sentence
from pipelines.reports.numbers import VIETNAM
from pipelines.reports.templates import Templates

TEMPLATE = "bao-cao-thang.docx"
# 257 mm between the margins of a page on its side, 165 mm on an upright one
_TABLE_WIDTHS_MM = (9, 58, 18, 24, 24, 24, 26, 19, 21, 21, 13)
_CHANGES_WIDTHS_MM = (9, 70, 32, 32, 114)
_SCORES_WIDTHS_MM = (9, 62, 40, 13.5, 13.5, 13.5, 13.5)
_DIFFERENCES_WIDTHS_MM = (9, 160, 44, 44)


def render_docx(report: Report, templates: Templates) -> bytes:
    """Write the report as docx.

    Args:
        report: the document model.
        templates: file name → content.

    Returns:
        The file, every number bookmarked by its passport key; the same bytes for the same report.

    Raises:
        TemplateError: the template names what there is not, or a tag is broken.
    """
    content = templates[TEMPLATE]
    template = DocxTemplate(io.BytesIO(content))
    context = _context(report, template)
    check_template(content, TEMPLATE, context)
    template.render(context, autoescape=True)
    properties = template.docx.core_properties
    properties.title = wording.subject(report)
    properties.author = properties.last_modified_by = report.issuer.author
    instant = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = instant
    target = io.BytesIO()
    template.save(target)
    return stable_zip(target.getvalue())


def _context(report: Report, template: DocxTemplate) -> Mapping[str, Any]:
    """What a template may name; `docs/bao-cao` tells the clerk."""
    issuer, marks = report.issuer, Marks()

    def sentences(told: tuple[Sentence, ...]) -> list[Drawn]:
        return [runs(sentence, marks) for sentence in told] or [
            runs(wording.words(wording.NO_FIGURE), marks)
        ]

    return {
        "co_quan_chu_quan": issuer.parent.split("\n"),
        "co_quan": issuer.office.split("\n"),
        "ky_hieu": issuer.symbol,
        "noi_ngay": place_date_text(issuer.place, report.made_at.astimezone(VIETNAM).date()),
        "trich_yeu": wording.subject(report),
        "dau": wording.stamps(report),
        "mo_dau": wording.opening(report),
        "ky_so_lieu": report.window,
        "so_lieu_den": wording.as_of(report),
        "tinh_hinh_chung": sentences(report.general),
        "linh_vuc": [
            {"ten": topic.title, "cau": sentences(topic.sentences)} for topic in report.topics
        ],
        "van_hanh": sentences(report.operation),
        "bang_diem": _scores(report, marks),
        "han_che": sentences(report.limits),
        "nhiem_vu": sentences(report.tasks),
        "ket": END_MARK,
        "noi_nhan": list(issuer.recipients),
        "chuc_vu": issuer.signer_title,
        "bang_chi_tieu": _table(report, marks),
        "ghi_chu": wording.legend_line(report),
        "hinh": _picture(report, template),
        "ten_hinh": report.chart.caption if report.chart else "",
        "khong_co_hinh": wording.NO_CHART,
        "thieu": [*report.missing, *report.remarks] or [wording.NOTHING_MISSING],
        "bang_ty_le": _differences(report),
        "bao_cao_truoc": wording.compared(report),
        "bang_thay_doi": _changes(report),
        "nguon": list(report.sources) or [wording.NO_SOURCE],
        "tra_cuu": wording.KEYS_NOTE,
    }


def _picture(report: Report, template: DocxTemplate) -> InlineImage | str:
    if not report.chart:
        return ""
    return InlineImage(template, io.BytesIO(draw(report.chart, "png")), width=Cm(WIDTH_CM))


def _table(report: Report, marks: Marks) -> Drawn:
    heads = wording.headings(report)
    names = ("number", "name", "unit", "plan", "previous", "current", "ytd", "plan_pct")
    head = [heads[name] for name in names]
    head += [f"% cùng kỳ ({heads[name].lower()})" for name in ("yoy", "ytd_yoy")]
    return ruled(_TABLE_WIDTHS_MM, [*head, heads["source"]], _table_rows(report, marks))


def _table_rows(report: Report, marks: Marks) -> Iterator[str]:
    number = 0
    for section in report.sections:
        yield table_row(_TABLE_WIDTHS_MM, [section.domain], span=True)
        for row in section.rows:
            number += 1
            figures = [_figure(figure, marks) for figure in row.shown]
            yield table_row(
                _TABLE_WIDTHS_MM,
                [str(number), row.name, row.unit, *figures, row.source],
                left=(1,),
                right=range(3, 10),
            )


def _figure(figure: Figure, marks: Marks) -> Drawn:
    return marks.cell(wording.table_text(figure), wording.table_mark(figure), figure.key)


def _scores(report: Report, marks: Marks) -> Drawn:
    rows = (
        table_row(
            _SCORES_WIDTHS_MM,
            [str(number), score.source, score.agency, *(_figure(f, marks) for f in score.figures)],
            left=(1, 2),
            right=range(3, 7),
        )
        for number, score in enumerate(report.scores, 1)
    )
    return ruled(_SCORES_WIDTHS_MM, wording.SCORES_HEADINGS, rows)


def _changes(report: Report) -> Drawn:
    rows = (
        table_row(
            _CHANGES_WIDTHS_MM,
            [
                str(number),
                change.name,
                wording.figure_text(change.old),
                wording.figure_text(change.new),
                change.why,
            ],
            left=(1, 4),
            right=(2, 3),
        )
        for number, change in enumerate(report.changes, 1)
    )
    return ruled(_CHANGES_WIDTHS_MM, wording.CHANGES_HEADINGS, rows)


def _differences(report: Report) -> Drawn:
    rows = (
        table_row(
            _DIFFERENCES_WIDTHS_MM,
            [
                str(number),
                row.name,
                wording.figure_text(row.yoy_published),
                wording.figure_text(row.yoy_computed),
            ],
            left=(1,),
            right=(2, 3),
        )
        for number, row in report.differences
    )
    return ruled(_DIFFERENCES_WIDTHS_MM, wording.DIFFERENCES_HEADINGS, rows)
