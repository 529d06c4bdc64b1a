{#- `agency_successor_sql(agencies, succession)`: who does today what an agency did, function by
    function, through as many reorganizations as there were.
    Args:
        agencies: relation with agency_code and valid_to (null: active).
        succession: relation with old_code, function_vi, successor_code, effective_on.
    Rows: old_code, function_vi, agency_code, effective_on, event_count. An active agency has a row
        for itself with function '' (what it keeps), and one for each function it gave away. A
        function stays with its name; a successor that gave it away under other names hands it to
        all who received a part. -#}
{% macro agency_successor_sql(agencies, succession) -%}
    with recursive paths (old_code, function_vi, agency_code, effective_on, event_count) as (
        select
            s.old_code,
            s.function_vi,
            s.successor_code,
            s.effective_on,
            1
        from {{ succession }} as s
        union all
        select
            p.old_code,
            p.function_vi,
            s.successor_code,
            s.effective_on,
            p.event_count + 1
        from paths as p
        inner join {{ agencies }} as a on p.agency_code = a.agency_code
        inner join {{ succession }} as s
            on p.agency_code = s.old_code and p.effective_on < s.effective_on
        where s.function_vi = p.function_vi
            or (a.valid_to is not null and not exists (
                select 1 from {{ succession }} as f
                where f.old_code = p.agency_code and f.function_vi = p.function_vi
            ))
    )

    select
        a.agency_code as old_code,
        '' as function_vi,
        a.agency_code,
        a.valid_from as effective_on,
        0 as event_count
    from {{ agencies }} as a
    where a.valid_to is null
    union all
    select
        p.old_code,
        p.function_vi,
        p.agency_code,
        max(p.effective_on),
        max(p.event_count)
    from paths as p
    inner join {{ agencies }} as a on p.agency_code = a.agency_code and a.valid_to is null
    where not exists (
        select 1 from {{ succession }} as f
        where f.old_code = p.agency_code and f.function_vi = p.function_vi
            and p.effective_on < f.effective_on
    )
    group by p.old_code, p.function_vi, p.agency_code
{%- endmacro %}

{#- `agency_in_office_sql(agencies)`: which agency answers on a day for what an agency took up: itself
    while it lasts, then its named successor, through as many reorganizations as there were. What a
    record is about is not told in the words of agency_succession, so its function decides nothing.
    Args:
        agencies: relation with agency_code, valid_to (null: active) and successor_code.
    Rows: agency_code, first_day, last_day (null: without an end), agency_then. -#}
{% macro agency_in_office_sql(agencies) -%}
    with recursive terms (agency_code, first_day, last_day, agency_then, successor_code) as (
        select
            a.agency_code,
            cast(null as date),
            a.valid_to,
            a.agency_code,
            a.successor_code
        from {{ agencies }} as a
        union all
        select
            t.agency_code,
            t.last_day + 1,
            a.valid_to,
            a.agency_code,
            a.successor_code
        from terms as t
        inner join {{ agencies }} as a on t.successor_code = a.agency_code
        where t.last_day is not null
    )

    select
        t.agency_code,
        t.first_day,
        t.last_day,
        t.agency_then
    from terms as t
{%- endmacro %}
