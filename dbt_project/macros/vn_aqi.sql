{#- VN_AQI by Quyết định 1459/QĐ-TCMT (12/11/2019), section 2.2. Concentrations are in µg/Nm3. -#}

{#- Nowcast of PM2.5 or PM10 in double. `hours` are twelve expressions, the newest hour first, null
    where there is no value; `w` is the weight of the hours, min ÷ max. Nothing unless two of the
    newest three hours have a value. The text gives a missing hour the weight 0 in both formulas. -#}
{% macro nowcast(hours, w) -%}
    case
        when {% for c in hours[:3] %}case when {{ c }} is null then 0 else 1 end{{ ' + ' if not loop.last }}{% endfor %} < 2
            then null
        when {{ w }} > 0.5 then (
            {%- for c in hours %}
            coalesce(power({{ w }}, {{ loop.index0 }}) * {{ c }}, 0){{ ' +' if not loop.last }}
            {%- endfor %}
        ) / (
            {%- for c in hours %}
            case when {{ c }} is null then 0 else power({{ w }}, {{ loop.index0 }}) end{{ ' +' if not loop.last }}
            {%- endfor %}
        )
        else
            {%- for c in hours %}
            coalesce({{ c }} / {{ 2 ** loop.index }}, 0){{ ' +' if not loop.last }}
            {%- endfor %}
    end
{%- endmacro %}

{#- The step of Table 2 in which a concentration lies; the last step of a pollutant has no end. -#}
{% macro in_aqi_step(conc, day, b) -%}
    {{ conc }} >= 0
    and ({{ conc }} > {{ b }}.conc_low or {{ b }}.level_no = 1)
    and ({{ conc }} <= {{ b }}.conc_high or ({{ b }}.conc_high is null))
    and {{ day }} >= {{ b }}.valid_from and ({{ b }}.valid_to is null or {{ day }} <= {{ b }}.valid_to)
{%- endmacro %}

{#- The index of a concentration within its step, an integer, half up. -#}
{% macro aqi_index(conc, b) -%}
    cast({{ round_half_up(
        "case when " ~ b ~ ".conc_high is null then cast(" ~ b ~ ".index_low as double precision)"
        ~ " else cast(" ~ b ~ ".index_high - " ~ b ~ ".index_low as double precision) * (cast(" ~ conc
        ~ " as double precision) - cast(" ~ b ~ ".conc_low as double precision)) / cast(" ~ b
        ~ ".conc_high - " ~ b ~ ".conc_low as double precision) + cast(" ~ b
        ~ ".index_low as double precision) end", 0
    ) }} as integer)
{%- endmacro %}

{#- Aggregate: the pollutant with the greatest index, by name among equals. -#}
{% macro greatest_of(aqi, pollutant) -%}
    split_part(min(cast(1000 - {{ aqi }} as text) || '|' || {{ pollutant }}), '|', 2)
{%- endmacro %}
