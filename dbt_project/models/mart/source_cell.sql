{{ config(pre_hook="{{ hash_joins() }}") }}
-- Where figures stand in print: each cell that a vintage of a measure cites, and each that claims
-- to be such a figure but is not believed, with the reason. One row per cell and measure it feeds.
-- Another source takes part with one select more in `printed`.
with printed as (
    select
        cast('thong_ke' as varchar) as source_code,
        c.source_file || '#' || c.sheet || '!' || c.cell as source_ref,
        c.load_id,
        c.loaded_at,
        c._delivery as delivery,
        c.published_on,
        c.published_seq,
        c.family,
        c.source_file,
        c.sheet,
        c.cell,
        c.sheet || '!' || c.cell as address,
        c.item_path,
        c.column_path,
        c.value_text,
        c.unit_text,
        cast(null as varchar) as change_measure_code,
        cast(null as varchar) as change_text,
        c.correction_id,
        c.reason,
        c.claimed_series_code,
        c.claimed_area_key as area_key,
        c.claimed_role,
        c.claimed_period_type as period_type,
        c.claimed_period_start as period_start,
        c.claimed_period_end as period_end
    from {{ ref('statistic_cell') }} as c
    where c.status = 'mapped' or c.claimed_series_code is not null
    union all
    -- one row reports a value and the change beside it
    select
        'so_bao_cao',
        r.source_ref,
        r.load_id,
        r.loaded_at,
        r._delivery,
        r.published_on,
        cast(null as integer),
        cast(null as varchar),
        r.source_file,
        substr(r.address, 1, length(r.address) - strpos(reverse(r.address), '!')),
        right(r.address, strpos(reverse(r.address), '!') - 1),
        r.address,
        r.chi_tieu || ' – ' || r.dia_ban,
        r.document,
        r.gia_tri,
        r.don_vi,
        r.yoy_measure_code,
        {{ vn_number_by('r.yoy_pct', 'least(4, r.yoy_decimals)') }} || ' %',
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as date),
        cast(null as date)
    from {{ ref('msr_reported_row') }} as r
    where r.question is null
),

cells as (
    select
        p.*,
        v.measure_code,
        v.area_key as figure_area_key,
        v.agency_code,
        v.calendar,
        v.period_type as figure_type,
        v.period_start as figure_start,
        v.period_end as figure_end,
        v.value
    from printed as p
    inner join {{ ref('ind_measure_vintage') }} as v
        on p.source_code = v.source_code and p.source_ref = v.source_ref
        and p.load_id = v.load_id and coalesce(p.published_seq, v.published_seq) = v.published_seq
    union all
    select
        p.*,
        b.measure_code,
        p.area_key,
        '_all',
        'calendar',
        {{ measure_period('p', 'b') }},
        cast(null as decimal(28, 6))
    from printed as p
    inner join {{ ref('msr_binding') }} as b
        on p.source_code = b.source_code and p.claimed_series_code = b.series_code
        and p.claimed_role = b.role
    where {{ has_measure_grain('p', 'b') }}
),

judged as (
    select
        r.source as source_code,
        r.load_id,
        r.delivery,
        count(distinct r.table_name || '.' || r.rule_id) as rules
    from {{ quality_rows('result') }} as r
    group by r.source, r.load_id, r.delivery
),

judged_later as (
    select
        s.source_code,
        count(r.rule_id) as rules
    from {{ promised_sources() }} as s
    inner join {{ ref('dq_rule') }} as r
        on r.stage = 'warehouse' and r.source_code in ('', s.source_code)
    group by s.source_code
),

named as (
    select distinct
        r.source_code,
        r.delivery,
        substr(r.finding_id, 1, 8) as issue_code,
        unnest(string_to_array(r.addresses, '/')) as address
    from {{ ref('dq_finding_row') }} as r
    where r.addresses <> ''
),

issues as (
    select
        n.source_code,
        n.delivery,
        n.address,
        string_agg(n.issue_code, ', ' order by n.issue_code) as issue_codes
    from named as n
    group by n.source_code, n.delivery, n.address
)

select
    cast(c.source_ref as text) as source_ref,
    cast(c.source_code as text) as source_code,
    cast(coalesce(s.title, c.source_code) as text) as source_name,
    cast(s.producer as text) as producer,
    cast(c.measure_code as text) as measure_code,
    cast(c.figure_area_key as text) as area_key,
    cast(c.agency_code as text) as agency_code,
    cast(c.calendar as text) as calendar,
    cast(c.figure_type as text) as period_type,
    cast(c.figure_start as date) as period_start,
    cast(c.figure_end as date) as period_end,
    cast({{ period_label('c.figure_type', 'c.figure_start', 'c.figure_end') }} as text) as period_label,
    cast(c.value as decimal(28, 6)) as value,
    cast(c.family as text) as family,
    cast(c.source_file as text) as source_file,
    cast(c.sheet as text) as sheet,
    cast(c.cell as text) as cell,
    cast(c.item_path as text) as item_path,
    cast(c.column_path as text) as column_path,
    cast(case when c.measure_code = c.change_measure_code then c.change_text else c.value_text end as text)
        as value_text,
    cast(case when c.measure_code = c.change_measure_code then '' else c.unit_text end as text) as unit_text,
    cast(c.reason as text) as set_aside_reason,
    cast(c.correction_id as text) as correction_id,
    cast(c.published_on as date) as published_on,
    cast(c.delivery as text) as delivery,
    cast(c.load_id as text) as load_id,
    cast(c.loaded_at as timestamptz) as loaded_at,
    cast(coalesce(j.rules, 0) + coalesce(l.rules, 0) as integer) as rules_judged,
    cast(i.issue_codes as text) as issue_codes,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from cells as c
left join {{ promised_sources() }} as s on c.source_code = s.source_code
left join judged as j
    on c.source_code = j.source_code and c.load_id = j.load_id and c.delivery = j.delivery
left join judged_later as l on c.source_code = l.source_code
left join issues as i
    on c.source_code = i.source_code and c.delivery = i.delivery and c.address = i.address
