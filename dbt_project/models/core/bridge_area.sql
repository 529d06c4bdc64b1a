{{ config(tags=['reference']) }}
{{ bridge_area_sql(ref('areas'), ref('area_crosswalk')) }}
