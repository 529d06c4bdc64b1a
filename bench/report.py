"""The monthly report of sixty pages and more than six hundred numbers: an edition made whole."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

from bench.measure import Measure
from bench.scratch import scratch
from pipelines.editions import make_edition
from pipelines.editions.making import frozen
from pipelines.settings import Settings
from tests.reports.sample_mart import sample_reader

_PERIOD, _MADE_AT = "2024-12", datetime(2024, 12, 24, 9, tzinfo=UTC)
_COPIES, _LIMIT_SECONDS, _PAGES, _NUMBERS = 74, 15, 60, 600


def measures() -> Iterator[Measure]:
    """Make a final edition: read, lay out three files, read every number back, store."""
    import pypdf

    with scratch() as home:
        settings = Settings(home=home, target="duckdb")
        _publish(settings)
        start, cpu = time.perf_counter(), time.process_time()
        edition = make_edition(settings, _PERIOD, "final", _MADE_AT)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        pdf = next(path for path in edition.files if path.suffix == ".pdf")
        pages = len(pypdf.PdfReader(BytesIO(pdf.read_bytes())).pages)
        numbers = len(frozen((edition.folder / "data.json").read_bytes()).figures)
        assert pages >= _PAGES, pages
        assert numbers >= _NUMBERS, numbers
        size = f"{pages} trang, {numbers} số, {cpu:.1f} giây CPU"
        yield Measure("lập, soát và lưu một bản báo cáo tháng", size, seconds, _LIMIT_SECONDS)


def _publish(settings: Settings) -> None:
    """Publish the sample of the tests, each of its indicators many times."""
    settings.warehouse.mkdir()
    path = settings.warehouse / "kho-1.duckdb"
    connection = sample_reader(path=str(path)).connection
    connection.execute(
        "insert into mart.indicator_yoy by name select t.* replace"
        " (indicator_code || '_' || n as indicator_code, indicator_name || ' ' || n as"
        f" indicator_name) from mart.indicator_yoy as t, range(1, {_COPIES}) as copies(n)"
        " where period_start >= date '2023-01-01'"
    )
    connection.execute("create table mart.publication as select 7 as publication_id")
    connection.close()
    settings.published_db.symlink_to(path.name)
