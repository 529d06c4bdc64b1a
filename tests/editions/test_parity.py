"""A number changed on purpose in one file is found and named; a restated one is told apart."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipelines.editions import EditionBlocked, editions, make_edition, making
from pipelines.editions.verifying import verify
from pipelines.reports import templates
from pipelines.settings import Settings
from tests.editions.conftest import Publish

PERIOD = "2024-12"
MADE_AT = datetime(2024, 12, 24, 9, 0, tzinfo=UTC)
EXPORTS = "indicator_yoy|xuat_khau_tong|VN-00|calendar|month|2024-12-01|2024-12-31|value"
RESTATED = (
    "update mart.indicator_yoy set value = value + 500 where indicator_code = 'xuat_khau_tong'"
    " and period_start = date '2024-12-01' and period_type = 'month'"
)
VINTAGE = (
    "insert into mart.indicator_vintage values ('xuat_khau_tong', 'VN-00', '_all', 'calendar',"
    " 'month', '2024-12-01', '2024-12-31', 'preliminary', '2025-01-05 17:00+00', null,"
    " 'Bieu-2025-01.xlsx#Xuất khẩu!E12', 8)"
)


def _docx_with(content: bytes, old: str, new: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            made.writestr(name, data)
    return target.getvalue()


def _figure(settings: Settings) -> str:
    """December's exports as printed."""
    report = making.frozen((editions(settings)[0].folder / "data.json").read_bytes())
    row = next(row for row in report.rows if row.code == "xuat_khau_tong")
    assert row.current.key == EXPORTS
    return f"{row.current.value:,.0f}".replace(",", ".")


def test_a_fresh_edition_agrees_everywhere(settings: Settings, publish: Publish) -> None:
    publish()
    found = verify(settings, make_edition(settings, PERIOD, "final", MADE_AT))
    assert found.kinds == ("docx", "pdf", "xlsx")
    # the sample's nine indicators, the plan, the scores and the register of systems
    assert found.numbers > 30
    assert (found.in_files, found.restated) == ((), ())


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_a_number_changed_in_one_file_is_found_and_named(
    settings: Settings, publish: Publish, tmp_path: Path, kind: str
) -> None:
    publish()
    edition = make_edition(settings, PERIOD, "final", MADE_AT)
    stored = next(path for path in edition.files if path.suffix == f".{kind}")
    copy = tmp_path / stored.name
    printed = _figure(settings)
    wrong = printed[:-1] + ("1" if printed[-1] != "1" else "2")
    if kind == "docx":
        copy.write_bytes(_docx_with(stored.read_bytes(), f">{printed}<", f">{wrong}<"))
    elif kind == "xlsx":
        book = openpyxl.load_workbook(stored)
        cell = next(
            cell
            for row in book["Bảng KT-XH"].iter_rows()
            for cell in row
            if isinstance(cell.value, float) and f"{cell.value:,.0f}".replace(",", ".") == printed
        )
        cell.value = float(wrong.replace(".", ""))
        book.save(copy)
    else:
        copy.write_bytes(_pdf_with(settings, printed, wrong))
    found = verify(settings, edition, [copy])
    assert [(fault.where, fault.key) for fault in found.in_files] == [(kind, EXPORTS)]
    assert "Tổng trị giá xuất khẩu" in found.in_files[0].sentence


def _pdf_with(settings: Settings, printed: str, wrong: str) -> bytes:
    """Set the PDF again with one number of the table typed otherwise."""
    from pipelines.reports.pdf import render_pdf

    shipped = dict(templates.load_templates())
    shipped["bao_cao.typ"] = shipped["bao_cao.typ"].replace(
        b"link(figure.link, figure.text)",
        f'link(figure.link, figure.text.replace("{printed}", "{wrong}"))'.encode(),
    )
    report = making.frozen((editions(settings)[0].folder / "data.json").read_bytes())
    return render_pdf(report, shipped)


def test_a_restated_figure_is_told_apart_and_listed_in_the_correction(
    settings: Settings, publish: Publish
) -> None:
    publish()
    first = make_edition(settings, PERIOD, "final", MADE_AT)
    publish(RESTATED, VINTAGE)
    found = verify(settings, first)
    assert found.in_files == ()
    assert [fault.key for fault in found.restated] == [EXPORTS]
    second = make_edition(settings, PERIOD, "final", MADE_AT)
    report = making.frozen((second.folder / "data.json").read_bytes())
    assert report.compared_with == "bản chính thức, tháng 2024-12"
    (change,) = report.changes
    assert change.old.value is not None
    assert change.new.value == change.old.value + 500
    assert change.why == ("công bố lại ngày 06/01/2025, số sơ bộ, Bieu-2025-01.xlsx#Xuất khẩu!E12")
    # made again, there is nothing to correct
    assert make_edition(settings, PERIOD, "final", MADE_AT) == second


def test_a_template_that_prints_a_wrong_number_blocks(settings: Settings, publish: Publish) -> None:
    publish()
    settings.templates.mkdir(parents=True)
    shipped = (templates.SHIPPED / "bao_cao.typ").read_text(encoding="utf-8")
    (settings.templates / "bao_cao.typ").write_text(
        shipped.replace("link(figure.link, figure.text)", 'link(figure.link, "7")'),
        encoding="utf-8",
    )
    with pytest.raises(EditionBlocked, match="số không khớp – Tệp pdf") as caught:
        make_edition(settings, PERIOD, "draft", MADE_AT)
    assert "quản trị kho" in caught.value.responsible
    assert editions(settings) == []


def test_an_open_issue_that_blocks_names_who_must_act(settings: Settings, publish: Publish) -> None:
    publish(
        "insert into mart.quality_issue values ('11aa22bb', 'Hồ sơ dịch vụ công',"
        " 'Thiếu một trang của tháng.', 'Trung tâm Phục vụ hành chính công', 'chan',"
        " '2024-12-01', true, '2024-12-20 00:00+00', 7)"
    )
    make_edition(settings, PERIOD, "draft", MADE_AT)
    with pytest.raises(EditionBlocked, match="Thiếu một trang của tháng") as caught:
        make_edition(settings, PERIOD, "final", MADE_AT)
    assert caught.value.responsible == "Trung tâm Phục vụ hành chính công"
    assert [item.kind for item in editions(settings)] == ["draft"]
