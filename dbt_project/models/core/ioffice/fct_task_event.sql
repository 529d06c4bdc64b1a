{{ config(tags=['source_ioffice'], materialized='view') }}
-- What happened to tasks, as it is told now.
{{ newest_versions(ref('task_event_version')) }}
