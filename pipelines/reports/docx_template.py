"""Looks a template over before it is filled in, and names what a clerk wrote wrongly."""

import io
import re
from collections.abc import Container, Iterator, Mapping
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as DocumentType
from docx.table import Table
from docx.text.paragraph import Paragraph
from jinja2 import Environment, TemplateSyntaxError, meta

from pipelines.errors import UserError

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_LOOP = re.compile(r"\{%-?(?:p|tr|tc|r)?\s+for\s+(.+?)\s+in\s")
_OPENS, _CLOSES = ("for", "if"), ("endfor", "endif")
# docxtpl: a tag that stands for its whole paragraph, row, cell or run
_WHOLE = re.compile(r"^(\{[{%]-?)(?:p|tr|tc|r)\s")
_SHOWN = 60


class TemplateError(UserError):
    """A template that cannot be filled in."""


def check_template(content: bytes, name: str, context: Mapping[str, Any]) -> None:
    """Look for tags that are broken or name what there is not.

    Args:
        content: the template, docx.
        name: its file name, for the message.
        context: what a template may name.

    Raises:
        TemplateError: the first fault, with its page, paragraph or cell.
    """
    try:
        document = Document(io.BytesIO(content))
    except (ValueError, KeyError, OSError, BadZipFile) as error:
        raise TemplateError(
            f"Mẫu {name} không phải là tệp Word (.docx): mở bằng Word rồi lưu lại dạng .docx"
        ) from error
    known = set(context) | {"loop"}
    opened: list[tuple[str, str]] = []
    for place, text in _texts(document):
        where = f"Mẫu {name}, {place}"
        if "{" not in text:
            continue
        loose = _TAG.sub("", text)
        if any(mark in loose for mark in ("{{", "}}", "{%", "%}")):
            raise TemplateError(
                f"{where}: thẻ bị hỏng, thiếu dấu mở hoặc đóng ngoặc trong “{text[:_SHOWN]}”"
            )
        known |= {variable.strip() for variable in _LOOP.findall(text)}
        for tag in _TAG.findall(text):
            _check_tag(tag, where, known, opened)
    if opened:
        word, where = opened[-1]
        raise TemplateError(f"{where}: thẻ {word} chưa có thẻ end{word}")


def _check_tag(tag: str, where: str, known: Container[str], opened: list[tuple[str, str]]) -> None:
    plain = _WHOLE.sub(r"\1 ", tag)
    word = plain.strip("{%-} ").split(" ", 1)[0]
    if plain.startswith("{%"):
        if word in _CLOSES:
            if not opened or f"end{opened[-1][0]}" != word:
                raise TemplateError(f"{where}: thẻ {tag} không có thẻ mở đi trước")
            opened.pop()
            return
        if word not in (*_OPENS, "else", "elif"):
            raise TemplateError(f"{where}: không có thẻ {tag}; chỉ dùng for, if và tên có sẵn")
        if word in _OPENS:
            opened.append((word, where))
        closing = f"{{% end{word} %}}" if word in _OPENS else ""
        plain = plain + closing if closing else f"{{% if x %}}{plain}{{% endif %}}"
    environment = Environment(autoescape=True)
    try:
        names = meta.find_undeclared_variables(environment.parse(plain))
    except TemplateSyntaxError as error:
        raise TemplateError(f"{where}: thẻ {tag} viết sai") from error
    for unknown in sorted(names - {"x"}):
        if unknown not in known:
            raise TemplateError(
                f"{where}: không có “{unknown}”; các tên dùng được ở docs/bao-cao/README.md"
            )


def _texts(document: DocumentType) -> Iterator[tuple[str, str]]:
    """Each paragraph's place and text: the body with its tables, then headers and footers."""
    page = paragraphs = tables = 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            paragraphs += 1
            page += _page_breaks(block)
            yield f"trang {page + 1}, đoạn {paragraphs}", block.text
            continue
        tables += 1
        for place, paragraph in _cells(block, f"trang {page + 1}, bảng {tables}"):
            page += _page_breaks(paragraph)
            yield place, paragraph.text
    for number, section in enumerate(document.sections, 1):
        for name, part in (
            ("đầu trang", section.header),
            ("đầu trang thứ nhất", section.first_page_header),
            ("chân trang", section.footer),
        ):
            for paragraph in part.paragraphs:
                yield f"{name} của phần {number}", paragraph.text


def _cells(table: Table, place: str) -> Iterator[tuple[str, Paragraph]]:
    for row, line in enumerate(table.rows, 1):
        for column, cell in enumerate(line.cells, 1):
            for paragraph in cell.paragraphs:
                yield f"{place}, hàng {row}, cột {column}", paragraph


def _page_breaks(paragraph: Paragraph) -> int:
    """How many pages begin in a paragraph, as Word noted when it last saved the file."""
    xml = paragraph._p.xml
    return xml.count("<w:lastRenderedPageBreak") or xml.count('w:type="page"')
