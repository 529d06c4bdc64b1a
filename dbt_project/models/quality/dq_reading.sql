-- Every mapped figure of every delivery, beside the same figure in the delivery before.
with figures as (
    select
        p.source_code,
        p.agency_code,
        p.delivery,
        p.delivery_before,
        p.source_file,
        p.published_on,
        p.publication_order,
        p.known_from,
        p.score_month,
        f.family,
        f.series_code,
        f.item_code,
        substr(f.series_code, length(f.family || '.' || f.item_code) + 2) as measure,
        f.item_name,
        f.item_path,
        f.area_key,
        f.period_type,
        f.period_start,
        f.period_end,
        f.role,
        f.base_period,
        f.value as value_printed,
        c.value_text,
        f.unit as unit_printed,
        coalesce(u.scale, 1) as scale,
        f.number_form,
        n.prints_levels,
        f.estimate_status,
        f.sheet || '!' || f.cell as address,
        f.sheet || '!' || {{ column_letters('f.cell') }} as column_address,
        f.series_code || '|' || f.area_key || '|' || f.role || '|' || f.period_type || '|'
        || cast(f.period_start as varchar) || '|' || cast(f.period_end as varchar) || '|'
        || coalesce(f.base_period, '') as record_key,
        -- figures of one line of this key differ in nothing but when the period was
        f.series_code || '|' || f.area_key || '|' || f.role || '|' || f.period_type || '|'
        || cast({{ months_between('f.period_start', 'f.period_end') }} as varchar) || '|'
        || case when f.role = 'base_index' then f.base_period else '' end as line_key
    from {{ ref('fct_statistic') }} as f
    inner join {{ ref('statistic_cell') }} as c
        on f.file_sha = c.file_sha and f.sheet = c.sheet and f.cell = c.cell
    inner join {{ ref('dq_publication') }} as p on f.file_sha = p.delivery
    inner join {{ ref('thong_ke_families') }} as n on f.family = n.family
    left join {{ ref('units') }} as u on f.unit = u.unit_name
),

-- A line printed in thousands one month and in ones the next is compared in the unit it has now.
units_now as (
    select
        s.*,
        first_value(s.scale) over newest as scale_now,
        first_value(s.unit_printed) over newest as unit
    from figures as s
    window newest as (partition by s.line_key order by s.publication_order desc, s.address asc)
),

in_one_unit as (
    select
        s.*,
        case
            when s.scale = s.scale_now then s.value_printed
            else cast(
                cast(s.value_printed as double precision)
                * cast(s.scale as double precision) / cast(s.scale_now as double precision)
                as decimal(28, 6)
            )
        end as value
    from units_now as s
)

select
    f.*,
    lag(f.value) over publications as value_earlier,
    lag(f.value_text) over publications as value_text_earlier,
    lag(f.source_file) over publications as file_earlier,
    lag(f.estimate_status) over publications as status_earlier,
    -- of two files of one day nobody knows which is right; one of a later day corrects the earlier
    coalesce(lag(f.published_on) over publications = f.published_on, false) as is_published_twice,
    coalesce(
        lag(f.score_month) over publications = f.score_month
        and lag(f.published_on) over publications < f.published_on, false
    ) as is_correction,
    lead(f.delivery) over publications is null as is_current
from in_one_unit as f
window publications as (partition by f.record_key order by f.publication_order)
