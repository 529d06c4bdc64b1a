{#- Vintages of what is counted from records (dossiers, documents, visits), without counting again
    for each load: version n of a record adds its contribution the moment it becomes known, and
    takes it away the moment version n + 1 does. A running sum of these deltas is every vintage.

    A model of a counted measure, once a source of records has landed:

        with versions as (
            -- one row per version of a record; a record that moves carries its new key
            select ho_so_id, version_no, _known_at, is_deleted, 'hs_tiep_nhan' as measure_code,
                area_key, agency_code, period_start, period_end, 1 as value
            from (ref of hist_…)
        )
        (delta_vintages("(" ~ signed_deltas('versions', keys, 'ho_so_id', 'version_no', '_known_at',
            'value', 'is_deleted') ~ ")", keys))

    Its rows stand beside those of ind_measure_vintage, with estimate_status 'computed'. -#}

{#- One row per gain or loss of a key: the keys, known_at, delta (decimal), record_delta (1 or -1).
    `relation` has one row per version; the newest by `known_at`, then `version`, is in force. -#}
{% macro signed_deltas(relation, keys, record, version, known_at, value, deleted) -%}
    select
        {{ keys | join(', ') }},
        case when s.sign = 1 then gained_at else lost_at end as known_at,
        s.sign * contribution as delta,
        s.sign as record_delta
    from (
        select
            {{ keys | join(', ') }},
            {{ known_at }} as gained_at,
            lead({{ known_at }}) over (partition by {{ record }} order by {{ known_at }}, {{ version }})
                as lost_at,
            cast(case when not {{ deleted }} then {{ value }} end as decimal(28, 6)) as contribution
        from {{ relation }}
    ) as v
    cross join (values (1), (-1)) as s (sign)
    -- a version replaced in the very moment it became known was never in force
    where contribution is not null
      and (lost_at > gained_at or (lost_at is null and s.sign = 1))
{%- endmacro %}

{#- The vintages of each key: value, record_count, vintage_no, known_from, known_to. `deltas` is a
    relation or a query in parentheses with the columns of signed_deltas. Thinned to the last moment
    of each local day that changed the key; a key that has lost all its records stands at 0. -#}
{% macro delta_vintages(deltas, keys) -%}
    {%- set columns = keys | join(', ') -%}
    select
        {{ columns }},
        cast(row_number() over w as integer) as vintage_no,
        cast(sum(day_delta) over w as decimal(28, 6)) as value,
        cast(sum(day_record_delta) over w as bigint) as record_count,
        known_from,
        lead(known_from) over w as known_to
    from (
        select
            {{ columns }},
            max(known_at) as known_from,
            sum(delta) as day_delta,
            sum(record_delta) as day_record_delta
        from {{ deltas }} as d
        group by {{ columns }}, cast(known_at at time zone 'Asia/Ho_Chi_Minh' as date)
        having sum(delta) <> 0 or sum(record_delta) <> 0
    ) as days
    window w as (partition by {{ columns }} order by known_from)
{%- endmacro %}
