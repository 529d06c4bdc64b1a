-- Every mapped figure of every delivery beside what it can be held against.
with contradicted as (
    select
        c.file_sha,
        replace(split_part(c.reason, ' của cùng chuỗi và kỳ', 1), 'Mâu thuẫn với ô ', '') as address,
        min(c.sheet || '!' || c.cell) as address_elsewhere,
        min(c.value_text) as value_elsewhere
    from {{ ref('statistic_cell') }} as c
    where c.status = 'unmapped' and c.reason like 'Mâu thuẫn với ô %'
    group by 1, 2
),

-- The change and the figure of last year that the same delivery prints beside a value.
beside as (
    select
        r.delivery,
        r.role,
        r.series_code,
        r.area_key,
        r.period_type,
        r.period_start,
        r.period_end,
        r.value
    from {{ ref('dq_reading') }} as r
    where r.role in ('yoy_index', 'prior_year_value')
),

-- A figure that a later delivery replaced is judged by its own value, beside the same history.
moved as (
    select
        r.*,
        h.value_previous,
        h.value_last_year,
        h.status_last_year,
        h.value_shorter,
        h.median_abs,
        h.change_median,
        h.mad,
        h.season_mean,
        h.season_sd,
        h.season_seen,
        h.min_seen,
        h.max_seen,
        h.n_seen,
        h.is_tet_month,
        {{ movement('r.role', 'r.value', 'h.value_last_year') }} as change,
        {{ movement('r.role', 'r.value', 'h.value_previous') }} as step
    from {{ ref('dq_reading') }} as r
    inner join {{ ref('dq_history') }} as h on r.record_key = h.record_key
)

select
    r.source_code,
    r.agency_code,
    r.delivery,
    r.source_file,
    r.published_on,
    r.known_from,
    r.score_month,
    r.family,
    r.series_code,
    r.item_code,
    r.item_name,
    r.item_path,
    r.area_key,
    r.role,
    r.period_type,
    r.period_start,
    r.period_end,
    r.base_period,
    r.value,
    r.value_text,
    r.unit,
    r.number_form,
    r.prints_levels,
    r.estimate_status,
    r.address,
    r.record_key,
    r.is_current,
    r.is_published_twice,
    r.is_correction,
    r.value_earlier,
    r.value_text_earlier,
    r.file_earlier,
    r.status_earlier,
    r.value_previous,
    r.value_last_year,
    r.status_last_year,
    r.value_shorter,
    r.change,
    r.step,
    r.median_abs,
    r.change_median,
    r.mad,
    r.season_mean,
    r.season_sd,
    r.season_seen,
    r.min_seen,
    r.max_seen,
    r.n_seen,
    r.is_tet_month,
    x.address_elsewhere,
    x.value_elsewhere,
    y.value - 100 as yoy_published,
    {{ pct_change('r.value', 'r.value_last_year', 4) }} as yoy_computed,
    {{ pct_change('r.value', 'b.value', 4) }} as yoy_printed_levels,
    -- The three ways to see that a figure is unusual, 1 when one of them says so. The spreads have
    -- a floor of one percent, so that a series that never moves does not cry at a rounding.
    abs(r.change - r.change_median) as outlier_size,
    case
        when r.n_seen >= 12 and abs(r.change - r.change_median) > 6 * greatest(1.4826 * r.mad, 0.01)
            then 1 else 0
    end as outlier_robust,
    case
        when r.season_seen >= 4 and abs(r.step - r.season_mean) > 3.5 * greatest(r.season_sd, 0.01)
            then 1 else 0
    end as outlier_season,
    case
        when r.n_seen >= 12 and r.min_seen >= 0 and (r.value < r.min_seen / 2 or r.value > 2 * r.max_seen)
            then 1 else 0
    end as outlier_range,
    r.address || coalesce('/' || x.address_elsewhere, '') as addresses
from moved as r
left join contradicted as x on r.delivery = x.file_sha and r.address = x.address
left join beside as y
    on r.role = 'value' and y.role = 'yoy_index' and r.delivery = y.delivery
    and r.series_code = y.series_code and r.area_key = y.area_key and r.period_type = y.period_type
    and r.period_start = y.period_start and r.period_end = y.period_end
left join beside as b
    on r.role = 'value' and b.role = 'prior_year_value' and r.delivery = b.delivery
    and r.series_code = b.series_code and r.area_key = b.area_key and r.period_type = b.period_type
    and r.period_start = b.period_start and r.period_end = b.period_end
