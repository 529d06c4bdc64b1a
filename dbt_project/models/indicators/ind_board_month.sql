{{ config(pre_hook="{{ hash_joins() }}") }}
-- The newest twelve months of every line that may stand on the main board, each with how far it is off:
-- past the thresholds that judge it or, where none does, off its own history. One unit a line: the
-- province whose records are counted here, else the nation.
with placed as (
    select
        y.indicator_code,
        y.area_key,
        y.period_type,
        y.period_start,
        y.period_end,
        y.value,
        case when i.unit = '%' then y.yoy_abs else y.yoy_pct end as change_shown,
        i.direction,
        i.main_board_rank,
        dense_rank() over (
            partition by y.indicator_code
            order by
                case when o.area_key is not null then 0 when d.level = 'country' then 1 else 2 end,
                y.area_key
        ) as nearness
    from {{ ref('ind_yoy') }} as y
    inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
    inner join {{ ref('dim_area') }} as d on y.area_key = d.area_key
    left join {{ ref('ind_own_province') }} as o on y.area_key = o.area_key
    where y.basis = 'as_published'
      and y.calendar = 'calendar'
      and y.agency_code = '_all'
      and y.value is not null
      and i.main_board_rank is not null
      and d.level in ('country', 'province')
      and not {{ is_still_counted('y') }}
      and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
),

-- In January a running total repeats the month's own figure.
months as (
    select
        p.*,
        row_number() over (
            partition by p.indicator_code, p.period_end order by case p.period_type when 'month' then 1 else 0 end
        ) as pick
    from placed as p
    where p.nearness = 1
),

numbered as (
    select
        m.*,
        row_number() over (partition by m.indicator_code order by m.period_end desc) as recency,
        {{ months_between(
            'lag(m.period_end) over (partition by m.indicator_code order by m.period_end)', 'm.period_end'
        ) }} - 1 as months_since
    from months as m
    where m.pick = 1
),

-- A line that comes by the quarter is not late after a month.
paced as (
    select
        n.*,
        coalesce(min(n.months_since) over (partition by n.indicator_code), 1) as pace
    from numbered as n
),

-- A month's figure and the running total up to its end are one line here: whichever is judged worse.
-- At the warning threshold 1, at the alarm's 2, beyond it as steps of the same length, 3 at most.
past as (
    select
        r.indicator_code,
        r.area_key,
        r.period_end,
        max({{ level_rank('r.level') }}) as gravity,
        max(case when r.level in ('alarm', 'warn') then
            least({{ board_rule('worst_deviation') }}, 1
                + cast(r.reading - r.warn_value as double precision)
                / cast(nullif(r.breach_value - r.warn_value, 0) as double precision))
        end) as deviation
    from {{ ref('ind_reading') }} as r
    where r.basis = 'as_published'
      and r.agency_code = '_all'
      and r.known_to is null
      and r.level is not null
      and r.kind not in ('late', 'no_data')
    group by r.indicator_code, r.area_key, r.period_end
),

-- The change on last year beside those of the two years before it: middle and spread that one odd month
-- does not move (median, median distance from it).
earlier as (
    select
        m.indicator_code,
        m.period_end,
        cast(p.change_shown as double precision) as change_before
    from paced as m
    inner join paced as p
        on m.indicator_code = p.indicator_code
        and m.period_end > p.period_end
        and m.period_end <= p.period_end + interval '{{ board_rule("history_months") }} months'
    where m.recency <= {{ board_rule('remembered_months') }} and p.change_shown is not null
),

middle as (
    select
        e.indicator_code,
        e.period_end,
        percentile_cont(0.5) within group (order by e.change_before) as median
    from earlier as e
    group by e.indicator_code, e.period_end
    having count(*) >= {{ board_rule('history_needed') }}
),

usual as (
    select
        m.indicator_code,
        m.period_end,
        m.median,
        -- 1.4826 makes it the standard deviation where the changes are spread normally
        1.4826 * percentile_cont(0.5) within group (order by abs(e.change_before - m.median)) as spread
    from middle as m
    inner join earlier as e on m.indicator_code = e.indicator_code and m.period_end = e.period_end
    group by m.indicator_code, m.period_end, m.median
),

measured as (
    select
        n.*,
        p.gravity,
        p.deviation as past_deviation,
        case when p.gravity is null and u.spread > 0 then
            (cast(n.change_shown as double precision) - u.median) / u.spread
            * case n.direction when 'up' then -1 else 1 end
        end as strangeness
    from paced as n
    left join past as p
        on n.indicator_code = p.indicator_code
        and n.area_key = p.area_key
        and n.period_end = p.period_end
    left join usual as u on n.indicator_code = u.indicator_code and n.period_end = u.period_end
    where n.recency <= {{ board_rule('remembered_months') }}
),

judged as (
    select
        m.*,
        case
            when m.gravity > 0 then m.past_deviation
            when (case when m.direction in ('up', 'down') then m.strangeness else abs(m.strangeness) end)
                >= {{ board_rule('own_history_limit') }}
                then least(
                    {{ board_rule('worst_deviation') }}, abs(m.strangeness) / {{ board_rule('own_history_limit') }}
                )
        end as deviation
    from measured as m
),

stated as (
    select
        j.*,
        case
            when j.gravity = 2 then 'alarm'
            when j.gravity = 1 then 'warn'
            when j.deviation is not null then 'odd'
            else 'calm'
        end as state
    from judged as j
),

runs as (
    select
        s.*,
        first_value(s.state) over (partition by s.indicator_code order by s.recency) as newest_state
    from stated as s
)

select
    r.indicator_code,
    r.area_key,
    r.period_type,
    r.period_start,
    r.period_end,
    r.main_board_rank,
    cast(r.recency as integer) as recency,
    r.state,
    {{ round_half_up('r.deviation', 2) }} as deviation,
    -- how many of the newest months stand as the newest does
    cast(coalesce(
        min(case when r.state <> r.newest_state then r.recency end) over (partition by r.indicator_code) - 1,
        max(r.recency) over (partition by r.indicator_code)
    ) as integer) as months_in_state,
    -- Decree 62/2024/NĐ-CP: the figures of a month are due on the 6th of the month after it.
    cast(
        make_date({{ year_of('r.period_end') }}, {{ month_of('r.period_end') }}, 1)
        + interval '1 month' * (r.pace + 1) + interval '5 days' as date
    ) as fresh_until
from runs as r
