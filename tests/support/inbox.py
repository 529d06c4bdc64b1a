"""A published mart in small with the tables of the steward's inbox."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

ISSUE_COLUMNS = {
    **dict.fromkeys(
        (
            "issue_id",
            "source",
            "source_name",
            "agency_code",
            "agency_name",
            "rule_id",
            "dimension",
            "severity",
            "sentence",
            "mend",
            "state",
            "state_name",
            "state_reason",
            "assignee",
        ),
        "text",
    ),
    "until": "date",
    "family": "text",
    "family_name": "text",
    "period": "date",
    **dict.fromkeys(
        (
            "series_code",
            "area_key",
            "source_file",
            "sheet",
            "cell",
            "value_text",
            "detail",
            "record",
        ),
        "text",
    ),
    "first_seen": "timestamptz",
    "last_seen": "timestamptz",
    "is_open": "boolean",
    "is_simulated": "boolean",
    "publication_id": "bigint",
}
CORRECTION_COLUMNS = {
    **dict.fromkeys(("correction_id", "sheet", "cell", "series", "expect", "state"), "text"),
    **dict.fromkeys(("state_reason", "decided_by"), "text"),
    "period": "date",
    "value": "decimal(28,6)",
}
TEXT_ISSUE: dict[str, Any] = {
    "issue_id": "aaaa1111" + "0" * 24,
    "source": "thong_ke",
    "source_name": "Biểu số liệu kinh tế – xã hội hằng tháng",
    "agency_code": "cuc_thong_ke",
    "agency_name": "Cục Thống kê",
    "rule_id": "value_present",
    "dimension": "dung",
    "severity": "chan",
    "sentence": "Ô số không có giá trị",
    "mend": "Ghi lại con số vào ô",
    "state": "moi",
    "state_name": "Mới",
    "family": "ban_le",
    "family_name": "Bán lẻ hàng hóa và dịch vụ",
    "period": date(2024, 12, 1),
    "source_file": "2024-12-29-Bieu.xlsx",
    "sheet": "13. Tongmuc",
    "cell": "E9",
    "value_text": "791/903",
    "record": json.dumps(
        {"item_path": "TỔNG SỐ", "unit_text": "Tỷ đồng", "published_on": "2024-12-29"},
        ensure_ascii=False,
    ),
    "first_seen": datetime(2025, 1, 6, tzinfo=UTC),
    "last_seen": datetime(2025, 1, 6, tzinfo=UTC),
    "is_open": True,
    "is_simulated": False,
    "publication_id": 1,
}
OLD_ISSUE = TEXT_ISSUE | {
    "issue_id": "aaaa2222" + "0" * 24,
    "rule_id": "robust_z",
    "dimension": "sach",
    "severity": "canh_bao",
    "sentence": "Số lệch hẳn 36 kỳ trước",
    "mend": "Hỏi lại cơ quan thống kê",
    "detail": "570.734 so với trung vị 480.000",
    "family": "xuat_khau",
    "family_name": "Xuất khẩu hàng hóa",
    "value_text": "570734",
    "record": None,
    "first_seen": datetime(2024, 7, 6, tzinfo=UTC),
}
NEW_ISSUE = OLD_ISSUE | {
    "issue_id": "bbbb3333" + "0" * 24,
    "first_seen": datetime(2025, 1, 6, tzinfo=UTC),
}
CLOSED_ISSUE = OLD_ISSUE | {
    "issue_id": "cccc4444" + "0" * 24,
    "state": "da_sua_tai_nguon",
    "is_open": False,
}
EXPIRED = {
    "correction_id": "qd-7",
    "sheet": "13. Tongmuc",
    "cell": "E9",
    "expect": "791/903",
    "state": "het_hieu_luc",
    "state_reason": "Nguồn nay in «791.903»",
    "decided_by": "Lan",
    "period": date(2024, 12, 1),
    "value": 791903,
}


def publish_inbox(home: Path, decisions: int = 0, head: str = "") -> None:
    """Publish the sample as DuckDB readers expect it."""
    folder = home / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "kho-1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema mart")
        connection.execute(
            f"create table mart.publication as select 1::bigint as publication_id, "
            f"{decisions}::bigint as decision_count, '{head}' as decision_head, "
            "'x' as input_fingerprint"
        )
        issues = [NEW_ISSUE, TEXT_ISSUE, CLOSED_ISSUE, OLD_ISSUE]
        _fill(connection, "quality_issue", ISSUE_COLUMNS, issues)
        still = EXPIRED | {"correction_id": "qd-8", "state": "co_hieu_luc"}
        _fill(connection, "quality_correction", CORRECTION_COLUMNS, [EXPIRED, still])
    (folder / "kho.duckdb").symlink_to(path.name)


def _fill(connection: Any, table: str, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"create table mart.{table} ({declared})")
    marks = ", ".join("?" * len(columns))
    for row in rows:
        values = [row.get(name) for name in columns]
        connection.execute(f"insert into mart.{table} values ({marks})", values)
