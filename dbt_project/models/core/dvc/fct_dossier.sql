{{ config(tags=['source_dvc'], materialized='view') }}
-- Dossiers as they are now.
{{ newest_versions(ref('dossier_version')) }}
