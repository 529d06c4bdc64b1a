{{ config(pre_hook="{{ hash_joins() }}") }}
-- The main screen, nine tiles. Who gets a seat, and in which order the tiles stand, is told in main_board.yml.
with catalogue as (
    select max(main_board_rank) as lines from {{ ref('indicators') }}
),

weighed as (
    select
        m.*,
        i.domain as field,
        m.fresh_until < {{ known_on() }} as is_stale,
        {{ round_half_up(
            "1 - (1 - " ~ board_rule('least_importance') ~ ") * cast(m.main_board_rank - 1 as double precision)"
            ~ " / cast(greatest(c.lines - 1, 1) as double precision)", 4
        ) }} as importance,
        case when m.months_in_state = 1 then 1.5 when m.months_in_state <= 3 then 1.25 else 1 end as novelty
    from {{ ref('ind_board_month') }} as m
    inner join {{ ref('indicators') }} as i on m.indicator_code = i.code
    cross join catalogue as c
    -- In January a running total repeats the month's own tile.
    where m.recency = 1 and not (m.period_type <> 'month' and {{ month_of('m.period_end') }} = 1)
),

heated as (
    select
        w.*,
        {{ round_half_up('w.deviation * w.importance * w.novelty', 4) }} as heat,
        case when w.is_stale then null else w.deviation end as live_deviation,
        row_number() over (partition by w.field order by w.main_board_rank, w.indicator_code) as field_place
    from weighed as w
),

-- The first line of each of the first fields always has its seat, so that the board is known again.
core as (
    select
        h.*,
        row_number() over (
            order by case when h.field_place = 1 then 0 else 1 end, h.main_board_rank, h.indicator_code
        ) <= {{ board_rule('core_tiles') }} and h.field_place = 1 as is_core
    from heated as h
),

-- The hottest of each field, then the second of each: one field in trouble does not fill the screen.
queued as (
    select
        c.*,
        case when c.is_core then 0 when c.live_deviation is not null then 1 else 2 end as queue,
        row_number() over (
            partition by c.field, case when c.is_core or c.live_deviation is not null then 0 else 1 end
            order by
                case when c.is_core then 0 else 1 end asc, c.heat desc nulls last,
                c.main_board_rank asc, c.indicator_code asc
        ) as field_turn
    from core as c
),

seated as (
    select
        q.*,
        row_number() over (
            order by
                q.queue asc,
                case when q.queue = 1 then q.field_turn end asc,
                case when q.queue = 1 then q.heat end desc nulls last,
                q.main_board_rank asc,
                q.indicator_code asc
        ) as seat
    from queued as q
),

ranked as (
    select
        s.*,
        cast(row_number() over (
            order by
                case s.state when 'alarm' then 0 when 'warn' then 1 when 'odd' then 2 else 3 end asc,
                s.heat desc nulls last, s.main_board_rank asc, s.indicator_code asc
        ) as integer) as rank
    from seated as s
    where s.seat <= {{ board_rule('tiles') }}
),

-- Why the signal of a tile is what it is: the rule that is broken worst.
warned as (
    select
        s.indicator_code,
        s.area_key,
        s.period_end,
        {{ reading_sentence('s') }} as sentence,
        row_number() over (
            partition by s.indicator_code, s.area_key, s.period_end
            order by {{ level_rank('s.level') }} desc, s.rule_id, s.period_type
        ) as pick
    from (
        select
            g.*,
            i.unit,
            i.decimals
        from {{ ref('ind_reading') }} as g
        inner join {{ ref('indicators') }} as i on g.indicator_code = i.code
        where g.basis = 'as_published'
          and g.agency_code = '_all'
          and g.known_to is null
          and g.kind not in ('late', 'no_data')
          and i.main_board_rank is not null
    ) as s
    where s.level in ('alarm', 'warn')
),

worded as (
    select
        r.queue,
        r.rank,
        r.state,
        r.heat,
        r.deviation,
        r.importance,
        r.novelty,
        r.months_in_state,
        r.main_board_rank,
        r.fresh_until,
        r.is_stale,
        y.*,
        a.sentence,
        case when y.unit = '%' then y.yoy_abs else y.yoy_pct end as change_shown
    from ranked as r
    inner join {{ ref('indicator_yoy') }} as y
        on r.indicator_code = y.indicator_code
        and r.area_key = y.area_key
        and r.period_type = y.period_type
        and r.period_start = y.period_start
        and r.period_end = y.period_end
        and y.basis = 'as_published'
        and y.calendar = 'calendar'
        and y.agency_code = '_all'
    left join warned as a
        on r.indicator_code = a.indicator_code
        and r.area_key = a.area_key
        and r.period_end = a.period_end
        and a.pick = 1
),

told as (
    select
        w.*,
        {{ vn_number_by('w.value', 'w.decimals') }} as value_number,
        {{ vn_number('abs(w.change_shown)', 2) }}
        || case w.unit when '%' then ' điểm %' else ' %' end as change_number,
        case when w.change_shown > 0 then '▲ ' when w.change_shown < 0 then '▼ ' else '' end as arrow,
        case w.months_in_state
            when 1 then '; mới từ kỳ này'
            when {{ board_rule('remembered_months') }} then '; đã ít nhất ' || cast(w.months_in_state as text) || ' kỳ liền'
            else '; đã ' || cast(w.months_in_state as text) || ' kỳ liền'
        end as lasting
    from worded as w
)

select
    t.rank,
    t.indicator_code,
    t.indicator_name,
    t.domain,
    cast(b.board as text) as board,
    t.unit,
    t.decimals,
    t.area_key,
    t.area_name,
    t.period_start,
    t.period_label,
    cast(t.period_end as date) as data_until,
    t.value,
    cast(t.value_number as text) as value_number,
    cast(t.value_number || ' ' || t.unit as text) as value_text,
    t.yoy_pct,
    cast(case
        when t.change_shown is null then 'Không tính được thay đổi so với cùng kỳ'
        else t.arrow || t.change_number || ' so với cùng kỳ'
    end as text) as yoy_text,
    t.ytd_value,
    t.ytd_yoy_pct,
    cast(p.plan_pct as decimal(28, 6)) as plan_pct,
    cast(p.path_pct as decimal(28, 6)) as plan_due_pct,
    cast({{ plan_state('p') }} as text) as plan_state,
    cast(case {{ plan_state('p') }} when 'ahead' then '✓ Đạt' when 'behind' then '▽ Chậm' end as text)
        as plan_state_name,
    cast({{ plan_on_tile('p') }} as text) as plan_text,
    cast(case when p.plan_pct > 100 then 100 else p.plan_pct end as decimal(9, 2)) as plan_bar,
    cast(l.line_now as text) as line_now,
    cast(l.line_last as text) as line_last,
    cast(l.line_before as text) as line_before,
    cast(l.end_x as text) as line_end_x,
    cast(l.end_y as text) as line_end_y,
    cast(case when t.state in ('alarm', 'warn') then t.state else t.signal end as text) as signal,
    cast(case t.queue when 0 then 'core' when 1 then 'hot' else 'listed' end as text) as seat_kind,
    cast(t.deviation as decimal(28, 6)) as deviation,
    cast(t.importance as decimal(28, 6)) as importance,
    cast(t.novelty as decimal(28, 6)) as novelty,
    cast(t.heat as decimal(28, 6)) as heat,
    t.months_in_state,
    t.estimate_status,
    cast(s.name_vi as text) as estimate_status_vi,
    cast(case
        when t.state in ('warn', 'alarm') then 'Cần chú ý: ' || t.sentence || t.lasting || '.'
        when t.state = 'odd' then 'Khác thường: thay đổi so với cùng kỳ lệch xa hai năm gần đây' || t.lasting || '.'
        else 'Chỉ tiêu chính số ' || cast(t.main_board_rank as text) || ': '
            || case
                when t.change_shown is null then 'chưa so được với cùng kỳ năm trước.'
                when t.change_shown = 0 then 'bằng cùng kỳ năm trước.'
                when t.unit = '%' then case when t.change_shown > 0 then 'cao' else 'thấp' end
                    || ' hơn cùng kỳ năm trước ' || t.change_number || '.'
                else case when t.change_shown > 0 then 'tăng ' else 'giảm ' end
                    || t.change_number || ' so với cùng kỳ năm trước.'
            end
    end as text) as reason,
    cast(t.fresh_until as date) as fresh_until,
    cast(t.is_stale as boolean) as is_stale,
    t.source_code,
    t.source_ref,
    t.is_simulated,
    t.publication_id
from told as t
left join {{ ref('boards') }} as b on t.domain = b.domain
left join {{ ref('estimate_status') }} as s on t.estimate_status = s.estimate_status
left join {{ ref('ind_board_line') }} as l on t.indicator_code = l.indicator_code
left join {{ ref('ind_plan_progress') }} as p
    on t.indicator_code = p.indicator_code
    and t.area_key = p.area_key
    and t.agency_code = p.agency_code
    and t.basis = p.basis
    and t.calendar = p.calendar
    and t.period_end = p.period_end
    and p.is_main
