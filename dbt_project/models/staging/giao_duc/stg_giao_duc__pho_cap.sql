{{ config(tags=['source_giao_duc']) }}
-- Five-year-olds who live in each commune, as each export of a term tells them.
select
    {{ told_in_list("h.ma_tinh || '|' || h.ma_xa") }},
    h.ma_tinh as province_code,
    h.ma_xa as commune_code,
    h.so_tre_5_tuoi as child_count
from {{ ref('hist_giao_duc__pho_cap') }} as h
