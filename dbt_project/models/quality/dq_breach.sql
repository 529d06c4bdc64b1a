-- Every row of every delivery that breaks a rule of expectations/warehouse.yml.
-- depends_on: {{ ref('dq_figure') }}
-- depends_on: {{ ref('dq_change') }}
-- depends_on: {{ ref('dq_column') }}
-- depends_on: {{ ref('dq_total') }}
-- depends_on: {{ ref('dq_delivery') }}
-- depends_on: {{ ref('dq_cell') }}
-- depends_on: {{ ref('dq_refusal') }}
-- depends_on: {{ ref('dq_absence') }}
-- depends_on: {{ ref('dq_reported') }}
-- depends_on: {{ ref('dq_conflict') }}
-- depends_on: {{ ref('dq_border') }}
-- depends_on: {{ ref('dq_question') }}
{% if warehouse_rules() %}
{{ broken_rules() }}
{% else %}
select
    '' as rule_id,
    '' as dimension,
    '' as severity,
    {{ breach_columns('s') }},
    '' as detail,
    '' as record
from {{ ref('dq_delivery') }} as s
where false
{% endif %}
