"""The tables beside prices, production, retail and exports: each is consistent in itself."""

from collections import defaultdict

import pytest

from simulators.workbooks import business, foreign, gdp, investment, labour, transport, visitors
from simulators.workbooks.business import BRANCHES, FARMING
from simulators.workbooks.goods import DOMESTIC, FOREIGN
from tests.simulators.conftest import Written

ROUNDING = 1e-4  # of sums of up to a hundred numbers printed with six decimals

# Family, whole and the parts that stand with it in one column.
SUMS = [
    ("nhap_khau", "tong_tri_gia", [DOMESTIC, FOREIGN]),
    ("doanh_nghiep", business.TOTAL, [FARMING[0], *BRANCHES]),
    *(("doanh_nghiep", branch, list(members)) for branch, (_, members) in BRANCHES.items()),
    ("von_dau_tu_nsnn", investment.TOTAL, [investment.CENTRAL, investment.LOCAL]),
    ("von_dau_tu_nsnn", investment.LOCAL, list(investment.LEVELS)),
    ("van_tai", transport.TOTAL, [transport.HOME, transport.ABROAD]),
    ("van_tai", transport.TOTAL, list(transport.MODES)),
    ("khach_quoc_te", visitors.TOTAL, list(visitors.MEANS)),
    ("khach_quoc_te", visitors.TOTAL, [*visitors.CONTINENTS, visitors.AFRICA]),
    *(
        ("khach_quoc_te", continent, list(members))
        for continent, (_, members) in visitors.CONTINENTS.items()
    ),
    *(("gdp", whole, list(parts)) for whole, (_, parts) in gdp.GROUPS.items()),
    ("lao_dong_viec_lam", labour.FORCE, ["nam", "nu"]),
    ("lao_dong_viec_lam", labour.FORCE, ["thanh_thi", "nong_thon"]),
    ("lao_dong_viec_lam", labour.WORKING, ["viec_nong_lam", "viec_cong_nghiep", "viec_dich_vu"]),
]


Column = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def columns(written: Written) -> dict[Column, dict[str, float]]:
    """Values and shares by family, file, measure and column: item → number."""
    found: dict[Column, dict[str, float]] = defaultdict(dict)
    for entry in written.published:
        if entry.role in ("value", "share", "other"):
            place = f"{entry.source_file}/{entry.sheet}/{entry.cell[0]}/{entry.role}"
            found[entry.family, place, entry.measure, entry.period_type][entry.item] = entry.printed
    return found


@pytest.mark.parametrize(("family", "whole", "parts"), SUMS)
def test_parts_sum_to_the_whole(
    columns: dict[Column, dict[str, float]], family: str, whole: str, parts: list[str]
) -> None:
    checked = 0
    for place, items in columns.items():
        if place[0] == family and {whole, *parts} <= items.keys():
            total = sum(items[part] for part in parts)
            assert total == pytest.approx(items[whole], abs=ROUNDING), place
            checked += 1
    assert checked >= 30


def test_shares_are_of_a_hundred(columns: dict[Column, dict[str, float]]) -> None:
    wholes = {"gdp": [gdp.TOTAL], "lao_dong_viec_lam": [labour.FORCE, labour.WORKING]}
    for place, items in columns.items():
        if place[0] in wholes and place[1].endswith("/share"):
            assert [items[whole] for whole in wholes[place[0]]] == pytest.approx(
                [100.0] * len(wholes[place[0]])
            )


def test_printed_parts_stay_below_the_whole(columns: dict[Column, dict[str, float]]) -> None:
    """Not every ministry, province and country is printed."""
    some = {
        "von_dau_tu_nsnn": [
            (investment.CENTRAL, investment.MINISTRIES),
            (investment.LOCAL, investment.PROVINCES),
        ],
        "fdi": [(foreign.TOTAL, foreign.PROVINCES), (foreign.TOTAL, foreign.COUNTRIES)],
    }
    checked = 0
    for place, items in columns.items():
        for whole, parts in some.get(place[0], []):
            assert 0.4 * items[whole] < sum(items[part] for part in parts) < items[whole], place
            checked += 1
    assert checked > 300


def test_the_plan_is_what_percent_the_amounts_say(written: Written) -> None:
    """The plan that a cumulative amount and its percentage imply is one number all year."""
    plans: dict[tuple[str, int], list[float]] = defaultdict(list)
    amounts = {
        (e.source_file, e.item): e.printed
        for e in written.published
        if (e.family, e.role) == ("von_dau_tu_nsnn", "value") and e.cell[0] in "DE"
    }
    for entry in written.published:
        if entry.family == "von_dau_tu_nsnn" and entry.role == "plan_pct":
            plan = 100 * amounts[entry.source_file, entry.item] / entry.printed
            plans[entry.item, entry.period_start.year].append(plan)
    assert len(plans) > 80
    assert all(max(plan) == pytest.approx(min(plan), rel=1e-9) for plan in plans.values())


def test_whole_cars_are_part_of_all_cars(columns: dict[Column, dict[str, float]]) -> None:
    cars = [items for place, items in columns.items() if "o_to_nguyen_chiec" in items]
    values = [items for items in cars if "o_to" in items]
    assert values
    assert all(items["o_to_nguyen_chiec"] < items["o_to"] for items in values)
