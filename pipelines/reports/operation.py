"""Parts III to V: how the systems work, what is wanting and why, what is to be done next month.

Every sentence stands on a row of the mart; where there is none, the sentence says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.reports.keys import Reader, Record, key_of
from pipelines.reports.model import Figure, Kind, Score, Sentence
from pipelines.reports.numbers import as_decimal, date_text, month_text
from pipelines.reports.wording import number_span, words

_SCORES = ("dung_pct", "du_pct", "sach_pct", "song_pct")
_MOST_OWED, _MOST_ALERTS, _MOST_BLOCKED = 5, 8, 8
_NOT_SCORED = "nguồn không chấm điểm này trong tháng"


@dataclass(frozen=True, slots=True)
class Operation:
    """What parts III to V say."""

    sentences: tuple[Sentence, ...]
    scores: tuple[Score, ...]
    limits: tuple[Sentence, ...]
    tasks: tuple[Sentence, ...]


def read_operation(reader: Reader, areas: Sequence[str], month: date) -> Operation:
    """Read how the systems worked in a month.

    Args:
        reader: open on a published warehouse.
        areas: keys of the areas reported.
        month: first day of the month.
    """
    sources = reader.rows(
        "select system_id, system_name, source, source_title, agency_name, mode, last_known_on,"
        " promise, lag_days, is_promise_kept, blocked_by, needed_document, is_in_scope,"
        " publication_id from mart.source_status order by system_id"
    )
    owed = reader.rows(
        "select agency_name, form_name, missing_count, due_date, publication_id"
        " from mart.submission where status = 'missing' and period_start = ?"
        " order by missing_count desc, due_date, submission_id",
        [month],
    )
    alerts = _alerts(reader, areas)
    scores = _scores(reader, month)
    return Operation(
        sentences=(*_connected(reader), *_fresh(sources), *_reminded(reader, month)),
        scores=scores,
        limits=(*_late(sources), *_owed(owed, month), *_alerting(alerts), *_poor(scores, month)),
        tasks=(*_to_answer(alerts), *_to_hand_in(owed, month), *_to_unblock(sources)),
    )


def _connected(reader: Reader) -> Iterator[Sentence]:
    columns = ("system_count", "connected_count", "automatic_count", "blocked_count")
    rows = reader.rows(f"select {', '.join(columns)}, publication_id from mart.source_summary")
    for row in rows:
        systems, connected, automatic, blocked = (
            number_span(_count(row, "source_summary", column)) for column in columns
        )
        yield (
            *words("Sổ đăng ký có "),
            systems,
            *words(" hệ thống; "),
            connected,
            *words(" hệ thống đã có số liệu vào kho, trong đó "),
            automatic,
            *words(" hệ thống tự động; "),
            blocked,
            *words(" hệ thống chưa có số liệu vì đang vướng một văn bản."),
        )


def _fresh(sources: Sequence[Record]) -> Iterator[Sentence]:
    """How fresh each source is, and whether it keeps its promise."""
    for row in _one_each(source for source in sources if source["last_known_on"]):
        kept = "đúng hẹn" if row["is_promise_kept"] else "quá hẹn"
        yield words(
            f"{row['source_title']}: số liệu mới nhất công bố ngày "
            f"{date_text(row['last_known_on'])}, {kept} (hẹn: {row['promise']})."
        )


def _reminded(reader: Reader, month: date) -> Iterator[Sentence]:
    rows = reader.rows(
        "select agency_name, counted, standing_name, publication_id from mart.reminder_count"
        " where year = ? and reminders > 0 order by counted desc, agency_name",
        [month.year],
    )
    if not rows:
        yield words(f"Trong năm {month.year} chưa phát hành văn bản đôn đốc nào.")
    for row in rows:
        yield words(
            f"{row['agency_name']}: {row['counted']} lần đôn đốc được tính trong năm "
            f"{month.year} ({row['standing_name']})."
        )


def _scores(reader: Reader, month: date) -> tuple[Score, ...]:
    rows = reader.rows(
        "select source, source_name, agency_code, agency_name, period, dung_pct, du_pct, sach_pct,"
        " song_pct, publication_id from mart.quality_scorecard where period = ?"
        " order by source, agency_code",
        [month],
    )
    return tuple(
        Score(
            row["source_name"],
            row["agency_name"] or "",
            tuple(_score(row, column) for column in _SCORES),
        )
        for row in rows
    )


def _score(row: Record, column: str) -> Figure:
    value = as_decimal(row[column])
    if value is None:
        return Figure(None, Kind.SHARE, 2, reason=_NOT_SCORED)
    return Figure(value, Kind.SHARE, 2, key=key_of("quality_scorecard", row, column))


def _late(sources: Sequence[Record]) -> Iterator[Sentence]:
    for row in _one_each(source for source in sources if source["is_promise_kept"] is False):
        yield words(
            f"Nguồn {row['source_title']} ({row['agency_name']}) quá hẹn: đã {row['lag_days']} "
            f"ngày chưa có số mới, hẹn {row['promise']}."
        )


def _owed(owed: Sequence[Record], month: date) -> Iterator[Sentence]:
    if not owed:
        yield words(f"Không cơ quan nào còn nợ số liệu, nhiệm vụ, hồ sơ của {_of(month)}.")
    for row in owed[:_MOST_OWED]:
        yield words(
            f"{row['agency_name']} còn nợ {row['missing_count']} mục của {_of(month)}: "
            f"{_in_sentence(row['form_name'])}, hạn {date_text(row['due_date'])}."
        )
    if len(owed) > _MOST_OWED:
        yield words(f"Ngoài ra còn {len(owed) - _MOST_OWED} mục nợ khác, xem `kho remind list`.")


def _alerts(reader: Reader, areas: Sequence[str]) -> list[dict[str, object]]:
    marks = ", ".join("?" for _ in areas)
    return reader.rows(
        "select alert_code, level, level_name, indicator_name, message, responsible_name, due_date,"
        " overdue_name, is_overdue, publication_id from mart.alert where is_open"
        f" and state <> 'pending' and agency_code = '_all' and area_key in ({marks})"
        " order by level, due_date nulls last, alert_code",
        list(areas),
    )


def _alerting(alerts: Sequence[Record]) -> Iterator[Sentence]:
    for row in alerts[:_MOST_ALERTS]:
        yield words(f"{row['level_name']}: {str(row['message']).rstrip('.')}.")


def _poor(scores: Sequence[Score], month: date) -> Iterator[Sentence]:
    if not scores:
        yield words(f"Chưa nguồn nào có điểm chất lượng của {_of(month)}.")


def _to_answer(alerts: Sequence[Record]) -> Iterator[Sentence]:
    for row in alerts[:_MOST_ALERTS]:
        due = f", hạn {date_text(row['due_date'])}" if row["due_date"] else ""
        late = f" ({_in_sentence(row['overdue_name'])})" if row["is_overdue"] else ""
        yield words(
            f"{row['responsible_name'] or 'Chưa rõ cơ quan'}: trả lời cảnh báo "
            f"“{row['indicator_name']}” (mã {row['alert_code']}){due}{late}."
        )


def _to_hand_in(owed: Sequence[Record], month: date) -> Iterator[Sentence]:
    for agency in list(dict.fromkeys(row["agency_name"] for row in owed))[:_MOST_OWED]:
        yield words(f"{agency}: nộp phần còn nợ của {_of(month)}.")


def _to_unblock(sources: Sequence[Record]) -> Iterator[Sentence]:
    blocked = [
        row for row in sources if row["blocked_by"] and row["mode"] == "none" and row["is_in_scope"]
    ]
    for row in blocked[:_MOST_BLOCKED]:
        need = row["needed_document"] or "văn bản gỡ vướng"
        agency = row["agency_name"] or "Chưa rõ cơ quan"
        yield words(f"{agency}: {_in_sentence(need)} để kết nối {row['system_name']}.")


def _one_each(rows: Iterator[Record]) -> list[Record]:
    """The first row of each source: one source may feed several systems."""
    return list({row["source"]: row for row in reversed(list(rows))}.values())[::-1]


def _count(row: Record, table: str, column: str) -> Figure:
    return Figure(as_decimal(row[column]), Kind.LEVEL, 0, key=key_of(table, row, column))


def _of(month: date) -> str:
    return f"tháng {month_text(month)}"


def _in_sentence(text: str) -> str:
    """Begin with a small letter, unless the word is an abbreviation or a name."""
    first = text.split(" ", 1)[0]
    return text if first[1:].lower() != first[1:] else text[:1].lower() + text[1:]
