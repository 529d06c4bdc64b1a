{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Learners of each class in each term as they are now: counts, nobody is told of by name.
{{ newest_versions(ref('class_pupil_version')) }}
