"""The source thong_ke: which files are taken, in which order, and which are set aside why."""

import io
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors import registry
from connectors.connector import Delivery, PullContext, SeenDelivery
from connectors.sources.thong_ke.source import deliveries
from connectors.workbook import (
    WorkbookRefusedError,
    archive,
    lay_out,
    open_archive,
    read_content,
    read_sheets,
)
from tests.connectors.books import book
from tests.support.users import call_as_ordinary_user

NOW = datetime(2025, 2, 1, tzinfo=UTC)
ROWS = [["1. GDP"], [None, None, "Tỷ đồng"], [None, "Quý I", "Quý II"], ["TỔNG SỐ", 1.5, 2.5]]


@dataclass
class Pull:
    """One call of the source and what it said."""

    refused: list[tuple[str, str]] = field(default_factory=list)
    found: list[Delivery] = field(default_factory=list)

    def __call__(
        self,
        *paths: Path,
        published: date | None = None,
        seen: dict[str, SeenDelivery] | None = None,
        now: datetime = NOW,
    ) -> "Pull":
        context = PullContext(
            now=now,
            paths=paths,
            published=published,
            seen=seen or {},
            refuse=lambda label, reason: self.refused.append((label, reason)),
        )
        self.found = list(deliveries(context))
        return self


@pytest.fixture
def pull() -> Pull:
    return Pull()


def _rows(delivery: Delivery, table: str = "cell") -> list[dict[str, object]]:
    return [row for part in delivery.tables[table] for row in part.to_pylist()]


def test_tables_are_those_of_the_specification(tmp_path: Path, pull: Pull) -> None:
    (delivery,) = pull(book(tmp_path / "2024-12-29-x.xlsx", ROWS)).found
    for name, spec in registry()["thong_ke"].spec.tables.items():
        (table,) = delivery.tables[name]
        assert table.schema == spec.arrow_schema()
    assert delivery.known_at == datetime(2024, 12, 28, 17, tzinfo=UTC)
    assert [row["cell"] for row in _rows(delivery)] == ["B4", "C4"]
    assert _rows(delivery)[1] == {
        "source_file": "2024-12-29-x.xlsx",
        "file_sha": delivery.delivery_id,
        "published_on": date(2024, 12, 29),
        "published_seq": 1,
        "sheet": "Sheet",
        "sheet_no": 1,
        "sheet_hidden": False,
        "table_no": 1,
        "table_title": "1. GDP",
        "row_no": 4,
        "col_no": 3,
        "cell": "C4",
        "row_hidden": False,
        "col_hidden": False,
        "cell_kind": "body",
        "item_path": "TỔNG SỐ",
        "item_label": "TỔNG SỐ",
        "column_path": "Quý II",
        "unit_text": "Tỷ đồng",
        "is_text": False,
        "value_text": "2.5",
        "value": 2.5,
        "doubt": None,
    }
    (file,) = _rows(delivery, "file")
    assert (file["numeric_cell_count"], file["sheet_count"]) == (2, 1)
    assert file["size_bytes"] == (tmp_path / "2024-12-29-x.xlsx").stat().st_size


def test_folders_expand_in_order_of_publication(tmp_path: Path, pull: Pull) -> None:
    for name in ("2024-03-29-b.xlsx", "2024-01-29-z.xlsx", "~$2024-01-29-z.xlsx", "ghi chú.txt"):
        if name.endswith(".xlsx") and not name.startswith("~$"):
            book(tmp_path / name, [*ROWS, [name, 7]])
        else:
            (tmp_path / name).write_text("x")
    pull(tmp_path)
    assert [d.label for d in pull.found] == ["2024-01-29-z.xlsx", "2024-03-29-b.xlsx"]
    assert pull.refused == []


def test_file_names_are_composed_and_without_control_marks(tmp_path: Path, pull: Pull) -> None:
    decomposed = "2024-01-29-Tha\u0301ng \u202e1.xlsx"
    (delivery,) = pull(book(tmp_path / decomposed, ROWS)).found
    assert delivery.label == "2024-01-29-Tháng 1.xlsx"


def test_the_same_content_twice_is_taken_once(tmp_path: Path, pull: Pull) -> None:
    first = book(tmp_path / "2024-01-29-a.xlsx", ROWS)
    (tmp_path / "2024-01-29-b.xlsx").write_bytes(first.read_bytes())
    (delivery,) = pull(tmp_path).found
    seen = {delivery.delivery_id: SeenDelivery("a", date(2024, 1, 29), 1)}
    assert Pull()(tmp_path, seen=seen).found == []


def test_a_corrected_file_of_the_same_day_counts_on(tmp_path: Path, pull: Pull) -> None:
    book(tmp_path / "2024-01-29-a.xlsx", ROWS)
    book(tmp_path / "2024-01-29-b.xlsx", [*ROWS, ["Sửa", 9]])
    assert [d.published_seq for d in pull(tmp_path).found] == [1, 2]
    seen = {"other": SeenDelivery("a", date(2024, 1, 29), 4)}
    again = Pull()(tmp_path / "2024-01-29-b.xlsx", seen=seen).found
    assert [d.published_seq for d in again] == [5]
    assert {row["published_seq"] for row in _rows(again[0])} == {5}


def test_a_file_without_a_date_needs_one_from_the_user(tmp_path: Path, pull: Pull) -> None:
    path = book(tmp_path / "Bieu 12.xlsx", ROWS)
    ((label, reason),) = pull(path).refused
    assert label == "Bieu 12.xlsx"
    assert "--published" in reason
    (delivery,) = Pull()(path, published=date(2024, 12, 29)).found
    assert _rows(delivery, "file")[0]["published_on"] == date(2024, 12, 29)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("2024-02-31-x.xlsx", "không có trong lịch"), ("2999-12-31-x.xlsx", "tương lai")],
)
def test_impossible_dates_are_refused(tmp_path: Path, pull: Pull, name: str, reason: str) -> None:
    assert reason in pull(book(tmp_path / name, ROWS)).refused[0][1]


def _zip(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return target.getvalue()


def _lying_bomb() -> bytes:
    """A zip whose directory says 10 bytes where 50 MB come out."""
    packed = bytearray(_zip({"xl/workbook.xml": b" " * 50_000_000}))
    for start in (packed.find(b"PK\x03\x04") + 22, packed.rfind(b"PK\x01\x02") + 24):
        packed[start : start + 4] = struct.pack("<I", 10)
    return bytes(packed)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"a;b\n1;2\n", "không phải tệp xlsx"),
    "empty": (lambda: b"", "tệp rỗng"),
    "html": (lambda: b"<html>login</html>", "không phải tệp xlsx"),
    "xls": (lambda: archive._OLE_MAGIC + b"Workbook", ".xls"),
    "locked": (
        lambda: archive._OLE_MAGIC + "EncryptedPackage".encode("utf-16-le"),
        "mật khẩu",
    ),
    "plain zip": (lambda: _zip({"a.txt": b"x"}), "không phải tệp xlsx"),
    "truncated": (lambda: _zip({"xl/workbook.xml": os.urandom(5000)})[:3000], "hỏng"),
    "bomb": (lambda: _zip({"xl/workbook.xml": b" " * 300_000_000}), "bom nén"),
    "lying bomb": (_lying_bomb, "hỏng"),
    "bad xml": (
        lambda: _zip({"xl/workbook.xml": b"<a>", "xl/_rels/workbook.xml.rels": b"<a>"}),
        "hỏng",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_set_aside_and_the_others_go_on(
    tmp_path: Path, pull: Pull, kind: str
) -> None:
    make, reason = BAD[kind]
    (tmp_path / "2024-01-29-bad.xlsx").write_bytes(make())
    book(tmp_path / "2024-02-29-good.xlsx", ROWS)
    pull(tmp_path)
    assert [d.label for d in pull.found] == ["2024-02-29-good.xlsx"]
    ((label, said),) = pull.refused
    assert label == "2024-01-29-bad.xlsx"
    assert reason in said
    assert "\n" not in said


def test_too_large_missing_and_empty_files(
    tmp_path: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = book(tmp_path / "2024-01-29-empty.xlsx", [["chỉ có chữ"]])
    good = book(tmp_path / "2024-02-29-good.xlsx", ROWS)
    pull(empty, tmp_path / "không có", good)
    assert len(pull.found) == 1
    assert {reason for _, reason in pull.refused} == {
        "tệp không có ô số liệu nào; hãy xem có gửi nhầm tệp không",
        "không tìm thấy tệp hoặc thư mục này; hãy xem lại đường dẫn",
    }
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    assert "quá lớn" in Pull()(good).refused[0][1]


def test_a_far_away_cell_does_not_fill_the_memory(tmp_path: Path, pull: Pull) -> None:
    workbook = Workbook()
    workbook.active["A1"] = 1
    workbook.active["XFD1048576"] = 2
    workbook.save(tmp_path / "2024-01-29-x.xlsx")
    assert "quá rộng" in pull(tmp_path).refused[0][1]


def test_external_entities_are_not_read(tmp_path: Path, pull: Pull) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật")
    evil = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheets><sheet name="&e;" sheetId="1"/></sheets></workbook>'
    )
    rels = b"<Relationships/>"
    content = _zip({"xl/workbook.xml": evil.encode(), "xl/_rels/workbook.xml.rels": rels})
    (tmp_path / "2024-01-29-x.xlsx").write_bytes(content)
    pull(tmp_path / "2024-01-29-x.xlsx")
    assert pull.found == []
    assert "bí mật" not in str(pull.refused)


def test_a_workbook_that_says_it_is_simulated(tmp_path: Path, pull: Pull) -> None:
    workbook = Workbook()
    workbook.properties.category = "mo_phong"
    for number, row in enumerate(ROWS, 1):
        for column, value in enumerate(row, 1):
            workbook.active.cell(number, column, value)
    workbook.save(tmp_path / "2024-01-29-x.xlsx")
    book(tmp_path / "2024-02-29-x.xlsx", ROWS)
    assert [d.is_simulated for d in pull(tmp_path).found] == [True, False]


@pytest.fixture(scope="module")
def good_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return book(tmp_path_factory.mktemp("good") / "good.xlsx", ROWS).read_bytes()


@pytest.mark.parametrize("value", [0x00, 0xFF])
def test_a_byte_damaged_anywhere_in_a_packed_part_is_read_or_refused(
    tmp_path: Path, good_bytes: bytes, value: int
) -> None:
    """Found by the property below: a packed stream can also fail as `zlib.error`."""
    path = tmp_path / "damaged.xlsx"
    refused = 0
    for place in range(good_bytes.index(b"docProps/core.xml"), 500):
        damaged = bytearray(good_bytes)
        damaged[place] = value
        path.write_bytes(damaged)
        try:
            open_archive(read_content(path))
        except WorkbookRefusedError:
            refused += 1
    assert refused > 50


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_damaged_bytes_are_read_or_refused(
    tmp_path: Path, good_bytes: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(good_bytes)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    try:
        for sheet in read_sheets(open_archive(read_content(path))):
            lay_out(sheet)
    except WorkbookRefusedError as error:
        assert "\n" not in str(error)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.floats(-1e6, 1e6)
            | st.sampled_from(
                ["Tỷ đồng", "%", "Trong đó:", "1. Bảng", "(Tiếp theo)", "A", "  b", "1.234", '"']
            )
            | st.sampled_from([2023.0, 2024.0]),
            max_size=6,
        ),
        max_size=12,
    )
)
def test_every_number_comes_out_exactly_once(rows: list[list[object]]) -> None:
    width = max((len(row) for row in rows), default=0)
    values = [[*row, *[None] * (width - len(row))] for row in rows]
    from connectors.workbook.sheet import Sheet

    sheet = Sheet("x", 1, False, values, [], {}, set(), set(), set(), {})
    cells = lay_out(sheet)
    assert len({(c.row, c.column) for c in cells}) == len(cells)
    numbers = {
        (r, c): v for r, row in enumerate(values) for c, v in enumerate(row) if type(v) is float
    }
    assert {(c.row, c.column): c.value for c in cells if not c.is_text} == numbers


def test_a_cell_that_hides_in_a_near_row_is_found(tmp_path: Path, pull: Pull) -> None:
    source = zipfile.ZipFile(book(tmp_path / "x.xlsx", ROWS))
    parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'r="B4"', b'r="ZZ999999"')
    (tmp_path / "2024-01-29-x.xlsx").write_bytes(_zip(parts))
    assert "quá rộng" in pull(tmp_path / "2024-01-29-x.xlsx").refused[0][1]


def test_prefixed_tags_are_read_alike(tmp_path: Path) -> None:
    """Some programs write `<x:row …>` for `<row …>`."""
    workbook = Workbook()
    workbook.active.append(["A", 1.5])
    workbook.active.row_dimensions[1].hidden = True
    workbook.active.column_dimensions["B"].hidden = True
    workbook.save(tmp_path / "a.xlsx")
    source = zipfile.ZipFile(tmp_path / "a.xlsx")
    parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    prefixed = parts[name].replace(b"</", b"</x:").replace(b"</x:x:", b"</x:")
    prefixed = re.sub(rb"<(?=[a-zA-Z])", b"<x:", prefixed).replace(b" xmlns=", b" xmlns:x=")
    parts[name] = prefixed
    (tmp_path / "b.xlsx").write_bytes(_zip(parts))
    (flags,) = open_archive(read_content(tmp_path / "b.xlsx")).flags.values()
    assert (flags.hidden_rows, flags.hidden_columns) == ({0}, {1})


def _spoiled(tmp_path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Rewrite the parts of a good workbook."""
    source = zipfile.ZipFile(book(tmp_path / "good.xlsx", ROWS))
    parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    path = tmp_path / "2024-01-29-x.xlsx"
    path.write_bytes(_zip(parts))
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "address",
    [
        b"r='XFD1048576'",
        b'r="xfd1048576"',
        b'\nr = "XFD1048576"',
        b's="1" r="XFD1048576"',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(
    tmp_path: Path, pull: Pull, address: bytes
) -> None:
    """Calamine would ask for 17 billion cells and end the whole process."""

    def far(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b'r="B4"', address)

    assert "quá rộng" in pull(_spoiled(tmp_path, far)).refused[0][1]


def test_many_cells_of_one_huge_text_do_not_fill_the_memory(tmp_path: Path, pull: Pull) -> None:
    """Each cell gets a copy: 3,000 times 3 MB."""

    def amplify(parts: dict[str, bytes]) -> None:
        parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 3_000_000 + b"</t></si></sst>"
        cells = b"".join(b'<row r="%d"><c r="A%d" t="s"/></row>' % (i, i) for i in range(9, 3009))
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")

    assert "ô chữ quá dài" in pull(_spoiled(tmp_path, amplify)).refused[0][1]


def test_more_cells_than_any_workbook_has_are_refused(
    tmp_path: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_CELLS", 5)
    assert "nhiều nhất 5" in pull(book(tmp_path / "2024-01-29-x.xlsx", ROWS)).refused[0][1]


def test_overlapping_merged_areas_are_refused(tmp_path: Path, pull: Pull) -> None:
    areas = b'<mergeCells><mergeCell ref="A1:C4"/><mergeCell ref="A1:C4"/></mergeCells>'

    def overlap(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", b"</sheetData>" + areas)

    assert "gộp ô chồng lên nhau" in pull(_spoiled(tmp_path, overlap)).refused[0][1]


def test_a_part_that_unpacks_to_more_than_it_says_never_reaches_the_reader(tmp_path: Path) -> None:
    """Only parts that unpack to their stated size are handed on."""
    name = "xl/sharedStrings.xml"
    path = _spoiled(tmp_path, lambda parts: parts.update({name: b"<sst>" + b" " * 5_000_000}))
    packed = bytearray(path.read_bytes())
    for place, offset in (
        (packed.find(name.encode()) - 30, 22),
        (packed.rfind(name.encode()) - 46, 24),
    ):
        packed[place + offset : place + offset + 4] = struct.pack("<I", 10)
    path.write_bytes(packed)
    with pytest.raises(WorkbookRefusedError, match="hỏng"):
        open_archive(read_content(path))


def test_links_to_other_files_and_strange_entries_are_never_opened(
    tmp_path: Path, pull: Pull
) -> None:
    """The 60 real workbooks are full of links; their stored figures are taken, nothing else."""
    secret = tmp_path / "secret.xlsx"
    os.mkfifo(secret)  # whoever opened it would wait for ever

    def link(parts: dict[str, bytes]) -> None:
        parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
        parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
            f'<Relationships><Relationship Id="rId1" TargetMode="External" '
            f'Target="{secret.as_uri()}"/></Relationships>'
        ).encode()
        parts["../../etc/passwd"] = b"root"
        parts[SHEET] = parts[SHEET].replace(
            b'<c r="B4" t="n"><v>', b'<c r="B4" t="n"><f>[1]S!A1</f><v>'
        )

    path = _spoiled(tmp_path, link)
    (delivery,) = pull(path).found
    assert [row["value"] for row in _rows(delivery)] == [1.5, 2.5]
    names = zipfile.ZipFile(io.BytesIO(open_archive(read_content(path)).readable)).namelist()
    assert not [name for name in names if "external" in name or ".." in name]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_workbook_with_macros_is_refused(tmp_path: Path, pull: Pull, name: str) -> None:
    path = _spoiled(tmp_path, lambda parts: parts.update({name: b"Sub Auto_Open()"}))
    assert "macro" in pull(path).refused[0][1]


HOSTILE = "=HYPERLINK(1)<script>alert(1)</script>'; drop table x; -- {{ 7*7 }} \u202e😀 ../../etc"


def test_hostile_texts_arrive_as_texts(tmp_path: Path, pull: Pull) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "..etc {{ 7+7 }} '; --"
    for row in [[HOSTILE], [None, HOSTILE, HOSTILE], [HOSTILE, 1.5, HOSTILE], ["A", 2.5, 3.5]]:
        sheet.append(row)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    workbook.save(tmp_path / "2024-01-29-x.xlsx")
    (delivery,) = pull(tmp_path / "2024-01-29-x.xlsx").found
    rows = {row["cell"]: row for row in _rows(delivery)}
    assert rows["B3"]["item_label"] == rows["B3"]["column_path"] == HOSTILE
    assert (rows["C3"]["value"], rows["C3"]["value_text"]) == (None, HOSTILE)
    assert (rows["C4"]["value"], rows["C4"]["sheet"]) == (3.5, "..etc {{ 7+7 }} '; --")


def test_a_ten_megabyte_text_in_a_cell_is_cut_and_the_rest_is_read(
    tmp_path: Path, pull: Pull
) -> None:
    def grow(parts: dict[str, bytes]) -> None:
        huge = b'<c r="C4" t="inlineStr"><is><t>' + b"x" * 10_000_000 + b"</t></is></c>"
        parts[SHEET] = re.sub(rb'<c r="C4".*?</c>', huge, parts[SHEET])

    path = _spoiled(tmp_path, grow)
    with zipfile.ZipFile(path, "a") as archive_file:
        archive_file.writestr("padding", os.urandom(100_000))
    (delivery,) = pull(path).found
    rows = {row["cell"]: row for row in _rows(delivery)}
    assert rows["B4"]["value"] == 1.5
    assert rows["C4"]["value"] is None and len(rows["C4"]["value_text"]) == 1000
    assert len(rows["C4"]["doubt"]) < 200


def test_other_tables_in_a_folder_are_told_and_a_pipe_is_not_opened(
    tmp_path: Path, pull: Pull
) -> None:
    (tmp_path / "2024-01-29-a.csv").write_text("a,b")
    os.mkfifo(tmp_path / "2024-02-29-b.xlsx")
    (tmp_path / "2024-03-29-c.xlsx").mkdir()
    assert dict(pull(tmp_path).refused).keys() == {
        "2024-01-29-a.csv",
        "2024-02-29-b.xlsx",
        "2024-03-29-c.xlsx",
    }


def test_a_folder_and_a_file_that_may_not_be_read_are_told(tmp_path: Path) -> None:
    """As an ordinary user: root may read everything."""
    good = book(tmp_path / "2024-01-29-good.xlsx", ROWS)
    closed = book(tmp_path / "2024-02-29-closed.xlsx", ROWS)
    folder = tmp_path / "closed"
    folder.mkdir()
    for path in (tmp_path, *tmp_path.parents):
        if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
            path.chmod(0o755)

    def read() -> tuple[int, list[tuple[str, str]]]:
        pull = Pull()(good, closed, folder)
        return len(pull.found), pull.refused

    closed.chmod(0)
    folder.chmod(0)
    try:
        found, refused = call_as_ordinary_user(read)
    finally:
        folder.chmod(0o700)
    assert found == 1
    assert [label for label, reason in refused if "không có quyền đọc" in reason] == [
        "closed",
        "2024-02-29-closed.xlsx",
    ]
