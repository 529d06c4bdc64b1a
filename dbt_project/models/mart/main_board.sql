-- The main screen. Candidates are the catalogue's lines with main_board_rank; those whose signal
-- asks for attention stand first, then the order of the catalogue; nine at most.
with months as (
    select
        y.*,
        i.main_board_rank,
        row_number() over (
            partition by y.indicator_code, y.area_key order by y.period_end desc
        ) as recency
    from {{ ref('indicator_yoy') }} as y
    inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
    where y.basis = 'as_published'
      and y.calendar = 'calendar'
      and y.agency_code = '_all'
      and y.value is not null
      and i.public
      and i.main_board_rank is not null
      and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
),

-- In January a running total repeats the month's own tile.
newest as (
    select m.*
    from months as m
    where m.recency = 1
      and not (m.period_type <> 'month' and {{ month_of('m.period_end') }} = 1)
),

ranked as (
    select
        m.*,
        cast(row_number() over (
            order by
                case m.signal when 'alarm' then 0 when 'warn' then 1 else 2 end,
                m.main_board_rank, m.indicator_code
        ) as integer) as rank,
        case when m.unit = '%' then m.yoy_abs else m.yoy_pct end as change_shown,
        -- Decree 62/2024/NĐ-CP: the next month's figures are due on the 6th of the month after it.
        cast(
            make_date({{ year_of('m.period_end') }}, {{ month_of('m.period_end') }}, 1)
            + interval '2 months' + interval '5 days' as date
        ) as fresh_until
    from newest as m
),

-- Why the signal of a tile is what it is: the rule that is broken worst.
warned as (
    select
        s.indicator_code,
        s.area_key,
        s.period_type,
        s.period_end,
        {{ reading_sentence('s') }} as sentence,
        row_number() over (
            partition by s.indicator_code, s.area_key, s.period_type, s.period_end
            order by {{ level_rank('s.level') }} desc, s.rule_id
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
        r.*,
        a.sentence,
        {{ vn_number_by('r.value', 'r.decimals') }} as value_number,
        {{ vn_number('abs(r.change_shown)', 2) }} as change_number,
        {{ vn_number('abs(r.yoy_pct)', 2) }} as yoy_number,
        case when r.change_shown > 0 then '▲ ' when r.change_shown < 0 then '▼ ' else '' end as arrow
    from ranked as r
    left join warned as a
        on r.indicator_code = a.indicator_code
        and r.area_key = a.area_key
        and r.period_type = a.period_type
        and r.period_end = a.period_end
        and a.pick = 1
    where r.rank <= 9
)

select
    w.rank,
    w.indicator_code,
    w.indicator_name,
    w.domain,
    w.unit,
    w.decimals,
    w.area_key,
    w.area_name,
    w.period_start,
    w.period_label,
    w.value,
    cast(w.value_number || ' ' || w.unit as text) as value_text,
    w.yoy_pct,
    cast(case
        when w.change_shown is null then 'Không tính được thay đổi so với cùng kỳ'
        when w.unit = '%' then w.arrow || w.change_number || ' điểm % so với cùng kỳ'
        else w.arrow || w.change_number || ' % so với cùng kỳ'
    end as text) as yoy_text,
    w.ytd_value,
    w.ytd_yoy_pct,
    w.signal,
    w.estimate_status,
    cast(s.name_vi as text) as estimate_status_vi,
    cast(case
        when w.signal in ('warn', 'alarm')
            then 'Cần chú ý: ' || w.sentence || '.'
        else 'Chỉ tiêu chính số ' || cast(w.main_board_rank as text) || ': '
            || case
                when w.change_shown is null then 'chưa so được với cùng kỳ năm trước.'
                when w.unit = '%' and w.change_shown > 0 then 'cao hơn cùng kỳ năm trước ' || w.change_number || ' điểm %.'
                when w.unit = '%' and w.change_shown < 0 then 'thấp hơn cùng kỳ năm trước ' || w.change_number || ' điểm %.'
                when w.yoy_pct > 0 then 'tăng ' || w.yoy_number || ' % so với cùng kỳ năm trước.'
                when w.yoy_pct < 0 then 'giảm ' || w.yoy_number || ' % so với cùng kỳ năm trước.'
                else 'bằng cùng kỳ năm trước.'
            end
    end as text) as reason,
    w.fresh_until,
    cast(cast({{ known_at() }} at time zone 'Asia/Ho_Chi_Minh' as date) > w.fresh_until as boolean) as is_stale,
    w.source_code,
    w.source_ref,
    w.is_simulated,
    w.publication_id
from worded as w
left join {{ ref('estimate_status') }} as s on w.estimate_status = s.estimate_status
