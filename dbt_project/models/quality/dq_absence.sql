-- What was owed and did not come in time: the whole delivery of a month as one row, else each family
-- that a delivery of the month left out or brought in part. A row stays after the late arrival.
with months as (
    select
        e.source_code,
        e.score_month,
        max(case when e.received_on is not null then 1 else 0 end) = 1 as has_delivery
    from {{ ref('dq_expected') }} as e
    group by e.source_code, e.score_month
),

missing as (
    select
        e.source_code,
        e.agency_code,
        cast('' as varchar) as family,
        e.score_month,
        cast(sum(e.expected_fields) as integer) as expected_fields,
        cast(sum(e.received_fields) as integer) as received_fields,
        min(e.due_on) as due_on,
        min(e.due_until) as due_until,
        min(e.received_on) as received_on,
        case
            when m.has_delivery then 'tre'
            when max(e.state) = 'chua_den_han' then 'chua_den_han'
            else 'khong_co'
        end as state,
        max(case when e.state = 'khong_co' then e.reason end) as reason
    from {{ ref('dq_expected') }} as e
    inner join months as m on e.source_code = m.source_code and e.score_month = m.score_month
    where not m.has_delivery or e.received_on > e.due_until
    group by e.source_code, e.agency_code, e.score_month, m.has_delivery
    union all
    select
        e.source_code,
        e.agency_code,
        e.family,
        e.score_month,
        e.expected_fields,
        e.received_fields,
        e.due_on,
        e.due_until,
        e.received_on,
        e.state,
        e.reason
    from {{ ref('dq_expected') }} as e
    inner join months as m on e.source_code = m.source_code and e.score_month = m.score_month
    where m.has_delivery and e.state in ('thieu', 'khong_co')
)

select
    m.source_code,
    m.agency_code,
    cast('' as varchar) as delivery,
    cast('' as varchar) as source_file,
    m.received_on as published_on,
    {{ known_from('m.due_until + 1') }} as known_from,
    m.score_month,
    m.family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    cast('month' as varchar) as period_type,
    m.score_month as period_start,
    {{ month_end('m.score_month') }} as period_end,
    cast('' as varchar) as address,
    cast('' as varchar) as addresses,
    cast('' as varchar) as value_text,
    m.family || '|' || cast(m.score_month as varchar) as record_key,
    m.state <> 'tre' as is_current,
    m.expected_fields,
    m.received_fields,
    m.due_on,
    m.due_until,
    m.received_on,
    m.state,
    m.reason
from missing as m
