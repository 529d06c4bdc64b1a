{{ config(tags=['reference']) }}
{{ agency_in_office_sql(ref('agencies')) }}
