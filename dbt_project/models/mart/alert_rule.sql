-- What each rule of thresholds has done so far. A rule is noisy when, of at least five of its alerts
-- that somebody judged, more than half were false.
with counted as (
    select
        a.rule_id,
        max(a.indicator_name) as indicator_name,
        max(a.kind_name) as kind_name,
        count(*) filter (where a.fired_at is not null) as fired_count,
        count(*) filter (where a.fired_at is not null and a.is_open) as open_count,
        count(*) filter (where a.is_corrected) as corrected_count,
        count(*) filter (where a.verdict = 'useful') as useful_count,
        count(*) filter (where a.verdict = 'false') as false_count,
        count(a.verdict) as judged_count,
        max(a.fired_at) as last_fired_at
    from {{ ref('alert') }} as a
    where a.kind <> 'no_data'
    group by a.rule_id
),

heard as (
    select
        c.*,
        c.judged_count >= 5 and 2 * c.false_count > c.judged_count as is_noisy
    from counted as c
)

select
    cast(h.rule_id as text) as rule_id,
    cast(h.indicator_name as text) as indicator_name,
    cast(h.kind_name as text) as kind_name,
    cast(h.fired_count as integer) as fired_count,
    cast(h.open_count as integer) as open_count,
    cast(h.corrected_count as integer) as corrected_count,
    cast(h.useful_count as integer) as useful_count,
    cast(h.false_count as integer) as false_count,
    cast(h.is_noisy as boolean) as is_noisy,
    cast(case when h.is_noisy then 'Ồn: quá nửa báo nhầm' end as text) as noise_name,
    cast(h.last_fired_at as timestamptz) as last_fired_at,
    cast({{ local_day('h.last_fired_at') }} as date) as last_fired_on,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from heard as h
