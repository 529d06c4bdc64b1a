{#- The numbers of the main board's rule, in words in main_board.yml and ADR 15. -#}
{% macro board_rule(name) -%}
    {{- {
        'tiles': 9,
        'core_tiles': 2,
        'worst_deviation': 3,
        'history_months': 24,
        'history_needed': 12,
        'own_history_limit': 3,
        'least_importance': 0.5,
        'remembered_months': 12,
        'line_years': 3,
    }[name] -}}
{%- endmacro %}

{#- Width and height of the small line, in the units of its drawing. -#}
{% macro line_width() -%} 220 {%- endmacro %}
{% macro line_height() -%} 48 {%- endmacro %}

{#- A number of a drawing, to a tenth, with a point. -#}
{% macro drawn(expression) -%}
    cast(cast({{ round_half_up(expression, 1) }} as decimal(9, 1)) as text)
{%- endmacro %}

{#- The part of a year's plan that is done, or how a figure stands to its target; without a full stop.
    Args:
        p: a line of ind_plan_progress, or none. -#}
{% macro plan_on_tile(p) -%}
    case
        when {{ p }}.plan_pct is not null
            then {{ vn_number(p ~ '.plan_pct', 1) }} || ' % kế hoạch năm'
            || coalesce(' (cần ' || {{ vn_number(p ~ '.path_pct', 1) }} || ' %)', '')
        when {{ p }}.plan_value is not null and {{ p }}.value is not null
            then 'Mục tiêu năm ' || case {{ p }}.fulfilment when 'reach' then 'ít nhất ' else 'không quá ' end
            || {{ vn_number_by(p ~ '.plan_value', p ~ '.decimals') }} || ' ' || {{ p }}.unit
    end
{%- endmacro %}

{#- ahead or behind: of the path where the plan is a year's sum, of the target where it is a level. -#}
{% macro plan_state(p) -%}
    case
        when {{ p }}.value is null or {{ p }}.plan_value is null then null
        when {{ p }}.plan_pct is not null and {{ p }}.path_pct is not null and {{ p }}.fulfilment = 'reach'
            then case when {{ p }}.plan_pct >= {{ p }}.path_pct then 'ahead' else 'behind' end
        when {{ p }}.plan_pct is not null and {{ p }}.path_pct is not null
            then case when {{ p }}.plan_pct <= {{ p }}.path_pct then 'ahead' else 'behind' end
        when {{ p }}.fulfilment = 'reach'
            then case when {{ p }}.value >= {{ p }}.plan_value then 'ahead' else 'behind' end
        else case when {{ p }}.value <= {{ p }}.plan_value then 'ahead' else 'behind' end
    end
{%- endmacro %}
