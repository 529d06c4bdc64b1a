{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Terms as the education sector writes them, 2025-2026.HK1, and the period of the school year that
-- each is; CN is the whole year.
select
    cast(p.year_no as text) || '-' || cast(p.year_no + 1 as text) || '.'
    || case p.period_type when 'half' then 'HK' || cast(p.period_no as text) else 'CN' end as term_code,
    cast(p.year_no as text) || '-' || cast(p.year_no + 1 as text) as school_year,
    p.period_type,
    p.period_no,
    p.period_start,
    p.period_end
from {{ ref('dim_period') }} as p
where p.calendar = 'school_year' and p.period_type in ('half', 'year')
