{#- 100 × good ÷ total with four decimals; nothing when there is nothing to judge. -#}
{% macro score(good, total) -%}
    case when {{ total }} > 0 then
        {{ round_half_up(
            "100 * cast(" ~ good ~ " as double precision) / cast(" ~ total ~ " as double precision)", 4
        ) }}
    end
{%- endmacro %}

{#- One score told with its counts: «Đúng 99,4400 % = 100 × (2.143 − 12)/2.143». -#}
{% macro score_of_bad(name, pct, bad, total) -%}
    case
        when {{ pct }} is null then '{{ name }}: chưa có số để tính'
        else '{{ name }} ' || {{ vn_number(pct, 4) }} || ' % = 100 × (' || {{ vn_number(total, 0) }} || ' − '
            || {{ vn_number(bad, 0) }} || ')/' || {{ vn_number(total, 0) }}
    end
{%- endmacro %}

{#- How good a score is, for its colour: the bar of a verified source, then 80. -#}
{% macro score_tone(score) -%}
    case
        when {{ score }} is null then 'trong' when {{ score }} >= {{ var('kho_verified_bar') }} then 'tot'
        when {{ score }} >= 80 then 'vua' else 'kem'
    end
{%- endmacro %}
