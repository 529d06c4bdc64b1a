{{ config(tags=['source_giao_duc'], materialized='view') }}
-- What each version counts in (catalogue K01–K07): at the end of each term, and with the second term
-- for the school year as well. Places are those of the borders on the last day of the term.
{%- set levels = {'MN': 'mam_non', 'TH': 'tieu_hoc', 'THCS': 'thcs', 'THPT': 'thpt'} %}
{%- set pupils = [{'measure': 'tre_5_tuoi_ra_lop', 'value': 'v.pupil_count', 'only': "v.grade = '5T'"}] %}
{%- for level, name in levels.items() %}
    {%- do pupils.append({'measure': 'hoc_sinh_' ~ name, 'value': 'v.pupil_count', 'only': "v.school_level = '" ~ level ~ "'"}) %}
{%- endfor %}
{{ contributions(at_school(ref('class_pupil_version')), at_term_end(pupils), 'school_year') }}
union all
-- giving up is counted for its term alone
{{ contributions(at_school(ref('class_pupil_version')), [
    {'measure': 'so_hoc_sinh_bo_hoc', 'day': 'v.period_end', 'grain': 'half', 'value': 'v.gave_up_count',
     'only': "v.school_level <> 'MN'"},
    {'measure': 'so_hoc_sinh_dau_ky', 'day': 'v.period_end', 'grain': 'half', 'value': 'v.pupils_at_start',
     'only': "v.school_level <> 'MN'"},
], 'school_year') }}
union all
{{ contributions(at_school(ref('school_version')), at_term_end([
    {'measure': 'so_truong'},
    {'measure': 'so_truong_chuan', 'only': 'v.standard_level > 0'},
    {'measure': 'so_phong_hoc', 'value': 'v.room_count'},
    {'measure': 'so_phong_kien_co', 'value': 'v.solid_room_count'},
]), 'school_year') }}
union all
{{ contributions(at_school(ref('school_staff_version')), at_term_end([
    {'measure': 'so_giao_vien', 'value': 'v.teacher_count'},
]), 'school_year') }}
union all
{{ contributions(with_teacher_norm(), at_term_end([
    {'measure': 'giao_vien_dinh_muc', 'value': 'v.teachers_per_class'},
]), 'school_year') }}
union all
{{ contributions(in_commune(), at_term_end([
    {'measure': 'tre_5_tuoi', 'value': 'v.child_count'},
]), 'school_year') }}
union all
{{ contributions(at_school(ref('exam_version')), [
    {'measure': 'so_du_thi_thpt', 'day': 'v.period_end', 'grain': 'year', 'value': 'v.candidate_count'},
    {'measure': 'so_tot_nghiep_thpt', 'day': 'v.period_end', 'grain': 'year', 'value': 'v.passed_count'},
], 'school_year') }}
