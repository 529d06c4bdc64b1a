{{ config(tags=['source_ioffice'], materialized='view') }}
-- Documents in and out as they are now.
{{ newest_versions(ref('document_version')) }}
