-- The tiles of the field boards: the newest whole period of every indicator, area, agency and borders, in the words a
-- tile shows. The most serious stands first, then the catalogue's order.
with tiles as (
    select
        t.*,
        i.main_board_rank,
        case when t.unit = '%' then t.yoy_abs else t.yoy_pct end as change_shown,
        not coalesce(q.is_promise_kept, true) as is_stale
    from {{ ref('board_table') }} as t
    inner join {{ ref('indicators') }} as i on t.indicator_code = i.code
    left join {{ ref('dq_source') }} as q on t.source_code = q.source_code
    where t.is_newest
)

select
    t.board,
    t.indicator_code,
    t.indicator_name,
    t.domain,
    t.basis,
    t.basis_name,
    t.calendar,
    t.calendar_name,
    t.area_key,
    t.area_name,
    t.area_choice,
    t.agency_code,
    t.agency_name,
    cast(row_number() over (
        partition by t.board, t.basis, t.calendar, t.area_key, t.agency_code
        order by coalesce({{ level_rank('t.signal') }}, 0) desc, t.main_board_rank asc nulls last, t.indicator_code asc
    ) as integer) as rank,
    t.period_end,
    t.period_label,
    t.value,
    cast({{ vn_number_by('t.value', 't.decimals') }} as text) as value_text,
    t.unit,
    cast(case
        when t.change_shown is null then '— chưa so được với cùng kỳ'
        else case when t.change_shown > 0 then '▲ ' when t.change_shown < 0 then '▼ ' else '' end
            || {{ vn_number('abs(t.change_shown)', 2) }}
            || case when t.unit = '%' then ' điểm %' else ' %' end || ' so với cùng kỳ'
    end as text) as yoy_text,
    cast(case when t.plan_pct is not null then {{ vn_number('t.plan_pct', 1) }} || ' % kế hoạch năm' end as text)
        as plan_text,
    t.signal,
    t.signal_name,
    cast(t.is_stale as boolean) as is_stale,
    t.estimate_status_vi,
    t.is_simulated,
    t.publication_id
from tiles as t
