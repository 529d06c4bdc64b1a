{{ config(tags=['source_quan_trac']) }}

-- The days that are finished: a reading of a later day has arrived. The first load that told of one
-- is the load that finished the day.
select
    e.local_day,
    e.load_key,
    e.loaded_at
from (
    select
        d.local_day,
        min(d.first_load_key) over w as load_key,
        min(d.first_loaded_at) over w as loaded_at
    from (
        select
            g.day as local_day,
            min(v.first_load_key) as first_load_key,
            min(v.loaded_at) as first_loaded_at
        from {{ ref('dim_date') }} as g
        left join {{ ref('monitoring_hour_version') }} as v on g.day = v.local_day
        group by g.day
    ) as d
    window w as (order by d.local_day rows between 1 following and unbounded following)
) as e
where e.load_key is not null
