{#- What the lists and counts of the education sector stand on; see contribution_giao_duc. -#}

{#- Which list a row `h` stands in, which export of it told the row, and of what it tells in its term. -#}
{% macro told_in_list(what) -%}
    h.nhom_tep as list_key,
    h.phien_ban as version_no,
    h.ky_hoc || '|' || {{ what }} as record_key,
    h.ky_hoc as term_code
{%- endmacro %}

{#- Versions of what is told of a school, with its place and the end of the term. -#}
{% macro at_school(version) -%}
    (
        select n.*, t.period_end, t.period_no, p.level as school_level, p.area_key, '_all' as agency_code,
            {{ entity(version) }}
        from {{ version }} as n
        inner join {{ ref('school_term') }} as t on n.term_code = t.term_code
        inner join {{ ref('school_place') }} as p
            on t.school_year = p.school_year and n.school_code = p.school_code
    )
{%- endmacro %}

{#- Versions of classes with the teachers that their level's norm gives one. -#}
{% macro with_teacher_norm() -%}
    (
        select c.*, m.teachers_per_class
        from {{ at_school(ref('class_version')) }} as c
        inner join {{ ref('teacher_norms') }} as m
            on c.school_level = m.level
            and c.period_end between coalesce(m.valid_from, c.period_end) and coalesce(m.valid_to, c.period_end)
    )
{%- endmacro %}

{#- Versions of the survey of communes, with their province and the end of the term. -#}
{% macro in_commune() -%}
    (
        select n.*, t.period_end, t.period_no, a.area_key, '_all' as agency_code,
            {{ entity(ref('young_child_version')) }}
        from {{ ref('young_child_version') }} as n
        inner join {{ ref('school_term') }} as t on n.term_code = t.term_code
        inner join {{ ref('dim_area') }} as a
            on a.level = 'province' and n.province_code = a.area_code
            and t.period_end between coalesce(a.valid_from, t.period_end) and coalesce(a.valid_to, t.period_end)
    )
{%- endmacro %}

{#- Measures told at the end of each term and, with the second term, for the school year. -#}
{% macro at_term_end(measures) -%}
    {%- set told = [] -%}
    {%- for m in measures -%}
        {%- do told.append(dict(m, day='v.period_end', grain='half')) -%}
        {%- do told.append(dict(m, day='v.period_end', grain='year', only=(m.only or 'true') ~ ' and v.period_no = 2')) -%}
    {%- endfor -%}
    {{ return(told) }}
{%- endmacro %}
