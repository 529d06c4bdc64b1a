-- What the report of the month in preparation still lacks, whose it is and by when it must come: figures
-- not delivered, sources that are silent, and faults that stop the report altogether.
with present as (
    {{ report_in_preparation() }}
),

owing as (
    select
        'submission' as kind,
        s.submission_id as subject_id,
        s.agency_code,
        s.agency_name,
        'còn thiếu ' || {{ vn_number('s.missing_count', 0) }} || ' mục tháng ' || s.period_label
        || ' của «' || s.form_name || '», quá hạn ' || {{ vn_number('s.days_late', 0) }} || ' ngày' as sentence,
        false as is_blocking,
        s.form_code
    from {{ ref('submission') }} as s
    cross join present as p
    where s.kind in ('file', 'source')
      and s.status = 'missing'
      -- the report tells the month before beside its own
      and s.period_end >= p.window_start and s.period_start <= p.window_end
),

silent as (
    select
        'source' as kind,
        s.source as subject_id,
        s.agency_code,
        s.agency_name,
        s.source_title || ' không có số mới từ ' || {{ vn_day('s.last_known_on') }} || ', quá hẹn '
        || {{ vn_number('s.lag_days - s.promise_days', 0) }} || ' ngày' as sentence,
        row_number() over (partition by s.source order by s.system_id) as pick
    from {{ ref('source_status') }} as s
    where not s.is_promise_kept
      and s.source not in (select o.form_code from owing as o)
),

faults as (
    select
        'quality' as kind,
        q.issue_id as subject_id,
        q.agency_code,
        q.agency_name,
        q.sentence || coalesce(' (' || q.address || ')', '') || '; ' || q.mend as sentence
    from {{ ref('quality_issue') }} as q
    where q.severity = 'chan'
      and q.state in ('moi', 'dang_xu_ly')
),

told as (
    select
        kind,
        subject_id,
        agency_code,
        agency_name,
        sentence,
        is_blocking
    from owing
    union all
    select
        kind,
        subject_id,
        agency_code,
        agency_name,
        sentence,
        false
    from silent where pick = 1
    union all
    select
        kind,
        subject_id,
        agency_code,
        agency_name,
        sentence,
        true
    from faults
)

select
    cast(p.period as text) as period,
    cast(t.kind as text) as kind,
    cast(case t.kind when 'submission' then 'Thiếu số liệu' when 'source' then 'Nguồn im lặng' else 'Lỗi chặn' end as text)
        as kind_name,
    cast(t.subject_id as text) as subject_id,
    cast(coalesce(t.agency_code, 'chua_ro') as text) as agency_code,
    cast(coalesce(t.agency_name, 'Chưa rõ cơ quan') as text) as agency_name,
    cast(t.sentence as text) as sentence,
    cast(t.is_blocking as boolean) as is_blocking,
    cast(p.needed_by as date) as needed_by,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from told as t
cross join present as p
