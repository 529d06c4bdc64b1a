select
    cast(s.source_code as text) as source,
    cast(coalesce(p.title, s.source_code) as text) as source_name,
    cast(s.agency_code as text) as agency_code,
    cast(coalesce(a.agency_name, s.agency_code) as text) as agency_name,
    cast(s.score_month as date) as period,
    cast({{ month_label('s.score_month') }} as text) as period_label,
    coalesce(s.score_month = max(case when s.song_pct is not null then s.score_month end) over (
        partition by s.source_code, s.agency_code
    ), false) as is_newest,
    cast(s.dung_pct as decimal(28, 6)) as dung_pct,
    cast({{ score_tone('s.dung_pct') }} as text) as dung_tone,
    cast(s.dung_bad as integer) as dung_bad,
    cast(s.dung_total as integer) as dung_total,
    cast(s.du_pct as decimal(28, 6)) as du_pct,
    cast({{ score_tone('s.du_pct') }} as text) as du_tone,
    cast(s.du_received as integer) as du_received,
    cast(s.du_expected as integer) as du_expected,
    cast(s.sach_pct as decimal(28, 6)) as sach_pct,
    cast({{ score_tone('s.sach_pct') }} as text) as sach_tone,
    cast(s.sach_bad as integer) as sach_bad,
    cast(s.sach_total as integer) as sach_total,
    cast(s.song_pct as decimal(28, 6)) as song_pct,
    cast({{ score_tone('s.song_pct') }} as text) as song_tone,
    cast(s.lag_days as integer) as song_lag_days,
    cast(s.promise_days as integer) as song_promise_days,
    cast(s.received_on as date) as received_on,
    cast(s.due_on as date) as due_on,
    cast(
        {{ score_of_bad('Đúng', 's.dung_pct', 's.dung_bad', 's.dung_total') }} || '. '
        || case
            when s.du_pct is null then 'Đủ: chưa có gì phải nhận'
            else 'Đủ ' || {{ vn_number('s.du_pct', 4) }} || ' % = 100 × ' || {{ vn_number('s.du_received', 0) }}
                || '/' || {{ vn_number('s.du_expected', 0) }}
        end || '. '
        || {{ score_of_bad('Sạch', 's.sach_pct', 's.sach_bad', 's.sach_total') }} || '. '
        || case
            when s.song_pct is null then 'Sống: chưa đến hạn'
            else 'Sống ' || {{ vn_number('s.song_pct', 4) }} || ' %: hạn ' || {{ vn_day('s.due_on') }} || ', gia hạn '
                || cast(s.promise_days as text) || ' ngày, '
                || coalesce('nhận ngày ' || {{ vn_day('s.received_on') }}, 'đến nay chưa nhận')
                || case
                    when s.lag_days <= s.promise_days then ', đúng hẹn'
                    else ', trễ ' || cast(s.lag_days - s.promise_days as text) || ' ngày = 100 − 100 × '
                        || cast(s.lag_days - s.promise_days as text) || '/' || cast(s.beat_days as text)
                        || ', không dưới 0'
                end
        end as text
    ) as formula,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from {{ ref('dq_score') }} as s
left join {{ promised_sources() }} as p on s.source_code = p.source_code
left join {{ ref('agencies') }} as a on s.agency_code = a.agency_code
