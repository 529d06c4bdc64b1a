-- How many alerts each month raised, by who answers: each year a series over twelve months.
select
    cast({{ year_of('a.fired_period_end') }} as text) as year,
    cast({{ month_of('a.fired_period_end') }} as integer) as month_no,
    cast('Tháng ' || lpad(cast({{ month_of('a.fired_period_end') }} as text), 2, '0') as text) as month_label,
    a.level_name,
    a.domain,
    a.responsible_code,
    a.responsible_name,
    cast(count(*) as integer) as alerts,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from {{ ref('alert') }} as a
where a.fired_at is not null
  and a.kind <> 'no_data'
group by {{ year_of("a.fired_period_end") }}, {{ month_of("a.fired_period_end") }}, a.level_name, a.domain, a.responsible_code, a.responsible_name
