"""A draft of the letter that reminds an agency of an issue."""

from datetime import date, timedelta

from pipelines.reminding.limits import limits_on
from pipelines.steward.inbox import Issue


def how_to_answer(deed: str, answer_by: date) -> str:
    """Ask an agency to do something or to answer before a day."""
    return f"Đề nghị quý cơ quan {deed} hoặc có ý kiến trước ngày {answer_by:%d/%m/%Y}."


def reminder(issue: Issue, today: date) -> str:
    """Write the letter.

    Args:
        issue: what is wrong.
        today: the local day.
    """
    row = issue.row
    period = f" kỳ {row['period']:%m/%Y}" if row["period"] else ""
    place = f" tại {issue.place}" if issue.place else ""
    printed = f", nội dung đang ghi là “{row['value_text']}”" if row["value_text"] else ""
    told = issue.question or row["detail"]
    detail = f" ({told})" if told and told != row["sentence"] else ""
    due = today + timedelta(days=limits_on(today).days_to_answer)
    return "\n".join(
        (
            f"Kính gửi: {row['agency_name'] or row['source_name']}",
            "",
            f"Qua kiểm tra số liệu “{row['source_name']}”{period}, đơn vị quản lý kho dữ liệu số "
            f"nhận thấy: {_lower(row['sentence'])}{place}{printed}{detail}.",
            "",
            f"{how_to_answer('kiểm tra, gửi lại số liệu', due)} Cách sửa: {_lower(row['mend'])}.",
            "",
            f"Mã theo dõi: {issue.id[:8]}. Trân trọng./.",
        )
    )


def _lower(sentence: str) -> str:
    text = sentence.strip().rstrip(".")
    first = text.split(" ")[0]
    # an abbreviation keeps its capitals
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]
