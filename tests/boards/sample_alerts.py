"""Made-up rows for the tables behind what needs attention and the board of alerts."""

import datetime as dt
from typing import Any

LEVELS = {"alarm": "Báo động", "warn": "Cảnh báo"}
AGENCIES = {"so_ct": "Sở Công Thương", "so_tc": "Sở Tài chính", "so_nnmt": "Sở Nông nghiệp"}
RETAIL = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
DUE = dt.date(2025, 1, 10)


def alert_rows(publication: int) -> list[tuple[str, dict[str, Any]]]:
    """Give the rows of every table of the board.

    Args:
        publication: Stamped on every row.

    Returns:
        Pairs of a mart table and a row of it: three things to see to, alerts of every level open
        and resolved, what a source lacks, months of two years, a noisy rule, what offices owe and
        how often they were reminded.
    """
    stamp = {"is_simulated": True, "publication_id": publication}
    rows = [("attention", _thing(rank)) for rank in (1, 2, 3)]
    rows += [("alert", _alert(number)) for number in range(1, 31)]
    rows += [("alert_month", _month(y, m)) for y in (2023, 2024) for m in range(1, 13)]
    rows += [("alert_rule", _rule(number)) for number in (1, 2)]
    rows += [("submission", _owed(month, office)) for month in range(1, 13) for office in AGENCIES]
    rows += [("reminder_count", _count(office, n)) for n, office in enumerate(AGENCIES)]
    return [(table, {**row, **stamp}) for table, row in rows]


def _thing(rank: int) -> dict[str, Any]:
    is_source = rank == 1
    level = "warn" if rank == 3 else "alarm"
    return {
        "rank": rank,
        "kind": "source" if is_source else "alert",
        "kind_name": "Nguồn dữ liệu" if is_source else "Cảnh báo",
        "level": level,
        "level_name": LEVELS[level],
        "is_overdue": rank != 3,
        "domain": "Thương mại",
        "subject": "Biểu thống kê" if is_source else RETAIL,
        "place": "từ 29/12/2024" if is_source else "Cả nước, 12/2024",
        "figure": "quá hẹn 12 ngày" if is_source else "▼ 26,00 %",
        "sentence": f"Việc thứ {rank}: giảm 26,00 % so với cùng kỳ năm trước.",
        "others": rank - 1,
        "responsible_name": "Sở Công Thương",
        "due_date": None if is_source else DUE,
        "since_date": dt.date(2024, 12, 29),
        "alert_code": None if is_source else f"{rank:08x}",
    }


def _alert(number: int) -> dict[str, Any]:
    level = ("alarm", "warn")[number % 2]
    code, agency = list(AGENCIES.items())[number % 3]
    is_open = number % 5 > 0
    kind = "no_data" if number % 10 == 4 else "yoy"
    key = f"{number:08x}" + "0" * 24
    return {
        "alert_id": key,
        "alert_code": key[:8],
        "rule_id": f"quy_tac_{number % 4}",
        "kind": kind,
        "kind_name": "So với cùng kỳ",
        "level": level,
        "level_name": LEVELS[level],
        "state": "firing" if is_open else "resolved",
        "state_name": "Đang cảnh báo" if is_open else "Đã kết thúc",
        "is_open": is_open,
        "is_overdue": is_open and number % 2 == 0,
        "overdue_name": ("Quá hạn 12 ngày", "Trong hạn")[number % 2] if is_open else None,
        "indicator_name": RETAIL if number % 2 else "Xuất khẩu gạo",
        "domain": "Thương mại" if number % 2 else "Xuất khẩu",
        "message": f"Chỉ tiêu thứ {number} giảm 26,00 % so với cùng kỳ năm trước.",
        "responsible_code": code,
        "responsible_name": agency,
        "due_date": dt.date(2025, 1, number),
        "handling": "moi",
        "handling_name": "Chưa ai nhận",
        "period_label": f"{1 + number % 12:02d}/2024",
        "last_period": "12/2024",
        "last_period_end": dt.date(2024, 12, 31),
    }


def _month(year: int, month: int) -> dict[str, Any]:
    return {
        "year": str(year),
        "month_no": month,
        "month_label": f"Tháng {month:02d}",
        "level_name": "Báo động",
        "domain": "Thương mại",
        "responsible_code": "so_ct",
        "responsible_name": "Sở Công Thương",
        "alerts": 1 + (year + month) % 5,
    }


def _rule(number: int) -> dict[str, Any]:
    is_noisy = number == 1
    return {
        "rule_id": f"quy_tac_{number}",
        "indicator_name": RETAIL,
        "kind_name": "So với cùng kỳ",
        "fired_count": 9,
        "open_count": 2,
        "corrected_count": 0,
        "useful_count": 1,
        "false_count": 6 if is_noisy else 0,
        "is_noisy": is_noisy,
        "noise_name": "Ồn: quá nửa báo nhầm" if is_noisy else None,
        "last_fired_on": dt.date(2024, 12, 29),
    }


def _owed(month: int, office: str) -> dict[str, Any]:
    status, name = [
        ("missing", "Còn thiếu"),
        ("received", "Đủ, đúng hạn"),
        ("late", "Đủ nhưng chậm"),
    ][month % 3]
    missing = 4 if status == "missing" else 0
    return {
        "submission_id": f"{office}{month:02d}",
        "kind": "task",
        "kind_name": "Nhiệm vụ",
        "form_code": "nhiem_vu",
        "form_name": "Nhiệm vụ được giao",
        "agency_code": office,
        "agency_name": AGENCIES[office],
        "period_start": dt.date(2024, month, 1),
        "period_label": f"{month:02d}/2024",
        "due_date": dt.date(2024, month, 20),
        "owed_count": 1200,
        "received_count": 1200 - missing,
        "late_count": 0,
        "missing_count": missing,
        "status": status,
        "status_name": name,
        "days_late": 0 if status == "received" else 3 * month,
        "reminders_sent": 1 if missing else 0,
        "last_reminded_on": dt.date(2024, month, 25) if missing else None,
        "is_contested": False,
    }


def _count(office: str, number: int) -> dict[str, Any]:
    standing, name = [
        ("none", "Chưa đến mức"),
        ("review", "Xem xét trách nhiệm người đứng đầu"),
        ("discipline", "Xử lý kỷ luật"),
    ][number]
    return {
        "agency_code": office,
        "agency_name": AGENCIES[office],
        "year": 2024,
        "reminders": 1 + 3 * number,
        "contested": 1,
        "counted": 3 * number,
        "review_limit": 3,
        "discipline_limit": 6,
        "standing": standing,
        "standing_name": name,
    }
