-- One row per delivery that was taken in: whose month it counts for, the newest one of the month
-- before it, and whether a later delivery of the same month replaced it. Where deliveries come when
-- they come, none follows another, and only a file of the same name replaces one;
-- of two that came on one day, the one that was known later.
with files as (
    select * from {{ ref('dq_arrival') }}
),

-- A correction is held against the month before as well, not against what it corrects.
months as (
    select
        f.source_code,
        f.score_month,
        lag(f.delivery) over (partition by f.source_code order by f.score_month) as delivery_before
    from (
        select distinct on (source_code, score_month) *
        from files
        order by source_code asc, score_month asc, publication_order desc, known_from desc, delivery desc
    ) as f
)

select
    f.source_code,
    coalesce(p.owner_agency, '_all') as agency_code,
    f.delivery,
    f.source_file,
    f.published_on,
    f.publication_order,
    f.known_from,
    f.score_month,
    f.row_count,
    case
        when coalesce(p.every, '') <> 'when_it_comes' and coalesce(p.kind, '') <> 'records' then m.delivery_before
    end as delivery_before,
    row_number() over (
        partition by f.source_code, {{ replaced_by_next('p', 'f.source_file', 'f.score_month') }}
        order by f.publication_order desc, f.known_from desc, f.delivery desc
    ) = 1 as is_current
from files as f
inner join months as m on f.source_code = m.source_code and f.score_month = m.score_month
left join {{ promised_sources() }} as p on f.source_code = p.source_code
