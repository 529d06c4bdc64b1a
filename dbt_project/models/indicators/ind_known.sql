-- What was known of each indicator when: one row per stretch of time in which its value, the value
-- of the same period of last year and the published change all stayed the same. Nothing in a row
-- became known after the row begins.
{%- set key = figure_columns() %}
with measured as (
    select
        b.measure_code,
        {% for column in key %}b.{{ column }}, {% endfor %}
        b.value,
        b.estimate_status,
        b.base_id,
        b.known_from,
        b.known_to,
        b.source_ref
    from {{ ref('ind_measure_base') }} as b
    union all
    select
        s.measure_code,
        {% for column in key %}s.{{ column }}, {% endfor %}
        s.value,
        'computed',
        s.base_id,
        s.known_from,
        s.known_to,
        s.source_ref
    from {{ ref('ind_sum_known') }} as s
),

valued as (
    select
        i.code as indicator_code,
        {% for column in key %}n.{{ column }}, {% endfor %}
        n.value,
        cast(null as decimal(28, 6)) as numerator,
        cast(null as decimal(28, 6)) as denominator,
        n.estimate_status,
        n.base_id,
        n.known_from,
        n.known_to,
        n.source_ref
    from {{ ref('indicators') }} as i
    inner join measured as n on i.numerator = n.measure_code and {{ in_calendar('i', 'n') }}
    where i.kind <> 'ratio'
      and (i.valid_from is null or n.period_end >= i.valid_from)
      and (i.valid_to is null or n.period_start <= i.valid_to)
    union all
    select
        i.code,
        {% for column in key %}n.{{ column }}, {% endfor %}
        cast({{ ratio('n.value', 'd.value', 'i.factor', 'i.decimals') }} as decimal(28, 6)) as value,
        n.value as numerator,
        d.value as denominator,
        case when ds.status_rank < ns.status_rank then d.estimate_status else n.estimate_status end,
        n.base_id + d.base_id - 1,
        greatest(n.known_from, d.known_from),
        least(n.known_to, d.known_to),
        n.source_ref || ' ÷ ' || d.source_ref
    from {{ ref('indicators') }} as i
    inner join measured as n on i.numerator = n.measure_code and {{ in_calendar('i', 'n') }}
    inner join measured as d
        on i.denominator = d.measure_code and {{ same_figure('n', 'd') }}
        and (n.known_to is null or n.known_to > d.known_from)
        and (d.known_to is null or n.known_from < d.known_to)
    inner join {{ ref('estimate_status') }} as ns on n.estimate_status = ns.estimate_status
    inner join {{ ref('estimate_status') }} as ds on d.estimate_status = ds.estimate_status
    where i.kind = 'ratio' and d.value <> 0
      and (i.valid_from is null or n.period_end >= i.valid_from)
      and (i.valid_to is null or n.period_start <= i.valid_to)
),

-- a figure of last year stands here under the dates of this year
compared as (
    select
        v.indicator_code,
        {% for column in key[:-2] %}v.{{ column }}, {% endfor %}
        c.period_start,
        c.period_end,
        v.value,
        v.base_id,
        v.known_from,
        v.known_to
    from valued as v
    inner join {{ ref('dim_period') }} as c
        on v.calendar = c.calendar and v.period_type = c.period_type
        and v.period_start = c.prior_start and v.period_end = c.prior_end
),

published as (
    select
        i.code as indicator_code,
        {% for column in key %}v.{{ column }}, {% endfor %}
        v.value,
        v.known_from,
        v.known_to
    from {{ ref('indicators') }} as i
    inner join {{ ref('msr_measure') }} as m on i.numerator = m.change_of and m.change_kind = 'yoy'
    inner join {{ ref('ind_measure_vintage') }} as v
        on m.measure_code = v.measure_code and i.calendar = v.calendar
    where i.kind <> 'ratio'
),

moments as (
    {%- for relation in ['valued', 'compared', 'published'] %}
    select
        r.indicator_code,
        {% for column in key %}r.{{ column }}, {% endfor %}
        r.known_from as moment
    from {{ relation }} as r
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

states as (
    select
        v.*,
        t.moment,
        p.value as prior_value,
        p.base_id as prior_base_id,
        c.value as yoy_pct_published,
        lead(t.moment) over (
            partition by t.indicator_code, {% for column in key %}t.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
            order by t.moment
        ) as next_moment
    from moments as t
    inner join valued as v
        on t.indicator_code = v.indicator_code and {{ same_figure('t', 'v') }} and {{ known_at_moment('t.moment', 'v') }}
    left join compared as p
        on t.indicator_code = p.indicator_code and {{ same_figure('t', 'p') }} and {{ known_at_moment('t.moment', 'p') }}
    left join published as c
        on t.indicator_code = c.indicator_code and {{ same_figure('t', 'c') }} and {{ known_at_moment('t.moment', 'c') }}
),

judged as (
    select
        s.*,
        case
            when s.prior_value is null or s.prior_value = 0 or s.base_id <> s.prior_base_id
                then 'not_comparable'
            else 'comparable'
        end as comparability,
        case
            when s.prior_value is null then 'Chưa có số liệu cùng kỳ năm trước'
            when s.prior_value = 0 then 'Cùng kỳ năm trước bằng 0'
            when s.base_id <> s.prior_base_id
                then 'Hai kỳ thuộc hai gốc số liệu: nguồn đã công bố lại lệch quá mức'
        end as comparability_reason,
        -- a change in percent of a percentage would be read wrongly
        cast(case when i.unit <> '%' then {{ pct_change('s.value', 's.prior_value') }} end as decimal(28, 6))
            as yoy_pct_computed
    from states as s
    inner join {{ ref('indicators') }} as i on s.indicator_code = i.code
)

select
    j.indicator_code,
    {% for column in key %}j.{{ column }}, {% endfor %}
    j.moment as known_from,
    least(j.next_moment, j.known_to) as known_to,
    j.value,
    j.numerator,
    j.denominator,
    j.estimate_status,
    j.source_ref,
    j.base_id,
    j.prior_value as value_same_period_last_year,
    j.prior_base_id,
    case when j.comparability = 'comparable' then j.value - j.prior_value end as yoy_abs,
    j.comparability,
    j.comparability_reason,
    j.yoy_pct_published,
    j.yoy_pct_computed,
    cast(coalesce(
        {{ round_half_up('j.yoy_pct_published', 2) }},
        case when j.comparability = 'comparable' then j.yoy_pct_computed end
    ) as decimal(28, 6)) as yoy_pct,
    case
        when j.yoy_pct_published is not null then 'published'
        when j.comparability = 'comparable' and j.yoy_pct_computed is not null then 'computed'
    end as yoy_source
from judged as j
