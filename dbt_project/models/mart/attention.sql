-- What needs a leader now, three things at most. The order and what counts as one thing are told in
-- attention.yml; one cause takes one place, however many alerts it raised.
with on_board as (
    select
        m.source_code,
        min(i.main_board_rank) as board_rank
    from {{ ref('main_board') }} as m
    inner join {{ ref('indicators') }} as i on m.indicator_code = i.code
    group by m.source_code
),

-- A source that feeds several systems of the register is silent once.
silent as (
    select
        s.*,
        row_number() over (partition by s.source order by s.system_id) as pick
    from {{ ref('source_status') }} as s
    where not s.is_promise_kept
),

-- What an office still owes of one form, all months together. Files and connected sources are told as
-- sources already.
owing as (
    select
        s.form_code,
        s.agency_code,
        max(s.form_name) as form_name,
        max(s.agency_name) as agency_name,
        sum(s.missing_count) as missing_count,
        max(s.days_late) as days_late,
        min(s.due_date) as due_date
    from {{ ref('submission') }} as s
    where s.status = 'missing'
      and s.kind in ('task', 'dossier')
    group by s.form_code, s.agency_code
),

matters as (
    select
        case a.kind when 'no_data' then 'nguon ' || a.source_code else a.group_id end as cause,
        case a.kind when 'no_data' then 'source' else 'alert' end as kind,
        case a.kind when 'no_data' then 'Nguồn dữ liệu' else a.domain end as domain,
        {{ level_rank('a.level') }} as gravity,
        a.is_overdue,
        coalesce(i.main_board_rank, o.board_rank) as importance,
        case d.level when 'country' then 1 when 'province' then 2 else 3 end as breadth,
        {{ local_day('a.fired_at') }} as since_date,
        a.indicator_name as subject,
        a.area_name || ', ' || case a.kind when 'yoy' then a.period_label else a.last_period end as place,
        {{ alert_figure('a', 'e', 'i') }} as figure,
        a.message as sentence,
        a.responsible_name,
        a.due_date,
        a.alert_id,
        a.alert_code
    from {{ ref('alert') }} as a
    inner join {{ ref('dim_area') }} as d on a.area_key = d.area_key
    left join {{ ref('ind_alert_episode') }} as e on a.alert_id = e.alert_id
    left join {{ ref('indicators') }} as i on a.indicator_code = i.code
    left join {{ ref('ind_own_province') }} as h on a.area_key = h.area_key
    left join on_board as o on a.kind = 'no_data' and a.source_code = o.source_code
    where a.is_open
      and a.fired_at is not null
      and a.state in ('firing', 'no_data')
      -- what goes wrong in another province is not ours to see to
      and (
          d.level <> 'province' or h.area_key is not null
          or not exists (select 1 from {{ ref('ind_own_province') }})
      )
    union all
    select
        'nguon ' || s.source,
        'source',
        'Nguồn dữ liệu',
        case when s.lag_days > 2 * s.promise_days then 2 else 1 end,
        true,
        o.board_rank,
        -- its silence says more than the months it lacks
        0,
        s.last_known_on,
        s.source_title,
        'từ ' || {{ vn_day('s.last_known_on') }},
        'quá hẹn ' || {{ vn_number('s.lag_days - s.promise_days', 0) }} || ' ngày',
        s.source_title || ' không có số mới từ ' || {{ vn_day('s.last_known_on') }} || ', quá hẹn '
        || {{ vn_number('s.lag_days - s.promise_days', 0) }} || ' ngày.',
        s.agency_name,
        null,
        null,
        null
    from silent as s
    left join on_board as o on s.source = o.source_code
    where s.pick = 1
    union all
    select
        'no ' || o.form_code || ' ' || o.agency_code,
        'submission',
        'Đôn đốc',
        case when c.standing <> 'none' then 2 else 1 end,
        true,
        null,
        2,
        o.due_date as since_date,
        o.agency_name as subject,
        o.form_name as place,
        'còn nợ ' || {{ vn_number('o.missing_count', 0) }} || ' mục' as figure,
        o.agency_name || ' còn ' || {{ vn_number('o.missing_count', 0) }} || ' mục quá hạn của «'
        || o.form_name || '», lâu nhất ' || {{ vn_number('o.days_late', 0) }} || ' ngày.',
        o.agency_name as responsible_name,
        o.due_date as due_date,
        null,
        null
    from owing as o
    left join {{ ref('reminder_count') }} as c
        on o.agency_code = c.agency_code and c.year = {{ year_of(known_on()) }}
),

-- The alert that is told stands for its cause; who owes a source's figures answers for its silence.
told as (
    select
        m.*,
        max(m.gravity) over (partition by m.cause) as cause_gravity,
        max(case when m.is_overdue then 1 else 0 end) over (partition by m.cause) as cause_overdue,
        min(m.importance) over (partition by m.cause) as cause_importance,
        min(m.due_date) over (partition by m.cause) as cause_due,
        max(m.alert_code) over (partition by m.cause) as some_code,
        max(case when m.alert_id is not null then m.responsible_name end) over (partition by m.cause) as answering,
        count(m.alert_id) over (partition by m.cause) as alerts,
        row_number() over (
            partition by m.cause
            order by
                case when m.breadth = 0 then 0 else 1 end, m.gravity desc, m.is_overdue desc,
                m.importance asc nulls last, m.breadth asc, m.since_date desc, m.alert_id asc
        ) as pick
    from matters as m
),

-- From the second of one field on, others as grave come first.
spread as (
    select
        t.*,
        case
            when row_number() over (
                partition by t.domain
                order by
                    t.cause_gravity desc, t.cause_overdue desc, t.cause_importance asc nulls last,
                    t.since_date desc, t.cause asc
            ) > 1 then 1
            else 0
        end as is_repeat
    from told as t
    where t.pick = 1
),

ranked as (
    select
        s.*,
        row_number() over (
            order by
                s.cause_gravity desc, s.cause_overdue desc, s.is_repeat asc, s.cause_importance asc nulls last,
                s.since_date desc, s.cause asc
        ) as rank
    from spread as s
)

select
    cast(r.rank as integer) as rank,
    cast(r.kind as text) as kind,
    cast(case r.kind
        when 'source' then 'Nguồn dữ liệu' when 'submission' then 'Đôn đốc' else 'Cảnh báo'
    end as text) as kind_name,
    cast(case r.cause_gravity when 2 then 'alarm' else 'warn' end as text) as level,
    cast(case r.cause_gravity when 2 then 'Báo động' else 'Cảnh báo' end as text) as level_name,
    cast(r.cause_overdue = 1 as boolean) as is_overdue,
    cast(r.domain as text) as domain,
    cast(r.subject as text) as subject,
    cast(r.place as text) as place,
    cast(r.figure as text) as figure,
    cast(r.sentence as text) as sentence,
    cast(r.alerts - case when r.alert_id is null then 0 else 1 end as integer) as others,
    cast(case r.kind when 'source' then coalesce(r.answering, r.responsible_name) else r.responsible_name end as text)
        as responsible_name,
    cast(r.cause_due as date) as due_date,
    cast(r.since_date as date) as since_date,
    cast(coalesce(r.alert_code, r.some_code) as text) as alert_code,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from ranked as r
where r.rank <= 3
