"""Numbered pages, asked for ahead: a source sends while what came before is worked on."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def numbered(ask: Callable[[int], T], count: Callable[[T], int], ahead: int = 1) -> Iterator[T]:
    """Give the pages of an answer in their order.

    Args:
        ask: fetches and reads the page of a number, counted from 1; called from other threads.
        count: tells from the first page how many there are.
        ahead: pages that may wait in memory beside the one that is worked on; as many are asked
            for at once.

    Returns:
        At least one page, even when `count` says 0.
    """
    page = ask(1)
    numbers = iter(range(2, count(page) + 1))
    with ThreadPoolExecutor(ahead) as pool:
        coming = deque(pool.submit(ask, number) for number in islice(numbers, ahead))
        yield page
        while coming:
            page = coming.popleft().result()
            coming.extend(pool.submit(ask, number) for number in islice(numbers, 1))
            yield page
