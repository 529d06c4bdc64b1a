with issues as (
    select
        f.*,
        case
            when f.is_open then coalesce(s.state, 'moi')
            when s.action = 'answer' then 'chap_nhan'
            else 'da_sua_tai_nguon'
        end as state,
        case
            when f.is_open then s.state_reason
            when s.action = 'answer' then 'Đã trả lời: ' || s.state_reason
            else 'Lần giao mới nhất không còn lỗi này'
        end as state_reason,
        s.assignee,
        case when f.is_open then s.until end as until
    from {{ ref('dq_finding') }} as f
    left join {{ steward_states() }} as s on f.finding_id = s.issue_id
)

select
    cast(i.finding_id as text) as issue_id,
    cast(substr(i.finding_id, 1, 8) as text) as issue_code,
    cast(i.source_code as text) as source,
    cast(coalesce(p.title, i.source_code) as text) as source_name,
    cast(i.agency_code as text) as agency_code,
    cast(coalesce(a.agency_name, i.agency_code) as text) as agency_name,
    cast(i.rule_id as text) as rule_id,
    cast(i.dimension as text) as dimension,
    cast(case i.dimension
        when 'dung' then 'Đúng' when 'du' then 'Đủ' when 'sach' then 'Sạch' when 'song' then 'Sống'
    end as text) as dimension_name,
    cast(i.severity as text) as severity,
    cast(case i.severity
        when 'chan' then 'Chặn' when 'canh_bao' then 'Cảnh báo' when 'ghi_nhan' then 'Ghi nhận'
    end as text) as severity_name,
    cast(case i.severity when 'chan' then 1 when 'canh_bao' then 2 else 3 end as integer)
        as severity_rank,
    cast(i.sentence as text) as sentence,
    cast(i.mend as text) as mend,
    cast(i.state as text) as state,
    cast(case i.state
        when 'moi' then 'Mới'
        when 'dang_xu_ly' then 'Đang xử lý'
        when 'da_sua_tai_nguon' then 'Đã sửa tại nguồn'
        when 'chap_nhan' then 'Chấp nhận'
        when 'bo_qua' then 'Bỏ qua'
    end as text) as state_name,
    cast(i.state_reason as text) as state_reason,
    cast(i.assignee as text) as assignee,
    cast(i.until as date) as until,
    cast(i.family as text) as family,
    cast(n.family_name as text) as family_name,
    cast(i.score_month as date) as period,
    cast(i.series_code as text) as series_code,
    cast(i.area_key as text) as area_key,
    cast(i.source_file as text) as source_file,
    cast(i.sheet as text) as sheet,
    cast(i.cell as text) as cell,
    cast(nullif(concat_ws(
        ' · ', nullif(i.source_file, ''),
        nullif(concat_ws('!', nullif(i.sheet, ''), nullif(i.cell, '')), '')
    ), '') as text) as address,
    cast(i.value_text as text) as value_text,
    cast(i.detail as text) as detail,
    cast(i.record as text) as record,
    cast(i.first_seen as timestamptz) as first_seen,
    cast(i.last_seen as timestamptz) as last_seen,
    cast(i.is_open as boolean) as is_open,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from issues as i
left join {{ promised_sources() }} as p on i.source_code = p.source_code
left join {{ ref('agencies') }} as a on i.agency_code = a.agency_code
left join {{ ref('thong_ke_families') }} as n on i.family = n.family
