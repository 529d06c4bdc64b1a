{{ config(tags=['source_dvc'], materialized='view') }}
-- What each version of a dossier counts in (catalogue M01–M07, M10), and the points of Decision
-- 766/QĐ-TTg that the portal publishes of the whole province (M08, M09). One that was refused at the
-- counter ended without being received: it is not settled, and counts nowhere. A score of units does
-- not add up to that of their province, so those of units stay in score_766.
{%- set received, finished = 'v.received_on', local_day('v.finished_at') %}
{%- set taken = 'v.received_on is not null' %}
{{ contributions(ref('dossier_version'), [
    {'measure': 'hs_tiep_nhan', 'day': received},
    {'measure': 'hs_giai_quyet', 'day': finished, 'only': taken},
    {'measure': 'hs_giai_quyet_dung_han', 'day': received, 'grain': 'month', 'only': 'v.is_on_time'},
    {'measure': 'hs_nop_truc_tuyen', 'day': received, 'only': 'v.channel = 2'},
    {'measure': 'hs_so_hoa', 'day': received, 'only': 'v.is_digitised'},
    {'measure': 'hs_ket_qua_dien_tu', 'day': finished, 'only': taken ~ ' and v.has_electronic_result'},
    {'measure': 'hs_tong_ngay_xu_ly', 'day': finished, 'value': 'v.days_taken', 'only': taken},
    {'measure': 'hs_phai_nop_phi', 'day': received, 'only': 'v.fee > 0'},
    {'measure': 'hs_thanh_toan_truc_tuyen', 'day': received, 'only': 'v.fee > 0 and v.is_paid_online'},
]) }}
union all
{{ stock_contributions(ref('dossier_version'), 'hs_qua_han', since=local_day('v.due_at'),
                       until=local_day('v.ended_at'), only='(v.supplement_asked_at is null or v.supplement_given_at is not null)') }}
union all
{%- set of_province %}
(
    select
        s.*,
        i.area_key,
        i.agency_code,
        {{ entity(ref('score_version')) }},
        -- satisfaction with a dossier: full marks from 90 % on, none without an answer
        case when s.of_total > 0 then {{ round_half_up(
            "least(cast(6 as double precision), cast(6 as double precision) * s.reached / s.of_total / 0.9)", 2
        ) }} else 0 end as satisfaction
    from {{ ref('score_version') }} as s
    inner join {{ ref('score_766_weights') }} as w
        on s.service = w.service and s.month >= w.valid_from and s.month <= coalesce(w.valid_to, s.month)
    inner join {{ ref('agency_identifiers') }} as i
        on i.system = 'ma_dinh_danh' and s.province_identifier = i.identifier
        and s.month between coalesce(i.valid_from, s.month) and coalesce(i.valid_to, s.month)
    where s.unit_identifier = ''
)
{%- endset %}
{{ contributions(of_province, [
    {'measure': 'diem_hai_long_published', 'day': 'v.month', 'grain': 'month', 'value': 'v.satisfaction',
     'only': "v.service = 'handling-satisfaction'"},
    {'measure': 'diem_766_published', 'day': 'v.month', 'grain': 'month', 'value': 'coalesce(v.score_published, 0)'},
]) }}
