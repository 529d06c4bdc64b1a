"""A change log is taken from the very first instant of its first day on."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.landing import land, landed_rows, seen_deliveries
from connectors.windows import OPENING, VIET_NAM, Window
from simulators.province import sources
from simulators.province.box import ProvinceBox
from simulators.province.feed import Feed
from simulators.province.truth import Truth

KEY = {"KHO_PSEUDONYM_KEY": "khóa thử nghiệm đủ dài"}


@pytest.mark.parametrize("name", ["dvc", "ioffice", "y_te"])
def test_what_was_updated_at_the_first_midnight_lands(name: str, tmp_path: Path) -> None:
    feed: Feed = sources.part(name, "serve").FEEDS[0]
    first = registry()[name].spec.first_day
    assert first is not None
    midnight = datetime(first.year, first.month, first.day, tzinfo=VIET_NAM)
    now = midnight + timedelta(days=5, hours=17)
    truth = tmp_path / "truth"
    with ProvinceBox("nghe_an", 0.001, first, now.date(), truth, now=now, sources=[name]) as box:
        move_the_earliest(box.truth, feed, midnight)
        context = PullContext(now=now, environment=box.environment | KEY)
        lake = tmp_path / "lake"
        land(registry()[name], context, lake, tmp_path / "dlt", lambda kind: None)
    told = filter(None, map(Window.parse, seen_deliveries(lake, name)))
    assert next(told).start == midnight - OPENING
    landed = pa.concat_tables(landed_rows(lake, name, feed.table, ["_known_at"]))["_known_at"]
    assert pc.min(landed).as_py() == midnight
    assert pc.sum(pc.equal(landed, pa.scalar(midnight, landed.type))).as_py() == 1


def move_the_earliest(truth: Truth, feed: Feed, at: datetime) -> None:
    """Let the version that became known before all others become known at an instant."""
    path = truth.parts(feed.source, feed.table)[0]
    rows = pq.read_table(path).sort_by("_known_at")
    for name, value in (("_known_at", at), (feed.updated, feed.stamp(at))):
        kind = rows.schema.field(name)
        moved = pa.concat_arrays([pa.array([value], kind.type), *rows[name].slice(1).chunks])
        rows = rows.set_column(rows.column_names.index(name), kind, moved)
    pq.write_table(rows, path)
