{{ config(tags=['source_ioffice'], materialized='view') }}
-- Versions of documents in and out in one shape. A document without a number or a date is incomplete
-- and keeps its gap; nothing is put in its place.
{%- set common = ['load_id', '_delivery', 'loaded_at', 'record_key', 'version_no', 'known_at', 'is_deleted',
    'reference', 'subject', 'issuer', 'holder', 'field', 'way', 'urgency', 'page_count', 'issued_on'] %}
with documents as (
    select
        i.{{ common | join(',\n        i.') }},
        'in' as direction,
        i.arrived_on,
        i.arrived_on as event_day,
        i.due_on,
        i.state,
        i.handled_at,
        false as is_on_axis,
        false as is_signed,
        cast(null as timestamp with time zone) as signed_at,
        cast(null as timestamp with time zone) as sent_at,
        cast(null as text) as receipt_state,
        cast(null as timestamp with time zone) as received_at
    from {{ ref('stg_ioffice__van_ban_den') }} as i
    union all
    select
        o.{{ common | join(',\n        o.') }},
        'out',
        cast(null as date),
        o.issued_on as event_day,
        cast(null as date),
        cast(null as text),
        cast(null as timestamp with time zone),
        o.is_on_axis,
        o.is_signed,
        o.signed_at,
        o.sent_at,
        o.receipt_state,
        o.received_at
    from {{ ref('stg_ioffice__van_ban_di') }} as o
)

select
    d.*,
    -- «Số: /TB-UBND» has no number yet
    coalesce(d.reference ~ '^[0-9]', false) and d.issued_on is not null as is_complete,
    case
        when d.due_on is null then null
        when d.handled_at is not null then {{ local_day('d.handled_at') }} <= d.due_on
    end as is_handled_on_time,
    i.agency_code,
    i.area_key
from documents as d
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_dinh_danh' and d.holder = i.identifier
    and coalesce(d.event_day, {{ local_day('d.known_at') }})
    between coalesce(i.valid_from, date '1900-01-01') and coalesce(i.valid_to, date '9999-12-31')
