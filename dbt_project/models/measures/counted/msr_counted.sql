{{
    config(
        schema='msr',
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='series_key',
        on_schema_change='fail',
        post_hook=["{{ mark_counted() }}"]
    )
}}
-- Vintages of every measure that is counted from records: by month for each agency, for each unit
-- and for the units above it up to the province; for the province by day and by the windows of the
-- monthly report as well. Only periods are counted again in which a load brought or replaced a
-- version; others keep their vintages.
{%- set sources = sources_to_count() %}
{%- set cell = ['measure_code', 'source_code', 'area_key', 'agency_code', 'calendar', 'period_type',
                'period_start', 'period_end'] %}
{%- set event = ['measure_code', 'source_code', 'area_key', 'agency_code', 'calendar', 'grain', 'event_day'] %}
with contributed as (
    {%- for source in sources %}
    select
        cast('{{ source }}' as text) as source_code,
        c.*
    from {{ ref('contribution_' ~ source) }} as c
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_contributions() }}
    {%- endfor %}
),

-- Which periods a day lies in; a stock is that of a month. What happened on a day is told by the
-- month and by the window of the monthly report.
days as (
    select
        c.calendar,
        c.told_calendar,
        g.grain,
        cast(d.n as date) as day,
        p.period_type,
        p.period_start,
        p.period_end
    from {{ ref('dim_period') }} as p
    inner join (values ('day', 'month'), ('month', 'month'), ('stock', 'month'), ('quarter', 'quarter'),
        ('half', 'half'), ('year', 'year')) as g (grain, period_type)
        on p.period_type = g.period_type
    inner join (values ('calendar', 'calendar'), ('calendar', 'report_15_14'), ('school_year', 'school_year'))
        as c (calendar, told_calendar)
        on p.calendar = c.told_calendar and (g.grain = 'day' or c.calendar = c.told_calendar)
    cross join lateral generate_series(
        cast(p.period_start as timestamp), cast(p.period_end as timestamp), interval '1 day'
    ) as d (n)
),

lineage as (
    select
        a.area_key,
        a.area_key as whole_key,
        a.level
    from {{ ref('dim_area') }} as a
    union all
    select
        a.area_key,
        p.area_key as whole_key,
        p.level
    from {{ ref('dim_area') }} as a
    inner join {{ ref('dim_area') }} as p on a.parent_key = p.area_key and p.level <> 'country'
    union all
    select
        a.area_key,
        g.area_key as whole_key,
        g.level
    from {{ ref('dim_area') }} as a
    inner join {{ ref('dim_area') }} as p on a.parent_key = p.area_key and p.level <> 'country'
    inner join {{ ref('dim_area') }} as g on p.parent_key = g.area_key and g.level <> 'country'
),

{% if is_incremental() -%}
fresh as (
    {%- for source in sources %}
    select
        u.load_id,
        u.delivery
    from {{ uncounted_loads(source) }} as u
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as text) as load_id,
        cast(null as text) as delivery
    where false
    {%- endfor %}
),

moved as (
    select
        c.measure_code,
        c.calendar,
        c.grain,
        c.event_day
    from contributed as c
    inner join fresh as f on c.load_id = f.load_id and c._delivery = f.delivery
    union
    select
        c.measure_code,
        c.calendar,
        c.grain,
        c.event_day
    from contributed as c
    inner join fresh as f on c.next_load_id = f.load_id and c.next_delivery = f.delivery
),

touched as (
    select distinct
        m.measure_code,
        d.told_calendar,
        d.period_type,
        d.period_start
    from moved as m
    inner join days as d on m.calendar = d.calendar and m.grain = d.grain and m.event_day = d.day
),

counted as (
    select c.*
    from contributed as c
    where c.grain = 'stock'
       or exists (
           select 1
           from days as d
           inner join touched as t
               on d.told_calendar = t.told_calendar
               and d.period_type = t.period_type and d.period_start = t.period_start
           where c.calendar = d.calendar and c.grain = d.grain and c.event_day = d.day
             and c.measure_code = t.measure_code
       )
),
{%- else -%}
counted as (select c.* from contributed as c),
{%- endif %}

-- One row per event day and local day of knowledge: what is added up below is small.
daily as (
    select
        {{ event | join(', ') }},
        max(known_at) as known_at,
        sum(delta) as delta,
        sum(record_delta) as record_delta,
        max(loaded_at) as loaded_at
    from ({{ signed_deltas('counted', event) }}) as s
    group by {{ event | join(', ') }}, {{ local_day('known_at') }}
),

-- Who an event counts for: the agency that answers on its day for what its agency took up, and all
-- of each unit it happened in.
counting as (
    select
        e.*,
        coalesce(a.agency_then, e.agency_code) as told_for,
        e.area_key as told_in,
        'agency' as level
    from daily as e
    left join {{ ref('agency_in_office') }} as a
        on e.agency_code = a.agency_code
        and (a.first_day is null or e.event_day >= a.first_day)
        and (a.last_day is null or e.event_day <= a.last_day)
    where e.agency_code <> '_all'
    union all
    select
        e.*,
        '_all',
        u.whole_key,
        u.level
    from daily as e
    inner join lineage as u on e.area_key = u.area_key
),

cells as (
    select
        s.measure_code,
        s.source_code,
        s.told_in as area_key,
        s.told_for as agency_code,
        d.told_calendar as calendar,
        d.period_type,
        d.period_start,
        d.period_end,
        s.known_at,
        s.delta,
        s.record_delta,
        s.loaded_at
    from counting as s
    inner join days as d on s.calendar = d.calendar and s.grain = d.grain and s.event_day = d.day
    {%- if is_incremental() %}
    -- the rest of a period that only shares days with a touched one is not here
    left join touched as t
        on s.measure_code = t.measure_code and d.told_calendar = t.told_calendar
        and d.period_type = t.period_type and d.period_start = t.period_start
    {%- endif %}
    where (d.told_calendar = s.calendar or s.level in ('province', 'country'))
      {%- if is_incremental() %}
      and (t.measure_code is not null or s.grain = 'stock')
      {%- endif %}
    union all
    select
        s.measure_code,
        s.source_code,
        s.told_in,
        s.told_for,
        s.calendar,
        'day',
        s.event_day as period_start,
        s.event_day as period_end,
        s.known_at,
        s.delta,
        s.record_delta,
        s.loaded_at
    from counting as s
    where s.grain = 'day' and s.level in ('province', 'country')
),

vintages as (
    {{ delta_vintages('cells', cell) | indent(4) }}
),

told as (
    select
        v.*,
        {{ local_day('v.known_from') }} as published_on
    from vintages as v
)

select
    {{ series_key('t') }} as series_key,
    t.measure_code,
    t.area_key,
    t.agency_code,
    t.source_code,
    t.calendar,
    t.period_type,
    t.period_start,
    t.period_end,
    t.vintage_no,
    t.value,
    t.record_count,
    cast('computed' as text) as estimate_status,
    t.published_on,
    1 as published_seq,
    {{ publication_order('t.published_on', '1') }} as publication_order,
    t.known_from,
    t.known_to,
    t.source_code || '#' || t.measure_code || ': đếm từ bản ghi kỳ '
        || {{ period_label('t.period_type', 't.period_start', 't.period_end') }} as source_ref,
    cast(null as text) as load_id,
    t.loaded_at
from told as t
