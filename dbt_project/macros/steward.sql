{#- `steward_decisions()`: the stewards' decisions whose seals hold, in the order of `seq`, as a
    relation; empty while nothing was decided. The pipeline brings them before each build
    (pipelines/steward/copy.py): a file for DuckDB, a table for PostgreSQL. -#}
{% macro steward_decisions() %}{{ return(adapter.dispatch('steward_decisions')()) }}{% endmacro %}

{% macro duckdb__steward_decisions() %}
    read_json(
        '{{ lake() }}/_steward/in_force.jsonl', format = 'newline_delimited',
        columns = {
            seq: 'bigint', decided_at: 'timestamptz', issue_id: 'varchar', action: 'varchar',
            "by": 'varchar', reason: 'varchar', assignee: 'varchar', until: 'date',
            expect: 'varchar', value: 'varchar', scope: 'varchar', subject: 'varchar', verdict: 'varchar',
            previous_hash: 'varchar', hash: 'varchar'
        }
    )
{% endmacro %}

{% macro postgres__steward_decisions() %}ops.steward_decision{% endmacro %}

{#- The last of these actions on each issue or alert; reopening takes an assignee away. -#}
{% macro last_decisions(actions) %}
    (
        select distinct on (d.issue_id) d.*
        from {{ steward_decisions() }} as d
        where d.action in ({{ actions }})
        order by d.issue_id, d.seq desc
    )
{% endmacro %}

{#- `steward_states()`: one row per decided issue: the last decision wins, a silence that ran out
    counts no more (pipelines/steward/state.py says the same for the inbox). -#}
{% macro steward_states() %}
    (
        select
            n.issue_id,
            case
                when n.until < cast({{ known_at() }} at time zone 'Asia/Ho_Chi_Minh' as date)
                    then case when a.assignee is null then 'moi' else 'dang_xu_ly' end
                when n.action = 'accept' then 'chap_nhan'
                when n.action = 'mute' then 'bo_qua'
                when n.action in ('assign', 'answer') then 'dang_xu_ly'
                else 'moi'
            end as state,
            n.action,
            n.reason as state_reason,
            a.assignee,
            n.until,
            n.decided_at
        from {{ last_decisions("'accept', 'mute', 'assign', 'answer', 'reopen'") }} as n
        left join {{ last_decisions("'assign', 'reopen'") }} as a on n.issue_id = a.issue_id
    )
{% endmacro %}

{#- `alert_handling()`: one row per alert that somebody acted on; the last word counts
    (pipelines/alerting/register.py says the same for the command). -#}
{% macro alert_handling() %}
    (
        select
            n.issue_id as alert_id,
            case n.action
                when 'ack' then 'da_nhan' when 'assign' then 'da_giao' when 'close' then 'da_dong' else 'moi'
            end as handling,
            a.assignee,
            n.reason,
            n.verdict,
            n.decided_at
        from {{ last_decisions("'ack', 'assign', 'close', 'reopen'") }} as n
        left join {{ last_decisions("'assign', 'reopen'") }} as a on n.issue_id = a.issue_id
    )
{% endmacro %}

{#- Number and last hash of the decisions that this publication bears witness to. -#}
{% macro witnessed_count() -%}
    cast({{ env_var('KHO_DECISION_COUNT', '0') | int }} as bigint)
{%- endmacro %}
{% macro witnessed_head() -%}
    cast('{{ env_var("KHO_DECISION_HEAD", "") }}' as text)
{%- endmacro %}

{#- Rules of arrival that set a cell aside for nothing but its number, which an answer replaces. -#}
{% macro rules_of_the_number() -%}
    'value_present', 'value_plausible', 'number_finite', 'number_impossible'
{%- endmacro %}

{#- `reminded_items()`: one row per item of each letter of reminder: letter_id, seq, decided_at,
    reminded_by, what the letter says of its agency, and the item as JSON. -#}
{% macro reminded_items() %}
    (
        select
            d.issue_id as letter_id,
            d.seq,
            d.decided_at,
            d."by" as reminded_by,
            {{ json_field('d.subject', 'agency_code') }} as agency_code,
            {{ json_field('d.subject', 'agency_name') }} as agency_name,
            {{ json_field('d.subject', 'letter') }} as letter,
            {{ json_elements('d.subject', 'items') }} as item
        from {{ steward_decisions() }} as d
        where d.action = 'remind'
    )
{% endmacro %}
