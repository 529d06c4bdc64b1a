-- What records that were taken in leave open, a question each: stations that send and that nobody
-- has described, and visits whose one code tells of two things. Their later word is in force.
-- depends_on: {{ ref('dim_station') }}
-- depends_on: {{ ref('monitoring_hour_version') }}
-- depends_on: {{ ref('visit_version') }}
{%- set told = [
    ('MA_CSKCB', 'facility_code', 'text'), ('NGAY_VAO', 'entered_at', 'instant'), ('NGAY_RA', 'left_at', 'instant'),
    ('MA_LOAI_KCB', 'visit_kind', 'text'), ('MA_BENH_CHINH', 'disease_code', 'text'),
    ('SO_NGAY_DTRI', 'treatment_days', 'number'), ('T_TONGCHI_BV', 'total_cost', 'number'),
    ('T_BHTT', 'fund_pays', 'number'),
] %}
with asked as (
    select
        cast(null as text) as source_code,
        cast(null as text) as kind,
        cast(null as text) as label,
        cast(null as timestamptz) as known_from,
        cast(null as text) as question
    where false
    {%- if 'quan_trac' in record_sources() %}
    union all
    select
        'quan_trac',
        'station',
        s.station_code,
        min(h.known_from),
        'Trạm ' || s.station_code || ' gửi ' || {{ vn_number('sum(h.received_count)', 0) }} || ' số đo từ '
        || {{ vn_day('min(h.local_day)') }} || ' đến ' || {{ vn_day('max(h.local_day)') }}
        || ' nhưng không có dòng nào trong stations.csv'
    from {{ ref('dim_station') }} as s
    inner join {{ ref('monitoring_hour_version') }} as h
        on s.station_code = h.station_code and h.replaced_day is null
    where not s.is_described
    group by s.station_code
    {%- endif %}
    {%- if 'y_te' in record_sources() %}
    union all
    -- a key that is changed gives everybody another pseudonym, so patients are not compared
    select
        'y_te',
        'visit',
        b.record_key,
        b.known_at,
        'Mã lượt ' || b.record_key || ' (phiên bản ' || cast(a.version_no as text) || ' và '
        || cast(b.version_no as text) || '): ' || concat_ws(
            '; '
            {%- for name, column, kind in told %},
            case when a.{{ column }} is distinct from b.{{ column }} then '{{ name }} '
                || {{ as_told('a.' ~ column, kind) }} || ' ≠ ' || {{ as_told('b.' ~ column, kind) }} end
            {%- endfor %}
        )
    from {{ ref('visit_version') }} as a
    inner join {{ ref('visit_version') }} as b on a.record_key = b.record_key and a.known_to = b.known_at
    where b.known_to is null
      and not (a.is_deleted or a.is_replaced or b.is_deleted or b.is_replaced)
      and (a.facility_code <> b.facility_code or (a.version_no = b.version_no and (
          {%- for _, column, _ in told %}
          {{ 'or ' if not loop.first }}a.{{ column }} is distinct from b.{{ column }}
          {%- endfor %}
      )))
    {%- endif %}
)

select distinct on (a.source_code, a.kind, a.label)
    a.source_code,
    coalesce(p.owner_agency, '_all') as agency_code,
    cast('' as varchar) as delivery,
    cast('' as varchar) as source_file,
    cast(a.known_from at time zone 'Asia/Ho_Chi_Minh' as date) as published_on,
    a.known_from,
    {{ score_month('a.source_code', 'a.known_from', 'null') }} as score_month,
    cast('' as varchar) as family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    cast('month' as varchar) as period_type,
    {{ score_month('a.source_code', 'a.known_from', 'null') }} as period_start,
    a.label as address,
    cast('' as varchar) as addresses,
    cast('' as varchar) as value_text,
    a.kind || '|' || a.label as record_key,
    true as is_current,
    a.kind,
    a.question
from asked as a
left join {{ promised_sources() }} as p on a.source_code = p.source_code
order by a.source_code asc, a.kind asc, a.label asc, a.known_from desc, a.question asc
