"""Bad input through the real command: each one told with its remedy, the rest published."""

import errno
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from connectors import registry
from connectors.landing import completed_loads
from pipelines.reader import open_reader
from pipelines.set_aside import set_aside
from pipelines.settings import REPOSITORY, Settings
from pipelines.steward.log import Log
from pipelines.steward.settled import Settled
from pipelines.verdicts import decisions
from simulators.workbooks.publish import write_workbooks

OCTOBER, NOVEMBER, DECEMBER = range(3)
RETAIL = {
    "C13": "791/903",
    "C14": "61.466,5 tỷ",
    "C15": "5.672.840 triệu",
    "C16": "64.232",
    "D12": "5.838.341",
    "F13": "112,07%",
    "F14": "—",
    "F15": "NaN",
    "G13": "１０８,２８",
    "G14": "N/A",
    "G15": "#DIV/0!",
    "G16": "đang rà soát",
}
VISITORS = {"D9": "1,581,444", "C9": "7/10"}
CERTAIN = {"C14": 61466.5, "C16": 64232, "D12": 5838341, "F13": 112.07, "G13": 108.28}
ASKED = {
    "C13": "tỷ lệ, ngày hay hai số?",
    "C15": "tính theo đơn vị nào?",
    "F15": "công thức hỏng",
    "G15": "công thức hỏng",
    "G16": "không phải là số",
}
LOCKED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1016) + "EncryptedPackage".encode("utf-16-le")


@dataclass
class Told:
    """A home after `kho ingest` and `kho run`, and what each said."""

    settings: Settings
    books: list[Path]
    ingest: subprocess.CompletedProcess[str]
    run: subprocess.CompletedProcess[str]


def command(home: Path, *words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Call `kho`; `kho run` without boards and report, which have tests of their own."""
    program = [str(REPOSITORY / "kho")]
    if words[0] == "run":
        program = [sys.executable, "-m", "tests.support.killed", "none"]
    return subprocess.run(
        [*program, *words],
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        **options,
    )


def edited(source: Path, target: Path, sheet: str, cells: dict[str, object]) -> None:
    """Save a copy of a workbook with some cells typed over."""
    book = openpyxl.load_workbook(source)
    (page,) = [s for s in book.worksheets if sheet in s.title]
    for address, value in cells.items():
        page[address] = value
    book.save(target)


def spoil(books: list[Path], folder: Path) -> None:
    """Put every kind of bad file and bad cell beside one good workbook."""
    good = books[DECEMBER]
    content = good.read_bytes()
    (folder / "2024-12-01-cut.xlsx").write_bytes(content[: len(content) // 2])
    (folder / "2024-12-02-locked.xlsx").write_bytes(LOCKED)
    (folder / "2024-12-03-csv.xlsx").write_text("a;b\n1;2\n")
    (folder / "2024-12-04-empty.xlsx").touch()
    with (folder / "2024-12-05-large.xlsx").open("wb") as large:
        large.truncate(100 * 2**20)
    with zipfile.ZipFile(
        folder / "2024-12-06-bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as bomb:
        bomb.writestr("xl/workbook.xml", bytes(2**28))
    macro = folder / "2024-12-07-macro.xlsm"
    shutil.copy(good, macro)
    with zipfile.ZipFile(macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    shutil.copy(good, folder / "no date.xlsx")
    for name in ("2024-12-08-old.xls", "2024-12-09-plain.csv"):
        (folder / name).write_bytes(LOCKED[:8] if name.endswith("xls") else b"a,b\n1,2\n")
    # the good rest: October twice with other numbers, November with bad cells and a new sheet
    october, november = books[OCTOBER], books[NOVEMBER]
    edited(october, folder / "2024-10-30-again.xlsx", "Tongmuc", {"C12": 1.5e6})
    edited(november, november, "Tongmuc", RETAIL)
    edited(november, november, "KQT", VISITORS)
    book = openpyxl.load_workbook(november)
    strange = book.create_sheet("../../etc/Biểu lạ"[6:].replace("/", "_"))
    for row in (
        ["99. Chỉ tiêu chưa từng có <script>alert(1)</script>"],
        [None, "Tháng 11", "{{ 7 * 7 }}"],
        ["=1+1 \u202e😀"[1:], 5.5, 6.5],
    ):
        strange.append(row)
    book.save(november)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    home = tmp_path_factory.mktemp("bad")
    inbox = home / "inbox" / "thong_ke"
    books = sorted(write_workbooks(inbox, months=3, last_month=date(2024, 12, 1)))
    spoil(books, inbox)
    nothing = home / "empty"
    nothing.mkdir()
    ingest = command(home, "ingest", "thong_ke", "--path", str(inbox), "--path", str(nothing))
    return Told(Settings(home=home), books, ingest, command(home, "run"))


def lines(done: subprocess.CompletedProcess[str], about: str) -> list[str]:
    return [line for line in done.stderr.splitlines() if about in line]


def test_both_commands_end_with_3_without_a_traceback(told: Told) -> None:
    for done in (told.ingest, told.run):
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "reason", "remedy"),
    [
        ("2024-12-01-cut.xlsx", "tệp hỏng", "hãy tải lại"),
        ("2024-12-02-locked.xlsx", "tệp có mật khẩu", "hãy bỏ mật khẩu"),
        ("2024-12-03-csv.xlsx", "là văn bản (csv", "rồi lưu lại thành .xlsx"),
        ("2024-12-04-empty.xlsx", "tệp rỗng", "hãy tải lại"),
        ("2024-12-05-large.xlsx", "quá lớn (100 MB", "hãy bỏ hình ảnh"),
        ("2024-12-06-bomb.xlsx", "bom nén", "hãy xin lại tệp"),
        ("2024-12-07-macro.xlsm", "có macro", "hãy lưu lại"),
        ("2024-12-08-old.xls", ".xls kiểu cũ", "hãy lưu lại thành .xlsx"),
        ("2024-12-09-plain.csv", "là văn bản (csv", "rồi lưu lại thành .xlsx"),
        ("no date.xlsx", "không bắt đầu bằng ngày công bố", "--published"),
    ],
)
def test_each_bad_file_is_told_in_one_line(told: Told, name: str, reason: str, remedy: str) -> None:
    for done in (told.ingest, told.run):
        (line,) = lines(done, name)
        assert line.startswith("Giữ lại: ") and reason in line and remedy in line


def test_an_empty_folder_is_told_when_it_was_named(told: Told) -> None:
    (line,) = lines(told.ingest, "empty: ")
    assert "không có tệp biểu nào" in line and "hãy xem lại đường dẫn" in line
    assert lines(told.run, "không có tệp biểu nào") == []


def test_bad_cells_are_told_with_place_and_question(told: Told) -> None:
    for done in (told.ingest, told.run):
        (line,) = lines(done, "để riêng 6 ô")
        assert told.books[NOVEMBER].name in line
        assert "Tongmuc!C13 “791/903” là tỷ lệ, ngày hay hai số?" in line
        assert line.endswith("; và 3 ô khác")


@pytest.fixture(scope="module")
def found(told: Told) -> dict[str, dict[str, object]]:
    """The figures of November's workbook in the warehouse, by cell."""
    with open_reader(told.settings) as reader:
        rows = reader.rows(
            "select sheet || '!' || cell as place, value_published, source_file "
            "from core.fct_statistic"
        )
    return {row["place"]: row for row in rows if row["source_file"] == told.books[NOVEMBER].name}


@pytest.mark.parametrize("cell", CERTAIN)
def test_what_is_certain_is_published_as_typed(
    found: dict[str, dict[str, object]], cell: str
) -> None:
    assert found[f"13. Tongmuc!{cell}"]["value_published"] == CERTAIN[cell]


def test_what_is_uncertain_is_set_aside_whole_and_nothing_else(
    told: Told, found: dict[str, dict[str, object]]
) -> None:
    import pyarrow.parquet as pq

    lake = told.settings.lake
    rows = [
        row
        for path in (lake / "_quality" / "rejected").glob("thong_ke.*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]
    by_address = {row["address"]: row for row in rows}
    assert set(by_address) == {f"13. Tongmuc!{cell}" for cell in ASKED} | {"19. KQT!C9"}
    for cell, question in ASKED.items():
        row = by_address[f"13. Tongmuc!{cell}"]
        assert row["rule_id"] == "value_present" and question in row["record"]
        assert RETAIL[cell] in row["record"]
    assert not set(by_address) & set(found)
    # a sign for no figure is neither a figure nor an error
    assert {"13. Tongmuc!F14", "13. Tongmuc!G14"}.isdisjoint(found)


def test_an_unknown_sheet_lands_and_its_cells_are_unmapped(told: Told) -> None:
    with open_reader(told.settings) as reader:
        rows = reader.rows(
            "select cell, family, reason from core.statistic_cell_status "
            "where sheet like '%Biểu lạ' order by cell"
        )
    assert [(row["cell"], row["family"]) for row in rows] == [("B3", None), ("C3", None)]
    assert all(row["reason"] for row in rows)


def test_a_month_published_twice_keeps_both_numbers(told: Told) -> None:
    with open_reader(told.settings) as reader:
        rows = reader.rows(
            "select value_published, source_file from core.fct_statistic "
            "where cell = 'C12' and sheet like '%Tongmuc%' and published_on < date '2024-11-01' "
            "order by published_on"
        )
    assert [row["source_file"] for row in rows] == [
        told.books[OCTOBER].name,
        "2024-10-30-again.xlsx",
    ]
    assert rows[1]["value_published"] == 1.5e6 != rows[0]["value_published"]


def test_a_corrected_file_takes_the_line_away(told: Told, tmp_path: Path) -> None:
    home = tmp_path / "kho"
    shutil.copytree(told.settings.lake, home / "lake")
    settings = Settings(home=home)
    connector = registry()["thong_ke"]
    verdicts = decisions(settings.lake, ["thong_ke"])
    before = set_aside(settings.lake, connector, verdicts, Settled(Log(), date(2025, 1, 20)))
    assert len(before) == 1
    good = write_workbooks(tmp_path / "wb", months=2, last_month=date(2024, 12, 1))[0]
    mended = good.replace(good.with_name("2024-11-30-mended.xlsx"))
    from pipelines.chain import Chain

    chain = Chain(settings, paths=[mended])
    chain.land("thong_ke")
    chain.judge()
    assert chain.outcome.set_aside == [] and not chain.outcome.is_incomplete


FULL = "Lỗi: Đĩa đầy khi ghi vào kho: dọn đĩa rồi chạy lại lệnh này, không mất gì"


def landed(home: Path) -> int:
    return len(completed_loads(home / "lake", "thong_ke"))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount 2 MB of memory as a disk, nearly full."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True
    )
    if done.returncode:
        pytest.skip("không được phép gắn đĩa tmpfs ở máy này")
    try:
        ballast = folder / "_ballast"
        ballast.write_bytes(bytes(2**21 - 2**15))
        yield ballast
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def one_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one") / "wb"
    return write_workbooks(folder, months=1, last_month=date(2024, 12, 1))[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="chỉ root gắn được đĩa tmpfs")
def test_a_full_disk_loses_nothing(one_book: Path, tmp_path: Path) -> None:
    from pipelines.chain import Chain

    home = tmp_path / "kho"
    with small_disk(home / "lake") as ballast:
        done = command(home, "ingest", "thong_ke", "--path", str(one_book))
        assert (done.returncode, done.stderr.splitlines()[-1]) == (1, FULL)
        assert "Traceback" not in done.stderr and landed(home) == 0
        ballast.unlink()
        chain = Chain(Settings(home=home), paths=[one_book])
        chain.land("thong_ke")
        assert landed(home) == 1


def test_a_file_that_may_not_grow_is_a_full_disk(one_book: Path, tmp_path: Path) -> None:
    """Where no disk can be mounted: the same failure by the size a process may write."""
    home = tmp_path / "kho"
    limit = 20 * 2**10
    done = command(
        home,
        "ingest",
        "thong_ke",
        "--path",
        str(one_book),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, FULL), done.stderr
    assert landed(home) == 0 and os.strerror(errno.EFBIG) not in done.stderr
    from pipelines.chain import Chain

    Chain(Settings(home=home), paths=[one_book]).land("thong_ke")
    assert landed(home) == 1
