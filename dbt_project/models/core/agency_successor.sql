{{ config(tags=['reference']) }}
{{ agency_successor_sql(ref('agencies'), ref('agency_succession')) }}
