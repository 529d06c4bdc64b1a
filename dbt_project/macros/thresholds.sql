{#- `threshold_faults(lines)`: what is wrong with a line of thresholds, one row a fault: nothing it
    names is missing, its words are those the engine knows, its lines do not overlap, the release
    lies on the safe side and the standing limits of the environment are those of
    environment_limits. -#}
{% macro threshold_faults(lines) -%}
    with lines as (
        select
            t.*,
            case t.comparison when 'below' then -1 when 'above' then 1 end as worse
        from {{ lines }} as t
    )

    select t.rule_id, 'thiếu ô bắt buộc hoặc từ lạ' as fault
    from lines as t
    where t.rule_id is null or t.worse is null or t.warn_value is null or t.breach_value is null
       or t.release_value is null or t.per_agency is null or t.basis is null or t.legal_act is null
       or coalesce(t.periods_to_fire, 0) < 1 or coalesce(t.periods_to_clear, 0) < 1
       or coalesce(t.days_due, 0) < 1
       or t.kind not in ('level', 'yoy', 'plan_gap', 'run_rate', 'late', 'outlier', 'no_data')
       or t.period not in ('day', 'month', 'year', 'cumulative', 'quarter_end')
       or ';' || t.area_levels || ';' not similar to '(;(country|province|commune))+;'
       or t.valid_to < t.valid_from
    union all
    select t.rule_id, 'chỉ tiêu không có trong danh mục, còn chờ nguồn hoặc khác lịch'
    from lines as t
    left join {{ ref('indicators') }} as i
        on t.indicator_code = i.code and t.calendar = i.calendar and i.awaits_system is null
    where i.code is null and t.kind <> 'no_data'
    union all
    select t.rule_id, 'không có cơ quan chịu trách nhiệm này'
    from lines as t
    left join {{ ref('agencies') }} as g on t.responsible_code = g.agency_code
    where g.agency_code is null
    union all
    select t.rule_id, 'báo động nhẹ hơn cảnh báo, hoặc mức kết thúc không nằm bên an toàn'
    from lines as t
    where t.worse * (t.breach_value - t.warn_value) < 0 or t.worse * (t.release_value - t.warn_value) > 0
    union all
    select t.rule_id, 'hai dòng cùng hiệu lực, hoặc không cùng chỉ tiêu, cách so, kỳ'
    from lines as t
    inner join lines as o
        on t.rule_id = o.rule_id
        and coalesce(t.valid_from, date '0001-01-01') <= coalesce(o.valid_from, date '0001-01-01')
        and (t.valid_from is distinct from o.valid_from or t.valid_to is distinct from o.valid_to)
    where coalesce(t.valid_to, date '9999-12-31') >= coalesce(o.valid_from, date '0001-01-01')
       or concat_ws('|', t.indicator_code, t.kind, t.comparison, t.period, t.area_levels, t.per_agency)
       <> concat_ws('|', o.indicator_code, o.kind, o.comparison, o.period, o.area_levels, o.per_agency)
    union all
    select t.rule_id, 'một dòng chép hai lần'
    from lines as t
    group by t.rule_id, t.valid_from
    having count(*) > 1
    union all
    select t.rule_id, 'khác giới hạn trung bình 24 giờ ở environment_limits'
    from lines as t
    inner join {{ ref('environment_limits') }} as e
        on t.indicator_code = e.parameter_code || '_24h'
        and e.medium_use = 'ambient'
        and e.averaging = 'day'
        and e.valid_from <= coalesce(t.valid_to, date '9999-12-31')
        and t.valid_from <= coalesce(e.valid_to, date '9999-12-31')
    where t.warn_value <> e.maximum
{%- endmacro %}
