{#- Half up to `places`, away from zero below it. The cast to ten places comes first, because
    the two engines round a double differently where it stands a hair beside a tie. -#}
{% macro round_half_up(expression, places) -%}
    cast(round(cast({{ expression }} as decimal(28, 10)), {{ places }}) as decimal(28, 6))
{%- endmacro %}

{#- Change in percent, divided once, in double; nothing when the earlier value is 0 or missing. -#}
{% macro pct_change(current, earlier, places=2) -%}
    case when {{ earlier }} is not null and {{ earlier }} <> 0 and {{ current }} is not null then
        {{ round_half_up(
            "(cast(" ~ current ~ " as double precision) - cast(" ~ earlier
            ~ " as double precision)) * 100 / abs(cast(" ~ earlier ~ " as double precision))", places
        ) }}
    end
{%- endmacro %}

{#- A number as Vietnamese readers write it: 570.734 or 9,35, rounded half up. -#}
{% macro vn_number(expression, places) -%}
    {%- set rounded = "abs(round(cast(" ~ expression ~ " as decimal(28, 10)), " ~ places ~ "))" -%}
    {%- set printed = "cast(" ~ rounded ~ " as text)" -%}
    (case when round(cast({{ expression }} as decimal(28, 10)), {{ places }}) < 0 then '-' else '' end
    || reverse(rtrim(regexp_replace(reverse(split_part({{ printed }}, '.', 1)), '([0-9]{3})', '\1.', 'g'), '.'))
    {%- if places > 0 %} || ',' || split_part({{ printed }}, '.', 2){% endif %})
{%- endmacro %}

{#- The same with the number of decimals in a column (0 to 4). -#}
{% macro vn_number_by(expression, decimals) -%}
    case {{ decimals }}
        {%- for places in range(5) %}
        when {{ places }} then {{ vn_number(expression, places) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- Half up with the number of places in a column (0 to 4). -#}
{% macro round_half_up_by(expression, decimals) -%}
    case {{ decimals }}
        {%- for places in range(5) %}
        when {{ places }} then {{ round_half_up(expression, places) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- factor × numerator ÷ denominator, divided once, in double; nothing over 0 or a missing part. -#}
{% macro ratio(numerator, denominator, factor, decimals) -%}
    case when {{ denominator }} <> 0 and {{ numerator }} is not null then
        {{ round_half_up_by(
            "cast(" ~ factor ~ " as double precision) * cast(" ~ numerator
            ~ " as double precision) / cast(" ~ denominator ~ " as double precision)", decimals
        ) }}
    end
{%- endmacro %}

{#- The figure from which a change of `pct` percent leads to `current`, to six places. -#}
{% macro pct_base(current, pct) -%}
    {{ round_half_up(
        "cast(" ~ current ~ " as double precision) * 100 / (100 + cast(" ~ pct
        ~ " as double precision))", 6
    ) }}
{%- endmacro %}

{#- How many decimals of a decimal(28, 6) are not zeros at its end. -#}
{% macro decimals_of(expression) -%}
    length(rtrim(split_part(cast(cast({{ expression }} as decimal(28, 6)) as varchar), '.', 2), '0'))
{%- endmacro %}

{#- What a column says, for a question to a person; `kind` is text, number or instant. -#}
{% macro as_told(expression, kind) -%}
    coalesce(
        {%- if kind == 'number' %}{{ vn_number(expression, 0) }}
        {%- elif kind == 'instant' %}cast({{ expression }} at time zone 'Asia/Ho_Chi_Minh' as text)
        {%- else %}{{ expression }}{% endif %}, 'trống')
{%- endmacro %}
