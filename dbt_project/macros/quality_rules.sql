{#- The rules of expectations/*.yml as SQL. -#}

{#- Rules that the warehouse judges; their subjects must be built before. -#}
{% macro warehouse_rules() %}
    {{ return(var('kho_rules', []) | selectattr('stage', 'equalto', 'warehouse') | list) }}
{% endmacro %}

{#- Every row that breaks a rule, one select per rule. -#}
{% macro broken_rules() %}
    {%- for rule in warehouse_rules() %}
    {{ broken_rule(rule) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endmacro %}

{#- Rows of its subject that break one rule, in deliveries where it reaches its minimum effect. -#}
{% macro broken_rule(rule) %}
    {%- set has_minimum = rule.min_rows > 1 or rule.min_share > 0 %}
    select
        {{ sql_text(rule.id) }} as rule_id,
        {{ sql_text(rule.dimension) }} as dimension,
        {{ sql_text(rule.severity) }} as severity,
        {{ breach_columns('s') }},
        {{ rule.detail or "''" }} as detail,
        {{ quality_record(rule.subject, 's') }} as record
    from (
        select
            r.*,
            coalesce({{ rule.predicate }}, false) as is_bad
            {%- if has_minimum %},
            count(*) filter (where {{ rule.predicate }}) over (partition by r.delivery) as bad_rows,
            count(*) over (partition by r.delivery) as all_rows
            {%- endif %}
        from {{ ref(rule.subject) }} as r
        where {{ rule.where or 'true' }}
          {%- if rule.applies_to %}
          and r.source_code in (
              {%- for source in rule.applies_to %}{{ sql_text(source) }}{{ ', ' if not loop.last }}{% endfor -%}
          )
          {%- endif %}
    ) as s
    where s.is_bad
      {%- if has_minimum %}
      and s.bad_rows >= {{ rule.min_rows }} and s.bad_rows >= {{ rule.min_share }} * s.all_rows
      {%- endif %}
{% endmacro %}

{#- What every subject, and every breach, has; `others` gives what stands elsewhere than in `alias`. -#}
{% macro breach_columns(alias, others={}) -%}
    {%- for column in [
        'source_code', 'agency_code', 'delivery', 'source_file', 'published_on', 'known_from',
        'score_month', 'family', 'series_code', 'area_key', 'period_type', 'period_start', 'address',
        'addresses', 'value_text', 'record_key', 'is_current',
    ] -%}
    {{ others[column] ~ ' as ' ~ column if column in others else alias ~ '.' ~ column }}
    {{- ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A row of a subject kept whole, as JSON text that is the same on both engines. -#}
{% macro quality_record(subject, alias) -%}
    {%- set shown = {
        'dq_figure': [
            'item_name', 'item_path', 'role', 'unit', 'estimate_status', 'period_end', 'value',
            'value_previous', 'value_last_year', 'value_earlier', 'file_earlier', 'value_elsewhere',
            'address_elsewhere', 'min_seen', 'max_seen', 'yoy_published', 'yoy_computed',
        ],
        'dq_total': [
            'item_name', 'role', 'unit', 'period_end', 'relation', 'whole_value', 'parts_value', 'part_count',
            'parts_expected', 'part_names',
        ],
        'dq_change': [
            'item_name', 'unit', 'period_end', 'value', 'value_last_year', 'yoy_published', 'yoy_computed',
            'gap', 'compared_count',
        ],
        'dq_column': [
            'role', 'period_end', 'figure_count', 'same_count', 'other_column', 'other_period', 'other_file',
        ],
        'dq_cell': ['reason', 'sheet', 'item_path', 'column_path', 'cell_count'],
        'dq_refusal': ['kind', 'label', 'reason', 'mend'],
        'dq_absence': [
            'expected_fields', 'received_fields', 'due_on', 'due_until', 'received_on', 'state', 'reason',
        ],
        'dq_delivery': ['cell_count', 'cell_count_before', 'file_before'],
        'dq_reported': [
            'chi_tieu', 'dia_ban', 'don_vi', 'document', 'period_end', 'question',
        ],
        'dq_conflict': [
            'measure_code', 'measure_name', 'unit', 'calendar', 'period_end', 'value', 'document', 'source_ref',
            'source_other', 'value_other', 'document_other', 'source_ref_other', 'difference', 'tolerance',
        ],
        'dq_border': [
            'indicator_name', 'unit', 'calendar', 'period_end', 'area_name', 'value', 'source_ref', 'parts_value',
            'parts_told', 'difference', 'tolerance',
        ],
        'dq_question': ['kind', 'question'],
    }[subject] -%}
    '{"file": ' || {{ json_text(alias ~ '.source_file') }}
    {%- for column in shown %}
    || ', "{{ column }}": ' || {{ json_text(alias ~ '.' ~ column) }}
    {%- endfor %}
    || ', "cells": ' || {{ json_list(alias ~ '.addresses') }} || '}'
{%- endmacro %}

{#- A value as a JSON string, null when there is none. -#}
{% macro json_text(expression) -%}
    coalesce('"' || {{ json_escape(expression) }} || '"', 'null')
{%- endmacro %}

{% macro json_escape(expression) -%}
    replace(replace(replace(cast({{ expression }} as varchar), '\', '\\'), '"', '\"'), chr(10), '\n')
{%- endmacro %}

{#- Addresses joined by `/`, which no sheet name may hold, as a JSON list. -#}
{% macro json_list(addresses) -%}
    case when {{ addresses }} = '' then '[]'
        else '["' || replace({{ json_escape(addresses) }}, '/', '", "') || '"]' end
{%- endmacro %}
