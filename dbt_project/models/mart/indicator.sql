-- The catalogue as readers need it: what each indicator is, how it is computed in words, and
-- whether a figure exists or which system it still awaits.
with fed as (
    select distinct indicator_code from {{ ref('ind_vintage') }}
)

select
    cast(i.code as text) as indicator_code,
    cast(i.name_vi as text) as indicator_name,
    cast(i.name_en as text) as indicator_name_en,
    cast(i.domain as text) as domain,
    cast(i.catalogue_code as text) as catalogue_code,
    cast(i.definition_vi as text) as definition,
    cast(case
        when i.kind <> 'ratio' then n.measure_name
        when i.factor = 1 then n.measure_name || ' ÷ ' || d.measure_name
        else n.measure_name || ' ÷ ' || d.measure_name || ' × ' || cast(i.factor as text)
    end as text) as formula,
    cast(i.formula_version as integer) as formula_version,
    cast(i.unit as text) as unit,
    cast(i.decimals as integer) as decimals,
    cast(i.direction as text) as direction,
    cast(i.base_period as text) as base_period,
    cast(i.calendar as text) as calendar,
    cast(i.kind as text) as kind,
    cast(i.time_agg as text) as time_agg,
    cast(i.area_agg as text) as area_agg,
    cast(i.tet_aligned as boolean) as tet_aligned,
    cast(i.owner_agency as text) as owner_agency,
    cast(i.legal_basis as text) as legal_basis,
    cast(i.public as boolean) as is_public,
    cast(i.main_board_rank as integer) as main_board_rank,
    cast(i.valid_from as date) as valid_from,
    cast(i.valid_to as date) as valid_to,
    cast(f.indicator_code is not null as boolean) as is_fed,
    cast(i.awaits_system as text) as awaits_system,
    cast(s.system_name as text) as awaits_system_name,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from {{ ref('indicators') }} as i
left join {{ ref('msr_measure') }} as n on i.numerator = n.measure_code
left join {{ ref('msr_measure') }} as d on i.denominator = d.measure_code
left join fed as f on i.code = f.indicator_code
left join {{ ref('systems') }} as s on i.awaits_system = s.system_id
