"""A province's volumes: exact in the window of the report, and spread as work spreads."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.province.profile import load_profile
from simulators.province.rhythm import daily_counts, moments, portion, span, working_days

NINE_MONTHS = (date(2021, 1, 1), date(2021, 9, 30))
# The figures that the report of 07/10/2021 gives for Nghệ An.
REPORTED = {
    "documents_in": 5_238_802,
    "documents_out": 791_903,
    "documents_on_axis": 509_345,
    "documents_signed": 256_177,
    "dossiers": 283_175,
    "health_records": 1_260_513,
}
HUNDREDTH = {
    "documents_in": 52_388,
    "documents_out": 7_919,
    "documents_on_axis": 5_093,
    "documents_signed": 2_562,
    "dossiers": 2_832,
    "health_records": 12_605,
}


@pytest.mark.parametrize(("scale", "expected"), [(1, REPORTED), (0.01, HUNDREDTH)])
def test_the_window_sums_to_the_reported_figures(scale: float, expected: dict[str, int]) -> None:
    profile = load_profile("nghe_an")
    sums = {name: int(profile.daily(name, *NINE_MONTHS, scale).sum()) for name in expected}
    assert sums == expected


def test_a_day_has_the_same_count_whatever_days_are_asked_for_with_it() -> None:
    profile = load_profile("nghe_an")
    whole = profile.daily("dossiers", date(2020, 5, 1), date(2023, 4, 30), 1)
    part = profile.daily("dossiers", date(2021, 9, 25), date(2022, 1, 5), 1)
    start = (date(2021, 9, 25) - date(2020, 5, 1)).days
    assert part.tolist() == whole[start : start + len(part)].tolist()


def test_other_years_follow_the_daily_mean_and_the_growth() -> None:
    year = load_profile("nghe_an").daily("dossiers", date(2024, 1, 1), date(2024, 12, 31), 1).sum()
    assert year == round(283_175 / 273 * 366 * 1.03**3)


def test_a_part_of_a_volume_is_never_above_it_on_any_day() -> None:
    profile, days = load_profile("nghe_an"), (date(2020, 6, 1), date(2022, 6, 30))
    out = profile.daily("documents_out", *days, 0.01)
    assert (profile.daily("documents_on_axis", *days, 0.01) <= out).all()


def test_offices_rest_at_weekends_and_at_tet() -> None:
    days = span(date(2025, 1, 1), date(2025, 12, 31))
    counts = daily_counts(365_000, days, 7, "office")
    assert counts.sum() == 365_000
    tet = (days >= np.datetime64("2025-01-27")) & (days <= np.datetime64("2025-02-02"))
    # a Saturday that is worked instead of another day stays a quiet one
    usual = working_days(days) & np.is_busday(days)
    assert counts[usual].min() > 10 * counts[tet].max()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.data())
def test_a_portion_is_exact_and_within_each_day(counts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(counts)))
    chosen = portion(np.array(counts), total)
    assert chosen.sum() == total
    assert (chosen <= counts).all() and (chosen >= 0).all()


def test_moments_lie_on_their_days_within_office_hours() -> None:
    days = span(date(2025, 3, 3), date(2025, 3, 5))
    drawn = moments(days, np.array([200, 0, 300]), 1)
    assert (np.diff(drawn) >= np.timedelta64(0)).all()
    assert [int((drawn.astype("datetime64[D]") == day).sum()) for day in days] == [200, 0, 300]
    hours = {str(moment)[11:13] for moment in drawn}
    assert hours <= {"07", "08", "09", "10", "11", "13", "14", "15", "16"}


def test_agencies_and_communes_change_on_the_days_of_the_mergers() -> None:
    profile = load_profile("bac_ninh")

    def areas(day: date) -> set[str]:
        return {agency.area_key for agency in profile.agencies_on(day) if agency.level == "so"}

    assert areas(date(2025, 6, 30)) == {"P27-20040708", "P24-20040708"}
    assert areas(date(2025, 7, 1)) == {"P24-20250701"}
    before, after = (
        {agency.agency for agency in profile.agencies_on(day)}
        for day in (date(2025, 2, 28), date(2025, 3, 1))
    )
    assert {"so_tnmt", "so_khdt"} <= before and "so_nnmt" not in before
    assert "so_nnmt" in after and not {"so_tnmt", "so_khdt"} & after
    assert all(commune.district for commune in profile.communes_on(date(2025, 6, 30)))
    assert not any(commune.district for commune in profile.communes_on(date(2025, 7, 1)))


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="bac_ninh, nghe_an"):
        load_profile("sao_hoa")
