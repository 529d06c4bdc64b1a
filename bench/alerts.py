"""Telling of alerts after years of them: what a day's new ones cost, and what nothing new does."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from bench.measure import Measure
from bench.scratch import scratch
from pipelines.alerting.telling import tell
from pipelines.settings import Settings

_NOW = datetime(2025, 3, 6, 1, tzinfo=UTC)
# ten years of a province with ten times the alerts of the 60 real workbooks a year
_PAST, _NEW = 10_000, 100
_RECIPIENTS = 20


def measures() -> Iterator[Measure]:
    """Tell twenty recipients of a day's alerts, then look again when nothing is new."""
    with scratch() as home:
        _write_recipients(home)
        settings = Settings(home=home, target="duckdb", now=_NOW)
        _publish(home, 1, 0)
        tell(settings)
        _publish(home, 2, _NEW)
        seconds = _timed(settings, _RECIPIENTS)
        nothing = _timed(settings, 0)
        size = f"{_NEW} cảnh báo mới, {_RECIPIENTS} người nhận, đã có {_PAST}"
        yield Measure("lập tin cảnh báo của một ngày", size, seconds, 5, nothing)
        yield Measure("lập tin khi không có gì mới", size.partition(", ")[2], nothing, 1)


def _timed(settings: Settings, messages: int) -> float:
    start = time.perf_counter()
    assert tell(settings) == messages
    return time.perf_counter() - start


def _write_recipients(home: Path) -> None:
    lines = [
        f"  - {{name: n{number}, title: N, channel: mail, address: n{number}@b.vn}}"
        for number in range(_RECIPIENTS)
    ]
    (home / "recipients.yaml").write_text("\n".join(["recipients:", *lines]), encoding="utf-8")


def _publish(home: Path, number: int, new: int) -> None:
    """Publish alerts that fired one a third of a day back in time, and some that fired today."""
    folder = home / "warehouse"
    folder.mkdir(exist_ok=True)
    name = f"kho-{number}.duckdb"
    first = (_NOW - timedelta(hours=8 * _PAST)).isoformat()
    with duckdb.connect(str(folder / name)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema mart")
        connection.execute(f"create table mart.publication as select {number} as publication_id")
        connection.execute(
            f"""
            create table mart.alert as
            select
                md5(cast(n as text)) as alert_id, 'r' as rule_id, 'yoy' as kind, 'alarm' as level,
                'Báo động' as level_name, n > {_PAST} as is_open, false as is_corrected,
                'i' as indicator_code, 'VN-00' as area_key, 'Cả nước' as area_name,
                'thong_ke' as source_code, 'Biểu thống kê' as source_title,
                'Chỉ tiêu ' || n || ' giảm.' as message, 'so' as responsible_code,
                'Sở' as responsible_name, date '2025-03-13' as due_date,
                least(timestamptz '{first}' + n * interval '8 hours', timestamptz '{_NOW}')
                    as fired_at,
                cast(null as timestamptz) as resolved_at, cast(null as timestamptz) as corrected_at,
                0 as escalation_level, cast(null as date) as escalated_after, 'moi' as handling,
                cast(null as timestamptz) as handled_at, cast(null as text) as handling_reason,
                false as is_simulated
            from range(1, {_PAST + new + 1}) as t (n)
            """
        )
    (folder / "kho.duckdb").unlink(missing_ok=True)
    (folder / "kho.duckdb").symlink_to(name)
