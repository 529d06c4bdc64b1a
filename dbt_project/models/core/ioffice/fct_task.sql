{{ config(tags=['source_ioffice'], materialized='view') }}
-- Tasks as they are now.
{{ newest_versions(ref('task_version')) }}
