-- Reported rows that cannot be taken for a figure before a question is answered. A file of the same
-- name that asks nothing any more closes it, and so does a catalogue that knows more.
select
    p.source_code,
    p.agency_code,
    p.delivery,
    p.source_file,
    p.published_on,
    p.known_from,
    p.score_month,
    cast('' as varchar) as family,
    cast('' as varchar) as series_code,
    coalesce(r.area_key, '') as area_key,
    r.period_type,
    r.period_start,
    r.period_end,
    r.address,
    r.address as addresses,
    r.gia_tri as value_text,
    p.source_file || '|' || r.address as record_key,
    p.is_current,
    r.chi_tieu,
    r.dia_ban,
    r.don_vi,
    r.document,
    r.question
from {{ ref('msr_reported_row') }} as r
inner join {{ ref('dq_publication') }} as p on r._delivery = p.delivery
where r.question is not null
