-- Every figure that two sources give: the newest word of each, side by side. Each source's numbers
-- are as fine as it prints them, so two that differ by less than half of the coarser last decimal
-- say the same. No cell is blamed: nobody knows yet which of the two is wrong.
with newest as (
    select
        v.*,
        r.printed_step,
        cast(power(cast(10 as double precision), -{{ decimals_of('v.value') }}) as decimal(28, 6)) as own_step,
        coalesce(r.document || ', ' || r.source_ref, v.source_ref) as document,
        coalesce(r.source_file, split_part(v.source_ref, '#', 1)) as source_file,
        coalesce(r.address, split_part(v.source_ref, '#', 2)) as address
    from {{ ref('ind_measure_vintage') }} as v
    left join {{ ref('msr_reported') }} as r
        on v.measure_code = r.measure_code and v.source_code = r.source_code and v.source_ref = r.source_ref
        and v.publication_order = r.publication_order
    where v.known_to is null
),

-- Where the print is not known, a series is as fine as its finest number: 8,0 is kept as 8.
stepped as (
    select
        n.*,
        coalesce(n.printed_step, min(n.own_step) over (partition by n.measure_code, n.source_code)) as step
    from newest as n
),

paired as (
    select
        a.*,
        b.source_code as source_other,
        b.value as value_other,
        b.source_ref as source_ref_other,
        b.document as document_other,
        b.known_from as known_from_other,
        b.published_on as published_on_other,
        least(4, {{ decimals_of('b.value') }}) as value_other_decimals,
        abs(a.value - b.value) as difference,
        cast(greatest(a.step, b.step) / 2 as decimal(28, 6)) as tolerance
    from stepped as a
    inner join stepped as b
        on a.measure_code = b.measure_code
        and a.area_key = b.area_key
        and a.agency_code = b.agency_code
        and a.calendar = b.calendar
        and a.period_type = b.period_type
        and a.period_start = b.period_start
        and a.period_end = b.period_end
        and a.source_code < b.source_code
)

select
    p.source_code,
    coalesce(s.owner_agency, '_all') as agency_code,
    cast('' as varchar) as delivery,
    p.source_file,
    greatest(p.published_on, p.published_on_other) as published_on,
    greatest(p.known_from, p.known_from_other) as known_from,
    {{ delivery_month('greatest(p.published_on, p.published_on_other)') }} as score_month,
    cast('' as varchar) as family,
    p.measure_code as series_code,
    p.area_key,
    p.period_type,
    p.period_start,
    p.period_end,
    p.address,
    cast('' as varchar) as addresses,
    {{ vn_number_by('p.value', 'least(4, ' ~ decimals_of('p.value') ~ ')') }} as value_text,
    p.source_other || '|' || p.measure_code || '|' || p.area_key || '|' || p.calendar || '|' || p.period_type || '|'
    || cast(p.period_start as varchar) || '|' || cast(p.period_end as varchar) as record_key,
    true as is_current,
    p.measure_code,
    m.measure_name,
    m.unit,
    p.calendar,
    p.value,
    least(4, {{ decimals_of('p.value') }}) as value_decimals,
    p.document,
    p.source_ref,
    p.source_other,
    p.value_other,
    p.value_other_decimals,
    p.document_other,
    p.source_ref_other,
    p.difference,
    p.tolerance
from paired as p
inner join {{ ref('msr_measure') }} as m on p.measure_code = m.measure_code
left join {{ promised_sources() }} as s on p.source_code = s.source_code
