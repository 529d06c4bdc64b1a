{{ config(tags=['source_y_te'], materialized='view') }}
-- Visits as they are now.
{{ newest_versions(ref('visit_version')) }}
