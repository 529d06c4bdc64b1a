"""The zip archive of an xlsx file: guards against bad files, and only the parts that are read."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from connectors.workbook.flags import SheetFlags, read_flags
from connectors.workbook.grid import check_grid
from connectors.workbook.refused import WorkbookRefusedError
from connectors.workbook.shared_strings import check_strings
from connectors.workbook.styles import label_styles

MAX_FILE_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 128 * 2**20
MAX_UNPACKED_RATIO = 200
MAX_CELLS = 1_000_000
"""Cells that all sheets list together; the largest of 60 real workbooks has 87,000."""

SIMULATED = "mo_phong"
"""Document category by which a generated workbook says that its figures are invented."""

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_PROPERTIES = "docProps/core.xml"
_AGAIN = "hãy tải lại hoặc xin lại tệp"
_SAVE_AS = "hãy mở bằng Excel rồi lưu lại thành .xlsx"


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked xlsx file.

    `readable` is an xlsx with nothing but the parts that were checked, `flags` those of each
    sheet by name; `is_simulated`: the document property "category" is "mo_phong".
    """

    readable: bytes
    flags: dict[str, SheetFlags]
    is_simulated: bool


# what the standard library raises on a packed stream that is not what it says
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def open_archive(content: bytes) -> Archive:
    """Check an xlsx file without trusting what it says of itself.

    Args:
        content: the file as it came.

    Returns:
        What may be read of it and the flags of its sheets.

    Raises:
        WorkbookRefusedError: not an xlsx file, locked by a password, with macros, damaged, or
            too large.
    """
    _check_magic(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_entries(archive, len(content))
            return _checked(_Parts(archive))
    except _DAMAGED as error:
        raise WorkbookRefusedError(f"tệp hỏng, không giải nén được; {_AGAIN}") from error
    except (ElementTree.ParseError, zipfile.LargeZipFile, ValueError, OSError) as error:
        if isinstance(error, WorkbookRefusedError):
            raise
        raise WorkbookRefusedError(f"tệp hỏng, cấu trúc xlsx không hợp lệ; {_AGAIN}") from error


def read_content(path: Path) -> bytes:
    """Read a file of a size that a workbook may have.

    Args:
        path: the file.

    Returns:
        Its bytes.

    Raises:
        WorkbookRefusedError: not a plain file, too large, or not readable.
    """
    try:
        if not path.is_file():
            raise WorkbookRefusedError("không phải tệp thường; hãy xoá hoặc đổi tên")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise WorkbookRefusedError(
                f"tệp quá lớn ({size / 2**20:.0f} MB, nhiều nhất {MAX_FILE_BYTES / 2**20:.0f} MB); "
                "hãy bỏ hình ảnh và trang thừa rồi nộp lại"
            )
        return path.read_bytes()
    except PermissionError as error:
        raise WorkbookRefusedError(
            "không có quyền đọc tệp; hãy cấp quyền đọc cho tài khoản đang chạy"
        ) from error
    except OSError as error:
        raise WorkbookRefusedError(f"không đọc được tệp ({error.strerror}); {_AGAIN}") from error


def _check_magic(content: bytes) -> None:
    if content.startswith(_OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WorkbookRefusedError("tệp có mật khẩu; hãy bỏ mật khẩu rồi nộp lại")
        raise WorkbookRefusedError("tệp .xls kiểu cũ; hãy lưu lại thành .xlsx")
    if not content:
        raise WorkbookRefusedError(f"tệp rỗng (0 byte); {_AGAIN}")
    if not content.startswith(b"PK\x03\x04"):
        what = "" if b"\0" in content[:4096] else " mà là văn bản (csv, html)"
        raise WorkbookRefusedError(f"không phải tệp xlsx{what}; {_SAVE_AS}")


def _check_entries(archive: zipfile.ZipFile, packed: int) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(packed, 2**20) * MAX_UNPACKED_RATIO:
        raise WorkbookRefusedError(
            f"tệp nén bất thường (giải nén ra {unpacked / 2**20:.0f} MB), nghi là bom nén; "
            "hãy xin lại tệp từ nơi gửi"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookRefusedError("tệp có mật khẩu; hãy bỏ mật khẩu rồi nộp lại")
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise WorkbookRefusedError("tệp có macro; hãy lưu lại thành .xlsx không macro rồi nộp lại")


class _Parts:
    """The parts of a workbook that are read, each unpacked once and to its stated size.

    Calamine sees only these: not the links to other files, not the pictures, and no entry that
    unpacks to more than the directory of the archive says.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._read: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def __getitem__(self, name: str) -> bytes:
        """Give a part; b"" when the workbook has none of that name."""
        if name not in self._read and name in self:
            self._read[name] = self._archive.read(self._names[name.lower()])
        return self._read.get(name, b"")

    def repacked(self) -> bytes:
        """Give an archive of the parts read so far."""
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("_rels/.rels", _ROOT)
            for name, content in self._read.items():
                archive.writestr(name, content)
        return target.getvalue()


def _checked(parts: _Parts) -> Archive:
    if _WORKBOOK not in parts:
        raise WorkbookRefusedError(f"không phải tệp xlsx (thiếu {_WORKBOOK}); {_SAVE_AS}")
    relations = list(_relations(parts))
    sheets = {name: parts[entry] for name, entry in _sheet_files(parts, relations)}
    cells = sum(check_grid(xml, name) for name, xml in sheets.items())
    if cells > MAX_CELLS:
        raise WorkbookRefusedError(
            f"tệp có {cells} ô, nhiều nhất {MAX_CELLS}; hãy xoá dòng, cột và trang thừa rồi nộp lại"
        )
    for xml in _related(parts, relations, "sharedStrings"):
        check_strings(xml, cells)
    styles = label_styles(_related(parts, relations, "styles")[0])
    flags = {name: read_flags(xml, styles) for name, xml in sheets.items()}
    return Archive(parts.repacked(), flags, _is_simulated(parts))


def _xml(content: bytes) -> ElementTree.Element:
    """Parse a small part; no spreadsheet program writes a DTD, so entities cannot be declared."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise WorkbookRefusedError("tệp chứa khai báo DTD, không an toàn; hãy xuất lại tệp")
    return ElementTree.fromstring(content)


def _is_simulated(parts: _Parts) -> bool:
    if _PROPERTIES not in parts:
        return False
    return any(
        node.tag.endswith("}category") and (node.text or "").strip() == SIMULATED
        for node in _xml(parts[_PROPERTIES])
    )


def _relations(parts: _Parts) -> Iterator[tuple[str, str, str]]:
    """Give what the workbook refers to: id, kind and name of the archive entry."""
    for relation in _xml(parts[_RELATIONS]):
        target = relation.get("Target", "")
        entry = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        yield relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], entry


def _related(parts: _Parts, relations: Sequence[tuple[str, str, str]], kind: str) -> list[bytes]:
    """Give the parts of a kind, the one under its usual name last; b"" for what is not there."""
    named = [entry for _, found, entry in relations if found == kind]
    return [parts[entry] for entry in dict.fromkeys([*named, f"xl/{kind}.xml"])]


def _sheet_files(
    parts: _Parts, relations: Sequence[tuple[str, str, str]]
) -> Iterator[tuple[str, str]]:
    """Name each worksheet and the archive entry that holds it."""
    entries = {identity: entry for identity, _, entry in relations}
    # by local names: the strict form of the format has other namespaces
    for sheet in _xml(parts[_WORKBOOK]).iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        relation = next((v for name, v in sheet.attrib.items() if name.endswith("}id")), "")
        if entries.get(relation, "") in parts:
            yield sheet.get("name", ""), entries[relation]
