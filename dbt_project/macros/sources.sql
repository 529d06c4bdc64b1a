{#- What every source.yml promises, as a relation: the pipeline passes it as the variable
    `kho_sources`; without it (a bare dbt call) the relation is empty. -#}
{% macro promised_sources() %}
    (
        select * from (values
            {%- for s in var('kho_sources', []) if s is mapping %}
            (
                {{ sql_text(s.name) }}, {{ sql_text(s.title) }}, {{ sql_text(s.producer) }},
                {{ sql_text(s.owner_agency) }}, {{ sql_text(s.mode) }}, {{ sql_text(s.kind) }}, {{ sql_text(s.every) }},
                {{ s.due_day or 'cast(null as integer)' }}, {{ s.grace_days }}
            ),
            {%- endfor %}
            (
                cast(null as varchar), cast(null as varchar), cast(null as varchar),
                cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar),
                cast(null as integer), cast(null as integer)
            )
        ) as v (source_code, title, producer, owner_agency, mode, kind, every, due_day, grace_days)
        where v.source_code is not null
    )
{% endmacro %}

{#- True for a source whose measures are counted here from its records. -#}
{% macro is_counted(source_code) -%}
    ({{ source_code }} in (
        select k.source_code from {{ promised_sources() }} as k where k.kind = 'records'
    ))
{%- endmacro %}

{#- Whether a row's period is not over yet where its source counts records: no whole period. -#}
{% macro is_still_counted(row) -%}
    ({{ is_counted(row ~ '.source_code') }} and {{ row }}.period_end >= {{ known_on() }})
{%- endmacro %}

{#- Which systems of the register a source feeds: source_code, system_id. -#}
{% macro source_systems() %}
    (
        select * from (values
            {%- for s in var('kho_sources', []) if s is mapping %}{% for system in s.systems %}
            ({{ sql_text(s.name) }}, {{ sql_text(system) }}),
            {%- endfor %}{% endfor %}
            (cast(null as varchar), cast(null as varchar))
        ) as v (source_code, system_id)
        where v.source_code is not null
    )
{% endmacro %}

{% macro sql_text(text) -%} cast('{{ (text or '') | string | replace("'", "''") }}' as varchar) {%- endmacro %}

{#- What a later delivery of a source replaces: that of the same month or, where deliveries come
    when they come or are windows of a change log, the one of the same name. -#}
{% macro replaced_by_next(promise, file, month) -%}
    case when {{ promise }}.every = 'when_it_comes' or {{ promise }}.kind = 'records' then {{ file }}
        else cast({{ month }} as varchar) end
{%- endmacro %}

{#- The month a delivery counts for: that in which a window of records ends, or that which a
    publication is about. -#}
{% macro score_month(source_code, known_at, published_on) -%}
    case
        when {{ is_counted(source_code) }} then cast(date_trunc('month',
            ({{ known_at }}) at time zone 'Asia/Ho_Chi_Minh' - interval '1 second') as date)
        else {{ delivery_month(published_on) }}
    end
{%- endmacro %}

{#- Days within which the next delivery of a source is expected; none for one that promises no beat. -#}
{% macro cadence_days(every) -%}
    case {{ every }}
        when 'minute' then 0 when 'hour' then 0 when 'day' then 1 when 'week' then 7
        when 'month' then 31 when 'quarter' then 92 when 'year' then 366
    end
{%- endmacro %}

{#- The month whose delivery a publication is: the month's own end or, since Decree 62/2024, the
    first days of the month after it. -#}
{% macro delivery_month(published_on) -%}
    cast(date_trunc('month', cast({{ published_on }} as timestamp) - interval '15 days') as date)
{%- endmacro %}
{#- The day in Viet Nam on which this build knows what it knows. -#}
{% macro known_on() -%} cast({{ known_at() }} at time zone 'Asia/Ho_Chi_Minh' as date) {%- endmacro %}
