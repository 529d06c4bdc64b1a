-- Every printed column of figures beside the column of another period that holds the same numbers,
-- in its own delivery or the one before: what a column pasted one place aside looks like.
with figures as (
    select * from {{ ref('dq_reading') }}
),

compared as (
    select
        delivery,
        delivery as other
    from {{ ref('dq_publication') }}
    union all
    select
        delivery,
        delivery_before
    from {{ ref('dq_publication') }}
    where delivery_before is not null
),

columns as (
    select
        f.source_code,
        f.agency_code,
        f.delivery,
        f.source_file,
        f.published_on,
        f.known_from,
        f.publication_order,
        f.score_month,
        f.family,
        f.role,
        f.period_type,
        f.period_start,
        f.period_end,
        f.column_address,
        min(f.address) as address,
        min(f.value_text) as value_text,
        string_agg(f.address, '/' order by f.address) as addresses,
        cast(count(*) as integer) as figure_count,
        f.family || '|' || f.measure || '|' || f.role || '|' || f.period_type
        || '|' || cast(f.period_start as varchar) || '|' || cast(f.period_end as varchar) || '|'
        || min({{ column_letters("split_part(f.address, '!', 2)") }}) as record_key
    from figures as f
    group by
        f.source_code, f.agency_code, f.delivery, f.source_file, f.published_on, f.known_from,
        f.publication_order, f.score_month, f.family, f.role, f.period_type, f.period_start,
        f.period_end, f.column_address, f.measure
),

same_figures as (
    select
        f.record_key,
        f.delivery,
        f.address,
        o.delivery as other_delivery,
        o.record_key as other_key
    from figures as f
    inner join compared as p on f.delivery = p.delivery
    inner join figures as o
        on p.other = o.delivery
        and f.series_code = o.series_code and f.area_key = o.area_key and f.value = o.value
        and (f.period_start <> o.period_start or f.period_end <> o.period_end)
    where f.value <> 0
    union
    -- levels are long numbers: they do not come again by chance, however long ago
    select
        f.record_key,
        f.delivery,
        f.address,
        o.delivery as other_delivery,
        o.record_key as other_key
    from figures as f
    inner join figures as o
        on f.series_code = o.series_code and f.area_key = o.area_key and f.value = o.value
        and (f.period_start <> o.period_start or f.period_end <> o.period_end)
        and f.publication_order > o.publication_order
    where f.value <> 0 and f.role = 'value' and o.role = 'value' and f.number_form = 'level' and o.is_current
),

same_numbers as (
    select
        f.delivery,
        f.column_address,
        f.role,
        f.period_type,
        f.period_start,
        f.period_end,
        o.delivery = f.delivery as in_same_delivery,
        o.column_address as other_column,
        o.source_file as other_file,
        o.period_start as other_start,
        o.period_end as other_end,
        o.period_type as other_type,
        cast(count(distinct f.address) as integer) as same_count
    from same_figures as s
    inner join figures as f on s.delivery = f.delivery and s.record_key = f.record_key
    inner join figures as o on s.other_delivery = o.delivery and s.other_key = o.record_key
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
),

closest as (
    select distinct on (
        delivery, column_address, role, period_type, period_start, period_end
    ) *
    from same_numbers
    order by
        delivery asc, column_address asc, role asc, period_type asc, period_start asc,
        period_end asc, same_count desc, in_same_delivery desc, other_file desc, other_column asc,
        other_start asc, other_end asc
)

select
    c.source_code,
    c.agency_code,
    c.delivery,
    c.source_file,
    c.published_on,
    c.known_from,
    c.score_month,
    c.family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    c.role,
    c.period_type,
    c.period_start,
    c.period_end,
    c.address,
    c.addresses,
    c.value_text,
    c.record_key,
    row_number() over (partition by c.record_key order by c.publication_order desc) = 1 as is_current,
    c.figure_count,
    coalesce(s.same_count, 0) as same_count,
    coalesce(s.in_same_delivery, false) as is_same_delivery,
    s.other_column,
    s.other_file,
    {{ period_label('s.other_type', 's.other_start', 's.other_end') }} as other_period
from columns as c
left join closest as s
    on c.delivery = s.delivery and c.column_address = s.column_address and c.role = s.role
    and c.period_type = s.period_type
    and c.period_start = s.period_start and c.period_end = s.period_end
