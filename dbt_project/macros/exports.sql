{#- Versions of what a source tells in whole lists, each export of a list replacing the one before:
    what an export tells is a version of it, and what the next export of the same list no longer
    tells is a deleted version, known when that export was made.
    `rows` has list_key, version_no, record_key (once in an export) and `columns`; `exports` has
    list_key, version_no, known_at, load_id, _delivery, loaded_at. -#}
{% macro exported_versions(rows, exports, columns) %}
with told as (
    select t.* from {{ rows }} as t
),

made as (
    select
        e.list_key,
        e.version_no,
        e.known_at,
        e.load_id,
        e._delivery,
        e.loaded_at,
        lead(e.version_no) over w as next_version,
        lead(e.known_at) over w as next_known_at,
        lead(e.load_id) over w as next_load_id,
        lead(e._delivery) over w as next_delivery,
        lead(e.loaded_at) over w as next_loaded_at
    from {{ exports }} as e
    window w as (partition by e.list_key order by e.known_at, e.version_no)
)

select
    m.load_id,
    m._delivery,
    m.loaded_at,
    t.record_key,
    m.version_no,
    m.known_at,
    false as is_deleted,
    t.{{ columns | join(',\n    t.') }}
from told as t
inner join made as m on t.list_key = m.list_key and t.version_no = m.version_no
union all
select
    m.next_load_id,
    m.next_delivery,
    m.next_loaded_at,
    t.record_key,
    m.next_version,
    m.next_known_at,
    true,
    t.{{ columns | join(',\n    t.') }}
from told as t
inner join made as m on t.list_key = m.list_key and t.version_no = m.version_no
left join told as n
    on t.list_key = n.list_key and m.next_version = n.version_no and t.record_key = n.record_key
where m.next_version is not null and n.record_key is null
{% endmacro %}
