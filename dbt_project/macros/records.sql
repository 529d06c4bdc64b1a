{#- Sources of records (`kind: records` in source.yml): their models are
        hist_<s>__<t>      history(source, table, columns)
        stg_<s>__<t>       told_version(record_key) and what the record says
        <entity>_version   record_versions(staging, hist, columns)
        fct_<entity>       newest_versions(versions)
        contribution_<s>   contributions(versions, measures), stock_contributions(...)
    each tagged source_<s>, so that a build leaves out what has nothing new. msr_counted turns the
    contributions of all of them into vintages. -#}

{#- Names of the sources of records whose measures are counted here. -#}
{% macro record_sources() %}
    {%- set names = [] -%}
    {%- for source in var('kho_sources', []) if source is mapping and source.is_counted -%}
        {%- do names.append(source.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{#- A hist model: the rows of a table of the lake as they came. -#}
{% macro history(source, table, columns) %}
select
    a.load_id,
    a.loaded_at,
    a._delivery,
    a._known_at,
    a._row_no,
    a.{{ columns | join(',\n    a.') }}
from {{ arrived(source, table) }} as a
{% endmacro %}

{#- What every entry `h` of a change log says of itself: which record, which version of it, since
    when, whether the record is gone, and what brought the entry. -#}
{% macro told_version(record_key, is_deleted='h.da_xoa') -%}
    h.load_id,
    h._delivery,
    h.loaded_at,
    {{ record_key }} as record_key,
    cast(h.phien_ban as integer) as version_no,
    h._known_at as known_at,
    cast({{ is_deleted }} as boolean) as is_deleted
{%- endmacro %}

{#- A model of versions: each version of each record once, however often a window brought it, with
    the time in which it was in force. Only records that new loads speak of are built again.
    Versions count in the order of their update instants, whenever they came; where one version was
    told in two ways the later word is in force. `columns` are what a version says. -#}
{% macro record_versions(staging, hist, columns) %}
with told as (
    select s.*
    from {{ staging }} as s
    {%- if is_incremental() %}
    where s.record_key in (select n.record_key from {{ staging }} as n where {{ new_loads(hist, 'n') }})
    {%- endif %}
),

once as (
    select t.*
    from (
        select
            d.*,
            row_number() over (
                partition by d.record_key, d.known_at, d.version_no, d.said
                order by d.loaded_at desc, d.load_id desc, d._delivery desc
            ) as copy_no
        from (
            select
                s.*,
                {{ digest('s', columns + ['is_deleted']) }} as said
            from told as s
        ) as d
    ) as t
    where t.copy_no = 1
)

select
    o.record_key,
    o.version_no,
    o.known_at,
    lead(o.known_at) over w as known_to,
    o.is_deleted,
    o.{{ columns | join(',\n    o.') }},
    o.load_id,
    o._delivery,
    o.loaded_at,
    lead(o.load_id) over w as next_load_id,
    lead(o._delivery) over w as next_delivery,
    lead(o.loaded_at) over w as next_loaded_at
from once as o
window w as ({{ version_window('o.record_key', 'o.known_at', 'o.version_no', 'o.loaded_at, o.load_id, o.said') }})
{% endmacro %}

{#- One text for what some columns of a row say. -#}
{% macro digest(alias, columns) -%}
    md5({% for column in columns %}coalesce(cast({{ alias }}.{{ column }} as text), '~'){{ " || '|' || " if not loop.last }}{% endfor %})
{%- endmacro %}

{#- Each record as it is now; deleted ones are gone. -#}
{% macro newest_versions(versions) %}
select v.*
from {{ versions }} as v
where v.known_to is null and not v.is_deleted
{% endmacro %}

{#- What every contribution takes over from its version; `known_at` where it counts later than the
    version became known. -#}
{% macro counted_columns(alias, known_at='') -%}
    {{ alias }}.record_key,
    {{ alias }}.version_no,
    {{ known_at or alias ~ '.known_at' }} as known_at,
    {%- for column in ['known_to', 'loaded_at', 'next_loaded_at', 'load_id', '_delivery', 'next_load_id',
                       'next_delivery'] %}
    {{ alias }}.{{ column }}{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- In which table of `core` the versions of the records stand. -#}
{% macro entity(versions) -%}
    cast('{{ versions.identifier }}' as text) as entity
{%- endmacro %}

{#- What the versions of an entity contribute: one row per version and measure it counts in.
    `versions` has the columns of record_versions, area_key and agency_code ('_all': no agency).
    Each of `measures` is a mapping: `measure`, `day` (the day of the event), `value` (1 unless
    said), `only` (a predicate) and `grain`: 'day' counts on its day and in its month, any other is
    the type of the one period that the day lies in. `calendar` is that of the measures. `versions`
    that are no relation of their own name it in a column `entity`. -#}
{% macro contributions(versions, measures, calendar='calendar') %}
{%- for m in measures %}
select
    {{ counted_columns('v') }},
    cast('{{ m.measure }}' as text) as measure_code,
    v.area_key,
    v.agency_code,
    cast('{{ calendar }}' as text) as calendar,
    cast('{{ m.grain or 'day' }}' as text) as grain,
    cast({{ m.day }} as date) as event_day,
    cast({{ m.value or 1 }} as decimal(28, 6)) as value,
    {% if versions.identifier is defined %}{{ entity(versions) }}{% else %}v.entity{% endif %}
from {{ versions }} as v
where not v.is_deleted and {{ m.day }} is not null and {{ m.only or 'true' }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endmacro %}

{#- What the versions of an entity contribute to a stock: 1 at the end of each month in which the
    record stood between the days `since` and `until` (null: it still stands). A month has an end
    once the source has told something later. Nobody knew the stock before that end, and months end
    without a word about a record, so the grain 'stock' is counted whole whenever a load comes: each
    version is laid beside the months of its own time alone. -#}
{% macro stock_contributions(versions, measure, since, until, only='true') %}
select
    {{ counted_columns('v', 'greatest(v.known_at, ' ~ known_from('m.period_end + 1') ~ ')') }},
    cast('{{ measure }}' as text) as measure_code,
    v.area_key,
    v.agency_code,
    cast('calendar' as text) as calendar,
    cast('stock' as text) as grain,
    m.period_end as event_day,
    cast(1 as decimal(28, 6)) as value,
    {{ entity(versions) }}
from (
    select
        v.*,
        date_trunc('month', cast({{ since }} as timestamp)) as first_month,
        -- months that ended by this day ended while the record stood as this version tells
        cast(least({{ until }}, {{ local_day('v.known_to') }}, t.last_day) as timestamp) as last_day
    from {{ versions }} as v
    cross join (select max({{ local_day('n.known_at') }}) as last_day from {{ versions }} as n) as t
    where not v.is_deleted and {{ since }} is not null and {{ only }}
) as v
cross join lateral generate_series(
    v.first_month, v.last_day - interval '1 month', interval '1 month'
) as d (n)
inner join {{ ref('dim_period') }} as m
    on m.calendar = 'calendar' and m.period_type = 'month' and cast(d.n as date) = m.period_start
where v.known_to is null or v.known_to > {{ known_from('m.period_end + 1') }}
{% endmacro %}

{#- Sources of records with loads that msr_counted has not counted; at a full build all of them. -#}
{% macro sources_to_count() %}
    {%- if not is_incremental() or not execute -%}
        {{ return(record_sources()) }}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for source in record_sources() -%}
        {%- set rows = run_query('select 1 from ' ~ uncounted_loads(source) ~ ' as u limit 1') -%}
        {%- if rows.rows | length -%}{%- do found.append(source) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#- Deliveries of a source that its models have taken in and msr_counted has not. -#}
{% macro uncounted_loads(source) -%}
    (
        select distinct h.load_id, h.delivery
        from ops.taken as h
        where h.model like 'hist#_{{ source | replace('_', '#_') }}#_#_%' escape '#'
          and {{ not_taken('msr_counted', 'h.load_id', 'h.delivery') }}
    )
{%- endmacro %}

{#- Post-hook of msr_counted. -#}
{% macro mark_counted() %}
    {%- for source in record_sources() %}
    insert into ops.taken (model, load_id, delivery)
    select 'msr_counted', u.load_id, u.delivery from {{ uncounted_loads(source) }} as u;
    {%- endfor %}
{% endmacro %}

{#- The shape of a contribution, without a row: there may be no source of records at all. -#}
{% macro no_contributions() %}
    select
        cast(null as text) as source_code,
        cast(null as text) as record_key,
        cast(null as integer) as version_no,
        cast(null as timestamptz) as known_at,
        cast(null as timestamptz) as known_to,
        cast(null as timestamptz) as loaded_at,
        cast(null as timestamptz) as next_loaded_at,
        cast(null as text) as load_id,
        cast(null as text) as _delivery,
        cast(null as text) as next_load_id,
        cast(null as text) as next_delivery,
        cast(null as text) as measure_code,
        cast(null as text) as area_key,
        cast(null as text) as agency_code,
        cast(null as text) as calendar,
        cast(null as text) as grain,
        cast(null as date) as event_day,
        cast(null as decimal(28, 6)) as value,
        cast(null as text) as entity
    where false
{% endmacro %}
