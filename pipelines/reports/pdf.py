"""The report as PDF, set by Typst with the fonts that stand beside this file."""

import json

import typst

from pipelines.official import END_MARK, MOTTO, NATION_LINE, SIMULATED, place_date_text
from pipelines.reports import wording
from pipelines.reports.chart import FONTS, draw
from pipelines.reports.model import Figure, Report
from pipelines.reports.numbers import VIETNAM
from pipelines.reports.templates import Templates

TEMPLATE = "bao_cao.typ"


def render_pdf(report: Report, templates: Templates) -> bytes:
    """Set the report as PDF/A with embedded fonts.

    Args:
        report: the document model.
        templates: file name → content.

    Returns:
        The file; the same bytes for the same report, on any machine.
    """
    inputs = {"report": json.dumps(_data(report), ensure_ascii=False)}
    if report.chart:
        inputs["chart"] = draw(report.chart, "svg").decode("utf-8")
    return typst.compile(
        templates[TEMPLATE],
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONTS]),
        # a machine's own fonts would change the bytes
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=inputs,
        timestamp=int(report.made_at.timestamp()),
        pdf_standards="a-2a",
    )


def _data(report: Report) -> dict[str, object]:
    local = report.made_at.astimezone(VIETNAM)
    issuer = report.issuer
    return {
        "nation": NATION_LINE,
        "motto": MOTTO,
        "parent": issuer.parent,
        "office": issuer.office,
        "author": issuer.author,
        "symbol": issuer.symbol,
        "place_date": place_date_text(issuer.place, local.date()),
        "signer_title": issuer.signer_title,
        "recipients": list(issuer.recipients),
        "stamp": SIMULATED if report.is_simulated else "",
        "subject": wording.subject(report),
        "opening": wording.opening(report),
        "as_of": wording.as_of(report),
        "highlights": list(report.highlights),
        "titles": {
            "highlights": wording.HIGHLIGHTS_TITLE,
            "table": wording.TABLE_TITLE,
            "chart": wording.CHART_TITLE,
            "missing": wording.MISSING_TITLE,
            "sources": wording.SOURCES_TITLE,
        },
        "headings": wording.headings(report),
        "sections": [
            {
                "domain": section.domain,
                "rows": [
                    {
                        "name": row.name,
                        "unit": row.unit,
                        "cells": [_cell(figure) for figure in row.shown],
                        "source": row.source,
                    }
                    for row in section.rows
                ],
            }
            for section in report.sections
        ],
        "legend": wording.legend_line(report),
        "caption": report.chart.caption if report.chart else "",
        "no_chart": wording.NO_CHART,
        "missing": list(report.missing),
        "nothing_missing": wording.NOTHING_MISSING,
        "remarks": list(report.remarks),
        "differences_intro": wording.DIFFERENCES_INTRO,
        "differences_headings": list(wording.DIFFERENCES_HEADINGS),
        "differences": [
            [
                str(number),
                row.name,
                wording.figure_text(row.yoy_published),
                wording.figure_text(row.yoy_computed),
            ]
            for number, row in report.differences
        ],
        "sources": list(report.sources) or [wording.NO_SOURCE],
        "end_mark": END_MARK,
    }


def _cell(figure: Figure) -> dict[str, str]:
    return {"text": wording.table_text(figure), "mark": wording.table_mark(figure)}
