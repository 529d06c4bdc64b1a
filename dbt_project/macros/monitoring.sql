{#- Versions of what stations measured: one for each local day (`known_day`) on which anything about an
    hour became known, until `replaced_day`. -#}

{#- The version of a row that was known at the end of a day. -#}
{% macro in_force(version, day) -%}
    {{ version }}.known_day <= {{ day }} and ({{ version }}.replaced_day is null or {{ version }}.replaced_day > {{ day }})
{%- endmacro %}

{#- What counting needs of a version (see records.sql), from its `known_at`, `load_key` and
    `loaded_at`; `w` is the window of its record by `as_of`. -#}
{% macro version_chain(alias) -%}
    cast(row_number() over w as integer) as version_no,
    {{ alias }}.known_at,
    lead({{ alias }}.known_at) over w as known_to,
    lead({{ alias }}.as_of) over w as replaced_day,
    split_part({{ alias }}.load_key, '|', 1) as load_id,
    split_part({{ alias }}.load_key, '|', 2) as _delivery,
    {{ alias }}.loaded_at,
    split_part(lead({{ alias }}.load_key) over w, '|', 1) as next_load_id,
    split_part(lead({{ alias }}.load_key) over w, '|', 2) as next_delivery,
    lead({{ alias }}.loaded_at) over w as next_loaded_at
{%- endmacro %}

{#- The columns of a contribution (see records.sql) by day, in the calendar of the months. -#}
{% macro monitoring_contribution(versions, measure, place, day, value) -%}
    {{ counted_columns('v') }},
    cast('{{ measure }}' as text) as measure_code,
    {{ place }}.area_key,
    {{ place }}.agency_code,
    cast('calendar' as text) as calendar,
    cast('day' as text) as grain,
    {{ day }} as event_day,
    cast({{ value }} as decimal(28, 6)) as value,
    {{ entity(versions) }}
{%- endmacro %}
