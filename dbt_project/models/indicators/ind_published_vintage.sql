{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='series_key',
        on_schema_change='fail',
        post_hook="delete from {{ this }} where series_key not in ({{ series_keys(ref('msr_reading')) }})"
    )
}}
-- Every value a source ever gave for a measure and a period, in the order of publication.
-- A key is rebuilt whole when any of its inputs changed (a new file, an older file loaded late,
-- a changed binding): its fingerprint says so, and the other keys are not touched.
with measured as (
    select
        m.*,
        {{ series_key('m') }} as series_key,
        md5(
            cast(m.publication_order as text) || m.role || m.estimate_status
            || cast(m.value as text) || m.source_ref || cast(m.loaded_at as text)
        ) as row_md5
    from {{ ref('msr_reading') }} as m
),

fingerprints as (
    select
        series_key,
        md5(string_agg(row_md5, '' order by row_md5)) as inputs_md5
    from measured
    group by series_key
),

changed as (
    select
        f.series_key,
        f.inputs_md5
    from fingerprints as f
    {% if is_incremental() %}
    where not exists (
        select 1 from {{ this }} as t
        where t.series_key = f.series_key and t.inputs_md5 = f.inputs_md5
    )
    {% endif %}
),

-- One value per publication. A column of the period itself stands before a column of the year
-- after, a firmer status before a weaker one; the last tie is broken by a stable hash.
ranked as (
    select
        m.*,
        c.inputs_md5,
        row_number() over (
            partition by m.series_key, m.publication_order
            order by
                case when m.role = 'prior_year_value' then 1 else 0 end,
                s.status_rank desc,
                md5(m.source_ref)
        ) as pick
    from measured as m
    inner join changed as c on m.series_key = c.series_key
    inner join {{ ref('estimate_status') }} as s on m.estimate_status = s.estimate_status
),

ordered as (
    select
        r.*,
        lag(r.publication_order) over (partition by r.series_key order by r.publication_order)
            as earlier_order,
        lag(r.value) over (partition by r.series_key order by r.publication_order) as earlier_value,
        lag(r.estimate_status) over (partition by r.series_key order by r.publication_order)
            as earlier_status
    from ranked as r
    where r.pick = 1
),

-- The same value with the same status said again is no new knowledge.
kept as (
    select o.*
    from ordered as o
    where o.earlier_order is null
       or o.value <> o.earlier_value
       or o.estimate_status <> o.earlier_status
)

select
    k.series_key,
    k.measure_code,
    k.area_key,
    k.agency_code,
    k.source_code,
    k.calendar,
    k.period_type,
    k.period_start,
    k.period_end,
    cast(row_number() over (partition by k.series_key order by k.publication_order) as integer)
        as vintage_no,
    k.value,
    k.estimate_status,
    k.published_on,
    k.published_seq,
    k.publication_order,
    k.known_from,
    lead(k.known_from) over (partition by k.series_key order by k.publication_order) as known_to,
    k.source_ref,
    k.load_id,
    k.loaded_at,
    k.inputs_md5
from kept as k
