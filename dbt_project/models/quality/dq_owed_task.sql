{{ config(tags=['source_ioffice'], materialized='view') }}
-- Tasks that fall due in a month, by the day that holds after every extension; cancelled ones are owed
-- by nobody.
with items as (
    select
        t.agency_code,
        t.area_key,
        t.due_on,
        t.done_on as received_on,
        t.done_on is not null and not t.is_on_time as is_late,
        t.done_on is null and t.due_on < u.today as is_missing,
        u.today
    from {{ ref('fct_task') }} as t
    cross join {{ told_until('ioffice') }} as u
    where t.due_on is not null and not t.is_cancelled
)

{{ owed_by_month('task', 'nhiem_vu', 'Nhiệm vụ được giao trên iOffice', 'items') }}
