{{ config(materialized='incremental', incremental_strategy='append',
          pre_hook="{{ hash_joins() }}",
          post_hook=["{{ mark_taken(ref('hist_thong_ke__cell')) }}"]) }}

-- Every numeric cell ends here exactly once: mapped to a series, header, ignored or unmapped, the
-- last two with a reason.
with cells as (
    select
        s.*,
        b.family,
        {{ column_words('s.column_path', 's.item_label') }} as column_words,
        {{ row_words('s.item_path', 's.item_label') }} as row_words,
        {{ row_label('s.item_path', 's.item_label') }} as row_label
    from {{ ref('stg_thong_ke__cell') }} as s
    inner join {{ ref('statistic_table') }} as b
        on s.file_sha = b.file_sha and s.sheet = b.sheet and s.table_no = b.table_no
    where {{ new_loads(ref('hist_thong_ke__cell'), 's') }}
),

printed_labels as (
    select distinct
        c.family,
        c.row_words as item_path,
        c.row_label as item_label
    from cells as c
    where c.cell_kind = 'body' and c.family is not null
),

labels as materialized (
    select
        p.*,
        {{ label_key('p.item_label') }} as label_key,
        {{ label_key('p.item_path') }} as path_key
    from printed_labels as p
),

-- A family has its own aliases and those of the lists it uses (provinces, countries). A row of a
-- province is the family's figure for that area, not an item of its own.
aliases as materialized (
    select
        f.family,
        {{ label_key('i.alias') }} as alias_key,
        case when f.family = i.family then 0 else 1 end as is_shared,
        coalesce(i.parent_pattern, '') as parent_pattern,
        coalesce(nullif(i.item_code, ''), f.area_item) as item_code,
        i.item_name,
        coalesce(nullif(i.area_key, ''), 'VN-00') as area_key,
        i.unit_code,
        i.has_quantity,
        i.is_anchor
    from {{ ref('thong_ke_items') }} as i
    inner join {{ ref('thong_ke_families') }} as f
        on i.family = f.family
        or ' ' || coalesce(f.lists, '') || ' ' like '% ' || i.family || ' %'
),

label_aliases as (
    select
        l.family,
        l.item_path,
        l.item_label,
        l.path_key,
        l.label_key as alias_key
    from labels as l
    union
    -- A label wrapped over two rows arrives as parent and child: the whole path is the alias.
    select
        l.family,
        l.item_path,
        l.item_label,
        l.path_key,
        l.path_key as alias_key
    from labels as l
),

items as (
    select distinct on (l.family, l.item_path, l.item_label)
        l.family,
        l.item_path,
        l.item_label,
        a.item_code,
        a.item_name,
        a.area_key,
        a.unit_code,
        a.has_quantity,
        a.is_anchor
    from label_aliases as l
    inner join aliases as a
        on l.family = a.family
        and l.alias_key = a.alias_key
        and l.path_key ~ a.parent_pattern
    order by
        l.family, l.item_path, l.item_label,
        case when a.parent_pattern = '' then 1 else 0 end, a.is_shared, a.item_code
),

-- Units whose name another unit bears today («Bắc Ninh» of before and after 01/07/2025).
namesakes as (
    select
        o.area_key,
        n.area_key as namesake_key,
        n.valid_from,
        n.valid_to
    from {{ ref('areas') }} as o
    inner join {{ ref('areas') }} as n
        on o.level = n.level and o.area_name = n.area_name and o.valid_to < n.valid_from
    where o.level = 'province'
),

-- Tables that list provinces which are no more: whenever they came, they mean the old borders.
old_lists as (
    select distinct
        c.file_sha,
        c.sheet,
        c.table_no
    from cells as c
    inner join items as i
        on c.family = i.family and c.row_words = i.item_path and c.row_label = i.item_label
    inner join {{ ref('areas') }} as o on i.area_key = o.area_key and c.published_on > o.valid_to
    inner join {{ ref('area_crosswalk') }} as x on o.area_key = x.old_key
    inner join {{ ref('area_events') }} as e on x.event_id = e.event_id and e.event_type <> 'rename'
    where c.cell_kind = 'body'
      and o.area_key not in (select n.area_key from namesakes as n)
),

own_forms as (
    select distinct
        f.family,
        f.item_code
    from {{ ref('thong_ke_number_forms') }} as f
    where coalesce(f.item_code, '') <> ''
),

-- Numbers proved misprinted, as long as the print still says what was proved wrong.
misprints as (
    select
        c.file_sha,
        c.sheet,
        c.cell,
        min(m.reason) as reason
    from cells as c
    inner join {{ ref('thong_ke_misprints') }} as m
        on c.published_month = m.published_month and c.sheet = m.sheet
        and c.row_no between m.first_row and m.last_row
        and c.col_no between m.first_col and m.last_col
    inner join cells as p
        on c.file_sha = p.file_sha and c.sheet = p.sheet
        and m.expect_cell = p.cell and m.expect = p.value_text
    where c.cell_kind = 'body' and c.correction_id is null
    group by c.file_sha, c.sheet, c.cell
),

joined as (
    select
        c.*,
        m.reason as misprint_reason,
        -- An item code may name its measure after a dot (tong.thanh_lap_so_dn), where each row of a
        -- table measures something else.
        coalesce(nullif(split_part(i.item_code, '.', 2), ''), k.measure) as measure,
        -- «Cơ cấu - %» as the unit of a row: its numbers are shares, whatever its column says.
        case when k.role = 'value' and {{ header_key('c.unit_text') }} ~ 'co cau|structure'
            then 'share' else k.role end as role,
        k.period_type,
        k.period_start,
        k.period_end,
        k.base_period,
        k.estimate_status,
        k.column_reason,
        split_part(i.item_code, '.', 1) as item_code,
        i.item_name,
        coalesce(
            case when l.file_sha is null then n.namesake_key end, i.area_key, 'VN-00'
        ) as area_key,
        i.unit_code,
        i.has_quantity,
        i.is_anchor,
        coalesce(o.item_code, '') as own_forms
    from cells as c
    left join {{ ref('statistic_column') }} as k
        on c.file_sha = k.file_sha and c.sheet = k.sheet and c.table_no = k.table_no
        and c.col_no = k.col_no and c.column_words = k.column_path and c.cell_kind = 'body'
    left join items as i
        on c.family = i.family and c.row_words = i.item_path and c.row_label = i.item_label
        and c.cell_kind = 'body'
    left join namesakes as n
        on i.area_key = n.area_key and c.published_on >= n.valid_from
        and (n.valid_to is null or c.published_on <= n.valid_to)
    left join old_lists as l
        on c.file_sha = l.file_sha and c.sheet = l.sheet and c.table_no = l.table_no
    left join own_forms as o on i.family = o.family and i.item_code = o.item_code
    left join misprints as m
        on c.file_sha = m.file_sha and c.sheet = m.sheet and c.cell = m.cell
),

-- Whether a column prints 109.3 or 9.3, and whether its levels are in the unit the header says, is
-- told by its total where it has one, else by its median.
anchors as (
    select
        j.file_sha,
        j.sheet,
        j.table_no,
        j.col_no,
        j.column_path,
        j.role,
        coalesce(
            max(case when j.is_anchor then j.value end),
            percentile_cont(0.5) within group (order by j.value)
        ) as anchor
    from joined as j
    where j.role is not null
    group by j.file_sha, j.sheet, j.table_no, j.col_no, j.column_path, j.role
),

-- A role that a family does not describe has the forms of everyone (rows without a family).
forms as (
    select
        f.family,
        coalesce(f.measure, '') as measure,
        coalesce(f.item_code, '') as item_code,
        f.role,
        f.number_form,
        f.anchor_min,
        f.anchor_max,
        f.cell_min,
        f.cell_max,
        false as is_general
    from {{ ref('thong_ke_number_forms') }} as f
    where coalesce(f.family, '') <> ''
    union all
    select
        m.family,
        '',
        '',
        g.role,
        g.number_form,
        g.anchor_min,
        g.anchor_max,
        g.cell_min,
        g.cell_max,
        true
    from {{ ref('thong_ke_number_forms') }} as g
    cross join {{ ref('thong_ke_families') }} as m
    where coalesce(g.family, '') = ''
      and not exists (
          select 1 from {{ ref('thong_ke_number_forms') }} as s
          where s.family = m.family and s.role = g.role
      )
),

formed as (
    select
        j.*,
        f.number_form,
        count(f.number_form) over (partition by j.file_sha, j.sheet, j.cell) as form_count,
        row_number() over (
            partition by j.file_sha, j.sheet, j.cell
            order by f.number_form
        ) as form_no
    from joined as j
    left join anchors as a
        on j.file_sha = a.file_sha and j.sheet = a.sheet and j.table_no = a.table_no
        and j.col_no = a.col_no and j.column_path = a.column_path and j.role = a.role
    left join forms as f
        on j.family = f.family and j.role = f.role
        and (f.is_general or coalesce(j.measure, '') = f.measure and j.own_forms = f.item_code)
        and j.value between f.cell_min and f.cell_max
        and a.anchor between f.anchor_min and f.anchor_max
),

printed_units as (
    select distinct
        j.family,
        coalesce(j.measure, '') as measure,
        j.unit_text
    from joined as j
    where j.role in ('value', 'prior_year_value')
),

-- A pattern of the family and measure first, then one of the family, then one of everyone.
units as (
    select distinct on (x.family, x.measure, x.unit_text)
        x.family,
        x.measure,
        x.unit_text,
        n.unit_name,
        n.base_unit_code
    from printed_units as x
    inner join {{ ref('thong_ke_units') }} as u
        on coalesce(u.family, '') in ('', x.family) and coalesce(u.measure, '') in ('', x.measure)
        and {{ header_key('x.unit_text') }} ~ u.pattern
    inner join {{ ref('units') }} as n on u.unit_code = n.unit_code
    order by
        x.family, x.measure, x.unit_text,
        case when coalesce(u.family, '') = '' then 1 else 0 end,
        case when coalesce(u.measure, '') = '' then 1 else 0 end,
        n.unit_name
),

-- The printed unit, then the item's own; quantities the other way round, because a trade table
-- prints one unit for all goods («Nghìn tấn; Triệu USD») and cars are counted.
settled_units as (
    select
        f.*,
        case
            when f.measure = 'luong' then coalesce(n.unit_name, u.unit_name)
            when f.measure = 'tri_gia' then u.unit_name
            else coalesce(u.unit_name, n.unit_name)
        end as unit_name,
        coalesce(f.measure is null and u.base_unit_code <> n.base_unit_code, false)
            as is_other_unit
    from formed as f
    left join units as u
        on f.family = u.family and u.measure = coalesce(f.measure, '')
        and f.unit_text = u.unit_text
    left join {{ ref('units') }} as n on f.unit_code = n.unit_code
    where f.form_no = 1
),

named as (
    select
        f.*,
        case when f.role in ('value', 'prior_year_value') then f.unit_name else '%' end as unit,
        f.family || '.' || f.item_code || coalesce('.' || f.measure, '') as series_code,
        case
            when f.cell_kind = 'header' then null
            when f.cell_kind = 'stray' then 'Số lạc bên cạnh bảng, không thuộc dòng và cột nào'
            -- Hidden columns hold last year's figures for the change printed beside them; other
            -- periods are left over from the workbook this one was copied from.
            when f.is_hidden and f.role is not null
                and cast(date_trunc('month', f.period_end) as date) not in (
                    f.published_month,
                    cast(f.published_month - interval '1 month' as date),
                    cast(f.published_month - interval '12 months' as date)
                )
                then 'Cột ẩn của kỳ khác, sót lại từ biểu cũ'
        end as ignored_reason,
        case
            when f.family is null then 'Không nhận ra biểu từ tiêu đề của nó'
            when f.value is null then 'Không đọc được thành một số'
            when f.misprint_reason is not null then f.misprint_reason
            when f.column_reason is not null then f.column_reason
            when f.role is null then 'Không đọc được tiêu đề cột'
            when f.item_code is null then 'Chỉ tiêu dòng chưa có trong bảng bí danh'
            when f.measure = 'luong' and not f.has_quantity
                then 'Mặt hàng chỉ công bố trị giá nhưng số đứng ở cột lượng'
            when f.role in ('value', 'prior_year_value') and f.unit_name is null
                then 'Không rõ đơn vị tính'
            when f.role in ('value', 'prior_year_value') and f.is_other_unit
                then 'Đơn vị in trên biểu không đo được chỉ tiêu này'
            when f.number_form is null
                then 'Giá trị ngoài khoảng hợp lý của mức, chỉ số hay phần trăm thay đổi'
            when f.form_count > 1 then 'Giá trị vừa có thể là chỉ số vừa có thể là phần trăm thay đổi'
        end as unmapped_reason
    from settled_units as f
),

valued as (
    select
        n.*,
        -- Through text: PostgreSQL rounds a double to 15 digits on the way to numeric.
        cast(cast(n.value as varchar) as decimal(28, 6))
        + case when n.number_form = 'pct_change' then 100 else 0 end as figure,
        n.cell_kind = 'body' and n.ignored_reason is null and n.unmapped_reason is null
            as is_candidate
    from named as n
),

-- The same figure printed twice in one file: the visible one wins, then the earlier sheet, row and
-- column.
ranked as (
    select
        v.*,
        row_number() over same_figure as rank_no,
        first_value(v.figure) over same_figure as winner_figure,
        first_value(v.sheet || '!' || v.cell) over same_figure as winner_cell,
        -- Two columns of one row about one period: nobody can say which header is wrong.
        max(v.figure) over same_row - min(v.figure) over same_row as row_spread
    from valued as v
    window same_figure as (
        partition by
            v.is_candidate, v.file_sha, v.published_seq, v.series_code, v.area_key, v.period_type,
            v.period_start, v.period_end, v.role, v.base_period
        order by
            case when v.is_hidden then 1 else 0 end,
            v.sheet_no, v.table_no, v.row_no, v.col_no
    ),
    same_row as (
        partition by
            v.is_candidate, v.file_sha, v.published_seq, v.series_code, v.area_key, v.period_type,
            v.period_start, v.period_end, v.role, v.base_period, v.sheet, v.row_no
    )
),

decided as (
    select
        r.*,
        case
            when r.cell_kind = 'header' then 'header'
            when r.ignored_reason is not null then 'ignored'
            when r.unmapped_reason is not null then 'unmapped'
            when r.row_spread > 0.0005 * abs(r.figure) then 'unmapped'
            when r.rank_no = 1 then 'mapped'
            when abs(r.figure - r.winner_figure) <= 0.0005 * abs(r.winner_figure) then 'ignored'
            else 'unmapped'
        end as status,
        case
            when r.cell_kind = 'header' then null
            when coalesce(r.ignored_reason, r.unmapped_reason) is not null
                then coalesce(r.ignored_reason, r.unmapped_reason)
            when r.row_spread > 0.0005 * abs(r.figure)
                then 'Hai cột của cùng dòng nói cùng một kỳ mà số khác nhau'
            when r.rank_no = 1 then null
            when abs(r.figure - r.winner_figure) <= 0.0005 * abs(r.winner_figure)
                then 'Lặp lại ô ' || r.winner_cell
            else 'Mâu thuẫn với ô ' || r.winner_cell || ' của cùng chuỗi và kỳ'
        end as reason
    from ranked as r
)

select
    d.load_id,
    d.loaded_at,
    d._delivery,
    d.known_from,
    d.source_file,
    d.file_sha,
    d.published_on,
    d.published_seq,
    d.sheet,
    d.cell,
    d.family,
    d.status,
    d.reason,
    d.item_path,
    d.column_path,
    d.value_text,
    d.unit_text,
    d.correction_id,
    case when d.status = 'mapped' then d.series_code end as series_code,
    case when d.status = 'mapped' then d.item_code end as item_code,
    case when d.status = 'mapped' then d.item_name end as item_name,
    case when d.status = 'mapped' then d.area_key end as area_key,
    case when d.status = 'mapped' then d.period_type end as period_type,
    case when d.status = 'mapped' then d.period_start end as period_start,
    case when d.status = 'mapped' then d.period_end end as period_end,
    case when d.status = 'mapped' then d.role end as role,
    case when d.status = 'mapped' then d.value end as value_published,
    case when d.status = 'mapped' then cast(d.figure as decimal(28, 6)) end as value,
    case when d.status = 'mapped' then d.unit end as unit,
    case when d.status = 'mapped' then d.number_form end as number_form,
    case when d.status = 'mapped' then d.estimate_status end as estimate_status,
    case when d.status = 'mapped' then d.base_period end as base_period,
    -- what the print claims for a figure that is not believed
    case when d.is_claim then d.series_code end as claimed_series_code,
    case when d.is_claim then d.area_key end as claimed_area_key,
    case when d.is_claim then d.role end as claimed_role,
    case when d.is_claim then d.period_type end as claimed_period_type,
    case when d.is_claim then d.period_start end as claimed_period_start,
    case when d.is_claim then d.period_end end as claimed_period_end
from (
    select
        c.*,
        c.status = 'unmapped' and c.item_code is not null and c.role is not null
        and c.period_start is not null as is_claim
    from decided as c
) as d
