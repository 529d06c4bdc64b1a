-- Figures published directly for a unit that took in whole old units, beside the sum of the figures
-- of those units. Only what adds up is held together, and only where every part has a figure.
with parts as (
    select
        b.area_key,
        b.old_area_key,
        o.area_name as old_name,
        count(*) over (partition by b.area_key) as parts_expected,
        min(b.weight) over (partition by b.area_key) as least_weight
    from {{ ref('bridge_area') }} as b
    inner join {{ ref('dim_area') }} as n on b.area_key = n.area_key
    inner join {{ ref('dim_area') }} as o
        on b.old_area_key = o.area_key
        and n.level = o.level
        and o.valid_to = cast(n.valid_from - interval '1 day' as date)
),

figures as (
    select
        p.*,
        cast(power(cast(10 as double precision), -{{ decimals_of('p.value') }}) as decimal(28, 6)) as step,
        {{ vn_number_by('p.value', 'least(4, ' ~ decimals_of('p.value') ~ ')') }} as told
    from {{ ref('ind_as_published') }} as p
    where p.area_agg = 'sum' and p.kind <> 'ratio' and p.value is not null
      -- records of the old units that end after the merger are counted on both sides, each its own
      and not {{ is_counted('p.source_code') }}
),

summed as (
    select
        w.indicator_code,
        w.area_key,
        w.agency_code,
        w.calendar,
        w.period_type,
        w.period_start,
        w.period_end,
        max(p.parts_expected) as parts_expected,
        count(*) as part_count,
        sum(f.value) as parts_value,
        sum(f.step) as parts_step,
        max(f.known_from) as known_from,
        string_agg(
            p.old_name || ' ' || f.told || ' (' || f.numerator_ref || ')', ' + ' order by p.old_area_key
        ) as parts_told
    from figures as w
    inner join parts as p on w.area_key = p.area_key and p.least_weight = 1
    inner join figures as f
        on p.old_area_key = f.area_key
        and w.indicator_code = f.indicator_code
        and w.agency_code = f.agency_code
        and w.calendar = f.calendar
        and w.period_type = f.period_type
        and w.period_start = f.period_start
        and w.period_end = f.period_end
    group by
        w.indicator_code, w.area_key, w.agency_code, w.calendar, w.period_type, w.period_start, w.period_end
),

said as (
    select
        w.*,
        s.parts_value,
        s.parts_step,
        s.parts_told,
        greatest(w.known_from, s.known_from) as both_known_from,
        cast(greatest(w.known_from, s.known_from) at time zone 'Asia/Ho_Chi_Minh' as date) as both_known_on
    from figures as w
    inner join summed as s
        on w.indicator_code = s.indicator_code
        and w.area_key = s.area_key
        and w.agency_code = s.agency_code
        and w.calendar = s.calendar
        and w.period_type = s.period_type
        and w.period_start = s.period_start
        and w.period_end = s.period_end
        and s.parts_expected = s.part_count
)

select
    d.source_code,
    coalesce(r.owner_agency, '_all') as agency_code,
    cast('' as varchar) as delivery,
    split_part(d.numerator_ref, '#', 1) as source_file,
    d.both_known_on as published_on,
    d.both_known_from as known_from,
    {{ delivery_month('d.both_known_on') }} as score_month,
    cast('' as varchar) as family,
    d.indicator_code as series_code,
    d.area_key,
    d.period_type,
    d.period_start,
    d.period_end,
    split_part(d.numerator_ref, '#', 2) as address,
    cast('' as varchar) as addresses,
    d.told as value_text,
    d.indicator_code || '|' || d.area_key || '|' || d.agency_code || '|' || d.calendar || '|' || d.period_type || '|'
    || cast(d.period_start as varchar) || '|' || cast(d.period_end as varchar) as record_key,
    true as is_current,
    i.name_vi as indicator_name,
    i.unit,
    d.calendar,
    a.area_name,
    d.value,
    d.told,
    d.numerator_ref as source_ref,
    cast(d.parts_value as decimal(28, 6)) as parts_value,
    d.parts_told,
    cast(abs(d.value - d.parts_value) as decimal(28, 6)) as difference,
    cast((d.step + d.parts_step) / 2 as decimal(28, 6)) as tolerance
from said as d
inner join {{ ref('indicators') }} as i on d.indicator_code = i.code
inner join {{ ref('dim_area') }} as a on d.area_key = a.area_key
left join {{ promised_sources() }} as r on d.source_code = r.source_code
