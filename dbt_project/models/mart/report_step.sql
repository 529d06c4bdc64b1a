-- When each step of each monthly report is due. The final edition is made on its day or, when that is
-- a day off, on the working day before; years whose holidays are not listed have no calendar yet.
with months as (
    select
        p.period_start as window_start,
        p.period_end as window_end,
        make_date({{ year_of('p.period_end') }}, {{ month_of('p.period_end') }}, 1) as month_start,
        p.period_label
    from {{ ref('dim_period') }} as p
    where p.calendar = 'report_15_14'
      and p.period_type = 'month'
      and p.period_end >= date '2019-01-01'
),

steps as (
    select
        m.*,
        s.step,
        s.step_name,
        s.hour,
        s.days_before_final,
        m.month_start + (s.day - 1) as day_of_month
    from months as m
    inner join {{ ref('report_steps') }} as s
        on m.window_end between coalesce(s.valid_from, m.window_end) and coalesce(s.valid_to, m.window_end)
),

finals as (
    select
        s.month_start,
        max(d.day) as final_on,
        max(case when d.day < s.day_of_month then d.day end) as last_before
    from steps as s
    inner join {{ ref('dim_date') }} as d
        on d.day between s.month_start and s.day_of_month and d.is_working_day
    where s.step = 'final'
    group by s.month_start
),

dues as (
    select
        s.month_start,
        s.day_of_month as due_on
    from steps as s
    where s.step = 'due'
)

select
    cast(substr(cast(s.month_start as text), 1, 7) as text) as period,
    cast(s.period_label as text) as period_label,
    cast(s.window_start as date) as window_start,
    cast(s.window_end as date) as window_end,
    cast(s.step as text) as step,
    cast(s.step_name as text) as step_name,
    cast(case
        when s.step = 'final' then f.final_on
        when s.days_before_final is not null then f.final_on - s.days_before_final
        else s.day_of_month
    end as date) as on_day,
    s.hour,
    cast(f.final_on as date) as final_on,
    cast(d.due_on as date) as due_on,
    {{ publication_id() }} as publication_id
from steps as s
inner join finals as f on s.month_start = f.month_start
inner join dues as d on s.month_start = d.month_start
