"""Columns of text, made for whole lists at once."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.giao_duc.calendar import Term


def pick(choices: Sequence[str], draws: np.ndarray) -> pa.Array:
    """Choose a text for each draw, all as likely.

    Args:
        choices: the texts.
        draws: numbers of [0, 1).
    """
    return take(choices, (draws * len(choices)).astype(np.int64))


def take(choices: Sequence[str], numbers: np.ndarray) -> pa.Array:
    """Give the text that each number, from 0, stands for."""
    return pa.array(choices, pa.string()).take(pa.array(numbers))


def same(text: str, count: int) -> pa.Array:
    """Repeat a text."""
    return pa.repeat(pa.scalar(text), count)


def texts(numbers: np.ndarray) -> pa.Array:
    """Write whole numbers as texts."""
    return pa.array(numbers).cast(pa.string())


def keyed(term: Term, codes: pa.Array) -> pa.Array:
    """Give the key of each row of a list: the term and the row's own code."""
    return pc.binary_join_element_wise(same(term.code, len(codes)), codes, "|")


def running(counts: np.ndarray) -> np.ndarray:
    """Number the repetitions of each thing from 0.

    Args:
        counts: how often each thing is repeated.
    """
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
