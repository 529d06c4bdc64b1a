"""Reading a text in a figure's place: a number and its unit, or the question it raises."""

import re

from connectors.vietnamese import NotANumberError, parse_number, quoted
from connectors.workbook.units import is_unit

_PERCENT = frozenset({"%", "‰"})


def read_typed(
    text: str, *, is_date: bool, decimal_mark: str, head_unit: str, item_unit: str
) -> tuple[float | None, str, str]:
    """Read a text that stands where a table has a figure; nothing is guessed and nothing scaled.

    Args:
        text: what stands in the cell.
        is_date: the file stores the cell as a date or a time.
        decimal_mark: the mark that starts the decimals in this column; "" when unknown.
        head_unit: unit in the column's heading, or "".
        item_unit: unit of the row or of the whole table, or "".

    Returns:
        The number in its printed unit, that unit, and "" – or None, the table's unit and a
        question in Vietnamese.
    """
    declared = head_unit or item_unit
    if is_date:
        said = quoted(text.removesuffix(" 00:00:00"))
        return None, declared, f"ô đang chứa ngày {said}, không phải số; hãy gõ lại con số"
    try:
        typed = parse_number(text, decimal_mark)
    except NotANumberError as error:
        return None, declared, str(error)
    unit, doubt = _reconciled(text, typed.unit, head_unit, item_unit)
    if doubt or typed.value is None:
        return None, declared, doubt
    return float(typed.value), unit, ""


def _reconciled(text: str, printed: str, head_unit: str, item_unit: str) -> tuple[str, str]:
    """Bring the unit behind a number and the table's unit together, or ask which one holds."""
    declared = head_unit or item_unit
    if not printed:
        return declared, ""
    if not is_unit(printed):
        return "", f"{quoted(text)}: không rõ “{printed}” là đơn vị gì; hãy chỉ ghi con số"
    # a percentage under a table's common unit is a rate: the column's words say of what
    if not declared or (printed in _PERCENT and not head_unit):
        return printed, ""
    choices = [part.strip() for part in re.split(r"[;,]", declared) if part.strip()]
    fitting = next((part for part in choices if _same(printed, part)), "")
    if fitting:
        return (declared if len(choices) == 1 else fitting), ""
    return "", (
        f"{quoted(text)} ghi “{printed}” còn bảng ghi “{declared}”: tính theo đơn vị nào? "
        "Hãy ghi lại con số theo đơn vị của bảng"
    )


def _same(printed: str, declared: str) -> bool:
    """Tell whether two units scale alike: "tỷ" and "Tỷ đồng" do, "tỷ" and "Triệu đồng" do not."""
    mine, theirs = _words(printed), _words(declared)
    return mine == theirs[: len(mine)] or theirs == mine[: len(theirs)]


def _words(unit: str) -> list[str]:
    return unit.lower().replace("tỉ", "tỷ").replace("ngàn", "nghìn").split()
