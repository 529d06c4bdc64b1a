"""The records behind a counted figure, worked by hand, on both engines and as readers see them."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
import pytest
from pydantic import SecretStr

from connectors.spec import load_spec
from pipelines.explain.records import Records
from pipelines.publishing.postgres_schema import grant
from pipelines.reader import Reader, open_reader
from pipelines.settings import Settings
from tests.support.postgres import PostgresServer
from tests.support.records import RecordsWarehouse, Row
from tests.warehouse.test_counted import HANOI, MODELS, NGHE_AN, SEEDS, SPEC

pytestmark = pytest.mark.slow

COMMUNE = "C16663-20250101"
TENTH = datetime(2021, 3, 10, tzinfo=HANOI)
FEBRUARY, APRIL = (datetime(2025, month, 9, 8, tzinfo=HANOI) for month in (2, 4))


def at(day: int, month: int = 3) -> datetime:
    return datetime(2021, month, day, 8, tzinfo=HANOI).astimezone(UTC)


def told(key: str, known: datetime, unit: str, version: int = 1, **more: Any) -> Row:
    return {
        "ma_ho_so": key,
        "phien_ban": version,
        "_known_at": known,
        "da_xoa": False,
        "ngay_tiep_nhan": at(1),
        "ngay_hen_tra": at(20),
        "don_vi_xu_ly": unit,
        "kenh_thuc_hien": "1",
        "trang_thai_ho_so": "4",
        **more,
    }


FIRST = [
    told("A", at(1), "H40.05"),
    told("B", at(2), "H40.05"),
    told("C", at(3), "H40.31.20"),
    # nobody knows in which province this unit is
    told("E", at(4), "X99.01"),
    told("G", at(5), "H40.06", ngay_ket_thuc_xu_ly=at(5)),
    # Sở Kế hoạch và Đầu tư ended on 28/02/2025; Sở Tài chính finished what it had taken up
    told("S", APRIL, "H40.04", ngay_tiep_nhan=FEBRUARY, ngay_ket_thuc_xu_ly=APRIL),
]
SECOND = [
    told("B", at(20), "H40.05", 2, da_xoa=True),
    told("C", at(21), "H40.31.20", 2, ngay_tiep_nhan=at(1, month=2)),
    told("D", at(22), "H40.06"),
    # it was finished three days later than first said
    told("G", at(23), "H40.06", 2, ngay_ket_thuc_xu_ly=at(8)),
]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def reader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """The warehouse of two loads, as the read-only role sees it."""
    folder = tmp_path_factory.mktemp("records")
    settings = Settings(home=folder)
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        dsn = server.create_database("explained")
        settings = Settings(home=folder, target="postgres", pg_dsn=SecretStr(dsn))
    warehouse = RecordsWarehouse(
        folder, load_spec(SPEC), settings.postgres_dsn() if settings.pg_dsn else ""
    )
    seeds = [f"{seed},resource_type:seed" for seed in SEEDS.split()]
    warehouse.land({"ho_so": FIRST, "bo_sung": [], "tien_do": [], "thu_tuc": []})
    warehouse.build(select=[*MODELS.split(), *seeds])
    warehouse.land({"ho_so": SECOND})
    warehouse.build(select=["tag:source_dvc,resource_type:model", "msr_counted"])
    _publish(warehouse, settings)
    with open_reader(settings) as opened:
        yield opened


def _publish(warehouse: RecordsWarehouse, settings: Settings) -> None:
    publication = "create table mart.publication as select 1 as publication_id"
    if not warehouse.dsn:
        warehouse.rows("create schema if not exists mart")
        warehouse.rows(publication)
        settings.warehouse.mkdir()
        settings.published_db.symlink_to(warehouse.database)
        return
    with closing(psycopg2.connect(warehouse.dsn)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create schema if not exists mart; {publication}")
        grant(connection)
        connection.cursor().execute(
            "grant usage on schema mart to kho_reader;"
            " grant select on all tables in schema mart to kho_reader"
        )


def behind(
    reader: Reader,
    measure: str = "hs_tiep_nhan",
    area: str = NGHE_AN,
    agency: str = "_all",
    until: datetime | None = None,
    first: date = date(2021, 3, 1),
) -> dict[str, Any]:
    figure = {
        "agency_code": agency,
        "calendar": "calendar",
        "period_type": "month",
        "period_start": first,
        "period_end": first.replace(day=monthrange(first.year, first.month)[1]),
    }
    place = {"area_key": area, "level": "commune" if area == COMMUNE else "province"}
    part = {"part": "value", "measure_code": measure, "measure_name": "", "unit": "hồ sơ"}
    return Records(reader, place, figure, until, TENTH).behind(part, "dvc")


def test_what_stands_what_went_and_what_is_nowhere(reader: Reader) -> None:
    said = behind(reader)
    assert (said["records"], said["total"], said["first_keys"]) == (3, 3, ["A", "D", "G"])
    assert said["left_out"] == {"deleted": 1, "moved": 1, "without_area": 1}
    # since the tenth: D came, B and C went
    assert said["changes"] == {"added": 1, "removed": 2, "changed": 0}
    loads = [(load["load_id"], load["versions"]) for load in said["loads"]]
    # of the second load only D and G's second version count in March
    assert loads == [("1700000002.5", 2), ("1700000001.5", 4)]
    listed = reader.rows(said["query"])
    assert [(row["record_key"], row["version_no"]) for row in listed] == [
        *(("A", 1), ("D", 1), ("G", 2))
    ]


def test_a_value_that_changed_is_a_change(reader: Reader) -> None:
    said = behind(reader, "hs_tong_ngay_xu_ly")
    # from the first to the eighth of March, both at eight
    assert (said["records"], said["total"]) == (1, 7)
    assert said["changes"] == {"added": 0, "removed": 0, "changed": 1}


def test_what_was_known_on_the_tenth(reader: Reader) -> None:
    said = behind(reader, until=TENTH)
    assert (said["records"], said["first_keys"]) == (4, ["A", "B", "C", "G"])
    assert said["left_out"] == {"deleted": 0, "moved": 0, "without_area": 1}
    assert [load["load_id"] for load in said["loads"]] == ["1700000001.5"]
    assert len(reader.rows(said["query"])) == 4


def test_an_agency_and_a_commune_have_their_own(reader: Reader) -> None:
    agency = behind(reader, agency="so_tp")
    assert (agency["first_keys"], agency["left_out"]["deleted"]) == (["A"], 1)
    commune = behind(reader, area=COMMUNE)
    assert (commune["records"], commune["total"], commune["left_out"]["moved"]) == (0, None, 1)
    assert behind(reader, area=COMMUNE, until=TENTH)["first_keys"] == ["C"]


def test_what_an_ended_agency_left_open_stands_behind_its_successor(reader: Reader) -> None:
    for agency, keys in (("so_tc", ["S"]), ("so_khdt", [])):
        said = behind(reader, "hs_giai_quyet", agency=agency, first=date(2025, 4, 1))
        assert said["first_keys"] == keys
