"""Counts of people by class or school: what may be told of lists that name persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.giao_duc.calendar import Term
from simulators.province.giao_duc.columns import keyed


@dataclass(frozen=True, slots=True)
class Tally:
    """A table of counts that stands in the truth beside a list.

    Attributes:
        table: its name.
        by: fields by which people are counted; the last one is the key within a term.
        state: field that is looked at.
        counts: name of each count, by what the state says.
    """

    table: str
    by: Sequence[str]
    state: str
    counts: Mapping[str, str]


TALLIES = {
    "hoc_sinh": Tally(
        "lop_hoc_sinh",
        ("maTruong", "maLop"),
        "trangThai",
        {
            "Đang học": "dangHoc",
            "Chuyển đi": "chuyenDi",
            "Thôi học": "thoiHoc",
            "Bảo lưu": "baoLuu",
        },
    ),
    "nhan_su": Tally("truong_nhan_su", ("maTruong",), "viTri", {"Giáo viên": "giaoVien"}),
    "ket_qua_thi": Tally(
        "truong_thi", ("maTruong",), "ketQua", {"Công nhận tốt nghiệp": "totNghiep"}
    ),
}
"""Tables of counts by the kind of list that they are counted from."""


def tally(rows: pa.Table, term: Term, about: Tally) -> pa.Table:
    """Count the people of a list.

    Args:
        rows: the list.
        term: its term.
        about: what is counted.

    Returns:
        One row for each class or school: how many there are, and how many in each state.
    """
    flags = {
        name: pc.cast(pc.equal(rows[about.state], word), pa.int64())
        for word, name in about.counts.items()
    }
    marked = pa.table({**{name: rows[name] for name in about.by}, **flags})
    wanted = [(name, "sum") for name in flags]
    found = marked.group_by(list(about.by)).aggregate([([], "count_all"), *wanted])
    key = found[about.by[-1]].combine_chunks()
    return pa.table(
        {
            "_key": keyed(term, key),
            **{name: found[name] for name in about.by},
            "tatCa": found["count_all"].cast(pa.string()),
            **{name: found[f"{name}_sum"].cast(pa.string()) for name in flags},
        }
    )
