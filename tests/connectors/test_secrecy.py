"""Only what is marked as open passes; of the rest only a count is told."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.connector import PullContext
from connectors.errors import TerminalSourceError
from connectors.secrecy import count_refused, let_through
from tests.connectors.test_landing import START

ALLOWED = ("Thường", "0")


@given(st.lists(st.one_of(st.none(), st.text(), st.sampled_from(["thường", " THƯỜNG ", "Mật"]))))
def test_only_marks_on_the_list_pass(marks: list[str | None]) -> None:
    table = pa.table({"doMat": pa.array(marks, pa.string()), "n": list(range(len(marks)))})
    kept, refused = let_through(table, "doMat", ALLOWED)
    good = [
        mark for mark in marks if mark is not None and mark.strip().casefold() in ("thường", "0")
    ]
    assert set(good) <= set(kept["doMat"].to_pylist())
    assert kept.num_rows + refused == len(marks)
    assert not {None, "", "Mật"} & set(kept["doMat"].to_pylist())


@pytest.mark.parametrize("mark", ["Mật", "Tối mật", "thuong", "Thường, mật", "", "1", "không rõ"])
def test_unknown_marks_do_not_pass(mark: str) -> None:
    assert let_through(pa.table({"d": [mark]}), "d", ALLOWED)[1] == 1


def test_decomposed_letters_and_numbers_are_marks_too() -> None:
    assert let_through(pa.table({"d": ["Thu\u031bo\u031b\u0300ng"]}), "d", ALLOWED)[1] == 0
    assert let_through(pa.table({"d": [0, 1, None]}), "d", ALLOWED)[1] == 2


def test_without_the_column_nothing_is_known_to_be_open() -> None:
    with pytest.raises(TerminalSourceError, match="doMat"):
        let_through(pa.table({"d": ["Thường"]}), "doMat", ALLOWED)


@pytest.mark.parametrize(("setting", "told"), [({}, 4), ({"KHO_COUNT_SECRETS": "false"}, 0)])
def test_the_count_can_be_turned_off(setting: dict[str, str], told: int) -> None:
    heard: list[int] = []
    context = PullContext(START, left_out=heard.append, environment=setting)
    count_refused(context, 4)
    assert sum(heard) == told
