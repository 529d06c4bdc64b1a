-- What the rules at the boundary found: each row that was set aside, and each delivery that broke a
-- rule, held back or not.
with verdicts as (
    select distinct on (v.source, v.delivery)
        v.source as source_code,
        v.delivery,
        v.load_id,
        v.decision,
        v.reason,
        coalesce(v.label, substr(v.delivery, 1, 12)) as source_file,
        coalesce(v.known_at, v.judged_at) as known_from,
        cast(coalesce(v.known_at, v.judged_at) at time zone 'Asia/Ho_Chi_Minh' as date) as published_on
    from {{ quality_rows('verdict') }} as v
    order by
        v.source, v.delivery,
        case v.decision when 'accepted' then 0 else 1 end, v.load_id desc
),

dated as (
    select
        v.*,
        {{ score_month('v.source_code', 'v.known_from', 'v.published_on') }} as score_month
    from verdicts as v
),

-- Mended is what a later accepted delivery of the same month, or file, does not break again.
deliveries as (
    select
        d.*,
        coalesce(p.owner_agency, '_all') as agency_code,
        count(*) filter (where d.decision = 'accepted') over (
            partition by d.source_code, {{ replaced_by_next('p', 'd.source_file', 'd.score_month') }}
            order by d.known_from, d.load_id, d.delivery
            rows between 1 following and unbounded following
        ) = 0 as is_current
    from dated as d
    left join {{ promised_sources() }} as p on d.source_code = p.source_code
),

set_aside as (
    select distinct
        r.source,
        r.load_id,
        r.delivery,
        r.table_name,
        r.rule_id
    from {{ quality_rows('rejected') }} as r
),

results as (
    select
        r.*,
        max(case when r.table_name = 'cell' or {{ is_counted('r.source') }} then r.total_rows end)
            over (partition by r.source, r.load_id, r.delivery) as cell_count
    from {{ quality_rows('result') }} as r
),

rejected as (
    select
        r.*,
        {{ json_field('r.record', 'value_text') }} as value_text,
        case when r.rule_id in ({{ rules_of_the_number() }}, 'row_understood')
            then nullif({{ json_field('r.record', 'doubt') }}, '') end as doubt,
        case when r.source = 'thong_ke' and r.table_name = 'cell' then
            coalesce(
                nullif({{ json_field('r.record', 'table_title') }}, ''),
                {{ json_field('r.record', 'sheet') }}
            )
        end as table_title
    from {{ quality_rows('rejected') }} as r
),

-- A table all of whose cells were set aside is not in the warehouse, so its title is read here.
families as (
    select distinct on (t.table_title)
        t.table_title,
        s.family
    from (select distinct r.table_title from rejected as r) as t
    inner join {{ ref('thong_ke_sheets') }} as s on {{ header_key('t.table_title') }} ~ s.pattern
    order by t.table_title, s.priority
)

select
    r.rule_id,
    coalesce(q.dimension, 'dung') as dimension,
    r.severity,
    r.reason as sentence,
    case when r.doubt is not null and r.rule_id <> 'row_understood' then 'Chữ đứng ở chỗ của số, chưa rõ là số nào' end as own_sentence,
    {{ breach_columns('d', {
        'family': "coalesce(n.family, '')", 'series_code': "cast('' as varchar)",
        'area_key': "cast('' as varchar)", 'period_type': "cast('month' as varchar)",
        'period_start': 'd.score_month', 'address': 'r.address', 'addresses': 'r.address',
        'value_text': "coalesce(r.value_text, '')",
        'record_key': "cast(d.score_month as varchar) || '|' || r.table_name || '|' || r.address",
        'is_current': "d.is_current and k.correction_id is null",
    }) }},
    coalesce(r.doubt, r.reason) as detail,
    r.record,
    cast(null as bigint) as cell_count
from rejected as r
inner join deliveries as d
    on r.source = d.source_code and r.delivery = d.delivery and r.load_id = d.load_id
left join families as n on r.table_title = n.table_title
-- a question that a steward answered is no longer open
left join {{ ref('stg_thong_ke__correction') }} as k
    on r.source = 'thong_ke' and r.table_name = 'cell' and r.delivery = k._delivery
    and r.address = k.sheet || '!' || k.cell
    and r.rule_id in ({{ rules_of_the_number() }})
left join results as q
    on r.source = q.source and r.load_id = q.load_id and r.delivery = q.delivery
    and r.table_name = q.table_name and r.rule_id = q.rule_id
union all
select
    r.rule_id,
    coalesce(r.dimension, 'dung'),
    r.severity,
    r.sentence,
    cast(null as varchar),
    {{ breach_columns('d', {
        'family': "cast('' as varchar)", 'series_code': "cast('' as varchar)",
        'area_key': "cast('' as varchar)", 'period_type': "cast('month' as varchar)",
        'period_start': 'd.score_month', 'address': "cast('' as varchar)",
        'addresses': "case when d.decision = 'blocked' and r.severity = 'chan' then '*' else '' end",
        'value_text': "cast('' as varchar)",
        'record_key': "cast(d.score_month as varchar) || '|' || r.table_name",
    }) }},
    cast(r.failed_rows as varchar) || '/' || cast(r.total_rows as varchar) || ' dòng của bảng ' || r.table_name
    || case when d.decision = 'blocked' then '; ' || d.reason else '' end,
    '{"file": ' || {{ json_text('d.source_file') }}
    || ', "table": ' || {{ json_text('r.table_name') }}
    || ', "failed_rows": ' || cast(r.failed_rows as varchar)
    || ', "total_rows": ' || cast(r.total_rows as varchar)
    || ', "decision": ' || {{ json_text('d.decision') }} || '}',
    case when d.decision = 'blocked' and r.severity = 'chan' then r.cell_count end
from results as r
inner join deliveries as d
    on r.source = d.source_code and r.delivery = d.delivery and r.load_id = d.load_id
left join set_aside as s
    on r.source = s.source and r.load_id = s.load_id and r.delivery = s.delivery
    and r.table_name = s.table_name and r.rule_id = s.rule_id
where not r.passed and s.rule_id is null
