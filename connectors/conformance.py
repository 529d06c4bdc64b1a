"""The frame of a conformance test: each check is one line, and a broken one stops no other."""

from collections.abc import Callable

from connectors.connector import Check
from connectors.errors import SourceError
from connectors.guards import Unsteady


class BrokenError(SourceError):
    """A check does not hold; the message says what the vendor must do."""


def checked(title: str, look: Callable[[], str]) -> Check:
    """Make one check.

    Args:
        title: what is looked at, in Vietnamese.
        look: looks; gives what was seen, or raises a SourceError or Unsteady with what is wrong.
    """
    try:
        return Check(title, True, look())
    except (SourceError, Unsteady) as error:
        return Check(title, False, str(error))
