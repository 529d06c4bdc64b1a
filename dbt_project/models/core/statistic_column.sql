{{ config(materialized='incremental', incremental_strategy='append',
          post_hook=["{{ mark_taken(ref('hist_thong_ke__cell')) }}"]) }}

-- What each printed column says: its role, the period it is about and its estimate status, read
-- from the header words by the alias seeds. One row per table column and header text (with the
-- words of a row that is a period).
with printed as (
    select distinct
        c.load_id,
        c._delivery,
        c.file_sha,
        c.sheet,
        c.table_no,
        c.col_no,
        {{ column_words('c.column_path', 'c.item_label') }} as column_path,
        c.published_month,
        b.family,
        coalesce(b.title_key, '') as title_key
    from {{ ref('stg_thong_ke__cell') }} as c
    inner join {{ ref('statistic_table') }} as b
        on c.file_sha = b.file_sha and c.sheet = b.sheet and c.table_no = b.table_no
    where c.cell_kind = 'body'
      and b.family is not null
      and {{ new_loads(ref('hist_thong_ke__cell'), 'c') }}
),

columns as materialized (
    select
        p.*,
        {{ header_key('p.column_path') }} as header
    from printed as p
),

kinds as (
    select distinct on (c.family, c.header)
        c.family,
        c.header,
        k.column_kind,
        split_part(c.header, 'so voi', 1) as before_words,
        trim(split_part(c.header, 'so voi', 2) || ' ' || split_part(c.header, 'so voi', 3))
            as after_words
    from columns as c
    left join {{ ref('thong_ke_columns') }} as k
        on coalesce(k.family, '') in ('', c.family) and c.header ~ k.pattern
    order by c.family, c.header, k.priority nulls last
),

-- «Tháng 6 năm 2024 so với cùng kỳ» names its own period first; «So với cùng kỳ năm trước › Tháng
-- 6 năm 2024» names it last, after the words of comparison.
halves as materialized (
    select
        c.*,
        k.column_kind,
        case
            when k.column_kind <> 'compare' then k.header
            when k.before_words ~ '20[0-9][0-9]|thang|quy|month|quarter' then k.before_words
            else regexp_replace(
                k.after_words,
                '^[^a-z]*(cung ky nam truoc|same period last year)', ''
            )
        end as header_words,
        case
            when k.column_kind <> 'compare' then ''
            when k.before_words ~ '20[0-9][0-9]|thang|quy|month|quarter' then k.after_words
            when k.after_words ~ '^[^a-z]*(cung ky nam truoc|same period last year)'
                then 'cung ky nam truoc'
            else ''
        end as reference
    from columns as c
    inner join kinds as k on c.family = k.family and c.header = k.header
),

-- The same words stand over hundreds of columns: each wording is matched once.
wordings as materialized (
    select h.header_words as words from halves as h
    union
    select h.title_key from halves as h
    union
    select h.reference from halves as h
),

word_periods as materialized (
    select
        w.words,
        p.period_type,
        p.end_month,
        row_number() over (partition by w.words order by p.priority, p.end_month) as rank_no,
        count(*) over (partition by w.words, p.priority) as rivals
    from wordings as w
    inner join {{ ref('thong_ke_periods') }} as p on w.words ~ p.pattern
),

word_references as (
    select distinct on (w.words)
        w.words,
        r.reference_kind
    from wordings as w
    inner join {{ ref('thong_ke_references') }} as r on w.words ~ r.pattern
    order by w.words, r.priority
),

word_statuses as (
    select distinct on (w.words)
        w.words,
        s.estimate_status
    from wordings as w
    inner join {{ ref('thong_ke_statuses') }} as s on w.words ~ s.pattern
    order by w.words, s.priority
),

printed_measures as (
    select distinct
        h.family,
        h.title_key,
        h.header
    from halves as h
),

word_measures as (
    select distinct on (h.family, h.title_key, h.header)
        h.family,
        h.title_key,
        h.header,
        m.measure
    from printed_measures as h
    inner join {{ ref('thong_ke_measures') }} as m
        on h.family = m.family and h.title_key || ' | ' || h.header ~ m.pattern
    order by h.family, h.title_key, h.header, m.priority
),

-- A column that names no period is about the one of the table's title («đến ngày 15 tháng 4 năm
-- 2024», «quý I năm 2024»).
subjects as (
    select
        h.*,
        case when p.words is null then h.title_key else h.header_words end as subject
    from halves as h
    left join word_periods as p on h.header_words = p.words and p.rank_no = 1
),

read_words as (
    select
        h.*,
        sp.period_type,
        sp.end_month,
        coalesce(sp.rivals, 0) as rivals,
        rk.reference_kind,
        rp.period_type as reference_type,
        rp.end_month as reference_month,
        {{ first_year('h.reference') }} as reference_year,
        st.estimate_status as printed_status,
        -- A header that names no year means the newest such period up to the publication.
        coalesce(
            {{ first_year('h.subject') }},
            cast(extract(year from h.published_month) as integer)
            - case when sp.end_month > cast(extract(month from h.published_month) as integer)
                then 1 else 0 end
        ) as period_year,
        f.prints_levels,
        f.has_measures,
        case when f.has_measures then coalesce(mw.measure, nullif(f.default_measure, '')) end as measure
    from subjects as h
    inner join {{ ref('thong_ke_families') }} as f on h.family = f.family
    left join word_periods as sp on h.subject = sp.words and sp.rank_no = 1
    left join word_periods as rp on h.reference = rp.words and rp.rank_no = 1
    left join word_references as rk on h.reference = rk.words
    left join word_statuses as st on h.header_words = st.words
    left join word_measures as mw
        on h.family = mw.family and h.title_key = mw.title_key and h.header = mw.header
),

spaced as (
    select
        r.*,
        (r.period_year - r.reference_year) * 12 + r.end_month - r.reference_month as months_back
    from read_words as r
),

dated as (
    select
        r.*,
        make_date(
            r.period_year,
            case
                when r.period_type = 'month' then r.end_month
                when r.period_type = 'quarter' then r.end_month - 2
                when r.period_type is not null then 1
            end,
            1
        ) as period_start,
        cast(
            make_date(r.period_year, r.end_month, 1) + interval '1 month' - interval '1 day'
            as date
        ) as period_end,
        case
            when r.column_kind = 'share' then 'share'
            when r.column_kind in ('plan_pct', 'prior_year_value') then r.column_kind
            when r.column_kind = 'value' and r.prints_levels then 'value'
            when r.column_kind <> 'compare' then null
            when r.reference_kind = 'base' then 'base_index'
            when r.reference_kind = 'previous_month' and r.period_type = 'month' then 'mom_index'
            when r.reference_kind = 'previous_quarter' and r.period_type = 'quarter'
                then 'qoq_index'
            when r.reference_kind = 'same_period_last_year'
                and coalesce(r.reference_year, r.period_year - 1) = r.period_year - 1
                then 'yoy_index'
            when r.reference_kind = 'period'
                and r.reference_type = r.period_type
                and r.reference_month = r.end_month
                and r.reference_year = r.period_year - 1
                then 'yoy_index'
            when r.reference_kind <> 'period' or r.reference_type <> r.period_type then null
            when r.period_type = 'month' and r.months_back = 1 then 'mom_index'
            when r.period_type = 'quarter' and r.months_back = 3 then 'qoq_index'
            when r.period_type in ('month', 'quarter') and r.months_back > 0 then 'other'
        end as role,
        case
            when r.reference_kind = 'base' then cast(r.reference_year as varchar)
            when r.reference_kind = 'period' and r.reference_type in ('month', 'quarter')
                then cast(r.reference_year as varchar) || '-'
                    || lpad(cast(r.reference_month as varchar), 2, '0')
        end as reference_label
    from spaced as r
),

judged as (
    select
        d.*,
        case
            when d.header = '' then 'Cột không có tiêu đề'
            when d.column_kind = 'misprinted'
                then 'Tiêu đề cột in sai ở nguồn: số thuộc kỳ khác với kỳ nó nêu'
            when d.period_type is null then 'Không đọc được kỳ trong tiêu đề cột'
            when d.rivals > 1 then 'Tiêu đề cột nêu nhiều kỳ'
            when d.role is null then 'Không đọc được vai trò của cột từ tiêu đề'
            when d.has_measures and d.measure is null
                then 'Tiêu đề không nói cột đo gì (lượng, trị giá, số doanh nghiệp, giá so sánh …)'
            when d.period_end >= cast(d.published_month + interval '1 month' as date)
                and (coalesce(d.measure, '') <> 'ke_hoach'
                    or d.period_year <> extract(year from d.published_month))
                then 'Kỳ trong tiêu đề cột sau tháng công bố'
            when d.period_end < cast(
                d.published_month - case when d.period_type = 'year'
                    then interval '60 months' else interval '24 months' end as date)
                then 'Kỳ trong tiêu đề cột quá xa tháng công bố'
            when d.measure = 'ke_hoach' and d.period_year <> extract(year from d.published_month)
                then 'Kế hoạch không phải của năm công bố'
            -- Headers copied from last year's workbook would put this year's figures there.
            when max(d.period_end) over (partition by d.file_sha, d.sheet, d.table_no)
                < cast(d.published_month - interval '6 months' as date)
                then 'Cả biểu nói về kỳ đã qua hơn sáu tháng: tiêu đề chưa sửa theo kỳ công bố'
        end as column_reason
    from dated as d
)

select
    j.load_id,
    j._delivery,
    j.file_sha,
    j.sheet,
    j.table_no,
    j.col_no,
    j.column_path,
    j.family,
    j.measure,
    j.role,
    j.period_type,
    j.period_start,
    j.period_end,
    case when j.role in ('base_index', 'other') then j.reference_label end as base_period,
    -- A change has the status of the value it belongs to; a column without words has that of its
    -- family: the newest month is an estimate, earlier ones preliminary, prices official.
    coalesce(
        j.printed_status,
        max(case when j.role = 'value' then j.printed_status end) over (
            partition by j.file_sha, j.family, j.period_type, j.period_start, j.period_end
        ),
        case
            when j.period_end >= j.published_month then f.status_current
            else f.status_earlier
        end
    ) as estimate_status,
    j.column_reason
from judged as j
inner join {{ ref('thong_ke_families') }} as f on j.family = f.family
