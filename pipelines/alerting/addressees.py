"""Whether those who get messages are named as the warehouse names them."""

from collections.abc import Iterable

from pipelines.outbox.recipients import Recipient
from pipelines.reader import Reader


def unknown_agencies(reader: Reader, people: Iterable[Recipient]) -> list[tuple[str, str]]:
    """Find the codes that no agency and no unit has: their recipients would never be told.

    Args:
        reader: of the published warehouse.
        people: the recipients.

    Returns:
        Pairs of recipient's name and code, in the order of the file.
    """
    named = [(one.name, code) for one in people for code in one.agency_codes]
    if not named:
        return []
    codes = sorted({code for _, code in named})
    places = ", ".join("?" for _ in codes)
    rows = reader.rows(
        f"select agency_code as code from core.dim_agency where agency_code in ({places})"
        f" union select area_key from core.dim_area where area_key in ({places})",
        [*codes, *codes],
    )
    known = {row["code"] for row in rows}
    return [(name, code) for name, code in named if code not in known]
