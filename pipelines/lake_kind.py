"""Real and simulated figures never mix: a lake records its kind and refuses the other."""

from pathlib import Path

from pipelines.errors import UserError
from pipelines.files import write_atomically

_WORDS = {"real": "số liệu thật", "simulated": "số liệu mô phỏng"}


def claim_kind(lake: Path, is_simulated: bool) -> None:
    """Mark an empty lake with the kind of its first data; refuse the other kind ever after.

    Raises:
        UserError: the lake holds the other kind.
    """
    kind = "simulated" if is_simulated else "real"
    held = read_kind(lake)
    if held is None:
        write_atomically(lake / "_kind", kind)
    elif held != kind:
        raise UserError(
            f"Kho {lake} đang giữ {_WORDS[held]}, không nhận {_WORDS[kind]}: "
            "đặt KHO_HOME sang một thư mục khác"
        )


def read_kind(lake: Path) -> str | None:
    """Give 'real', 'simulated', or None for a lake without data."""
    path = lake / "_kind"
    return path.read_text(encoding="utf-8").strip() if path.exists() else None
