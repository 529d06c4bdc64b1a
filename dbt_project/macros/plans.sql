{#- What people read about a month of a plan. `p` is a row of ind_plan_progress with `kind_name`. -#}
{% macro plan_sentence(p) -%}
    case
        when {{ p }}.reason is not null then {{ p }}.reason
        when {{ p }}.is_flow then {{ plan_done(p) }} || {{ plan_ahead(p) }}
        else {{ plan_level(p) }}
    end
{%- endmacro %}

{% macro plan_amount(expression, p) -%}
    {{ vn_number_by(expression, p ~ '.decimals') }} || ' ' || {{ p }}.unit
{%- endmacro %}

{% macro plan_name(p) -%}
    {{ p }}.kind_name || ' (' || {{ plan_amount(p ~ '.plan_value', p) }}
    || case {{ p }}.plan_basis when 'implied' then ', suy ra từ tỷ lệ công bố' else '' end || ')'
{%- endmacro %}

{% macro plan_done(p) -%}
    case {{ p }}.month_no
        when 12 then 'Cả năm ' || cast({{ p }}.year_no as text)
        when 1 then 'Tháng 1/' || cast({{ p }}.year_no as text)
        else cast({{ p }}.month_no as text) || ' tháng/' || cast({{ p }}.year_no as text)
    end
    || case {{ p }}.estimate_status when 'estimate' then ' ước đạt ' else ' đạt ' end
    || {{ plan_amount(p ~ '.value', p) }}
    || ', bằng ' || {{ vn_number(p ~ '.plan_pct', 2) }} || ' % ' || {{ plan_name(p) }}
{%- endmacro %}

{#- The path, and what the remaining months must bring; after the year, whether the plan was kept. -#}
{% macro plan_ahead(p) -%}
    case
        when {{ p }}.outcome is not null then {{ plan_outcome(p) }}
        when {{ p }}.fulfilment = 'reach' and {{ p }}.value >= {{ p }}.plan_value then ': đã đạt kế hoạch.'
        when {{ p }}.fulfilment = 'stay_below' and {{ p }}.value > {{ p }}.plan_value
            then ': đã vượt mức cho phép của cả năm.'
        else
            case when {{ p }}.plan_pct >= {{ p }}.path_pct then '; nhanh hơn ' else '; chậm hơn ' end
            || case {{ p }}.path_kind
                when 'history' then 'nhịp các năm ' || {{ p }}.path_years else 'nhịp chia đều 12 tháng' end
            || ' ' || {{ vn_number('abs(' ~ p ~ '.plan_pct - ' ~ p ~ '.path_pct)', 2) }} || ' điểm %. '
            || case {{ p }}.fulfilment
                when 'reach' then 'Muốn đạt kế hoạch thì từ nay mỗi tháng phải đạt '
                else 'Muốn không vượt kế hoạch thì từ nay mỗi tháng không được quá ' end
            || {{ plan_amount(p ~ '.required_run_rate', p) }}
            || case when {{ p }}.months_known_24 > 0 then
                '; ' || cast({{ p }}.months_reached_12 as text) || '/' || cast({{ p }}.months_known_12 as text)
                || ' tháng gần nhất và ' || cast({{ p }}.months_reached_24 as text) || '/'
                || cast({{ p }}.months_known_24 as text) || ' tháng trong hai năm qua giữ được mức đó'
                else '' end || '.'
    end
{%- endmacro %}

{% macro plan_outcome(p) -%}
    case {{ p }}.outcome when 'kept' then ': hoàn thành kế hoạch.' else ': không hoàn thành kế hoạch.' end
{%- endmacro %}

{#- A rate or an index is held against its plan as it stands. -#}
{% macro plan_level(p) -%}
    'Đến hết tháng ' || cast({{ p }}.month_no as text) || '/' || cast({{ p }}.year_no as text) || ' là '
    || {{ plan_amount(p ~ '.value', p) }} || ', '
    || case
        when {{ p }}.gap_to_plan = 0 then 'đúng bằng '
        else case when {{ p }}.gap_to_plan > 0 then 'cao hơn ' else 'thấp hơn ' end
            || {{ vn_number_by('abs(' ~ p ~ '.gap_to_plan)', p ~ '.decimals') }} || ' '
            || case {{ p }}.unit when '%' then 'điểm %' else {{ p }}.unit end || ' so với '
    end
    || {{ plan_name(p) }}
    || case when {{ p }}.outcome is not null then {{ plan_outcome(p) }} else '.' end
{%- endmacro %}
