{#- What tasks contribute on the day they are due, in the month of that day, once the day has passed.
    Days pass without a word about a task, so the grain is that of a stock: counted whole whenever
    a load comes. -#}
{% macro due_contributions(versions, measures) %}
{%- for m in measures %}
select
    {{ counted_columns('t', 't.settled_at') }},
    cast('{{ m.measure }}' as text) as measure_code,
    t.area_key,
    t.agency_code,
    cast('calendar' as text) as calendar,
    cast('stock' as text) as grain,
    t.due_on as event_day,
    cast(t.value as decimal(28, 6)) as value,
    {{ entity(versions) }}
from (
    select
        v.*,
        {{ m.value or 1 }} as value,
        greatest(v.known_at, {{ known_from('v.due_on + 1') }}) as settled_at
    from {{ versions }} as v
    where not v.is_deleted and not v.is_cancelled and {{ m.only or 'true' }}
) as t
where t.settled_at <= (select max(n.known_at) from {{ versions }} as n)
  and (t.known_to is null or t.known_to > t.settled_at)
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endmacro %}
