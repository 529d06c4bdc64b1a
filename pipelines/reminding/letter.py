"""A letter that reminds one agency of all it owes: what the log keeps of it, and its Word file."""

import hashlib
from datetime import UTC, date, datetime

from docx.document import Document as DocumentType
from docx.shared import Pt
from pydantic import BaseModel, ConfigDict

from pipelines.official import END_MARK, Issuer
from pipelines.official.layout import (
    CENTER,
    LEFT,
    fix_widths,
    keep_rows,
    new_document,
    put_frame,
    put_signature,
    ruled_table,
    running_text,
    saved,
    write,
)
from pipelines.steward.letter import how_to_answer

ABOUT = "đôn đốc giao nộp số liệu và giải quyết công việc quá hạn"
_HEADINGS = ("TT", "Nội dung", "Kỳ", "Hạn", "Đã chậm", "Lần nhắc")
# 165 mm between the margins
_WIDTHS_MM = (10, 72, 20, 25, 20, 18)
_TABLE_SIZE = 12


class LetterItem(BaseModel):
    """A line of the letter; `number` counts the reminders of this item, from 1."""

    model_config = ConfigDict(frozen=True)

    reminder_id: str
    submission_id: str
    form_name: str
    said: str
    period_label: str
    due_date: date
    days_late: int
    number: int


class Letter(BaseModel):
    """Everything that a letter says; equal letters give the same bytes.

    Attributes:
        letter: name of its file.
        number_in_year: which letter of the year to this agency it is.
        meaning: what that number leads to, '' when nothing.
        recipients: names in `recipients.yaml` to whom it is sent; none when it goes by hand.
    """

    model_config = ConfigDict(frozen=True)

    letter: str
    agency_code: str
    agency_name: str
    day: date
    answer_by: date
    number_in_year: int
    meaning: str
    is_simulated: bool
    recipients: tuple[str, ...] = ()
    items: tuple[LetterItem, ...]

    @property
    def id(self) -> str:
        """One id for one set of reminders, whoever writes the letter."""
        keys = "|".join(sorted(item.reminder_id for item in self.items))
        return hashlib.md5(keys.encode(), usedforsecurity=False).hexdigest()


def reminder_id(submission_id: str, number: int) -> str:
    """Give the id of the nth reminder of an item."""
    key = f"{submission_id}|{number}"
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


def subject(letter: Letter) -> str:
    """Say in one line what the letter is about."""
    return f"V/v {ABOUT} (lần {letter.number_in_year} năm {letter.day.year})"


def body(letter: Letter) -> str:
    """Give the letter as plain text, as it stands in a message."""
    lines = [
        f"{number}. {_coded(item)}, kỳ {item.period_label}, hạn {item.due_date:%d/%m/%Y}, "
        f"chậm {item.days_late} ngày (nhắc lần {item.number})"
        for number, item in enumerate(letter.items, 1)
    ]
    parts = [f"Kính gửi: {letter.agency_name}", _opening(letter), "\n".join(lines)]
    return "\n\n".join([*parts, *_closing(letter)]) + END_MARK


def render(letter: Letter, issuer: Issuer | None = None) -> bytes:
    """Write the letter as docx, the number left for the clerk.

    Args:
        letter: what it says.
        issuer: who signs; dotted lines to be filled in by hand when not given.

    Returns:
        The file; the same bytes for the same letter.
    """
    issuer = issuer or Issuer(
        symbol="TTĐHTM", recipients=("Như trên;", "Chủ tịch UBND tỉnh (để báo cáo);", "Lưu: VT.")
    )
    made_at = datetime(letter.day.year, letter.day.month, letter.day.day, tzinfo=UTC)
    document = new_document(subject(letter), issuer.author, made_at, letter.is_simulated)
    put_frame(document, issuer, letter.day, ABOUT)
    _address(document, letter)
    running_text(document, _opening(letter))
    _table(document, letter)
    closing = _closing(letter)
    closing[-1] += END_MARK
    for paragraph in closing:
        running_text(document, paragraph)
    put_signature(document, issuer)
    return saved(document)


def _address(document: DocumentType, letter: Letter) -> None:
    paragraph = document.add_paragraph(f"Kính gửi: {letter.agency_name}")
    paragraph.alignment = CENTER
    paragraph.paragraph_format.space_before = Pt(12)
    paragraph.paragraph_format.space_after = Pt(12)


def _table(document: DocumentType, letter: Letter) -> None:
    table = ruled_table(document, 1 + len(letter.items), len(_HEADINGS))
    for cell, heading in zip(table.rows[0].cells, _HEADINGS, strict=True):
        write(cell, heading, CENTER, bold=True, size=_TABLE_SIZE)
    for number, (row, item) in enumerate(zip(table.rows[1:], letter.items, strict=True), 1):
        words = (
            str(number),
            _coded(item),
            item.period_label,
            f"{item.due_date:%d/%m/%Y}",
            f"{item.days_late} ngày",
            str(item.number),
        )
        for column, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
            write(cell, text, LEFT if column == 1 else CENTER, size=_TABLE_SIZE)
    fix_widths(table, _WIDTHS_MM)
    keep_rows(table, 1)


def _coded(item: LetterItem) -> str:
    return f"{item.said} (mã {item.reminder_id[:8]})"


def _opening(letter: Letter) -> str:
    return (
        f"Qua theo dõi trên kho dữ liệu số, đến ngày {letter.day:%d/%m/%Y} quý cơ quan còn "
        f"{len(letter.items)} nội dung đã quá hạn mà chưa giao nộp hoặc chưa hoàn thành:"
    )


def _closing(letter: Letter) -> list[str]:
    """Ask for an answer, tell which reminder this is, and how to contest it."""
    meaning = f", {letter.meaning}" if letter.meaning else ""
    return [
        how_to_answer("giao nộp, hoàn thành các nội dung trên", letter.answer_by),
        f"Đây là lần đôn đốc thứ {letter.number_in_year} đối với quý cơ quan trong năm "
        f"{letter.day.year}{meaning}.",
        "Nội dung nào đã giao nộp, đã hoàn thành hoặc không thuộc trách nhiệm của mình, đề nghị "
        "quý cơ quan nêu rõ kèm mã của nội dung ấy; trong khi ý kiến chưa được xử lý, lần nhắc "
        "chưa tính. Trân trọng",
    ]
