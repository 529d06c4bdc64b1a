"""A published mart in small with the tables of alerts, in the columns that dbt promises."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.support.mart import fill_promised

RETAIL: dict[str, Any] = {
    "alert_id": "aaaa1111" + "0" * 24,
    "rule_id": "ban_le_tong_muc__so_cung_ky",
    "kind": "yoy",
    "kind_name": "So với cùng kỳ",
    "level": "alarm",
    "level_name": "Báo động",
    "state": "firing",
    "state_name": "Đang cảnh báo",
    "is_open": True,
    "is_overdue": True,
    "escalation_level": 1,
    "indicator_code": "ban_le_tong_muc",
    "indicator_name": "Tổng mức bán lẻ",
    "area_key": "P40-20040708",
    "area_name": "Nghệ An",
    "period_label": "04/2020",
    "message": "Tổng mức bán lẻ (Nghệ An, 04/2020) giảm 26 % so với cùng kỳ năm trước.",
    "responsible_code": "so_cong_thuong",
    "responsible_name": "Sở Công Thương",
    "responsible_then_code": "so_cong_thuong",
    "due_date": date(2020, 5, 12),
    "handling": "moi",
    "handling_name": "Chưa ai nhận",
    "basis": "kho đề xuất (O)",
    "legal_act": "chưa có văn bản quy định",
}
PASSENGERS = RETAIL | {
    "alert_id": "aaaa2222" + "0" * 24,
    "level": "warn",
    "level_name": "Cảnh báo",
    "is_overdue": False,
    "escalation_level": 0,
    "indicator_code": "van_tai_hanh_khach",
    "indicator_name": "Vận tải hành khách",
    "message": "Vận tải hành khách (Nghệ An, 04/2020) giảm 8 % so với cùng kỳ năm trước.",
    "responsible_code": "so_xay_dung",
    "responsible_name": "Sở Xây dựng",
    "responsible_then_code": "so_gtvt",
    "responsible_then_name": "Sở Giao thông vận tải",
    "due_date": date(2020, 5, 5),
}
ENDED = RETAIL | {
    "alert_id": "bbbb3333" + "0" * 24,
    "state": "resolved",
    "state_name": "Đã kết thúc",
    "is_open": False,
    "is_overdue": False,
    "escalation_level": 0,
}
_STEP: dict[str, Any] = {
    "alert_id": RETAIL["alert_id"],
    "step_no": 1,
    "period_end": date(2020, 4, 30),
    "from_state": "normal",
    "to_state": "pending",
    "told_at": datetime(2020, 4, 28, 17, tzinfo=UTC),
}
_RULE: dict[str, Any] = {
    "rule_id": RETAIL["rule_id"],
    "indicator_name": RETAIL["indicator_name"],
    "kind_name": RETAIL["kind_name"],
    "fired_count": 7,
    "open_count": 1,
    "corrected_count": 0,
    "useful_count": 2,
    "false_count": 4,
    "is_noisy": True,
}
_CALM = _RULE | {"rule_id": "a_calm_one", "fired_count": 9, "is_noisy": False}


def publish_alerts(home: Path, alerts: list[dict[str, Any]] | None = None, number: int = 1) -> None:
    """Publish these alerts, or the sample, as DuckDB readers expect it."""
    folder = home / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"kho-{number}.duckdb"
    with duckdb.connect(str(folder / name)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema mart")
        connection.execute(
            f"create table mart.publication as select {number}::bigint as publication_id"
        )
        fill_promised(
            connection, "alert", [ENDED, PASSENGERS, RETAIL] if alerts is None else alerts
        )
        later = _STEP | {"step_no": 2, "from_state": "pending", "to_state": "firing"}
        fill_promised(connection, "alert_transition", [later, _STEP])
        fill_promised(connection, "alert_rule", [_CALM, _RULE])
    (folder / "kho.duckdb").unlink(missing_ok=True)
    (folder / "kho.duckdb").symlink_to(name)
