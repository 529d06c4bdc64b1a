{{ config(tags=['source_ioffice'], materialized='view') }}
-- What each version of a document or task counts in (catalogue N01–N07). A task counts as due once
-- its day has passed: counting work that was done early before would flatter the share on time.
{%- set out = "v.direction = 'out' and v.is_complete" %}
{{ contributions(ref('document_version'), [
    {'measure': 'van_ban_den', 'day': 'v.arrived_on', 'only': "v.direction = 'in'"},
    {'measure': 'van_ban_di', 'day': 'v.issued_on', 'only': out},
    {'measure': 'van_ban_qua_truc', 'day': 'v.issued_on', 'only': out ~ ' and v.is_on_axis'},
    {'measure': 'van_ban_di_ky_so', 'day': 'v.issued_on', 'only': out ~ ' and v.is_signed'},
]) }}
union all
{{ contributions(ref('task_version'), [
    {'measure': 'nhiem_vu_giao', 'day': 'v.assigned_on'},
]) }}
union all
{{ stock_contributions(ref('task_version'), 'nhiem_vu_qua_han', since='v.due_on + 1', until='v.done_on',
                       only='not v.is_cancelled') }}
union all
{{ due_contributions(ref('task_version'), [
    {'measure': 'nhiem_vu_den_han'},
    {'measure': 'nhiem_vu_hoan_thanh_dung_han', 'only': 'v.is_on_time'},
    {'measure': 'lan_don_doc', 'value': 'v.reminder_count'},
]) }}
