-- Numbered 1, 2, 3 … with one open end: each vintage ends where the next begins. A ratio may be
-- without a value in between, or at the end: while its denominator is 0.
with chained as (
    select
        v.*,
        row_number() over w as expected_no,
        lead(v.known_from) over w as expected_to
    from {{ ref('indicator_vintage') }} as v
    window w as (
        partition by
            v.indicator_code, v.area_key, v.agency_code, v.source_code, v.calendar,
            v.period_type, v.period_start, v.period_end
        order by v.vintage_no
    )
)

select
    indicator_code,
    source_code,
    period_label,
    vintage_no,
    known_from,
    known_to
from chained
where vintage_no <> expected_no
   or coalesce(known_to, timestamptz '9999-01-01 00:00:00+00')
        > coalesce(expected_to, timestamptz '9999-01-01 00:00:00+00')
   or (numerator is null and known_to is distinct from expected_to)
   or known_to < known_from
