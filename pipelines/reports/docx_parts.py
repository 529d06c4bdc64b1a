"""Pieces of WordprocessingML that stand where the template has a tag: sentences and tables.

Written as text and not cell by cell through a library, because six hundred numbers in tables
take the library a minute.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from xml.sax.saxutils import escape

from pipelines.official.layout import TABLE_STYLE
from pipelines.reports.keys import mark_of
from pipelines.reports.model import Sentence

_TWIPS_PER_MM = 1440 / 25.4


class Drawn(str):
    """Ready WordprocessingML, which the template takes over as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Tell Jinja that nothing must be escaped."""
        return str(self)


class Marks:
    """Numbers the bookmarks of a document: their ids and names must be unique in it."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()
        self._next = 1000

    def around(self, run: str, key: str) -> str:
        """Put a bookmark that names a key around a run."""
        if not key:
            return run
        mark = mark_of(key)
        self._used[mark] += 1
        self._next += 1
        name = f"{mark}_{self._used[mark]}"
        return (
            f'<w:bookmarkStart w:id="{self._next}" w:name="{name}"/>{run}'
            f'<w:bookmarkEnd w:id="{self._next}"/>'
        )

    def cell(self, text: str, raised: str, key: str) -> Drawn:
        """Write a number of a table with its raised mark."""
        marked = self.around(_run(text), key)
        return Drawn(marked + (_run(f"\u00a0{raised}", raised=True) if raised else ""))


def runs(sentence: Sentence, marks: Marks) -> Drawn:
    """Write a sentence, each of its numbers in a bookmark."""
    return Drawn(
        "".join(
            marks.around(_run(span.text), span.figure.key if span.figure else "")
            for span in sentence
        )
    )


def ruled(widths_mm: Sequence[float], head: Sequence[str], rows: Iterable[str]) -> Drawn:
    """Write a table with lines; '' when it has no rows.

    Args:
        widths_mm: widths of the columns.
        head: heads of the columns, repeated on each page.
        rows: rows by `table_row`.
    """
    body = "".join(rows)
    if not body:
        return Drawn("")
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths_mm)
    return Drawn(
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{_twips(sum(widths_mm))}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="45" w:type="dxa"/>'
        '<w:right w:w="45" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"{table_row(widths_mm, head, bold=True, repeated=True)}{body}</w:tbl>"
    )


def table_row(
    widths_mm: Sequence[float],
    cells: Sequence[str],
    *,
    left: Container[int] = (),
    right: Container[int] = (),
    bold: bool = False,
    repeated: bool = False,
    span: bool = False,
) -> str:
    """Write a row; text is centred where it is not told otherwise.

    Args:
        widths_mm: widths of the columns.
        cells: plain texts, or pieces that are written already.
        left: columns set left.
        right: columns set right.
        bold: whether the text is bold.
        repeated: whether the row is a head, repeated on each page.
        span: whether the one cell goes over all columns, grey and bold.
    """
    columns = len(widths_mm)
    if span:
        widths_mm, left, bold = [sum(widths_mm)], (0,), True
    over = f'<w:gridSpan w:val="{columns}"/>' if span else ""
    written = []
    for index, (width, text) in enumerate(zip(widths_mm, cells, strict=True)):
        side = "left" if index in left else "right" if index in right else "center"
        run = text if isinstance(text, Drawn) else _run(text, bold=bold)
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="EBEBEB"/>' if span else ""
        keep = "<w:keepNext/>" if span else ""
        written.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{over}{shade}'
            f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{_STYLE_ID}"/>{keep}'
            f'<w:jc w:val="{side}"/></w:pPr>{run}</w:p></w:tc>'
        )
    head = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(written)}</w:tr>"


_STYLE_ID = TABLE_STYLE.replace(" ", "")


def _run(text: str, *, bold: bool = False, raised: bool = False) -> str:
    properties = ("<w:b/>" if bold else "") + (
        '<w:vertAlign w:val="superscript"/>' if raised else ""
    )
    return (
        f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_PER_MM)
