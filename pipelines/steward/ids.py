"""Long ids, called by their first letters."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from pipelines.errors import WRONG_CALL, UserError

SHORT = 8


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The whole id."""


Thing = TypeVar("Thing", bound=Named)


def find(found: Sequence[Thing], prefix: str, noun: str, listing: str) -> Thing:
    """Give the one whose id begins so.

    Args:
        found: all there are.
        prefix: the beginning of an id.
        noun: what they are called, in Vietnamese.
        listing: the command that lists them.

    Raises:
        UserError: none begins so, or several do.
    """
    fitting = [one for one in found if one.id.startswith(prefix)]
    if not prefix or not fitting:
        raise UserError(f"Không có {noun} '{prefix}': xem mã bằng `{listing}`", WRONG_CALL)
    if len(fitting) > 1:
        some = ", ".join(one.id[: len(prefix) + 4] for one in fitting[:4])
        raise UserError(
            f"Mã '{prefix}' trúng {len(fitting)} {noun} ({some} …): gõ thêm chữ", WRONG_CALL
        )
    return fitting[0]


def short_ids(found: Sequence[Thing]) -> Callable[[Thing], str]:
    """Give the function that cuts ids to the shortest length at which all differ."""
    ids = {one.id for one in found}
    length = SHORT
    while len({one[:length] for one in ids}) < len(ids):
        length += 2
    return lambda one: one.id[:length]
