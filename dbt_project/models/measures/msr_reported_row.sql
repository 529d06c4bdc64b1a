-- What each reported row means: its measure, area and unit, or the question that must be answered
-- first. Nothing is guessed: a code alone names a unit only where no other unit ever had it, and a
-- code with a name only where one unit carried both from the period to the day of publication.
{%- set name_key -%}
    regexp_replace({{ label_key('%s') }}, '^(tinh|thanh pho|tp) ', '')
{%- endset %}
with typed as (
    select
        s.*,
        s._delivery || '|' || s.address as row_key,
        case when s.dia_ban ~ '^[0-9]+' then regexp_replace(s.dia_ban, '^([0-9]+).*$', '\1') end as code_part,
        {{ name_key | replace('%s', "regexp_replace(s.dia_ban, '^[0-9]+', '')") }} as name_part,
        greatest(s.period_end, s.published_on) as last_day
    from {{ ref('stg_so_bao_cao__figure') }} as s
),

candidates as (
    select
        t.row_key,
        a.area_key,
        a.area_name,
        a.valid_from,
        a.valid_to,
        coalesce(a.valid_to >= t.period_start, true) as is_valid
    from typed as t
    inner join {{ ref('dim_area') }} as a on t.dia_ban = a.area_key
    union all
    select
        t.row_key,
        a.area_key,
        a.area_name,
        a.valid_from,
        a.valid_to,
        a.valid_from <= t.last_day and coalesce(a.valid_to >= t.period_start, true)
    from typed as t
    inner join {{ ref('dim_area') }} as a
        on t.code_part = a.area_code
        and t.name_part in ('', {{ name_key | replace('%s', 'a.area_name') }})
),

places as (
    select
        c.row_key,
        count(*) as found,
        count(*) filter (where c.is_valid) as valid,
        min(c.area_key) filter (where c.is_valid) as area_key,
        string_agg(
            c.area_name || ' (' || c.area_key || coalesce(', đến ' || {{ vn_day('c.valid_to') }}, '') || ')',
            ' hay ' order by c.valid_from, c.area_key
        ) as choices
    from candidates as c
    group by c.row_key
),

named as (
    select
        t.*,
        i.code as indicator_code,
        i.kind as indicator_kind,
        i.numerator,
        i.denominator,
        m.measure_code,
        m.unit as measure_unit,
        y.measure_code as yoy_measure_code,
        mu.base_unit_code as measure_base,
        mu.scale as measure_scale,
        p.found,
        p.valid,
        case when p.valid = 1 then p.area_key end as area_key,
        p.choices
    from typed as t
    left join {{ ref('indicators') }} as i on t.chi_tieu = i.code
    left join {{ ref('msr_measure') }} as m
        on m.measure_code = case when i.kind = 'ratio' then t.chi_tieu else coalesce(i.numerator, t.chi_tieu) end
    left join {{ ref('msr_measure') }} as y
        on m.measure_code = y.change_of and y.measure_code = m.measure_code || '_yoy_published'
    left join {{ ref('units') }} as mu on m.unit = mu.unit_name
    left join places as p on t.row_key = p.row_key
),

united as (
    select
        n.*,
        u.unit_name,
        case
            when u.unit_name = n.measure_unit then cast(1 as double precision)
            when u.base_unit_code = n.measure_base
                then cast(u.scale as double precision) / cast(n.measure_scale as double precision)
        end as unit_factor
    from named as n
    left join {{ ref('units') }} as u on {{ fold_vi('n.don_vi') }} = {{ fold_vi('u.unit_name') }}
),

questioned as (
    select
        u.*,
        case
            when u.measure_code is null and u.indicator_kind = 'ratio'
                then 'Chỉ tiêu «' || u.chi_tieu || '» là tỷ lệ do kho chia; hãy báo cáo tử số ' || u.numerator
                    || ' và mẫu số ' || u.denominator
            when u.measure_code is null and u.indicator_code is not null
                then 'Chỉ tiêu «' || u.chi_tieu || '» chưa có chỉ số đo để nhận số; hãy khai trong measures.csv'
            when u.measure_code is null
                then 'Chỉ tiêu «' || u.chi_tieu || '» là chỉ tiêu nào? Ghi mã trong danh mục chỉ tiêu hoặc mã chỉ số đo'
            when u.period_start is null
                then 'Lịch «' || u.calendar || '» không có kỳ «' || u.ky || '»; hãy xem lại kỳ và lịch'
            when u.found is null
                then 'Địa bàn «' || u.dia_ban || '» là địa bàn nào? Ghi area_key, hoặc mã kèm tên chính thức'
            when u.name_part = '' and u.found > 1
                then 'Mã «' || u.dia_ban || '» là ' || u.choices || '? Ghi mã kèm tên, hoặc area_key'
            when u.valid = 0
                then 'Địa bàn «' || u.dia_ban || '» không có ở kỳ này: ' || u.choices || '; hãy xem lại địa bàn hoặc kỳ'
            when u.valid > 1
                then 'Địa bàn «' || u.dia_ban || '» là ' || u.choices || '? Ghi area_key của đơn vị cũ hay mới'
            when u.unit_name is null
                then 'Đơn vị «' || u.don_vi || '» chưa có trong danh mục; chỉ tiêu này tính bằng ' || u.measure_unit
            when u.unit_factor is null or abs(cast(u.value as double precision) * u.unit_factor) >= 1e18
                then 'Đơn vị «' || u.don_vi || '» không đổi được ra ' || u.measure_unit || ' của chỉ tiêu này'
            when u.yoy_pct is not null and u.yoy_measure_code is null
                then 'Chỉ tiêu này tự nó không phải là mức; hãy bỏ trống thay_doi_cung_ky_pct'
        end as question
    from united as u
),

converted as (
    select
        q.*,
        case
            when q.question is not null then null
            when q.unit_factor = 1 then q.value
            else cast(cast(q.value as double precision) * q.unit_factor as decimal(28, 6))
        end as measure_value
    from questioned as q
),

-- One file that says two numbers for one thing says none.
contradicted as (
    select
        c._delivery,
        c.measure_code,
        c.area_key,
        c.calendar,
        c.period_type,
        c.period_start,
        c.period_end,
        c.published_on,
        string_agg(c.address, ', ' order by c.address) as addresses
    from converted as c
    where c.question is null
    group by
        c._delivery, c.measure_code, c.area_key, c.calendar, c.period_type, c.period_start, c.period_end,
        c.published_on
    having count(distinct c.measure_value) > 1 or count(distinct c.yoy_pct) > 1
        or count(distinct c.estimate_status) > 1
)

select
    c.load_id,
    c.loaded_at,
    c._delivery,
    c.source_file,
    c.file_published_on,
    c.file_seq,
    c.address,
    c.source_ref,
    c.chi_tieu,
    c.dia_ban,
    c.gia_tri,
    c.don_vi,
    c.document,
    c.note,
    c.measure_code,
    c.yoy_measure_code,
    c.area_key,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.measure_value,
    c.unit_factor,
    c.value_decimals,
    c.yoy_pct,
    c.yoy_decimals,
    c.estimate_status,
    c.published_on,
    coalesce(
        c.question,
        'Các ô ' || x.addresses || ' ghi khác nhau cho cùng một con số; ô nào đúng? Sửa rồi nộp lại tệp'
    ) as question
from converted as c
left join contradicted as x
    on c._delivery = x._delivery and c.measure_code = x.measure_code and c.area_key = x.area_key
    and c.calendar = x.calendar and c.period_type = x.period_type and c.period_start = x.period_start
    and c.period_end = x.period_end and c.published_on = x.published_on
