{#- `report_in_preparation()`: the months whose report is not due yet, the first of them; one row with
    `needed_by`, the last working day before the final edition, when figures must have come. -#}
{% macro report_in_preparation() %}
    select
        s.period,
        s.period_label,
        s.window_start,
        s.window_end,
        s.final_on,
        s.due_on,
        (
            select max(d.day)
            from {{ ref('dim_date') }} as d
            where d.is_working_day and d.day between s.window_end and s.final_on - 1
        ) as needed_by
    from {{ ref('report_step') }} as s
    where s.step = 'final'
      and s.due_on >= {{ known_on() }}
    order by s.due_on
    limit 1
{% endmacro %}

{#- `reported_editions()`: the final editions that were sent, as the log of decisions tells
    (pipelines/reporting/sending.py): period, edition, decided_at. -#}
{% macro reported_editions() %}
    (
        select
            {{ json_field('d.subject', 'period') }} as period,
            cast({{ json_field('d.subject', 'edition') }} as integer) as edition,
            d.decided_at
        from {{ steward_decisions() }} as d
        where d.action = 'report'
    )
{% endmacro %}
