"""A published mart in small with the ledger of what is owed, and who gets letters."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.support.mart import fill_promised

NOW = "2025-03-20T08:00:00+07:00"
TASKS: dict[str, Any] = {
    "submission_id": "1" * 32,
    "kind": "task",
    "form_code": "nhiem_vu",
    "form_name": "Nhiệm vụ được giao trên iOffice",
    "agency_code": "so_tc",
    "agency_name": "Sở Tài chính",
    "agency_then_code": "so_khdt",
    "agency_then_name": "Sở Kế hoạch và Đầu tư",
    "period_label": "02/2025",
    "due_date": date(2025, 2, 25),
    "owed_count": 10,
    "missing_count": 3,
    "status": "missing",
    "days_late": 23,
    "is_simulated": False,
}
DOSSIERS = TASKS | {
    "submission_id": "2" * 32,
    "kind": "dossier",
    "form_name": "Hồ sơ thủ tục hành chính",
    "agency_then_code": "so_tc",
    "agency_then_name": "Sở Tài chính",
    "period_label": "03/2025",
    "due_date": date(2025, 3, 12),
    "days_late": 8,
}
HEALTH = DOSSIERS | {
    "submission_id": "3" * 32,
    "agency_code": "so_yt",
    "agency_name": "Sở Y tế",
    "agency_then_code": "so_yt",
    "agency_then_name": "Sở Y tế",
}
# what is not reminded of: not due, unknown, too long ago
WAITING = HEALTH | {"submission_id": "4" * 32, "status": "waiting", "days_late": 0}
UNKNOWN = HEALTH | {"submission_id": "5" * 32, "agency_code": "chua_ro"}
OLD = HEALTH | {"submission_id": "6" * 32, "due_date": date(2024, 3, 20), "days_late": 365}
ROWS = [TASKS, DOSSIERS, HEALTH, WAITING, UNKNOWN, OLD]
RECIPIENTS = """\
recipients:
  - {name: tai_chinh, title: Sở Tài chính, agency_codes: [so_tc], channel: mail, address: a@b.vn}
  - {name: chu_tich, title: Chủ tịch, channel: mail, address: c@b.vn}
"""


def publish_ledger(home: Path, known_at: datetime = datetime(2025, 3, 20, tzinfo=UTC)) -> None:
    """Publish the sample as DuckDB readers expect it, known at an instant."""
    folder = home / "warehouse"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "kho-1.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema mart")
        connection.execute(
            "create table mart.publication as select 1::bigint as publication_id,"
            f" timestamptz '{known_at.isoformat()}' as known_at"
        )
        fill_promised(connection, "submission", ROWS)
    (folder / "kho.duckdb").symlink_to("kho-1.duckdb")
    (home / "recipients.yaml").write_text(RECIPIENTS, encoding="utf-8")
