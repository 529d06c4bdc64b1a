-- What each rule of thresholds has done so far. A rule is noisy when, of at least five of its alerts
-- that somebody judged, more than half were false.
select
    cast(a.rule_id as text) as rule_id,
    cast(max(a.indicator_name) as text) as indicator_name,
    cast(max(a.kind_name) as text) as kind_name,
    cast(count(*) filter (where a.fired_at is not null) as integer) as fired_count,
    cast(count(*) filter (where a.fired_at is not null and a.is_open) as integer) as open_count,
    cast(count(*) filter (where a.is_corrected) as integer) as corrected_count,
    cast(count(*) filter (where a.verdict = 'useful') as integer) as useful_count,
    cast(count(*) filter (where a.verdict = 'false') as integer) as false_count,
    cast(
        count(a.verdict) >= 5 and 2 * count(*) filter (where a.verdict = 'false') > count(a.verdict)
    as boolean) as is_noisy,
    cast(max(a.fired_at) as timestamptz) as last_fired_at,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from {{ ref('alert') }} as a
where a.kind <> 'no_data'
group by a.rule_id
