{{ config(tags=['source_dvc'], materialized='view') }}
-- What each version of a dossier counts in (catalogue M01–M07, M10). One that was refused at the
-- counter ended without being received: it is not settled, and counts nowhere.
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
