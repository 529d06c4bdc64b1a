{{ config(tags=['source_y_te'], materialized='view') }}
-- Facilities with the planned beds of each span of days, as they are known now.
{{ newest_versions(ref('facility_version')) }}
