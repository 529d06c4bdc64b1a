"""The education sector of the province in a box: shapes of a school year, and what exports say."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from simulators.province.giao_duc.generate import generate
from simulators.province.profile import load_profile
from simulators.province.truth import Truth

FIRST, LAST = date(2024, 9, 1), date(2026, 8, 30)


def _made(folder: Path, first: date = FIRST, last: date = LAST) -> Truth:
    truth = Truth(folder)
    generate(load_profile("bac_ninh"), 0.01, first, last, truth)
    return truth


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return _made(tmp_path_factory.mktemp("giao_duc"))


def _ask(truth: Truth, sql: str) -> list[tuple[object, ...]]:
    """Ask with a view for each table of the truth."""
    with duckdb.connect() as connection:
        for table in truth.tables("giao_duc"):
            files = [str(path) for path in truth.parts("giao_duc", table)]
            connection.execute(
                f"create view {table} as select * from read_parquet({files!r}, union_by_name=true)"
            )
        return connection.execute(sql).fetchall()


def test_the_same_call_gives_the_same_bytes(truth: Truth, tmp_path: Path) -> None:
    again = _made(tmp_path, last=date(2024, 11, 30))

    for table in again.tables("giao_duc"):
        for path in again.parts("giao_duc", table):
            if path.stem in ("all",):
                continue
            count = _ask(again, f"select count(*) from '{path}'")
            (kept,) = _ask(
                truth,
                f"select count(*) from (select * from '{path}' intersect all"
                f" select * from {table} where _version = 1)",
            )
            assert count == [kept]


def test_a_later_export_takes_rows_away_and_brings_late_schools(truth: Truth) -> None:
    gone = _ask(truth, "select count(*), min(_version) from hoc_sinh where _deleted")
    late = _ask(
        truth,
        "select count(distinct maTruong) from hoc_sinh as h where _version = 2 and not exists"
        " (select 1 from hoc_sinh as e where e.maTruong = h.maTruong and e._version = 1"
        " and split_part(e._key, '|', 1) = split_part(h._key, '|', 1))",
    )

    assert gone[0][0] > 0 and gone[0][1] == 3
    assert late[0][0] > 0


def test_some_schools_never_report_a_term(truth: Truth) -> None:
    silent = _ask(
        truth,
        "select split_part(t._key, '|', 1) as term, count(*) from truong as t"
        " where t._version = 1 and not exists (select 1 from lop as l where"
        " split_part(l._key, '|', 1) = split_part(t._key, '|', 1) and l.maTruong = t.maTruong)"
        " group by term order by term",
    )

    assert [term for term, _ in silent] == [
        f"{year}.HK{term}" for year in ("2024-2025", "2025-2026") for term in (1, 2)
    ]
    assert all(count == 4 for _, count in silent)


def test_who_gives_up_is_in_no_later_list_of_the_level(truth: Truth) -> None:
    returned = _ask(
        truth,
        "select count(*) from hoc_sinh as g inner join hoc_sinh as l on g.maHocSinh = l.maHocSinh"
        " and split_part(g._key, '|', 1) < split_part(l._key, '|', 1)"
        " where g.trangThai = 'Thôi học' and g._version > 1",
    )
    share = _ask(
        truth,
        "select avg(case when trangThai = 'Thôi học' then 1.0 else 0 end) from hoc_sinh"
        " where _version = 2 and not _deleted",
    )

    assert returned == [(0,)]
    assert 0.001 < share[0][0] < 0.006


def test_places_follow_the_mergers_of_july_2025(truth: Truth) -> None:
    provinces = _ask(
        truth,
        "select distinct split_part(_key, '|', 1)[1:9] as year, maTinh from truong order by all",
    )
    moved = _ask(
        truth,
        "select count(distinct a.maTruong) from truong as a inner join truong as b"
        " on a.maTruong = b.maTruong"
        " where a.maTinh = '27' and b.maTinh = '24' and a.maXa <> b.maXa",
    )

    assert provinces == [("2024-2025", "24"), ("2024-2025", "27"), ("2025-2026", "24")]
    assert moved[0][0] > 0


def test_counts_are_those_of_the_lists(truth: Truth) -> None:
    at = datetime(2026, 8, 30, tzinfo=UTC)
    learners = truth.state("giao_duc", "hoc_sinh", at)
    tallied = truth.state("giao_duc", "lop_hoc_sinh", at)
    sizes = truth.state("giao_duc", "lop", at)

    studying = sum(state == "Đang học" for state in learners["trangThai"].to_pylist())
    assert sum(map(int, tallied["tatCa"].to_pylist())) == len(learners)
    assert sum(map(int, tallied["dangHoc"].to_pylist())) == studying
    assert sum(map(int, sizes["siSo"].to_pylist())) == studying
