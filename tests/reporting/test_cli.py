"""`kho report calendar|missing|turn|send` as a person calls them."""

import pytest

from tests.pipelines.test_cli import kho, one_line_of_complaint
from tests.reporting.conftest import Office, lacks

NOON = {"KHO_NOW": "2024-12-16T12:00:00+07:00", "COLUMNS": "120"}


def test_the_calendar_and_what_is_missing(office: Office) -> None:
    office.publish(lacks(12, "còn thiếu 2 mục tháng 11/2024"))
    said = kho("report", "calendar", home=office.settings.home, **NOON).stdout.splitlines()
    assert said[0] == "Báo cáo tháng 12/2024, kỳ số liệu 15/11/2024 – 14/12/2024"
    assert said[1] == "● 15/12/2024 08:00  Mốc preflight"
    assert "○ 24/12/2024 15:00  Mốc final" in said and said[-1] == "Còn 8 ngày đến ngày chốt."
    told = kho("report", "missing", home=office.settings.home, **NOON).stdout
    assert "– Sở Công Thương: còn thiếu 2 mục tháng 11/2024. Cần trước hết ngày 23/12/2024." in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calendar", "--period", "2031-01"], "Lịch báo cáo có từ 2024-01 đến 2024-12"),
        (["send", "--period", "2024-12"], "Tháng 12/2024 chưa có bản chốt: lập bằng `kho report"),
    ],
)
def test_a_wrong_call_says_what_to_do(office: Office, words: list[str], said: str) -> None:
    office.publish()
    done = kho("report", *words, home=office.settings.home, **NOON)
    assert said in one_line_of_complaint(done, 2)
