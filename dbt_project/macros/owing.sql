{#- The last day on which a source of records has told everything: what fell due before it and is not
    told as done is owed. Empty while the source has told nothing. -#}
{% macro told_until(source_code) %}
    (
        select least(max({{ local_day('a.known_from') }}), {{ known_on() }}) as today
        from {{ ref('dq_arrival') }} as a
        where a.source_code = '{{ source_code }}'
    )
{% endmacro %}

{#- What each unit owes of a form by the month in which it falls due.
    Args:
        kind, form_code, form_name: of the form.
        items: relation with agency_code, area_key, due_on, received_on, is_late, is_missing, today.
    Rows: the shape that `mart.submission` takes in. -#}
{% macro owed_by_month(kind, form_code, form_name, items) %}
select
    cast('{{ kind }}' as text) as kind,
    cast('{{ form_code }}' as text) as form_code,
    cast('{{ form_name }}' as text) as form_name,
    coalesce(i.agency_code, '_all') as agency_code,
    i.area_key,
    cast(date_trunc('month', cast(i.due_on as timestamp)) as date) as period_start,
    coalesce(min(case when i.is_missing then i.due_on end), max(i.due_on)) as due_date,
    max(i.received_on) as received_on,
    cast(count(*) as integer) as owed_count,
    cast(count(i.received_on) as integer) as received_count,
    cast(count(case when i.is_late then 1 end) as integer) as late_count,
    cast(count(case when i.is_missing then 1 end) as integer) as missing_count,
    -- what was asked of the citizen twice is late though it came in time
    cast(greatest(max(case
        when i.is_missing then i.today - i.due_on
        when i.is_late then i.received_on - i.due_on
    end), 0) as integer) as days_late
from {{ items }} as i
group by coalesce(i.agency_code, '_all'), i.area_key, date_trunc('month', cast(i.due_on as timestamp))
{% endmacro %}

{#- What an office is called: an agency of the list, or the committee of the area that it governs. -#}
{% macro unit_name(agency, area) -%}
    coalesce(
        {{ agency }}.agency_name,
        'UBND ' || lower(substr({{ area }}.area_name, 1, 1)) || substr({{ area }}.area_name, 2)
    )
{%- endmacro %}
