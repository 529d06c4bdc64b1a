-- Every delivery that was accepted, of every source: a source of files with one select, those of
-- records from the register of what landed; `is_fresh` says whether it tells anything about its own month: a copy of an earlier
-- workbook under a new name does not.
with told as (
    select distinct
        s.file_sha,
        s.period_end
    from {{ ref('fct_statistic') }} as s
)

select
    cast('thong_ke' as varchar) as source_code,
    f._delivery as delivery,
    f.file_sha,
    f.source_file,
    f.published_on,
    {{ publication_order('f.published_on', 'f.published_seq') }} as publication_order,
    {{ delivery_month('f.published_on') }} as score_month,
    f._known_at as known_from,
    f.loaded_at,
    t.file_sha is not null as is_fresh,
    cast(null as bigint) as row_count
from {{ ref('hist_thong_ke__file') }} as f
left join told as t
    on f.file_sha = t.file_sha
    and t.period_end = {{ month_end(delivery_month('f.published_on')) }}
union all
select
    'so_bao_cao',
    f._delivery,
    f.file_sha,
    f.source_file,
    f.published_on,
    {{ publication_order('f.published_on', 'f.published_seq') }},
    {{ delivery_month('f.published_on') }},
    f._known_at,
    f.loaded_at,
    true,
    cast(null as bigint)
from {{ ref('hist_so_bao_cao__file') }} as f
{%- for source in record_sources() %}
union all
(
    select distinct on (f.delivery_id)
        cast('{{ source }}' as varchar),
        f.delivery_id,
        f.delivery_id,
        f.label,
        f.published_on,
        {{ publication_order('f.published_on', 'f.published_seq') }},
        {{ score_month("'" ~ source ~ "'", 'f._known_at', 'f.published_on') }},
        f._known_at,
        f.loaded_at,
        f.row_count > 0,
        f.row_count
    from {{ arrived(source, 'delivery') }} as f
    order by f.delivery_id asc, f.loaded_at desc
)
{%- endfor %}
