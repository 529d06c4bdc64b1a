"""Reads the numbers back out of the three documents by their passport keys and compares them.

A number is read where its key stands: in the bookmark of the Word file, under the link of the
PDF, in the named cell of the workbook.
"""

import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from pipelines.reports import wording
from pipelines.reports.keys import Reader, key_of_link, mark_of, read_values
from pipelines.reports.model import Figure, Report
from pipelines.reports.numbers import as_decimal

_ASLANT = 1e-6
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Printed = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A number that is not what it must be.

    Args:
        where: 'docx', 'pdf', 'xlsx', or 'kho' when the warehouse has another value now.
        name: what the number is and of when.
        key: its passport key.
        wanted: what must stand there.
        found: what stands there.
    """

    where: str
    name: str
    key: str
    wanted: str
    found: str

    @property
    def sentence(self) -> str:
        """One Vietnamese line."""
        found = self.found or "không còn"
        if self.where == "kho":
            return f"{self.name}: báo cáo ghi {self.wanted}, kho nay công bố {found} ({self.key})"
        return (
            f"Tệp {self.where} – {self.name}: phải là {self.wanted}, đang là {found} ({self.key})"
        )


def faults_in_files(report: Report, files: Mapping[str, bytes]) -> list[Fault]:
    """Compare what the documents say with what was frozen.

    Args:
        report: the frozen document model.
        files: 'docx', 'pdf', 'xlsx' → content; those that are there are looked at.

    Returns:
        The numbers that differ, or are missing, in the order of the report.
    """
    names = {figure.key: name for name, figure in report.figures.items()}
    texts = _wanted_texts(report)
    faults = []
    for kind, read in (("docx", _read_docx), ("pdf", _read_pdf)):
        if kind not in files:
            continue
        found = read(files[kind], texts)
        faults += [
            Fault(kind, names[key], key, _joined(wanted - found[key]), _joined(found[key] - wanted))
            for key, wanted in texts.items()
            if found[key] != wanted
        ]
    if "xlsx" in files:
        faults += _faults_in_xlsx(report, files["xlsx"])
    return faults


def faults_against_mart(report: Report, reader: Reader) -> list[Fault]:
    """Compare what was frozen with what the warehouse publishes now.

    Args:
        report: the frozen document model.
        reader: open on a published warehouse.
    """
    now = read_values(reader, (figure.key for figure in report.figures.values()))
    return [
        Fault("kho", name, figure.key, str(figure.value), _plain(now[figure.key]))
        for name, figure in report.figures.items()
        if now[figure.key] != figure.value
    ]


def _wanted_texts(report: Report) -> dict[str, Counter[str]]:
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for figure in _table_figures(report):
        texts[figure.key][_squeezed(wording.table_text(figure))] += 1
    for sentence in report.sentences:
        for span in sentence:
            if span.figure:
                texts[span.figure.key][_squeezed(span.text)] += 1
    return texts


def _table_figures(report: Report) -> Iterator[Figure]:
    for row in report.rows:
        yield from (figure for figure in row.shown if figure.key)
    for score in report.scores:
        yield from (figure for figure in score.figures if figure.key)


def _read_docx(content: bytes, wanted: Mapping[str, Any]) -> dict[str, Counter[str]]:
    by_mark = {mark_of(key): key for key in wanted}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    opened: dict[str, tuple[str, list[str]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    for element in tree.iter():
        if element.tag == f"{_WORD}bookmarkStart":
            mark = element.get(f"{_WORD}name").rpartition("_")[0]
            if mark in by_mark:
                opened[element.get(f"{_WORD}id")] = (by_mark[mark], [])
        elif element.tag == f"{_WORD}bookmarkEnd":
            ended = opened.pop(element.get(f"{_WORD}id"), None)
            if ended:
                found[ended[0]][_squeezed("".join(ended[1]))] += 1
        elif element.tag == f"{_WORD}t":
            for _, pieces in opened.values():
                pieces.append(element.text or "")
    return found


def _read_pdf(content: bytes, _wanted: Mapping[str, Any]) -> dict[str, Counter[str]]:
    import pypdf

    found: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        boxes = list(_link_boxes(page))
        if not boxes:
            continue
        for (key, *_box), text in zip(boxes, _texts_under(page, boxes), strict=True):
            found[key][_squeezed(text)] += 1
    return found


def _link_boxes(page: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """The passport key and the box of each link of a page."""
    for reference in page.get("/Annots") or ():
        link = reference.get_object()
        key = key_of_link(str(link.get("/A", {}).get("/URI", "")))
        if key:
            left, bottom, right, top = (float(side) for side in link["/Rect"])
            yield key, left, bottom, right, top


def _texts_under(page: Any, boxes: list[tuple[str, float, float, float, float]]) -> list[str]:
    """The text that begins inside each box."""
    under: list[list[tuple[float, str]]] = [[] for _ in boxes]

    def visit(text: str, outer: list[float], inner: list[float], *_rest: object) -> None:
        # what is written aslant is the stamp across the page
        if not text.strip() or abs(inner[0] * outer[1] + inner[1] * outer[3]) > _ASLANT:
            return
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        for index, (_, left, bottom, right, top) in enumerate(boxes):
            if left - 0.5 <= x < right and bottom - 0.5 <= y <= top:
                under[index].append((x, text))

    page.extract_text(visitor_text=visit)
    return ["".join(text for _, text in sorted(pieces)) for pieces in under]


def _faults_in_xlsx(report: Report, content: bytes) -> Iterator[Fault]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    keyed = {row[3].value: row[2].value for row in book["Hộ chiếu số liệu"].iter_rows(min_row=2)}
    in_table = {figure.key for row in report.rows for figure in row.shown}
    for name, figure in report.figures.items():
        found = [keyed.get(figure.key)]
        if figure.key in in_table:
            place = book.defined_names.get(mark_of(figure.key))
            sheet, _, cell = place.attr_text.rpartition("!") if place else ("", "", "")
            found.append(book[sheet.strip("'")][cell.replace("$", "")].value if cell else None)
        wrong = [value for value in found if _number(value) != figure.value]
        if wrong:
            yield Fault("xlsx", name, figure.key, str(figure.value), str(wrong[0] or ""))


def _number(value: object) -> Decimal | None:
    return as_decimal(value) if isinstance(value, int | float | Decimal) else None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _joined(texts: Counter[str]) -> str:
    return ", ".join(sorted(texts.elements()))


def _plain(value: Decimal | None) -> str:
    return "" if value is None else str(value)
