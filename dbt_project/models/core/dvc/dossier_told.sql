{{ config(tags=['source_dvc'], materialized='view') }}
-- Versions of dossiers with who handled them and whether they are on time by Decision 766/QĐ-TTg:
-- what ends a dossier is that it was settled, else handed back, else stopped or refused; one that
-- has not ended is judged as if it ended with the month of its receipt; the time in which the
-- citizen supplemented it does not count, and asking twice is late; without a promised day the
-- limit of its procedure holds, in working days. A promise without a time of day is the whole day.
with ended as (
    select
        s.*,
        {{ local_day('s.received_at') }} as received_on,
        coalesce(s.finished_at, s.returned_at, case when s.state in (3, 7, 8) then s.known_at end) as ended_at,
        coalesce(s.promised_before, s.promised_at) as first_promise,
        cast(ceil(
            coalesce(s.limit_amount, p.limit_amount)
            / case when coalesce(s.limit_unit, p.limit_unit) = 'gio' then cast(8 as double precision) else 1 end
        ) as integer) as limit_days
    from {{ ref('stg_dvc__ho_so') }} as s
    left join {{ ref('dim_procedure') }} as p on s.procedure_code = p.procedure_code
),

due as (
    select
        e.*,
        case
            when e.first_promise is null then {{ known_from('t.day + 1') }}
            when cast(e.first_promise at time zone 'Asia/Ho_Chi_Minh' as time) = time '00:00:00'
                then e.first_promise + interval '1 day'
            else e.first_promise
        end as due_at,
        coalesce(
            e.ended_at,
            {{ known_from("date_trunc('month', cast(e.received_on as timestamp)) + interval '1 month'") }}
        ) as judged_at
    from ended as e
    left join {{ ref('dim_date') }} as f on e.received_on = f.day
    left join {{ ref('dim_date') }} as t
        on e.first_promise is null
        and t.is_working_day
        and t.working_day_no = f.working_day_no + e.limit_days
),

judged as (
    select
        d.*,
        -- what is asked or given after the judgement does not bear on it
        case
            when d.supplement_asked_at < d.judged_at
                then least(coalesce(d.supplement_given_at, d.judged_at), d.judged_at) - d.supplement_asked_at
            else interval '0 seconds'
        end as supplement_time
    from due as d
)

select
    j.load_id,
    j._delivery,
    j.loaded_at,
    j.record_key,
    j.version_no,
    j.known_at,
    j.is_deleted,
    j.procedure_code,
    j.field_code,
    j.applicant_kind,
    j.applicant_id,
    j.subject,
    j.handler,
    coalesce(i.agency_code, r.agency_code) as agency_code,
    coalesce(i.area_key, r.area_key) as area_key,
    j.commune_code,
    j.channel,
    j.state,
    j.received_at,
    j.received_on,
    j.promised_at,
    j.finished_at,
    j.returned_at,
    j.ended_at,
    j.supplement_count,
    j.supplement_asked_at,
    j.supplement_given_at,
    -- by then it must have ended: the promise moved by the time of the supplement
    j.due_at + j.supplement_time as due_at,
    j.supplement_count <= 1 and coalesce(j.judged_at <= j.due_at + j.supplement_time, false) as is_on_time,
    -- in hundredths of a day, so that both engines add up the same
    floor({{ seconds_between('j.received_at', 'j.finished_at - j.supplement_time') }} / 864.0 + 0.5) / 100
        as days_taken,
    j.fee,
    j.is_paid_online,
    j.is_digitised,
    j.has_electronic_result
from judged as j
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_dinh_danh' and j.handler = i.identifier
    and j.received_on between coalesce(i.valid_from, j.received_on) and coalesce(i.valid_to, j.received_on)
left join {{ ref('agency_identifiers') }} as r
    on r.system = 'ma_dinh_danh' and split_part(j.handler, '.', 1) = r.identifier
    and j.received_on between coalesce(r.valid_from, j.received_on) and coalesce(r.valid_to, j.received_on)
