{{ config(tags=['source_dvc'], materialized='view') }}
-- Steps of dossiers as they are now.
{{ newest_versions(ref('dossier_step_version')) }}
