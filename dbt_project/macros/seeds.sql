{#- dbt asks for the binding character once per cell, which cost 13 s for 14,000 areas; one row of
    them is the same for every row. -#}
{% macro postgres__load_csv_rows(model, agate_table) %}
    {%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
    {%- set row = "(" ~ ([get_binding_char()] * (agate_table.column_names | length)) | join(", ") ~ ")" -%}
    {%- set inserts = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set bindings = [] -%}
        {%- for values in chunk -%}{%- do bindings.extend(values) -%}{%- endfor -%}
        {%- set insert -%}
            insert into {{ this.render() }} ({{ columns }}) values {{ ([row] * (chunk | length)) | join(", ") }}
        {%- endset -%}
        {%- do adapter.add_query(insert, bindings=bindings, abridge_sql_log=True) -%}
        {%- do inserts.append(insert) -%}
    {%- endfor -%}
    {{ return(inserts | first) }}
{% endmacro %}
