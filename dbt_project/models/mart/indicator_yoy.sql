-- The worst of the rules that judge a figure; that it came late says nothing of what it says.
with signals as (
    select
        indicator_code,
        {% for column in figure_columns() %}{{ column }}, {% endfor %}
        basis,
        max({{ level_rank('level') }}) as danger
    from {{ ref('ind_reading') }}
    where known_to is null and kind not in ('late', 'no_data')
    group by indicator_code, {% for column in figure_columns() %}{{ column }}, {% endfor %}basis
)

select
    v.indicator_code,
    v.indicator_name,
    v.domain,
    v.unit,
    v.decimals,
    v.direction,
    v.area_key,
    v.area_code,
    v.area_name,
    v.agency_code,
    v.basis,
    v.calendar,
    v.period_type,
    v.period_start,
    v.period_end,
    v.period_label,
    v.value,
    v.numerator,
    v.denominator,
    v.estimate_status,
    v.vintage_no,
    v.known_from,
    v.source_code,
    v.source_ref,
    v.value_reason,
    v.is_simulated,
    v.publication_id,
    cast(y.value_same_period_last_year as decimal(28, 6)) as value_same_period_last_year,
    cast(y.yoy_abs as decimal(28, 6)) as yoy_abs,
    cast(y.yoy_pct as decimal(28, 6)) as yoy_pct,
    cast(y.yoy_pct_published as decimal(28, 6)) as yoy_pct_published,
    cast(y.yoy_pct_computed as decimal(28, 6)) as yoy_pct_computed,
    cast(y.yoy_source as text) as yoy_source,
    cast(y.comparability as text) as comparability,
    cast(y.value_previous_period as decimal(28, 6)) as value_previous_period,
    cast(y.mom_pct as decimal(28, 6)) as mom_pct,
    cast(y.ytd_value as decimal(28, 6)) as ytd_value,
    cast(y.ytd_yoy_pct as decimal(28, 6)) as ytd_yoy_pct,
    cast(p.plan_value as decimal(28, 6)) as plan_value,
    cast(p.plan_pct as decimal(28, 6)) as plan_pct,
    cast(p.required_run_rate as decimal(28, 6)) as required_run_rate,
    cast(case when v.value is null then 'none' else
        case g.danger when 2 then 'alarm' when 1 then 'warn' when 0 then 'good' else 'none' end
    end as text) as signal
from {{ ref('indicator_value') }} as v
inner join {{ ref('ind_yoy') }} as y
    on v.indicator_code = y.indicator_code
    and v.area_key = y.area_key
    and v.agency_code = y.agency_code
    and v.basis = y.basis
    and v.calendar = y.calendar
    and v.period_type = y.period_type
    and v.period_start = y.period_start
    and v.period_end = y.period_end
left join {{ ref('ind_plan_progress') }} as p
    on v.indicator_code = p.indicator_code
    and v.area_key = p.area_key
    and v.agency_code = p.agency_code
    and v.basis = p.basis
    and v.calendar = p.calendar
    and v.period_end = p.period_end
    and p.is_main
left join signals as g
    on v.indicator_code = g.indicator_code and v.basis = g.basis and {{ same_figure('v', 'g') }}
