"""Made-up rows for the tables behind the boards of quality and of sources."""

import datetime as dt
from typing import Any

SOURCE = {"source": "thong_ke", "source_name": "Biểu thống kê kinh tế – xã hội hằng tháng"}
AGENCY = {"agency_code": "cuc_thong_ke", "agency_name": "Cục Thống kê"}
FAMILIES = {"ban_le": "Bán lẻ hàng hóa và dịch vụ", "cpi": "Chỉ số giá tiêu dùng"}
MONTHS = [(2024, month) for month in range(1, 13)] + [(2025, 1)]
MISSING, NOT_DUE = (2024, 5), (2025, 1)


def quality_rows(publication: int) -> list[tuple[str, dict[str, Any]]]:
    """Give the rows of every table of the two boards.

    Args:
        publication: Stamped on every row.

    Returns:
        Pairs of a mart table and a row of it: a month that was not delivered, one not yet due,
        issues of every severity, a source that breaks its promise and one that is blocked.
    """
    stamp = {"is_simulated": True, "publication_id": publication}
    rows = [("quality_scorecard", _score(*month)) for month in MONTHS]
    rows += [("quality_coverage", _coverage(*m, family)) for m in MONTHS for family in FAMILIES]
    rows += [("quality_issue", _issue(number)) for number in range(1, 31)]
    rows += [("source_status", row) for row in _systems()]
    rows += [("source_summary", _summary())]
    rows += [("report_status", _report()), ("report_blocker", _blocker())]
    return [(table, {**row, **stamp}) for table, row in rows]


def _report() -> dict[str, Any]:
    return {
        "period": "2025-01",
        "period_label": "01/2025",
        "window_start": dt.date(2024, 12, 15),
        "window_end": dt.date(2025, 1, 14),
        "final_on": dt.date(2025, 1, 24),
        "due_on": dt.date(2025, 1, 25),
        "state": "preparing",
        "state_name": "Đang chuẩn bị",
        "next_step_name": "Lập dự thảo",
        "next_step_on": dt.date(2025, 1, 20),
        "days_left": 8,
        "working_days_left": 7,
        "blocker_count": 1,
        "blocking_count": 0,
        "agency_count": 1,
    }


def _blocker() -> dict[str, Any]:
    return {
        **AGENCY,
        "period": "2025-01",
        "kind": "submission",
        "kind_name": "Thiếu số liệu",
        "subject_id": "a",
        "sentence": "còn thiếu 1 mục tháng 12/2024",
        "is_blocking": False,
        "needed_by": dt.date(2025, 1, 23),
    }


def _score(year: int, month: int) -> dict[str, Any]:
    here = (year, month) not in (MISSING, NOT_DUE)
    due = None if (year, month) == NOT_DUE else (100 if here else 0)
    return {
        **SOURCE,
        **AGENCY,
        "period": dt.date(year, month, 1),
        "period_label": f"{month:02d}/{year}",
        "is_newest": (year, month) == (2024, 12),
        "dung_pct": 97 + month / 8 if here else None,
        "dung_tone": "tot" if here else "trong",
        "du_tone": "trong" if due is None else "tot" if here else "kem",
        "sach_tone": "vua" if here else "trong",
        "song_tone": "trong" if due is None else "tot" if here else "kem",
        "dung_bad": 40 if here else 0,
        "dung_total": 2000 if here else 0,
        "du_pct": due,
        "du_received": 55 if here else 0,
        "du_expected": 0 if due is None else 55,
        "sach_pct": 94.25 if here else None,
        "sach_bad": 115 if here else 0,
        "sach_total": 2000 if here else 0,
        "song_pct": due,
        "song_lag_days": 0 if here else 64,
        "song_promise_days": 9,
        "received_on": dt.date(year, month, 28) if here else None,
        "due_on": dt.date(year, month, 28),
        "formula": "Đúng 98,0000 % = 100 × (2.000 − 40)/2.000",
    }


def _coverage(year: int, month: int, family: str) -> dict[str, Any]:
    states = {MISSING: ("khong_co", "Không có"), NOT_DUE: ("chua_den_han", "Chưa đến hạn")}
    status, name = states.get((year, month), ("du", "Đủ"))
    return {
        **SOURCE,
        **AGENCY,
        "family": family,
        "family_name": FAMILIES[family],
        "period": dt.date(year, month, 1),
        "period_label": f"{month:02d}/{year}",
        "expected_fields": 5,
        "received_fields": 5 if status == "du" else 0,
        "coverage_pct": {"du": 100, "khong_co": 0}.get(status),
        "status": status,
        "status_name": name,
    }


def _issue(number: int) -> dict[str, Any]:
    severity, name, rank = [
        ("chan", "Chặn", 1),
        ("canh_bao", "Cảnh báo", 2),
        ("ghi_nhan", "Ghi nhận", 3),
    ][number % 3]
    seen = dt.datetime(2024, 1 + number % 12, 28, tzinfo=dt.UTC)
    family = ("ban_le", "cpi")[number % 2]
    key = f"{number:08x}" + "0" * 24
    mended = number == 30
    return {
        **SOURCE,
        **AGENCY,
        "issue_id": key,
        "issue_code": key[:8],
        "rule_id": "restated" if number % 2 else "outlier",
        "dimension": "dung" if number % 2 else "sach",
        "dimension_name": "Đúng" if number % 2 else "Sạch",
        "severity": severity,
        "severity_name": name,
        "severity_rank": rank,
        "sentence": "Số đã công bố được công bố lại" if number % 2 else "Con số bất thường",
        "mend": "Hỏi cơ quan công bố lý do chỉnh số",
        "state": "da_sua_tai_nguon" if mended else "moi",
        "state_name": "Đã sửa tại nguồn" if mended else "Mới",
        "family": family,
        "family_name": FAMILIES[family],
        "period": dt.date(2024, 1 + number % 12, 1),
        "source_file": "2024-12-29.xlsx",
        "sheet": "5.Ban le",
        "cell": f"C{number}",
        "address": f"2024-12-29.xlsx · 5.Ban le!C{number}",
        "value_text": str(number * 1.5),
        "detail": f"Trước in {number}, nay in {number + 40}",
        "first_seen": seen,
        "last_seen": seen,
        "is_open": not mended,
    }


def _systems() -> list[dict[str, Any]]:
    common = {**AGENCY, "is_in_scope": True, "quoted": "BG: «có nêu tên»"}
    step_names = ("0. Mới nêu tên", "1. Nhận bằng tệp", "2. Tự động kéo về")
    kept_names = {None: "Chưa có nguồn", True: "Giữ đúng", False: "Trễ hẹn"}
    rows = []
    for number, (step, mode, mode_name, kept) in enumerate(
        [
            (1, "manual", "Thủ công", True),
            (2, "automatic", "Tự động", False),
            (0, "none", "Chưa có", None),
        ],
        start=1,
    ):
        fed = step > 0
        rows.append(
            {
                **common,
                "system_id": f"S{number:02d}",
                "system_name": f"Hệ thống thứ {number}",
                "field": "Kinh tế" if fed else "Tư pháp",
                "step": step,
                "step_name": step_names[step],
                "mode": mode,
                "mode_name": mode_name,
                "last_known_on": dt.date(2024, 12, 29) if fed else None,
                "promise": "Hằng tháng, ngày 29" if fed else None,
                "lag_days": 3 if kept else (60 if fed else None),
                "is_promise_kept": kept,
                "promise_kept_name": kept_names[kept],
                "blocked_by": None if fed else "VT 1845: «đang được Bộ ngành lưu trữ»",
                "blocked_since": None if fed else dt.date(2022, 11, 15),
                "needed_document": None if fed else "Văn bản kiến nghị Bộ chủ quản",
            }
        )
    return rows


def _summary() -> dict[str, Any]:
    return {
        "system_count": 3,
        "in_scope_count": 3,
        "connected_count": 2,
        "automatic_count": 1,
        "realtime_count": 0,
        "verified_count": 0,
        "blocked_count": 1,
        "automatic_text": "1/3 phân hệ tự động",
        "connected_text": "2/3 phân hệ đã có số liệu",
    }
