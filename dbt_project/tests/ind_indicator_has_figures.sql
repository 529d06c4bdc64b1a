{{ config(severity='warn') }}
-- An indicator that has its measure but that no source ever fed is worth a look, not a stop.
select i.code
from {{ ref('indicators') }} as i
where i.awaits_system is null
  and not exists (select 1 from {{ ref('ind_vintage') }} as v where v.indicator_code = i.code)
