{#- A published change and the change computed from two levels: how far apart, and why. One definition for the
    inbox (dq_change) and the indicators (ind_change_gap). -#}

{#- Points between a published and a computed change. -#}
{% macro change_gap(published, computed) -%} abs({{ published }} - {{ computed }}) {%- endmacro %}

{#- Points that printed decimals can hide: those of the change itself, of both levels, and the half
    cent of rounding the computed change to two places. -#}
{% macro change_slack(published, value, prior) -%}
    {{ round_half_up(
        printed_slack(published) ~ " + 0.005 + case when " ~ prior ~ " <> 0 then 100 * ("
        ~ printed_slack(value) ~ " / abs(cast(" ~ prior ~ " as double precision)) + abs(cast("
        ~ value ~ " as double precision)) * " ~ printed_slack(prior) ~ " / (cast("
        ~ prior ~ " as double precision) * cast(" ~ prior ~ " as double precision))) else 0 end", 6
    ) }}
{%- endmacro %}

{#- Why they differ. Conditions that a caller cannot know are false. -#}
{% macro change_explanation(
    is_new_base, prior_status, is_beside, value_restated='false', other_vintage='false', is_summed='false'
) -%}
    case
        when {{ value_restated }} then 'value_restated'
        when {{ is_new_base }} then 'new_base'
        when {{ other_vintage }} then 'other_vintage'
        when {{ is_beside }} then 'beside_differs'
        when {{ is_summed }} then 'summed_months'
        when {{ prior_status }} = 'estimate' then 'restated_unprinted'
        else 'unexplained'
    end
{%- endmacro %}

{% macro change_explanation_name(explanation) -%}
    case {{ explanation }}
        when 'value_restated' then 'Số năm nay đã công bố lại sau khi in mức thay đổi'
        when 'new_base' then 'Hai năm thuộc hai gốc số liệu'
        when 'other_vintage' then 'Nguồn so với một lần công bố khác của năm trước'
        when 'beside_differs' then 'Số năm trước in cạnh không cho ra mức thay đổi đã in'
        when 'summed_months' then 'Có lũy kế do kho cộng từ các tháng, nguồn không in'
        when 'restated_unprinted' then 'Năm trước mới có ước tính; nguồn đã chỉnh mà không in lại'
        when 'unexplained' then 'Chưa giải thích được: số năm trước không còn là ước tính mà nguồn so với số khác'
    end
{%- endmacro %}
