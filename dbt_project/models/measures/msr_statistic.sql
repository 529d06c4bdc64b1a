-- Figures taken over from statistics workbooks: every publication of every bound series.
-- What a series means is a line of measures.csv, never code.
with bound as (
    select
        b.measure_code,
        f.area_key,
        '_all' as agency_code,
        b.source_code,
        f.calendar,
        {{ measure_period('f', 'b') }},
        case
            when b.transform = 'index_to_pct' then f.value - 100
            when f.unit = b.unit then f.value
            else f.value * fu.scale / mu.scale
        end as value,
        f.role,
        f.estimate_status,
        f.published_on,
        f.published_seq,
        f.load_id,
        f.loaded_at,
        f.source_file || '#' || f.sheet || '!' || f.cell as source_ref
    from {{ ref('fct_statistic') }} as f
    inner join {{ ref('msr_binding') }} as b
        on f.series_code = b.series_code and f.role = b.role
    left join {{ ref('units') }} as fu on f.unit = fu.unit_name
    left join {{ ref('units') }} as mu
        on b.unit = mu.unit_name and fu.base_unit_code = mu.base_unit_code
    where f.value is not null
      -- a figure printed in a unit that cannot become the measure's is no figure of the measure
      and (b.transform = 'index_to_pct' or f.unit = b.unit or mu.unit_code is not null)
      and {{ has_measure_grain('f', 'b') }}
)

select
    measure_code,
    area_key,
    agency_code,
    source_code,
    calendar,
    period_type,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    cast(value as decimal(28, 6)) as value,
    role,
    estimate_status,
    cast(published_on as date) as published_on,
    cast(published_seq as integer) as published_seq,
    {{ publication_order('published_on', 'published_seq') }} as publication_order,
    {{ known_from('published_on') }} as known_from,
    load_id,
    loaded_at,
    source_ref
from bound
