-- What a source owes for each of its months and what of it came; sources of records owe days. A field is a bound measure of the
-- family; a family of which no measure is due owes one field, its table. A measure counts as received when a
-- delivery of the month carries a figure of a period that ends in that month, so a copy of an
-- earlier workbook brings nothing.
with files as (
    select a.* from {{ ref('dq_arrival') }} as a where not {{ is_counted('a.source_code') }}
),

family_files as (
    select distinct
        f.source_code,
        f.score_month,
        t.family,
        f.published_on,
        f.publication_order,
        f.source_file
    from {{ ref('statistic_table') }} as t
    inner join files as f on t.file_sha = f.file_sha
    where t.family is not null and f.is_fresh
),

-- An expectation holds for what the source has delivered at least once.
expected as (
    select
        q.source_code,
        q.family,
        coalesce(q.series_code, '') as series_code,
        ';' || q.months || ';' as months,
        q.valid_from,
        q.valid_to,
        q.reason_if_absent
    from {{ ref('quality_expected') }} as q
    where exists (
        select 1 from family_files as f where f.source_code = q.source_code and f.family = q.family
    )
),

fields as (
    select
        m.source_code,
        split_part(m.series_code, '.', 1) as family,
        m.series_code,
        m.measure_code,
        m.name_vi
    from {{ ref('measures') }} as m
),

months as (
    select make_date(cast(y.n as integer), cast(m.n as integer), 1) as score_month
    from generate_series(1990, 2100) as y (n)
    cross join generate_series(1, 12) as m (n)
),

first_months as (
    select
        f.source_code,
        min(f.score_month) as first_month
    from files as f
    group by f.source_code
),

spine as (
    select
        f.source_code,
        m.score_month,
        coalesce(p.owner_agency, '_all') as agency_code,
        -- a source that promises no day has the whole month
        least(m.score_month + coalesce(p.due_day, 31) - 1, {{ month_end('m.score_month') }}) as due_on,
        coalesce(p.grace_days, 0) as grace_days
    from first_months as f
    inner join months as m on f.first_month <= m.score_month and m.score_month <= {{ known_on() }}
    left join {{ promised_sources() }} as p on f.source_code = p.source_code
),

due as (
    select
        s.*,
        e.family,
        e.series_code,
        e.reason_if_absent
    from spine as s
    inner join expected as e
        on s.source_code = e.source_code
        and (e.valid_from is null or s.score_month >= e.valid_from)
        and (e.valid_to is null or s.score_month <= e.valid_to)
        and e.months like '%;' || cast({{ month_of('s.score_month') }} as varchar) || ';%'
),

-- A line that names a series speaks for it; the line of the family speaks for the others.
owed_measures as (
    select
        d.*,
        f.measure_code,
        f.name_vi
    from due as d
    inner join fields as f
        on d.source_code = f.source_code and d.family = f.family
        and (
            d.series_code = f.series_code
            or (d.series_code = '' and not exists (
                select 1 from expected as o
                where o.source_code = f.source_code and o.series_code = f.series_code
            ))
        )
),

-- A family of which no measure is due in the month still owes its table.
owed as (
    select o.* from owed_measures as o
    union all
    select
        d.*,
        cast(null as varchar),
        cast(null as varchar)
    from due as d
    where d.series_code = '' and not exists (
        select 1 from owed_measures as o
        where o.source_code = d.source_code and o.family = d.family and o.score_month = d.score_month
    )
),

came as (
    select distinct
        s.source_code,
        s.measure_code,
        {{ delivery_month('s.published_on') }} as score_month
    from {{ ref('msr_statistic') }} as s
    where s.period_end = {{ month_end(delivery_month('s.published_on')) }}
),

counted as (
    select
        o.source_code,
        o.agency_code,
        o.score_month,
        o.due_on,
        o.grace_days,
        o.family,
        max(o.reason_if_absent) as reason_if_absent,
        cast(count(*) as integer) as expected_fields,
        cast(count(c.measure_code) as integer) as received_measures,
        cast(count(o.measure_code) as integer) as expected_measures,
        string_agg(case when c.measure_code is null then o.name_vi end, '; ' order by o.name_vi) as missing
    from owed as o
    left join came as c
        on o.source_code = c.source_code and o.score_month = c.score_month
        and o.measure_code = c.measure_code
    group by o.source_code, o.agency_code, o.score_month, o.due_on, o.grace_days, o.family
),

newest_file as (
    select distinct on (f.source_code, f.score_month)
        f.source_code,
        f.score_month,
        f.source_file,
        f.is_fresh
    from files as f
    order by f.source_code asc, f.score_month asc, f.publication_order desc, f.source_file desc
),

-- What was sent for a month and did not get in: refused at the door or held back by judging. People
-- call it by its file name, which begins with the day of publication.
refused as (
    select
        r.source as source_code,
        r.label || ': ' || r.reason as words
    from {{ quality_rows('refused') }} as r
    where r.is_present
    union all
    select
        v.source,
        v.reason
    from {{ quality_rows('verdict') }} as v
    where v.decision = 'blocked' and not exists (
        select 1 from files as f where f.source_code = v.source and f.delivery = v.delivery
    )
),

refused_by_month as (
    select
        d.source_code,
        {{ delivery_month('d.published_on') }} as score_month,
        min(d.words) as words
    from (
        select
            r.source_code,
            r.words,
            case when r.words ~ '^20[0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' then make_date(
                cast(substr(r.words, 1, 4) as integer), cast(substr(r.words, 6, 2) as integer),
                least(cast(substr(r.words, 9, 2) as integer), 28)
            ) end as published_on
        from refused as r
    ) as d
    where d.published_on is not null
    group by d.source_code, {{ delivery_month('d.published_on') }}
),

newest_family_file as (
    select distinct on (f.source_code, f.score_month, f.family)
        f.source_code,
        f.score_month,
        f.family,
        f.source_file,
        min(f.published_on) over (partition by f.source_code, f.score_month, f.family) as received_on
    from family_files as f
    order by f.source_code asc, f.score_month asc, f.family asc, f.publication_order desc, f.source_file desc
),

judged as (
    select
        c.*,
        b.received_on,
        coalesce(b.source_file, n.source_file) as source_file,
        n.is_fresh,
        r.words as refused_words,
        b.source_file is not null as has_table,
        case
            when c.expected_measures > 0 then c.received_measures
            when b.source_file is not null then c.expected_fields
            else 0
        end as received_fields
    from counted as c
    left join newest_file as n on c.source_code = n.source_code and c.score_month = n.score_month
    left join newest_family_file as b
        on c.source_code = b.source_code and c.score_month = b.score_month and c.family = b.family
    left join refused_by_month as r on c.source_code = r.source_code and c.score_month = r.score_month
),

settled as (
    select
        j.*,
        case
            when j.received_fields = j.expected_fields then 'du'
            when j.has_table then 'thieu'
            when j.due_on + j.grace_days >= {{ known_on() }} then 'chua_den_han'
            else 'khong_co'
        end as state
    from judged as j
)

select
    s.source_code,
    s.agency_code,
    s.family,
    s.score_month,
    s.expected_fields,
    cast(s.received_fields as integer) as received_fields,
    s.due_on,
    cast(s.due_on + s.grace_days as date) as due_until,
    s.received_on,
    s.source_file,
    s.state,
    case s.state
        when 'thieu' then 'Thiếu ' || cast(s.expected_fields - s.received_fields as varchar) || '/'
            || cast(s.expected_fields as varchar) || ' chỉ tiêu: ' || s.missing
        when 'khong_co' then coalesce(
            s.reason_if_absent,
            case
                when s.is_fresh then 'Tệp của tháng ' || {{ month_label('s.score_month') }}
                    || ' không có biểu của nhóm này'
                when s.source_file is not null then 'Tệp gửi cho tháng ' || {{ month_label('s.score_month') }}
                    || ' không có số nào đọc được của tháng đó (bản cũ gửi lại hoặc mẫu lạ)'
                when s.refused_words is not null then 'Tệp gửi đến chưa nhận được: ' || s.refused_words
                else 'Không có tệp nào của tháng ' || {{ month_label('s.score_month') }}
            end
        )
        when 'chua_den_han' then 'Chưa đến hạn nhận'
    end as reason
from settled as s
union all
select
    r.source_code,
    r.agency_code,
    r.family,
    r.score_month,
    r.expected_fields,
    r.received_fields,
    r.due_on,
    r.due_until,
    r.received_on,
    r.source_file,
    r.state,
    r.reason
from {{ ref('dq_expected_record') }} as r
