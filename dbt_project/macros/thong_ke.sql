{#- Text keys for matching printed Vietnamese labels against the alias seeds. Letters are folded
    by translate(): PostgreSQL without ICU lower-cases ASCII only, and the workbooks place tone
    marks both ways (hóa, hoá). -#}
{% macro fold_vi(text) -%}
    lower(translate(
        {{ text }},
        'ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ',
        'AAAAAAAAAAAAAAAAAEEEEEEEEEEEIIIIIOOOOOOOOOOOOOOOOOUUUUUUUUUUUYYYYYDaaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd'
    ))
{%- endmacro %}

{#- Item label: folded words only, so footnote marks, punctuation and a number in front do not matter. -#}
{% macro label_key(text) -%}
    trim(regexp_replace(
        regexp_replace({{ fold_vi(text) }}, '^ *([0-9]{1,2}|[ivx]{1,4})[.)] *', ''),
        '[^a-z0-9]+', ' ', 'g'))
{%- endmacro %}

{#- Header text: folded, one line, years as 2024 although the cell holds 2024.0, and the English
    edition's words of comparison (and «so cùng kỳ») as the usual Vietnamese ones. -#}
{% macro header_key(text) -%}
    trim(regexp_replace(replace(regexp_replace(regexp_replace(
        {{ fold_vi("replace(" ~ text ~ ", '›', ' ')") }},
        '(20[0-9][0-9])[.]0', '\1', 'g'),
        'versus( the)?|compared? (to|with)( the)?| over( the)? ', ' so voi ', 'g'),
        'so cung ky', 'so voi cung ky'),
        '\s+', ' ', 'g'))
{%- endmacro %}

{#- First year named in a header key, null where there is none. -#}
{% macro first_year(text) -%}
    case when {{ text }} ~ '20[0-9][0-9]'
        then cast(regexp_replace({{ text }}, '^.*?(20[0-9][0-9]).*$', '\1') as integer) end
{%- endmacro %}

{#- Rows that are periods («Quý I năm 2024» under a rate) date their cells as a header does: the
    label joins the words of the column, and the row above it names the item. -#}
{% macro is_period_row(label) -%}
    {{ fold_vi(label) }} ~ '^ *(uoc tinh |estimate )?((quy|nam) |[0-9]+ (thang|months) |[1-4](st|nd|rd|th|sd) quarter )[a-z ]*20[0-9][0-9]$'
{%- endmacro %}

{% macro column_words(column_path, label) -%}
    case when {{ is_period_row(label) }} then {{ column_path }} || ' › ' || {{ label }}
        else {{ column_path }} end
{%- endmacro %}

{% macro row_words(item_path, label) -%}
    case when {{ is_period_row(label) }} then regexp_replace({{ item_path }}, ' › [^›]*$', '')
        else {{ item_path }} end
{%- endmacro %}

{% macro row_label(item_path, label) -%}
    case when {{ is_period_row(label) }}
        then regexp_replace({{ row_words(item_path, label) }}, '^.* › ', '')
        else {{ label }} end
{%- endmacro %}

{#- Name of a sheet without its numbering, which changes from month to month: `14.Tongmuc`. -#}
{% macro sheet_key(text) -%}
    regexp_replace({{ fold_vi(text) }}, '[^a-z]+', '', 'g')
{%- endmacro %}
