"""Counting records: whatever order their versions come in, every vintage equals counting again."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.spec import load_spec
from tests.support.postgres import PostgresServer
from tests.support.records import RecordsWarehouse, Row

pytestmark = pytest.mark.slow

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SPEC = Path(__file__).parents[2] / "connectors" / "sources" / "dvc" / "source.yml"
SEEDS = "indicators measures awaited_measures agency_identifiers areas area_events area_crosswalk"
SEEDS += " score_766_weights agencies calendar_windows calendar_holidays lunar_new_year"
MODELS = "tag:source_dvc,resource_type:model agency_in_office dim_area dim_date dim_period"
MODELS += " msr_measure msr_counted"
NGHE_AN = "P40-20040708"
# (identifier, agency, areas up to the province); an unknown one counts for the province alone
UNITS = {
    "H40.05": ("so_tp", (NGHE_AN,)),
    "H40.06": ("so_ct", (NGHE_AN,)),
    "H40.31.20": ("_all", ("C16663-20250101", "D412-20250101", NGHE_AN)),
    "H40.99": ("_all", (NGHE_AN,)),
}
Cell = tuple[str, str, str, str, date]
VINTAGES = """
select measure_code, area_key, agency_code, period_type, period_start, value, known_from, known_to
from msr.msr_counted order by 1, 2, 3, 4, 5, 7"""


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordsWarehouse]:
    dsn = ""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        dsn = server.create_database(tmp_path.name)
    yield RecordsWarehouse(tmp_path, load_spec(SPEC), dsn)


def _moment(chance: random.Random) -> datetime:
    return datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(100 * 24 * 60))


def _history(chance: random.Random, records: int) -> list[Row]:
    """Make versions that move between days and units, are deleted, come back and end."""
    rows = []
    for record in range(records):
        known = sorted(_moment(chance) for _ in range(chance.randint(1, 5)))
        for version, moment in enumerate(known, 1):
            received = _moment(chance)
            ended = received + timedelta(days=chance.randint(0, 30))
            rows.append(
                {
                    "ma_ho_so": f"H40-{record}",
                    "phien_ban": version,
                    "_known_at": moment,
                    "da_xoa": chance.random() < 0.15,
                    "ngay_tiep_nhan": received,
                    "ngay_hen_tra": received + timedelta(days=10),
                    "ngay_ket_thuc_xu_ly": chance.choice([None, ended]),
                    "don_vi_xu_ly": chance.choice(list(UNITS)),
                    "kenh_thuc_hien": chance.choice(["1", "2", "3"]),
                    "trang_thai_ho_so": "4",
                }
            )
    return rows


def _day(moment: datetime) -> date:
    return moment.astimezone(HANOI).date()


def _window_start(day: date) -> date:
    """Give the first day of the report's month, 15th to 14th."""
    return (day - timedelta(days=14)).replace(day=15)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), HANOI) - timedelta(microseconds=1)


def _month_ends(until: date) -> list[date]:
    firsts = [date(2021, month, 1) for month in range(2, 13)]
    return [first - timedelta(days=1) for first in firsts if first <= until]


def _counts(row: Row, horizon: date) -> Iterator[tuple[str, date, bool]]:
    """Give (measure, day, whether it counts by day as well) of what a version counts in."""
    received, ended = _day(row["ngay_tiep_nhan"]), row["ngay_ket_thuc_xu_ly"]
    yield "hs_tiep_nhan", received, True
    if row["kenh_thuc_hien"] == "2":
        yield "hs_nop_truc_tuyen", received, True
    if ended:
        yield "hs_giai_quyet", _day(ended), True
    for last in _month_ends(horizon):
        if _day(row["ngay_hen_tra"]) <= last and (ended is None or _day(ended) > last):
            yield "hs_qua_han", last, False


def _recounted(rows: list[Row], moment: datetime, horizon: date) -> Counter[Cell]:
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["_known_at"], row["phien_ban"])):
        if row["_known_at"] <= moment:
            newest[row["ma_ho_so"]] = row
    cells: Counter[Cell] = Counter()
    for row in newest.values():
        if row["da_xoa"]:
            continue
        agency, areas = UNITS[row["don_vi_xu_ly"]]
        for measure, day, by_day in _counts(row, min(horizon, _day(moment))):
            month = day.replace(day=1)
            cells.update((measure, area, "_all", "month", month) for area in areas)
            if agency != "_all":
                cells[measure, NGHE_AN, agency, "month", month] += 1
            if by_day:
                cells[measure, NGHE_AN, "_all", "day", day] += 1
                cells[measure, NGHE_AN, "_all", "month", _window_start(day)] += 1
    return cells


def _known(rows: list[tuple[Any, ...]], moment: datetime) -> Counter[Cell]:
    measures = {"hs_tiep_nhan", "hs_nop_truc_tuyen", "hs_giai_quyet", "hs_qua_han"}
    return Counter(
        {
            tuple(row[:5]): int(row[5])
            for row in rows
            if row[0] in measures and row[6] <= moment and (row[7] is None or moment < row[7])
        }
    )


def test_vintages_equal_counting_again_at_any_day(warehouse: RecordsWarehouse) -> None:
    chance = random.Random(766)
    rows = _history(chance, 60)
    chance.shuffle(rows)
    # windows overlap and go back: loads share rows, and later ones bring earlier versions
    loads = [rows[:150], rows[120:190], rows[:10] + rows[190:]]
    warehouse.land({"ho_so": loads[0], "bo_sung": [], "tien_do": [], "thu_tuc": []})
    seeds = [f"{seed},resource_type:seed" for seed in SEEDS.split()]
    warehouse.build(select=[*MODELS.split(), *seeds])
    for load in loads[1:]:
        warehouse.land({"ho_so": load})
        warehouse.build(select=["tag:source_dvc,resource_type:model", "msr_counted"])
    found = warehouse.rows(VINTAGES)

    horizon = max(_day(row["_known_at"]) for row in rows)
    for day in sorted({_day(_moment(chance)) for _ in range(25)} | {horizon}):
        moment = _end_of(day)
        assert +_known(found, moment) == +_recounted(rows, moment, horizon), day
    assert warehouse.rows("select count(*) from core.fct_dossier") == [
        (sum(not row["da_xoa"] for row in _newest(rows)),)
    ]

    # built in three steps or at once: the same
    warehouse.build("--full-refresh", select=["tag:source_dvc,resource_type:model", "msr_counted"])
    assert warehouse.rows(VINTAGES) == found


def _newest(rows: list[Row]) -> list[Row]:
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["_known_at"], row["phien_ban"])):
        newest[row["ma_ho_so"]] = row
    return list(newest.values())


def test_what_an_ended_agency_left_open_is_its_successors(warehouse: RecordsWarehouse) -> None:
    """Sở Kế hoạch và Đầu tư (H40.04) ended on 28/02/2025; its records keep its identifier."""
    late, done = _dossier("late"), _dossier("done")
    ended = {"phien_ban": 2, "_known_at": _noon(2025, 4, 10)}
    ended |= {"ngay_ket_thuc_xu_ly": _noon(2025, 4, 10)}
    later = _dossier("later") | {"_known_at": _noon(2025, 5, 1), "don_vi_xu_ly": "H40.05"}
    warehouse.land({"ho_so": [late, done, done | ended, later]})
    seeds = [f"{seed},resource_type:seed" for seed in SEEDS.split()]
    warehouse.build(select=[*MODELS.split(), *seeds])
    found = warehouse.rows(
        "select measure_code, agency_code, extract(month from period_start), value"
        " from msr.msr_counted where known_to is null and period_type = 'month'"
        " and agency_code in ('so_khdt', 'so_tc')"
        " and measure_code in ('hs_tiep_nhan', 'hs_giai_quyet', 'hs_qua_han') order by 1, 3, 2"
    )
    assert [(code, agency, int(month), int(value)) for code, agency, month, value in found] == [
        ("hs_giai_quyet", "so_tc", 4, 1),
        ("hs_qua_han", "so_khdt", 2, 2),
        ("hs_qua_han", "so_tc", 3, 2),
        ("hs_qua_han", "so_tc", 4, 1),
        ("hs_tiep_nhan", "so_khdt", 2, 2),
    ]


def _noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=HANOI)


def _dossier(key: str) -> Row:
    return {
        "ma_ho_so": key,
        "phien_ban": 1,
        "_known_at": _noon(2025, 2, 3),
        "da_xoa": False,
        "ngay_tiep_nhan": _noon(2025, 2, 3),
        "ngay_hen_tra": _noon(2025, 2, 10),
        "don_vi_xu_ly": "H40.04",
        "kenh_thuc_hien": "1",
        "trang_thai_ho_so": "4",
    }
