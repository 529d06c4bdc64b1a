"""The report as PDF, set by Typst with the fonts that stand beside this file."""

import json

import typst

from pipelines.official import END_MARK, MOTTO, NATION_LINE, place_date_text
from pipelines.reports import wording
from pipelines.reports.chart import FONTS, draw
from pipelines.reports.keys import link_of
from pipelines.reports.model import Figure, Report, Sentence
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
        "stamp": wording.stamps(report),
        "is_simulated": report.is_simulated,
        "subject": wording.subject(report),
        "opening": wording.opening(report),
        "window": report.window,
        "as_of": wording.as_of(report),
        "parts": [
            {"title": wording.GENERAL_TITLE, "sentences": _sentences(report.general)},
            {
                "title": wording.TOPICS_TITLE,
                "topics": [
                    {"title": topic.title, "sentences": _sentences(topic.sentences)}
                    for topic in report.topics
                ],
            },
            {
                "title": wording.OPERATION_TITLE,
                "sentences": _sentences(report.operation),
                "scores": [
                    [score.source, score.agency, *(_cell(figure) for figure in score.figures)]
                    for score in report.scores
                ],
            },
            {"title": wording.LIMITS_TITLE, "sentences": _sentences(report.limits)},
            {"title": wording.TASKS_TITLE, "sentences": _sentences(report.tasks)},
        ],
        "scores_title": wording.SCORES_TITLE,
        "scores_headings": list(wording.SCORES_HEADINGS),
        "annex": wording.ANNEX_TITLE.upper(),
        "titles": {
            "table": wording.TABLE_TITLE,
            "chart": wording.CHART_TITLE,
            "missing": wording.MISSING_TITLE,
            "changes": wording.CHANGES_TITLE,
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
        "missing": [*report.missing, *report.remarks] or [wording.NOTHING_MISSING],
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
        "compared": wording.compared(report),
        "changes_headings": list(wording.CHANGES_HEADINGS),
        "changes": [
            [
                str(number),
                change.name,
                wording.figure_text(change.old),
                wording.figure_text(change.new),
                change.why,
            ]
            for number, change in enumerate(report.changes, 1)
        ],
        "keys_note": wording.KEYS_NOTE,
        "sources": list(report.sources) or [wording.NO_SOURCE],
        "end_mark": END_MARK,
    }


def _sentences(sentences: tuple[Sentence, ...]) -> list[list[dict[str, str]]]:
    """Each sentence as its pieces; a number's piece carries the link of its passport key."""
    return [
        [
            {"text": span.text, "link": link_of(span.figure.key) if span.figure else ""}
            for span in sentence
        ]
        for sentence in sentences or (wording.words(wording.NO_FIGURE),)
    ]


def _cell(figure: Figure) -> dict[str, str]:
    return {
        "text": wording.table_text(figure),
        "mark": wording.table_mark(figure),
        "link": link_of(figure.key) if figure.key else "",
    }
