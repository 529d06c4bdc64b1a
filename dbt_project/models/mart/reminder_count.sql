-- How often each agency was reminded in a year and what that leads to. A letter counts once something
-- in it stands uncontested.
with counted as (
    select
        r.agency_code,
        r.year,
        max(r.agency_name) as agency_name,
        cast(count(distinct r.letter_id) as integer) as reminders,
        cast(count(distinct case when not r.is_contested then r.letter_id end) as integer) as counted
    from {{ ref('reminder') }} as r
    where r.state <> 'withdrawn'
    group by r.agency_code, r.year
),

limited as (
    select
        c.*,
        l.review_limit,
        l.discipline_limit,
        case
            when c.counted >= l.discipline_limit then 'discipline'
            when c.counted >= l.review_limit then 'review'
            else 'none'
        end as standing
    from counted as c
    inner join {{ ref('reminder_limits') }} as l
        on least(make_date(c.year, 12, 31), {{ known_on() }})
            between coalesce(l.valid_from, date '0001-01-01') and coalesce(l.valid_to, date '9999-12-31')
)

select
    cast(l.agency_code as text) as agency_code,
    cast(l.agency_name as text) as agency_name,
    l.year,
    l.reminders,
    l.reminders - l.counted as contested,
    l.counted,
    l.review_limit,
    l.discipline_limit,
    cast(l.standing as text) as standing,
    cast(case l.standing
        when 'discipline' then 'Xử lý kỷ luật' when 'review' then 'Xem xét trách nhiệm người đứng đầu'
        else 'Chưa đến mức'
    end as text) as standing_name,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from limited as l
