{{ config(tags=['source_dvc'], materialized='view') }}
-- Dossiers whose result falls due in a month. While the citizen supplements one the office owes
-- nothing; one that ended is late by Decision 766/QĐ-TTg. A result due at midnight is due on the day
-- that ends then.
with items as (
    select
        f.agency_code,
        f.area_key,
        {{ local_day("f.due_at - interval '1 second'") }} as due_on,
        {{ local_day('f.ended_at') }} as received_on,
        f.ended_at is not null and not f.is_on_time as is_late,
        f.ended_at is null and {{ local_day("f.due_at - interval '1 second'") }} < u.today
            and (f.supplement_asked_at is null or f.supplement_given_at is not null) as is_missing,
        u.today
    from {{ ref('fct_dossier') }} as f
    cross join {{ told_until('dvc') }} as u
    where f.received_on is not null and f.due_at is not null
)

{{ owed_by_month('dossier', 'ho_so', 'Hồ sơ thủ tục hành chính', 'items') }}
