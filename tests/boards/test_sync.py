"""What people change by hand in Superset is told, and mended by the next push."""

from superset_config.hand_edits import hand_edits
from superset_config.source import read_source
from tests.boards.conftest import Boards, Superset
from tests.boards.people import Things

SOURCE = read_source()
ALERTS = SOURCE.dashboards["canh-bao-don-doc"]
CHART = ALERTS.charts["danh-sach"]


def test_an_edit_by_hand_is_told_and_mended(boards: Boards, superset: Superset):
    things = Things.of(superset)
    chart = things.charts["canh-bao-don-doc/danh-sach"]
    gone = things.charts["canh-bao-don-doc/nguong"]
    assert hand_edits(boards.home) == []

    def change(method: str, path: str, body: object = None) -> None:
        answer = superset.client.request(method, path, json=body, headers=superset.csrf())
        assert answer.status_code == 200, answer.text

    change("PUT", f"/api/v1/chart/{chart}", {"slice_name": "Tên do người khác đặt"})
    change("DELETE", f"/api/v1/chart/{gone}")
    board = things.dashboards["kt-xh"]
    change("PUT", f"/api/v1/dashboard/{board}", {"css": ".x { color: red }"})
    told = {edit.thing: edit for edit in hand_edits(boards.home)}
    assert told["biểu đồ Tên do người khác đặt"].fields == ("slice_name",)
    assert told["biểu đồ Tên do người khác đặt"].by == "admin"
    assert told["biểu đồ Tên do người khác đặt"].at
    assert told["bảng Kinh tế – xã hội"].fields == ("css",)
    assert str(told[f"biểu đồ {ALERTS.charts['nguong'].title}"]).endswith("bị xóa")

    result = boards.push()
    assert result.changed and len(result.edits) == len(told)
    assert hand_edits(boards.home) == []
    assert superset.answer(f"/api/v1/chart/{chart}")["result"]["slice_name"] == CHART.title
    again = boards.push()
    assert not again.changed and not again.edits


def test_looking_at_a_board_is_no_edit(boards: Boards, superset: Superset):
    number = Things.of(superset).dashboards["kt-xh"]
    answer = superset.client.put(
        f"/api/v1/dashboard/{number}/colors",
        json={"shared_label_colors": ["2024"], "map_label_colors": {"2024": "#123456"}},
        headers=superset.csrf(),
    )
    assert answer.status_code == 200, answer.text
    assert hand_edits(boards.home) == []
