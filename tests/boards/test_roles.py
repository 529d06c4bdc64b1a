"""Who may do what: every role at every path, over HTTP with real logins."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from superset_config.source import OPEN
from tests.boards.conftest import Boards, Superset
from tests.boards.people import PASSWORD, ROLES, SOURCE, Things, let_in, log_in, logged_in, rison

OWN = next(role for role in ROLES.values() if role.own_agency)
# what a board of the contact's asks of an agency
COLUMNS = {
    chart.dataset: SOURCE.datasets[chart.dataset].rows
    for board in SOURCE.dashboards.values()
    for chart in board.charts.values()
    if OWN.sees(board.slug) and SOURCE.datasets[chart.dataset].rows not in {"", OPEN}
}
MAIN, QUALITY = "bang-chinh/o-chi-tieu", "chat-luong-du-lieu/hop-viec"


@dataclass
class House:
    """A Superset with one person of each role logged in."""

    superset: Superset
    boards: Boards
    things: Things
    agency: str
    people: dict[str, httpx.Client]


@pytest.fixture(scope="module")
def house(boards: Boards, superset: Superset) -> Iterator[House]:
    """One person of each role; the contact is of an agency that is not the only one."""
    agency = _most_seen_agency(boards)
    let_in(boards.home, agency)
    opened = {who: logged_in(superset.url, who) for who in ROLES}
    people = {who: person.__enter__() for who, person in opened.items()}
    people["nobody"] = httpx.Client(base_url=superset.url, timeout=120)
    yield House(superset, boards, Things.of(superset), agency, people)
    for client in people.values():
        client.close()


def _most_seen_agency(boards: Boards) -> str:
    """Give an agency that has rows in datasets where others have some, too."""
    union = " union all ".join(
        f"select {column} as agency from mart.{SOURCE.datasets[name].model} group by {column} "
        f"having count(*) < (select count(*) from mart.{SOURCE.datasets[name].model})"
        for name, column in COLUMNS.items()
    )
    sql = f"select agency from ({union}) where agency is not null group by 1 "
    return boards.rows(sql + "order by count(*) desc, agency limit 1")[0][0]


def page(path: str) -> Callable[[House, httpx.Client], httpx.Response]:
    return lambda house, client: client.get(path)


def api(
    method: str, path: str, body: Any = None
) -> Callable[[House, httpx.Client], httpx.Response]:
    def call(house: House, client: httpx.Client) -> httpx.Response:
        things = house.things
        filled = path.format(
            board=things.dashboards["bang-chinh"],
            quality=things.dashboards["chat-luong-du-lieu"],
            chart=things.charts[MAIN],
            dataset=things.datasets["main_board"],
            ids=rison([things.dashboards["bang-chinh"]]),
            database=things.database,
        )
        return client.request(method, filled, json=body)

    return call


def asked(chart: str, **changed: Any) -> Callable[[House, httpx.Client], httpx.Response]:
    """Ask for a chart as its board does."""

    def call(house: House, client: httpx.Client) -> httpx.Response:
        body = {**house.things.saved(house.superset, chart), **changed}
        return client.post("/api/v1/chart/data", json=body)

    return call


def invented(
    dataset: str, chart: str | None = None, result_type: str = "full", **query: Any
) -> Callable[[House, httpx.Client], httpx.Response]:
    """Ask a question no chart asks, pretending to be a chart of a board when one is given."""

    def call(house: House, client: httpx.Client) -> httpx.Response:
        body = house.things.invented(dataset, **query)
        body["result_type"] = result_type
        if chart:
            body = house.things.on_board(body, chart)
        return client.post("/api/v1/chart/data", json=body)

    return call


def sql(text: str) -> Callable[[House, httpx.Client], httpx.Response]:
    return lambda house, client: client.post(
        "/api/v1/sqllab/execute/",
        json={"database_id": house.things.database, "sql": text, "runAsync": False},
    )


COUNT = {"expressionType": "SQL", "sqlExpression": "count(*)", "label": "n"}
AXIS = {"columnType": "BASE_AXIS", "expressionType": "SQL", "label": "a"}
TILES = "select count(*) as n from mart.main_board"
# what is asked, how, and who gets an answer; everybody else must not
PATHS: list[tuple[str, Callable[[House, httpx.Client], httpx.Response], str]] = [
    ("main board", page("/superset/dashboard/bang-chinh/"),
     "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("quality board", page("/superset/dashboard/chat-luong-du-lieu/"),
     "chuyen_vien quan_tri_du_lieu dau_moi"),
    ("main board's API", api("GET", "/api/v1/dashboard/{board}"),
     "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("main board's charts", api("GET", "/api/v1/dashboard/{board}/charts"),
     "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("main board's datasets", api("GET", "/api/v1/dashboard/{board}/datasets"),
     "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("quality board's datasets", api("GET", "/api/v1/dashboard/{quality}/datasets"),
     "chuyen_vien quan_tri_du_lieu dau_moi"),
    ("list of boards", page("/dashboard/list/"),
     "lanh_dao chuyen_vien quan_tri_du_lieu dau_moi"),
    ("chart of the main board", asked(MAIN), "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("chart of the quality board", asked(QUALITY), "chuyen_vien quan_tri_du_lieu dau_moi"),
    ("chart as CSV", asked(MAIN, result_format="csv"), "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("chart as Excel", asked(QUALITY, result_format="xlsx"),
     "chuyen_vien quan_tri_du_lieu dau_moi"),
    ("chart by its number", api("GET", "/api/v1/chart/{chart}/data/"), "chuyen_vien"),
    ("dataset without a board", invented("main_board", columns=["rank"]), "chuyen_vien"),
    ("dataset under another board's name",
     invented("board_table", MAIN, columns=["indicator_name"]), "chuyen_vien"),
    ("other columns of a board's dataset", invented("main_board", MAIN, columns=["rank"]),
     "lanh_dao chuyen_vien quan_tri_du_lieu"),
    ("SQL in a measure", invented("main_board", MAIN, metrics=[COUNT]), ""),
    ("SQL in a column",
     invented("main_board", MAIN, columns=[{**AXIS, "sqlExpression": "upper(domain)"}]), ""),
    ("SQL in a condition",
     invented("main_board", MAIN, columns=["rank"], extras={"where": "1 = 1"}), ""),
    ("SQL in an order",
     invented("main_board", MAIN, columns=["rank"], orderby=[[COUNT, True]]), ""),
    ("whole rows", invented("main_board", MAIN, "samples"), ""),
    ("whole rows below a chart", invented("quality_issue", QUALITY, "drill_detail"), ""),
    ("samples", api("POST", "/datasource/samples?datasource_id={dataset}&datasource_type=table"),
     ""),
    ("explore page", page("/explore/?datasource_id=1&datasource_type=table"), ""),
    ("explore API", api("GET", "/api/v1/explore/?slice_id={chart}"), ""),
    ("chart's definition", api("GET", "/api/v1/chart/{chart}"), "chuyen_vien"),
    ("dataset list", api("GET", "/api/v1/dataset/"), ""),
    ("dataset", api("GET", "/api/v1/dataset/{dataset}"), ""),
    ("distinct values", api("GET", "/api/v1/datasource/table/{dataset}/column/domain/values/"),
     ""),
    ("export of a board", api("GET", "/api/v1/dashboard/export/?q={ids}"), ""),
    ("export of a chart", api("GET", "/api/v1/chart/export/?q={ids}"), ""),
    ("export of a dataset", api("GET", "/api/v1/dataset/export/?q={ids}"), ""),
    ("export of everything", api("GET", "/api/v1/assets/export/"), ""),
    ("change of a board", api("PUT", "/api/v1/dashboard/{board}", {"dashboard_title": "x"}), ""),
    ("change of a chart", api("PUT", "/api/v1/chart/{chart}", {"slice_name": "x"}), ""),
    ("removal of a chart", api("DELETE", "/api/v1/chart/{chart}"), ""),
    ("change of a dataset", api("PUT", "/api/v1/dataset/{dataset}", {"description": "x"}), ""),
    ("SQL Lab's page", page("/sqllab/"), "chuyen_vien"),
    ("SQL on mart", sql(TILES), "chuyen_vien"),
    ("SQL with a named query", sql(f"with a as ({TILES}) select n from a"), "chuyen_vien"),
    ("SQL on hist", sql("select * from hist.x"), ""),
    ("SQL through a function", sql("select * from query('select 1 as a')"), ""),
    ("SQL on the catalogue", sql("select table_name from information_schema.tables"), ""),
    ("SQL without a schema", sql("select * from main_board"), ""),
    ("SQL changing a setting", sql("set threads = 1"), ""),
    ("list of databases", api("GET", "/api/v1/database/"), "chuyen_vien"),
    ("database's address", api("GET", "/api/v1/database/{database}/connection"), ""),
    ("new database", api("POST", "/api/v1/database/", {"database_name": "x"}), ""),
    ("list of people", api("GET", "/api/v1/security/users/"), ""),
    ("list of roles", api("GET", "/api/v1/security/roles/"), ""),
    ("new person", api("POST", "/api/v1/security/users/", {"username": "x"}), ""),
    ("row rules", api("GET", "/api/v1/rowlevelsecurity/"), ""),
    ("log of actions", api("GET", "/api/v1/log/"), ""),
    ("own name", api("GET", "/api/v1/me/"), "lanh_dao chuyen_vien quan_tri_du_lieu dau_moi"),
    ("own roles", api("GET", "/api/v1/me/roles/"),
     "lanh_dao chuyen_vien quan_tri_du_lieu dau_moi"),
    ("change of oneself", api("PUT", "/api/v1/me/", {"first_name": "x"}), ""),
]  # fmt: skip


@pytest.mark.parametrize(("call", "allowed"), [p[1:] for p in PATHS], ids=[p[0] for p in PATHS])
def test_each_role_gets_what_is_its_own(house: House, call: Any, allowed: str):
    answers = {who: call(house, client) for who, client in house.people.items()}
    got = {who for who, answer in answers.items() if answer.status_code == 200}
    told = {who: (a.status_code, a.text[:300]) for who, a in answers.items()}
    assert got == set(allowed.split()), told
    accidents = [who for who in set(answers) - got if not _is_refusal(answers[who])]
    assert not accidents, told


@pytest.mark.parametrize("dataset", COLUMNS)
def test_a_contact_gets_the_rows_of_the_own_agency_only(house: House, dataset: str):
    chart = _chart_of(dataset)
    column, model = COLUMNS[dataset], SOURCE.datasets[dataset].model
    everybody = house.boards.rows(f"select distinct {column} from mart.{model} order by 1")
    question = house.things.invented(dataset, columns=[column], orderby=[[column, True]])
    body = house.things.on_board(question, chart)
    # the steward looks first, so that an answer kept for others would be found
    assert _values(house.people["quan_tri_du_lieu"], body, column) == [v for (v,) in everybody]
    own = [value for (value,) in everybody if value == house.agency]
    assert _values(house.people["dau_moi"], body, column) == own


def test_an_agency_has_rows_and_others_have_more(house: House):
    """The test above would be empty where the agency has nothing, or everything."""
    counts = [
        house.boards.rows(
            f"select count(*) filter (where {column} = '{house.agency}'), count(*) "
            f"from mart.{SOURCE.datasets[name].model}"
        )[0]
        for name, column in COLUMNS.items()
    ]
    assert any(0 < own < everything for own, everything in counts), counts


def test_a_contact_s_file_holds_the_own_agency_only(house: House):
    body = house.things.on_board(
        house.things.invented("submission", columns=["agency_code"]), _chart_of("submission")
    )
    answer = house.people["dau_moi"].post(
        "/api/v1/chart/data", json={**body, "result_format": "csv"}
    )
    assert answer.status_code == 200
    assert set(answer.text.splitlines()[1:]) <= {house.agency}


def test_who_has_no_role_of_ours_sees_no_row(house: House, superset: Superset):
    """Deny by default: the rule that lets nothing through is for everybody it does not name."""
    rules = superset.answer("/api/v1/rowlevelsecurity/?q=(page_size:100)")["result"]
    closed = [r for r in rules if r["filter_type"] == "Base" and r["clause"] == "1 = 0"]
    guarded = {table["table_name"] for rule in closed for table in rule["tables"]}
    wanted = {d.model for d in SOURCE.datasets.values() if d.rows != OPEN}
    assert guarded == wanted


def test_a_contact_is_led_to_the_own_board(house: House):
    for path in ("/", "/superset/dashboard/bang-chinh/"):
        answer = house.people["dau_moi"].get(path)
        assert answer.headers["location"] == f"/superset/dashboard/{OWN.home}/"
    assert house.people["lanh_dao"].get("/").headers["location"].endswith("/bang-chinh/")


def test_a_late_report_of_the_login_page_does_not_undo_the_login(house: House):
    """The page reports to /superset/log/ with the cookie of nobody; the answer may come late."""
    with httpx.Client(base_url=house.superset.url, timeout=60) as client:
        client.get("/login/")
        nobody = dict(client.cookies)
        assert log_in(client, "lanh_dao", PASSWORD).status_code == 302
        late = httpx.post(
            f"{house.superset.url}/superset/log/?explode=events",
            cookies=nobody, data={"events": "[]"},
        )  # fmt: skip
        assert "set-cookie" not in late.headers


def test_guessing_a_password_is_stopped_for_that_name_only(house: House):
    url = "/api/v1/security/login"
    body = {"username": "quan_tri_du_lieu", "provider": "db"}
    with httpx.Client(base_url=house.superset.url, timeout=60) as client:

        def status(**said: str) -> int:
            while True:  # the limit by address, five a second, is not what is looked at
                answer = client.post(url, json={**body, **said})
                if answer.status_code != 429:
                    return answer.status_code
                time.sleep(0.2)

        assert status(password=PASSWORD) == 200
        assert {status(password=f"sai-{n}") for n in range(10)} == {401}
        assert status(password=PASSWORD) == 401
        assert status(username="lanh_dao", password=PASSWORD) == 200


def _chart_of(dataset: str) -> str:
    """Name a chart of a board of the contact's that asks this dataset."""
    return next(
        f"{board.slug}/{chart.name}"
        for board in SOURCE.dashboards.values()
        for chart in board.charts.values()
        if chart.dataset == dataset and OWN.sees(board.slug)
    )


def _values(client: httpx.Client, body: dict[str, Any], column: str) -> list[Any]:
    answer = client.post("/api/v1/chart/data", json=body)
    assert answer.status_code == 200, answer.text[:500]
    return [row[column] for row in answer.json()["result"][0]["data"]]


def _is_refusal(answer: httpx.Response) -> bool:
    """Tell a refusal from an accident; a change without a CSRF token answers 400."""
    if answer.status_code == 500:  # so SQL Lab says no
        error = answer.json()["errors"][0]
        return error["error_type"] == "TABLE_SECURITY_ACCESS_ERROR" or error["message"][:3] == "Chỉ"
    return answer.status_code in {302, 400, 401, 403, 404, 405}
