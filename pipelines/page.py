"""The page that lists are printed on: as wide as the terminal, not too narrow in a file."""

from rich.console import Console

_NARROWEST = 100

page = Console(highlight=False, markup=False)
if not page.is_terminal:
    page.width = max(page.width, _NARROWEST)
