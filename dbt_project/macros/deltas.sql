{#- Vintages of what is counted from records (dossiers, documents, visits), without counting again
    for each load: version n of a record adds its contribution the moment it becomes known, and
    takes it away the moment version n + 1 does. A running sum of these deltas is every vintage. -#}

{#- When the next version of a record became known; nothing while a version is in force. Of one
    moment the higher version is in force, then the one told later. -#}
{% macro version_window(record, known_at, version, told_later='') -%}
    partition by {{ record }} order by {{ known_at }}, {{ version }}{{ ', ' ~ told_later if told_later }}
{%- endmacro %}

{#- One row per gain or loss of a key: the keys, known_at, delta (decimal), record_delta (1 or -1)
    and when the word of it was loaded. `relation` has one row per contribution of a version:
    known_at, known_to (null while it is in force), value, loaded_at, next_loaded_at. -#}
{% macro signed_deltas(relation, keys) -%}
    select
        {{ keys | join(', ') }},
        case when s.sign = 1 then v.known_at else v.known_to end as known_at,
        cast(s.sign * v.value as decimal(28, 6)) as delta,
        s.sign as record_delta,
        case when s.sign = 1 then v.loaded_at else v.next_loaded_at end as loaded_at
    from {{ relation }} as v
    cross join (values (1), (-1)) as s (sign)
    -- a version replaced in the very moment it became known was never in force
    where v.value is not null
      and (v.known_to > v.known_at or (v.known_to is null and s.sign = 1))
{%- endmacro %}

{#- The vintages of each key: value, record_count, vintage_no, known_from, known_to, loaded_at.
    `deltas` is a relation or a query in parentheses with the columns of signed_deltas, or sums of
    them over each local day. Thinned to the last moment of each local day that changed the key; a
    key that has lost all its records stands at 0. -#}
{% macro delta_vintages(deltas, keys) -%}
    {%- set columns = keys | join(', ') -%}
    select
        {{ columns }},
        cast(row_number() over w as integer) as vintage_no,
        cast(sum(day_delta) over w as decimal(28, 6)) as value,
        cast(sum(day_record_delta) over w as bigint) as record_count,
        known_from,
        lead(known_from) over w as known_to,
        loaded_at
    from (
        select
            {{ columns }},
            max(known_at) as known_from,
            sum(delta) as day_delta,
            sum(record_delta) as day_record_delta,
            max(loaded_at) as loaded_at
        from {{ deltas }} as d
        group by {{ columns }}, cast(known_at at time zone 'Asia/Ho_Chi_Minh' as date)
        having sum(delta) <> 0 or sum(record_delta) <> 0
    ) as days
    window w as (partition by {{ columns }} order by known_from)
{%- endmacro %}
