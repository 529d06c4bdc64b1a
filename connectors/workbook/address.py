"""Where a cell stands, as spreadsheet programs write it."""

from functools import cache


@cache
def column_letters(column: int) -> str:
    """Give the letters of a column.

    Args:
        column: its number, counted from 0.
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
