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
    edition's words of comparison as the Vietnamese ones. -#}
{% macro header_key(text) -%}
    trim(regexp_replace(regexp_replace(regexp_replace(
        {{ fold_vi("replace(" ~ text ~ ", '›', ' ')") }},
        '(20[0-9][0-9])[.]0', '\1', 'g'),
        'versus( the)?|compared? (to|with)( the)?| over( the)? ', ' so voi ', 'g'),
        '\s+', ' ', 'g'))
{%- endmacro %}

{#- First year named in a header key, null where there is none. -#}
{% macro first_year(text) -%}
    case when {{ text }} ~ '20[0-9][0-9]'
        then cast(regexp_replace({{ text }}, '^.*?(20[0-9][0-9]).*$', '\1') as integer) end
{%- endmacro %}
