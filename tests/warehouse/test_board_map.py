"""The map shows the figures of the mart, on the borders of each time and on today's."""

from pipelines.reader import Reader

FDI = "from mart.board_map where indicator_code = 'fdi_so_du_an'"


def test_every_symbol_is_the_figure_of_the_newest_month(built_reader: Reader) -> None:
    strays = built_reader.rows(
        "select b.indicator_code, b.area_key from mart.board_map as b where not exists ("
        " select 1 from mart.indicator_value as v where v.indicator_code = b.indicator_code"
        " and v.area_key = b.area_key and v.basis = b.basis and v.period_end = b.period_end"
        " and v.value = b.value)"
    )
    assert not strays
    newest = built_reader.rows(
        "select max(v.period_end) as day from mart.indicator_value as v inner join mart.area as a"
        " using (area_key) where v.indicator_code = 'fdi_so_du_an' and v.value is not null"
        " and a.level = 'province' and v.basis = 'current'"
    )
    shown = built_reader.rows(f"select distinct period_end as day {FDI} and basis = 'current'")
    assert shown == newest


def test_a_unit_of_today_shows_the_sum_of_its_parts_once_all_are_known(
    built_reader: Reader,
) -> None:
    """January 2025: Bắc Giang 3 and Bắc Ninh 29; Ninh Bình's parts are not all told of."""
    found = {
        basis: {
            row["area_name"]: row["value"]
            for row in built_reader.rows(f"select area_name, value {FDI} and basis = '{basis}'")
        }
        for basis in ("as_published", "current")
    }
    old, new = found["as_published"], found["current"]
    assert (old["Bắc Giang"], old["Bắc Ninh"], new["Bắc Ninh"]) == (3, 29, 32)
    assert old["Hồ Chí Minh"] + old["Bình Dương"] + old["Bà Rịa - Vũng Tàu"] == new["Hồ Chí Minh"]
    assert "Ninh Bình" in old and "Ninh Bình" not in new and "Bắc Giang" not in new
