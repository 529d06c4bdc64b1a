"""What the messages about the monthly report say."""

from collections.abc import Sequence
from datetime import date

from pipelines.reporting.blockers import Blocker
from pipelines.reporting.calendar import Month


def day(value: date) -> str:
    """Write dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}"


def look_subject(month: Month, step: str, count: int) -> str:
    """Give the subject of a look at what is missing."""
    state = f"còn thiếu {count} mục" if count else "không thiếu mục nào"
    return f"{month.names[step]}: báo cáo tháng {month.label}, {state}"


def look_body(month: Month, blockers: Sequence[Blocker]) -> str:
    """List what is missing, whose it is and by when it must come."""
    lines = [
        f"Báo cáo tháng {month.label} (kỳ số liệu {day(month.window_start)} – "
        f"{day(month.window_end)}) chốt ngày {day(month.final_on)}, phải đến trước "
        f"{day(month.due_on)}."
    ]
    if not blockers:
        return f"{lines[0]}\n\nĐến giờ này không thiếu mục nào."
    for blocker in blockers:
        stops = " Chưa sửa thì không chốt được báo cáo." if blocker.is_blocking else ""
        lines.append(
            f"– {blocker.agency_name}: {blocker.sentence}. Cần trước hết ngày "
            f"{day(blocker.needed_by)}.{stops}"
        )
    return "\n\n".join([lines[0], "\n".join(lines[1:])])


def edition_subject(month: Month, number: int, is_final: bool) -> str:
    """Give the subject of an edition that is sent."""
    if not is_final:
        return f"Dự thảo báo cáo tháng {month.label} (bản {number})"
    again = f", bản {number} thay bản {number - 1}" if number > 1 else ""
    return f"Báo cáo tháng {month.label}{again}"


def edition_body(month: Month, as_of: date | None, is_final: bool) -> str:
    """Say what is attached."""
    known = f", số liệu biết đến {day(as_of)}" if as_of else ""
    said = (
        f"Gửi kèm báo cáo tháng {month.label} (kỳ số liệu {day(month.window_start)} – "
        f"{day(month.window_end)}{known}): bản Word, PDF và phụ lục Excel."
    )
    if is_final:
        return f"{said}\n\nSố liệu sửa sau ngày chốt sẽ có trong bản đính chính hoặc báo cáo sau."
    return f"{said}\n\nĐây là dự thảo để đọc và sửa; bản chốt gửi ngày {day(month.final_on)}."


def stopped_subject(month: Month) -> str:
    """Give the subject of a warning that the report cannot be made."""
    return f"Cần xử lý ngay: báo cáo tháng {month.label} chưa chốt được"


def stopped_body(month: Month, reason: str, responsible: str) -> str:
    """Say why, who must act, and until when."""
    return (
        f"{reason}.\n\nNgười phải xử lý: {responsible}.\n\nBáo cáo phải đến trước "
        f"{day(month.due_on)}; kho tự thử lại mỗi mười phút."
    )
