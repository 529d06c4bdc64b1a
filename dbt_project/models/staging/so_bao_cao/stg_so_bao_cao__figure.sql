-- Every reported figure with the days of its period and the order of its file.
with months as (
    select
        h.*,
        case h.period_type
            when 'month' then h.period_no
            when 'quarter' then 3 * h.period_no - 2
            when 'half' then 6 * h.period_no - 5
            else 1
        end as first_month,
        case h.period_type
            when 'quarter' then 3 * h.period_no
            when 'half' then 6 * h.period_no
            when 'nine_months' then 9
            when 'year' then 12
            else h.period_no
        end as last_month
    from {{ ref('hist_so_bao_cao__figure') }} as h
),

dated as (
    select
        m.*,
        make_date(m.year_no, m.first_month, 1) as first_day,
        make_date(m.year_no, m.last_month, 1) as last_first_day
    from months as m
)

select
    d.load_id,
    d.loaded_at,
    d._delivery,
    d.source_file,
    f.published_on as file_published_on,
    f.published_seq as file_seq,
    d.sheet || '!' || d.cell as address,
    d.source_file || '#' || d.sheet || '!' || d.cell as source_ref,
    d.chi_tieu,
    d.dia_ban,
    d.don_vi,
    d.gia_tri,
    d.van_ban as document,
    d.ghi_chu as note,
    d.calendar,
    d.period_type,
    case d.calendar
        when 'report_15_14' then cast(d.first_day - interval '1 month' + interval '14 days' as date)
        else d.first_day
    end as period_start,
    case d.calendar
        when 'report_15_14' then cast(d.last_first_day + interval '13 days' as date)
        else {{ month_end('d.last_first_day') }}
    end as period_end,
    d.value,
    d.value_decimals,
    d.yoy_pct,
    d.yoy_decimals,
    d.estimate_status,
    d.published_on
from dated as d
inner join {{ ref('hist_so_bao_cao__file') }} as f on d.load_id = f.load_id and d._delivery = f._delivery
