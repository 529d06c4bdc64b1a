"""Each change of an alert is told once to those it concerns; silences hold it back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.alerting.sending import send
from pipelines.alerting.silences import in_force, silence, unsilence
from pipelines.alerting.telling import planned, tell
from pipelines.errors import UserError
from pipelines.outbox import store
from pipelines.settings import Settings
from pipelines.steward.log import read_log
from tests.support.alerts import RETAIL, publish_alerts

DAY = datetime(2020, 5, 4, 2, tzinfo=UTC)
PEOPLE = """\
recipients:
  - {name: all, title: Mọi cảnh báo, channel: mail, address: all@b.vn}
  - {name: trade, title: Sở, agency_codes: [so_cong_thuong], channel: mail, address: t@b.vn}
  - {name: grave, title: Báo động, level: alarm, channel: mail, address: g@b.vn}
  - {name: chief, title: Lãnh đạo, level: none, is_leader: true, channel: mail, address: c@b.vn}
"""


class Mart:
    """A published mart in which the test changes alerts, and a clock."""

    def __init__(self, home: Path) -> None:
        (home / "recipients.yaml").write_text(PEOPLE, encoding="utf-8")
        self.settings = Settings(home=home, target="duckdb", now=DAY)
        self.alerts: dict[str, dict[str, Any]] = {}
        self.number = 0

    def at(self, days: float) -> None:
        self.settings = self.settings.model_copy(update={"now": DAY + timedelta(days=days)})

    def has(self, name: str, **columns: Any) -> None:
        """Give an alert these columns, over what it had."""
        base = RETAIL | {
            "alert_id": name * 8,
            "message": f"Chỉ tiêu {name} giảm.",
            "is_overdue": False,
            "escalation_level": 0,
            "source_code": "thong_ke",
            "source_title": "Biểu thống kê",
            "is_corrected": False,
            "is_simulated": False,
            "fired_at": self.settings.clock(),
        }
        self.alerts[name] = self.alerts.get(name, base) | columns

    def ends(self, name: str, **columns: Any) -> None:
        ended = {"state": "resolved", "is_open": False, "resolved_at": self.settings.clock()}
        self.has(name, **ended, **columns)

    def told(self) -> dict[str, list[str]]:
        """Publish, tell, and give what is new in the outbox: recipient -> subjects."""
        self.number += 1
        publish_alerts(self.settings.home, list(self.alerts.values()), self.number)
        before = len(self._messages())
        dry = [(message.recipient, message.subject) for message in planned(self.settings)]
        tell(self.settings)
        new = self._messages()[before:]
        assert [(row["recipient"], row["subject"]) for row in new] == dry
        found: dict[str, list[str]] = {}
        for row in new:
            found.setdefault(row["recipient"], []).append(row["subject"])
        return found

    def last_body(self) -> str:
        return str(self._messages()[-1]["body"])

    def _messages(self) -> list[Any]:
        with store.opened(self.settings) as db:
            return db.execute("select * from message order by id").fetchall()


@pytest.fixture
def mart(tmp_path: Path) -> Mart:
    made = Mart(tmp_path)
    made.has("old")
    assert made.told() == {}, "what was there before a recipient is known to them"
    made.at(1)
    return made


def test_each_gets_what_concerns_them_once(mart: Mart) -> None:
    mart.has("a")
    mart.has("b", level="warn", responsible_code="so_xd")
    assert mart.told() == {
        "all": ["Biểu thống kê: 2 cảnh báo mới (05/05/2020)"],
        "trade": ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"],
        "grave": ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"],
    }
    assert mart.told() == {}
    assert (
        "[Báo động] Chỉ tiêu a giảm. Sở Công Thương trả lời trước hết ngày 12/05/2020. (mã aaaa"
        in (mart.last_body())
    )


def test_an_end_is_told_to_those_who_were_told_the_beginning(mart: Mart) -> None:
    mart.has("a")
    mart.has("b", level="warn")
    mart.told()
    mart.at(3)
    mart.ends("a", is_corrected=True, corrected_at=mart.settings.clock())
    # it concerns another agency now, and the first time nobody was told of "old"
    mart.ends("b", responsible_code="so_xd")
    mart.ends("old")
    both = "Biểu thống kê: 1 cảnh báo đã đính chính, 1 cảnh báo đã kết thúc (07/05/2020)"
    assert mart.told() == {
        "all": [both],
        "trade": [both],
        "grave": ["Biểu thống kê: 1 cảnh báo đã đính chính (07/05/2020)"],
    }
    assert mart.told() == {}


def test_what_fires_and_ends_between_two_looks_is_told_whole(mart: Mart) -> None:
    mart.has("a")
    mart.at(2)
    mart.ends("a")
    assert mart.told()["grave"] == [
        "Biểu thống kê: 1 cảnh báo mới (05/05/2020)",
        "Biểu thống kê: 1 cảnh báo đã kết thúc (06/05/2020)",
    ]


def test_five_hundred_together_are_one_message_with_the_gravest_lines(mart: Mart) -> None:
    for number in range(500):
        grave = {"level": "alarm", "level_name": "Báo động"}
        mild = {"level": "warn", "level_name": "Cảnh báo"}
        mart.has(f"n{number}", **(grave if number >= 490 else mild))
    for number in range(3):
        mart.has(f"s{number}", kind="no_data", source_code="y_te", source_title="Y tế")
    assert mart.told()["all"] == [
        "Biểu thống kê: 500 cảnh báo mới (05/05/2020)",
        "Y tế: 3 nguồn thiếu số liệu (05/05/2020)",
    ]
    with store.opened(mart.settings) as db:
        (body,) = db.execute("select body from message where recipient = 'all'").fetchone()
    lines = body.splitlines()
    assert lines[1].startswith("- [Báo động] Chỉ tiêu n490 ")
    assert lines[11].startswith("- [Cảnh báo] Chỉ tiêu n0 ")
    assert lines[21] == "… và 480 cảnh báo khác." and len(lines) == 24
    assert tell(mart.settings) == 0


def test_simulated_figures_say_so(mart: Mart) -> None:
    mart.has("a", is_simulated=True)
    assert mart.told()["grave"] == ["[Mô phỏng] Biểu thống kê: 1 cảnh báo mới (05/05/2020)"]


def test_a_rebuild_tells_nothing_again(mart: Mart) -> None:
    mart.has("a")
    mart.told()
    mart.has("a", fired_at=DAY + timedelta(days=1, hours=3), period_label="05/2020")
    assert mart.told() == {}


def test_history_is_not_told(mart: Mart) -> None:
    mart.at(40)
    mart.has("a", fired_at=DAY)
    assert mart.told() == {}
    mart.ends("a")
    assert mart.told() == {}


def test_a_new_recipient_is_not_flooded(mart: Mart) -> None:
    mart.has("a")
    mart.told()
    file = mart.settings.home / "recipients.yaml"
    file.write_text(PEOPLE + "  - {name: late, title: Mới, channel: mail, address: l@b.vn}\n")
    assert mart.told() == {}
    mart.has("b")
    assert "late" in mart.told()


def test_each_escalation_goes_once_to_the_leaders(mart: Mart) -> None:
    mart.has("a")
    mart.told()
    mart.at(9)
    mart.has("a", escalation_level=1, escalated_after=date(2020, 5, 12))
    assert mart.told() == {"chief": ["1 cảnh báo quá hạn trả lời (13/05/2020)"]}
    assert "Sở Công Thương lẽ ra trả lời ngày 12/05/2020." in mart.last_body()
    assert mart.told() == {}
    mart.at(15)
    mart.has("a", escalation_level=2, escalated_after=date(2020, 5, 18))
    assert mart.told() == {"chief": ["1 cảnh báo quá hạn trả lời (19/05/2020)"]}
    assert "đã quá hai lần hạn" in mart.last_body() and mart.told() == {}


def test_a_leaders_closing_is_told(mart: Mart) -> None:
    mart.has("a")
    mart.told()
    closed = {"is_open": False, "handling": "da_dong", "handling_reason": "do dịch bệnh"}
    mart.has("a", handled_at=mart.settings.clock(), **closed)
    assert mart.told()["grave"] == ["Biểu thống kê: 1 cảnh báo lãnh đạo đã đóng (05/05/2020)"]
    assert "Lý do đóng: do dịch bệnh." in mart.last_body() and mart.told() == {}


def quieten(mart: Mart, days: int, **wanted: str) -> None:
    until = (mart.settings.clock() + timedelta(days=days)).date()
    silence(mart.settings, wanted, until, "Lan", "đang sửa")


def test_a_silence_ends_by_itself_and_tells_what_is_still_open(mart: Mart) -> None:
    quieten(mart, 3, indicator="ban_le_tong_muc")
    mart.has("lasting")
    mart.has("brief")
    mart.has("other", indicator_code="khac")
    assert mart.told()["all"] == ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"]
    mart.at(3)
    mart.ends("brief")
    assert mart.told() == {}
    mart.at(4)
    assert mart.told() == {}, "the last day is silent still"
    mart.at(5)
    assert mart.told()["all"] == ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"]
    assert "lasting" in mart.last_body() and "brief" not in mart.last_body()
    assert mart.told() == {}


def test_a_silence_longer_than_the_window_loses_nothing(mart: Mart) -> None:
    quieten(mart, 60, source="thong_ke")
    mart.has("a")
    assert mart.told() == {}
    mart.at(62)
    assert mart.told()["all"] == ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"]


def test_an_end_in_a_silence_is_told_after_it_to_those_who_know_the_beginning(mart: Mart) -> None:
    mart.has("a")
    mart.told()
    quieten(mart, 3, rule="ban_le_tong_muc__so_cung_ky", agency="so_cong_thuong")
    mart.ends("a")
    assert mart.told() == {}
    mart.at(5)
    assert mart.told()["grave"] == ["Biểu thống kê: 1 cảnh báo đã kết thúc (05/05/2020)"]


def test_a_silence_can_be_lifted(mart: Mart) -> None:
    quieten(mart, 30, area="Nghệ An")
    mart.has("a")
    assert mart.told() == {}
    (one,) = in_force(read_log(mart.settings.lake), date(2020, 5, 6))
    unsilence(mart.settings, one.id[:6], "Lan", "xong")
    assert mart.told()["all"] == ["Biểu thống kê: 1 cảnh báo mới (05/05/2020)"]
    with pytest.raises(UserError, match="Không có lệnh tắt tin"):
        unsilence(mart.settings, one.id, "Lan", "lại")


@pytest.mark.parametrize(
    "wanted, day, by, said",
    [
        ({}, date(2020, 5, 9), "Lan", "--rule"),
        ({"rule": "x"}, date(2020, 5, 5), "Lan", "sau hôm nay"),
        ({"rule": "x"}, date(2022, 5, 5), "Lan", "một năm"),
        ({"rule": "x"}, date(2020, 5, 9), " ", "--by"),
    ],
)
def test_a_silence_that_does_not_fit_is_refused(
    mart: Mart, wanted: dict[str, str], day: date, by: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        silence(mart.settings, wanted, day, by, "vì sao")
    assert not read_log(mart.settings.lake).entries


def test_without_recipients_one_line_says_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, target="duckdb", now=DAY)
    assert "recipients.yaml" in send(settings).words
    assert not store.folder(settings).exists()
