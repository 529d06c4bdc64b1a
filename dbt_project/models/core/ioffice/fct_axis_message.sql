{{ config(tags=['source_ioffice'], materialized='view') }}
-- Messages on the interconnection axis as they are now.
{{ newest_versions(ref('axis_message_version')) }}
