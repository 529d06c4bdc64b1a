"""Pages come in their order and not too many at once, however fast the source is."""

from threading import Lock

import pytest

from connectors.errors import TransientSourceError
from connectors.paging import numbered


@pytest.mark.parametrize("count", [0, 1, 2, 7])
@pytest.mark.parametrize("ahead", [1, 2])
def test_pages_come_in_order_and_the_first_one_always(count: int, ahead: int) -> None:
    given = list(numbered(lambda number: (number, count), lambda page: page[1], ahead))
    assert [number for number, _ in given] == list(range(1, max(count, 1) + 1))


@pytest.mark.parametrize("ahead", [1, 2])
def test_no_more_pages_wait_than_may(ahead: int) -> None:
    asked: list[int] = []
    lock = Lock()

    def ask(number: int) -> int:
        with lock:
            asked.append(number)
        return number

    for page in numbered(ask, lambda _first: 9, ahead):
        assert max(asked) <= page + ahead
    assert sorted(asked) == list(range(1, 10))


def test_a_page_that_fails_ends_the_pull_behind_those_before_it() -> None:
    def ask(number: int) -> int:
        if number == 3:
            raise TransientSourceError("trang 3")
        return number

    given: list[int] = []
    with pytest.raises(TransientSourceError, match="trang 3"):
        given.extend(numbered(ask, lambda _first: 5, 2))
    assert given == [1, 2]
