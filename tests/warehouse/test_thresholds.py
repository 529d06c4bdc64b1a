"""The seed of thresholds is sound, and a line that is not is told with its reason."""

import pytest

from tests.support.models import Engine, duckdb_engine, fill, postgres_engine, rendered, seed_rows
from tests.support.postgres import PostgresServer

COLUMNS = (
    "rule_id text, indicator_code text, kind text, comparison text, warn_value numeric(28, 6),"
    " breach_value numeric(28, 6), release_value numeric(28, 6), periods_to_fire integer,"
    " periods_to_clear integer, area_levels text, per_agency boolean, calendar text, period text,"
    " valid_from date, valid_to date, responsible_code text, days_due integer, basis text,"
    " legal_act text"
)
NAMES = [column.split()[0] for column in COLUMNS.replace("(28, 6)", "").split(",")]
SOUND = dict(
    zip(
        NAMES,
        [
            "r1",
            "giao_thong",
            "level",
            "above",
            "4",
            "5",
            "3",
            "1",
            "1",
            "country",
            "false",
            "calendar",
            "month",
            "2024-01-01",
            "2024-12-31",
            "so_ct",
            "5",
            "O",
            "chưa có",
        ],
        strict=True,
    )
)
OVERLAP = "hai dòng cùng hiệu lực, hoặc không cùng chỉ tiêu, cách so, kỳ"
UNSAFE = "báo động nhẹ hơn cảnh báo, hoặc mức kết thúc không nằm bên an toàn"
WORDS = "thiếu ô bắt buộc hoặc từ lạ"


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine with a catalogue of one fed and one awaited indicator."""
    if request.param == "duckdb":
        run = duckdb_engine()
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        run = postgres_engine(postgres.create_database("nguong"))
    indicators = [["giao_thong", "calendar", None], ["cho_nguon", "calendar", "S01"]]
    indicators.append(["pm25_24h", "calendar", None])
    fill(run, "indicators", "code text, calendar text, awaits_system text", indicators)
    fill(run, "agencies", "agency_code text", [["so_ct"]])
    fill(
        run,
        "environment_limits",
        "parameter_code text, medium_use text, averaging text, maximum numeric(28, 6),"
        " valid_from date, valid_to date",
        [["pm25", "ambient", "day", "45", "2026-01-01", None]],
    )
    return run


def faults(run: Engine, *lines: dict[str, str]) -> set[str]:
    fill(run, "thresholds", COLUMNS, [[line[name] for name in NAMES] for line in lines])
    return {row[1] for row in run(rendered("{{ threshold_faults('thresholds') }}"))}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, set()),
        ({"kind": "mean"}, {WORDS}),
        ({"area_levels": "country;district"}, {WORDS}),
        ({"periods_to_fire": "0"}, {WORDS}),
        ({"valid_to": "2023-12-31"}, {WORDS}),
        ({"legal_act": ""}, {WORDS}),
        (
            {"indicator_code": "cho_nguon"},
            {"chỉ tiêu không có trong danh mục, còn chờ nguồn hoặc khác lịch"},
        ),
        ({"responsible_code": "so_la"}, {"không có cơ quan chịu trách nhiệm này"}),
        ({"release_value": "4.1"}, {UNSAFE}),
        ({"breach_value": "3.9"}, {UNSAFE}),
        ({"comparison": "below", "breach_value": "3.9", "release_value": "4"}, set()),
        ({"comparison": "below", "breach_value": "3.9", "release_value": "3.95"}, {UNSAFE}),
        (
            {"indicator_code": "pm25_24h", "valid_from": "2026-01-01", "valid_to": ""},
            {"khác giới hạn trung bình 24 giờ ở environment_limits"},
        ),
    ],
)
def test_a_line_that_cannot_be_judged_by_is_told(
    engine: Engine, change: dict[str, str], fault: set[str]
) -> None:
    assert faults(engine, SOUND | change) == fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"valid_from": "2025-01-01", "valid_to": "", "warn_value": "4.5"}, set()),
        ({"valid_from": "2024-12-31", "valid_to": ""}, {OVERLAP}),
        ({"valid_from": "2025-01-01", "valid_to": "", "period": "cumulative"}, {OVERLAP}),
        ({}, {"một dòng chép hai lần"}),
    ],
)
def test_the_lines_of_a_rule_follow_one_another(
    engine: Engine, change: dict[str, str], fault: set[str]
) -> None:
    assert faults(engine, SOUND, SOUND | change) == fault


def test_the_seed_covers_what_the_province_watches() -> None:
    lines = [dict(zip(NAMES, row, strict=True)) for row in seed_rows("thresholds")]
    fed = {row[0] for row in seed_rows("indicators") if not row[24]}
    assert len({line["indicator_code"] for line in lines} & fed) >= 60
    kinds = {"level", "yoy", "plan_gap", "run_rate", "late", "outlier", "no_data"}
    assert {line["kind"] for line in lines} == kinds
    # a house's own value never stands there as if a law had set it
    said = ("(L)", "(T)", "(O)", "(ii)")
    assert [line for line in lines if not any(mark in line["basis"] for mark in said)] == []
