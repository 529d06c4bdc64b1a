-- Files and sources that did not land, with the reason that was told. A file whose name begins with
-- a date counts for that month, any other for the month in which it was tried.
with dated as (
    select
        r.*,
        cast(r.first_seen at time zone 'Asia/Ho_Chi_Minh' as date) as tried_on,
        r.label ~ '^20[0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' as is_dated
    from {{ quality_rows('refused') }} as r
),

published as (
    select
        d.*,
        case
            when d.is_dated then make_date(
                cast(substr(d.label, 1, 4) as integer), cast(substr(d.label, 6, 2) as integer),
                least(cast(substr(d.label, 9, 2) as integer), 28)
            )
            else d.tried_on
        end as published_on
    from dated as d
)

select
    d.source as source_code,
    coalesce(p.owner_agency, '_all') as agency_code,
    cast('' as varchar) as delivery,
    d.label as source_file,
    d.published_on,
    d.first_seen as known_from,
    {{ delivery_month('d.published_on') }} as score_month,
    cast('' as varchar) as family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    cast('month' as varchar) as period_type,
    {{ delivery_month('d.published_on') }} as period_start,
    {{ month_end(delivery_month('d.published_on')) }} as period_end,
    cast('' as varchar) as address,
    cast('' as varchar) as addresses,
    cast('' as varchar) as value_text,
    d.kind || '|' || d.label as record_key,
    d.is_present as is_current,
    d.kind,
    d.label,
    d.reason,
    d.mend,
    d.last_seen
from published as d
left join {{ promised_sources() }} as p on d.source = p.source_code
