select
    e.source_code as source,
    cast(coalesce(p.title, e.source_code) as text) as source_name,
    e.agency_code,
    cast(coalesce(a.agency_name, 'Chưa khai báo') as text) as agency_name,
    e.family,
    cast(coalesce(f.family_name, case e.family when 'ban_ghi' then 'Bản ghi theo ngày' else e.family end) as text) as family_name,
    e.score_month as period,
    cast({{ month_label('e.score_month') }} as text) as period_label,
    e.expected_fields,
    e.received_fields,
    cast(
        case
            when e.state <> 'chua_den_han' then round(100 * cast(e.received_fields as decimal(28, 6)) / e.expected_fields, 4)
        end as decimal(28, 6)
    ) as coverage_pct,
    cast(e.state as text) as status,
    cast(case e.state
        when 'du' then 'Đủ'
        when 'thieu' then 'Thiếu'
        when 'khong_co' then 'Không có'
        else 'Chưa đến hạn'
    end as text) as status_name,
    cast(e.reason as text) as reason,
    e.source_file,
    e.received_on,
    e.due_on,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from {{ ref('dq_expected') }} as e
left join {{ promised_sources() }} as p on e.source_code = p.source_code
left join {{ ref('dim_agency') }} as a on e.agency_code = a.agency_code
left join {{ ref('thong_ke_families') }} as f on e.family = f.family
