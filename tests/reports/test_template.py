"""A clerk's mistake in a template is named with its place, and nothing is written."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from pipelines.reports import make_report
from pipelines.reports.docx import TEMPLATE
from pipelines.reports.docx_template import TemplateError
from pipelines.reports.templates import SHIPPED, load_templates
from pipelines.settings import REPOSITORY
from tests.reports.sample_mart import SampleReader, sample_reader

MADE_AT = datetime(2025, 1, 6, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader() -> SampleReader:
    return sample_reader()


def _own(folder: Path, text: str, *, in_cell: bool = False) -> Path:
    """A house's own copy of the template with one more text in it."""
    document = Document(str(SHIPPED / TEMPLATE))
    if in_cell:
        document.tables[0].cell(1, 1).paragraphs[0].add_run(text)
    else:
        document.paragraphs[0].insert_paragraph_before(text)
    document.save(str(folder / TEMPLATE))
    return folder


@pytest.mark.parametrize(
    ("text", "in_cell", "told"),
    [
        ("Kính gửi {{ ten_chu_tich }}", False, r"trang 1, đoạn 1: không có “ten_chu_tich”"),
        ("{{ nguoi_lap }}", True, r"trang 1, bảng 1, hàng 2, cột 2: không có “nguoi_lap”"),
        ("{{ trich_yeu }", False, r"đoạn 1: thẻ bị hỏng, thiếu dấu mở hoặc đóng ngoặc"),
        ("{{ trich_yeu | | }}", False, r"đoạn 1: thẻ .* viết sai"),
        ("{%p for x in nguon %}", False, r"đoạn 1: thẻ for chưa có thẻ endfor"),
        ("{%p endif %}", False, r"đoạn 1: thẻ .*endif.* không có thẻ mở"),
        ("{%p include 'x' %}", False, r"đoạn 1: không có thẻ"),
    ],
)
def test_a_wrong_tag_is_named_with_its_place(
    reader: SampleReader, tmp_path: Path, text: str, in_cell: bool, told: str
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    templates = load_templates(_own(own, text, in_cell=in_cell))
    with pytest.raises(TemplateError, match=told):
        make_report(reader, "2024-12", tmp_path / "out", MADE_AT, templates=templates)
    assert not (tmp_path / "out").exists()


def test_a_clerks_own_words_stand_in_the_report(reader: SampleReader, tmp_path: Path) -> None:
    templates = load_templates(_own(tmp_path, "Thực hiện Công văn số 15 ({{ trich_yeu }} & khác)"))
    files = make_report(reader, "2024-12", tmp_path / "out", MADE_AT, templates=templates)
    first = Document(str(files.docx)).paragraphs[0].text
    assert first.startswith("Thực hiện Công văn số 15 (Tình hình kinh tế – xã hội")
    assert first.endswith("& khác)")


def test_what_is_no_word_file_is_told(reader: SampleReader, tmp_path: Path) -> None:
    templates = {**load_templates(), TEMPLATE: b"not a zip"}
    with pytest.raises(TemplateError, match="không phải là tệp Word"):
        make_report(reader, "2024-12", tmp_path / "out", MADE_AT, templates=templates)


def test_the_guide_names_all_that_a_template_may_use(reader: SampleReader, tmp_path: Path) -> None:
    guide = (REPOSITORY / "docs" / "bao-cao" / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)
    text = " ".join(f"{{% if {name} %}}{name}{{% endif %}}" for name in names)
    files = make_report(
        reader, "2024-12", tmp_path / "out", MADE_AT, templates=load_templates(_own(tmp_path, text))
    )
    told = Document(str(files.docx)).paragraphs[0].text.split()
    assert len(names) > 20
    assert set(told) <= set(names)
    tags = set(re.findall(r"\{\{[pr]? (\w+)", " ".join(_shipped_texts())))
    assert tags - {"dong", "cau", "noi", "muc", "loop"} <= set(names)


def _shipped_texts() -> list[str]:
    document = Document(str(SHIPPED / TEMPLATE))
    return [element.text or "" for element in document.element.iter() if element.tag.endswith("}t")]
