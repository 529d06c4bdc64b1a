{#- The number that a rule compares with its thresholds, from a figure beside its rule.
    Args:
        r: a line of thresholds. f: a figure as `ind_reading` brings it together. -#}
{% macro rule_reading(r, f) -%}
    case {{ r }}.kind
        when 'level' then {{ f }}.value
        -- a change in percent of a percentage would be read wrongly: those differ in points
        when 'yoy' then case when {{ f }}.unit = '%' then {{ f }}.yoy_abs else {{ f }}.yoy_pct end
        when 'plan_gap' then
            case when {{ f }}.is_planned_flow
                then {{ share_of('100', f ~ '.value', f ~ '.plan_value') }} - {{ f }}.path_pct
                else {{ f }}.value - {{ f }}.plan_value end
        when 'run_rate' then
            case when {{ f }}.is_planned_flow and {{ f }}.months_left > 0 then
                {{ share_of(
                    '100 * ' ~ f ~ '.month_no',
                    'greatest(' ~ f ~ '.plan_value - ' ~ f ~ '.value, 0)',
                    '(' ~ f ~ '.months_left * ' ~ f ~ '.value)'
                ) }}
            end
        when 'late' then cast({{ f }}.first_known_on - {{ f }}.period_end as decimal(28, 6))
        when 'outlier' then {{ share_of('1', '(' ~ f ~ '.value - ' ~ f ~ '.season_mean)', f ~ '.season_spread') }}
    end
{%- endmacro %}

{% macro share_of(factor, part, whole) -%}
    case when {{ whole }} <> 0 then
        {{ round_half_up(
            "cast(" ~ factor ~ " as double precision) * cast(" ~ part ~ " as double precision) / cast("
            ~ whole ~ " as double precision)", 2
        ) }}
    end
{%- endmacro %}

{#- alarm, warn, clear (back past the release value), or between: neither bad nor yet well again. -#}
{% macro reading_level(r, reading) -%}
    case
        when {{ reading }} is null then null
        {%- for comparison, worse, well in [('below', '<', '>='), ('above', '>', '<=')] %}
        when {{ r }}.comparison = '{{ comparison }}' then case
            when {{ reading }} {{ worse }} {{ r }}.breach_value then 'alarm'
            when {{ reading }} {{ worse }} {{ r }}.warn_value then 'warn'
            when {{ reading }} {{ well }} {{ r }}.release_value then 'clear'
            else 'between' end
        {%- endfor %}
    end
{%- endmacro %}

{#- What the signal of a level is, as a number that grows with the danger. -#}
{% macro level_rank(level) -%}
    case {{ level }} when 'alarm' then 2 when 'warn' then 1 when 'between' then 0 when 'clear' then 0 end
{%- endmacro %}

{#- What a person reads of a reading past its threshold, without a full stop.
    Args:
        s: relation with kind, reading, level, warn_value, breach_value, unit, decimals. -#}
{% macro reading_sentence(s) -%}
    case {{ s }}.kind
        when 'level' then 'ở mức ' || {{ vn_number_by(s ~ '.reading', s ~ '.decimals') }} || ' ' || {{ s }}.unit
        when 'yoy' then case when {{ s }}.reading < 0 then 'giảm ' else 'tăng ' end
            || {{ vn_number('abs(' ~ s ~ '.reading)', 2) }}
            || case {{ s }}.unit when '%' then ' điểm %' else ' %' end || ' so với cùng kỳ năm trước'
        when 'plan_gap' then case when {{ s }}.reading < 0 then 'thấp hơn ' else 'cao hơn ' end
            || case {{ s }}.unit when '%' then 'kế hoạch ' else 'nhịp kế hoạch ' end
            || {{ vn_number('abs(' ~ s ~ '.reading)', 2) }} || ' điểm %'
        when 'run_rate' then 'muốn đạt kế hoạch, mỗi tháng còn lại phải bằng '
            || {{ vn_number(s ~ '.reading', 0) }} || ' % mức bình quân từ đầu năm'
        when 'late' then 'số liệu đến sau hết kỳ ' || {{ vn_number(s ~ '.reading', 0) }} || ' ngày'
        when 'outlier' then 'lệch ' || {{ vn_number(s ~ '.reading', 1) }}
            || ' lần độ lệch chuẩn so với cùng kỳ các năm trước'
        when 'no_data' then 'thiếu ' || {{ vn_number(s ~ '.reading', 0) }} || ' % số liệu phải có của tháng'
    end
    || case when {{ s }}.level in ('alarm', 'warn') then
        case {{ s }}.level when 'alarm' then ', ngưỡng báo động ' else ', ngưỡng cảnh báo ' end
        || replace(rtrim(rtrim(cast(
            case {{ s }}.level when 'alarm' then {{ s }}.breach_value else {{ s }}.warn_value end as varchar
        ), '0'), '.'), '.', ',') || ' ' || {{ reading_unit(s) }}
    else '' end
{%- endmacro %}

{#- The one number by which an alert is remembered: the change on which it fired, the share that is missing,
    else the newest figure.
    Args:
        a: a line of mart.alert. e: its episode. i: its line of the catalogue, or none. -#}
{% macro alert_figure(a, e, i) -%}
    case
        when {{ a }}.kind = 'yoy' then case when {{ a }}.fired_reading < 0 then '▼ ' else '▲ ' end
            || {{ vn_number('abs(' ~ a ~ '.fired_reading)', 2) }} || ' ' || {{ a }}.reading_unit
        when {{ a }}.kind = 'no_data'
            then 'thiếu ' || {{ vn_number(a ~ '.fired_reading', 0) }} || ' %'
        else {{ vn_number_by(e ~ '.newest_value', i ~ '.decimals') }} || ' ' || {{ a }}.unit
    end
{%- endmacro %}

{#- What the thresholds of a rule are counted in. -#}
{% macro reading_unit(s) -%}
    case {{ s }}.kind
        when 'level' then {{ s }}.unit
        when 'yoy' then case {{ s }}.unit when '%' then 'điểm %' else '%' end
        when 'plan_gap' then 'điểm %'
        when 'late' then 'ngày'
        when 'outlier' then 'lần'
        else '%'
    end
{%- endmacro %}
