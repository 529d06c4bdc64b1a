{{ config(tags=['source_y_te'], materialized='view') }}
-- Each calendar day of each inpatient stay as it is now, with the bed taken last by that day.
with days as (
    {{ newest_versions(ref('bed_day_version')) | indent(4) }}
),

beds as (
    select
        b.*,
        lead(b.taken_on) over (partition by b.record_key, b.version_no order by b.taken_on, b.row_no) as left_on
    from {{ ref('stg_y_te__ngay_giuong') }} as b
)

select
    d.record_key,
    d.bed_day,
    d.facility_code,
    d.agency_code,
    d.area_key,
    d.department_code,
    b.bed_code
from days as d
left join beds as b
    on d.record_key = b.record_key and d.version_no = b.version_no
    and d.bed_day >= b.taken_on and (b.left_on is null or d.bed_day < b.left_on)
