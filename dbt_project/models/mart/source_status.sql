-- The ladder: one row for each system of the register. A system fed by several sources shows the one
-- that stands highest. Nothing here is typed in: the step follows from what was loaded.
with ranked as (
    select
        y.system_id,
        s.*,
        row_number() over (
            partition by y.system_id
            order by s.step desc, s.source_code asc
        ) as place
    from {{ source_systems() }} as y
    inner join {{ ref('dq_source') }} as s on y.source_code = s.source_code
),

-- The duty of a merged agency has passed to its successor.
dutied as (
    select
        r.*,
        case
            when a.valid_to < {{ known_on() }} and a.successor_code is not null then a.successor_code
            else r.agency_code
        end as duty_code
    from {{ ref('systems') }} as r
    left join {{ ref('dim_agency') }} as a on r.agency_code = a.agency_code
),

stepped as (
    select
        r.*,
        f.source_code,
        f.title,
        f.last_load_at,
        f.last_known_at,
        f.promise,
        f.promise_days,
        f.lag_days,
        f.is_promise_kept,
        coalesce(f.step, 0) as step,
        coalesce(f.mode, 'none') as mode
    from dutied as r
    left join ranked as f on r.system_id = f.system_id and f.place = 1
)

select
    t.system_id,
    t.system_name,
    t.field,
    t.source_code as source,
    t.title as source_title,
    cast(t.duty_code as text) as agency_code,
    a.agency_name,
    cast(t.step as integer) as step,
    cast(case t.step
        when 0 then '0. Mới nêu tên'
        when 1 then '1. Nhận bằng tệp'
        when 2 then '2. Tự động kéo về'
        when 3 then '3. Nhận theo sự kiện'
        else '4. Đã xác nhận'
    end as text) as step_name,
    cast(t.mode as text) as mode,
    cast(case t.mode
        when 'automatic' then 'Tự động' when 'manual' then 'Thủ công' else 'Chưa có'
    end as text) as mode_name,
    t.last_load_at,
    t.last_known_at,
    cast(t.last_known_at at time zone 'Asia/Ho_Chi_Minh' as date) as last_known_on,
    cast(t.promise as text) as promise,
    t.promise_days,
    t.lag_days,
    t.is_promise_kept,
    cast(case
        when t.is_promise_kept then 'Giữ đúng' when not t.is_promise_kept then 'Trễ hẹn'
        when t.source_code is not null then 'Chưa giao lần nào' else 'Chưa có nguồn'
    end as text) as promise_kept_name,
    t.blocked_by,
    t.blocked_since,
    t.needed_document,
    t.quoted,
    t.note,
    t.is_in_scope,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from stepped as t
left join {{ ref('dim_agency') }} as a on t.duty_code = a.agency_code
