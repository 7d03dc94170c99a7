{#- What the materializations share: a definition (columns, comments, keys, grants) is touched only where its digest in
    ops.view_definitions differs, in a transaction of its own that gives up soon rather than make a reader wait. Rows
    are written in a second transaction. Nothing is ever dropped, truncated or renamed here. -#}

{#- Run a statement for its rows. It opens the transaction that the materialization commits. -#}
{% macro lookup(query) -%}
    {%- call statement('lookup', fetch_result=True) -%}{{ query }}{%- endcall -%}
    {{ return(load_result('lookup').table.rows) }}
{%- endmacro %}

{% macro begin_definition(relation) -%}
    {%- call statement('begin_definition') -%}
        set local lock_timeout = '2s';
        select pg_advisory_xact_lock(hashtext('longcang.definition'), hashtext('{{ relation.render() }}'))
    {%- endcall -%}
{%- endmacro %}

{#- True where the object stands as described by `digest`. -#}
{% macro stands_as_defined(relation, digest) -%}
    {%- set found = lookup(
        "select d.digest from ops.view_definitions as d where d.schema_name = '" ~ relation.schema
        ~ "' and d.view_name = '" ~ relation.identifier ~ "' and to_regclass('" ~ relation.render() ~ "') is not null"
    ) -%}
    {{ return(found | length > 0 and found[0][0] == digest) }}
{%- endmacro %}

{% macro record_definition(relation, digest) -%}
    {%- call statement('record_definition') -%}
        insert into ops.view_definitions (schema_name, view_name, digest)
        values ('{{ relation.schema }}', '{{ relation.identifier }}', '{{ digest }}')
        on conflict (schema_name, view_name)
        do update set digest = excluded.digest, set_at = clock_timestamp()
    {%- endcall -%}
{%- endmacro %}

{#- A query as text that a digest can be taken of. The database's name is no part of what it says: a restored copy under
    another name stands as defined. -#}
{% macro text_of(relation, query) -%}
    {{ return(query | replace(adapter.quote(relation.database) ~ '.', '')) }}
{%- endmacro %}

{#- The descriptions of a model and its columns, as text that a digest can be taken of. -#}
{% macro documentation_of(node) -%}
    {{ node.description }}
    {%- for name, column in node.columns.items() %} | {{ name }}: {{ column.description }}{% endfor -%}
{%- endmacro %}

{#- Columns of the query as [name, type] with exact types. Only for definitions that changed: it makes a temporary
    table. -#}
{% macro shape_of_query(relation, query) -%}
    {%- set shape = relation.identifier ~ '__shape' -%}
    {%- call statement('shape') -%}
        create temporary table "{{ shape }}" on commit drop as
        select * from (
            {{ query }}
        ) as shaped
        with no data
    {%- endcall -%}
    {{ return(columns_with_types('pg_temp."' ~ shape ~ '"')) }}
{%- endmacro %}

{% macro columns_with_types(name) -%}
    {{ return(lookup(
        "select a.attname::text, format_type(a.atttypid, a.atttypmod) from pg_attribute as a where a.attrelid = "
        ~ "to_regclass('" ~ name ~ "') and a.attnum > 0 and not a.attisdropped order by a.attnum"
    )) }}
{%- endmacro %}

{#- Names of the query's columns, in order; cheap enough for every night. -#}
{% macro quoted_columns(query) -%}
    {%- set names = [] -%}
    {%- for column in get_column_schema_from_query(query) -%}
        {%- do names.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Create the table of a model, or add the columns that it lacks; returns the names of the query's columns. `key` makes
    a unique index, `indexes` further ones. A column that changed its type is an error: rows that were published
    with the old one stay as they are, so it takes a new name, and none is rounded to fit. The digest takes in the query's
    text: what it reads keeps its types for the same reason, so no type changes without it. A column that the query does
    not have, since it is of a later version of the project, stays and is null. -#}
{% macro ensure_table(relation, query, key, indexes, not_null) -%}
    {%- set names = quoted_columns(query) -%}
    {%- set digest = local_md5(
        ['table 2', text_of(relation, query), names | join(','), key | join(','), tojson(indexes), documentation_of(model)]
        | join('\n')
    ) -%}
    {%- if not stands_as_defined(relation, digest) -%}
        {%- do begin_definition(relation) -%}
        {%- set wanted = shape_of_query(relation, query) -%}
        {%- set existing = {} -%}
        {%- for name, type in columns_with_types(relation.render()) -%}{%- do existing.update({name: type}) -%}{%- endfor -%}
        {%- if not existing -%}
            {%- call statement('create') -%}
                create table {{ relation }} (
                    {% for name, type in wanted -%}
                        "{{ name }}" {{ type }}{{ ' not null' if name in not_null }}{{ ',' if not loop.last }}
                    {% endfor -%}
                )
            {%- endcall -%}
        {%- else -%}
            {%- for name, type in wanted -%}
                {%- if name not in existing -%}
                    {%- call statement('add') -%}alter table {{ relation }} add column "{{ name }}" {{ type }}{%- endcall -%}
                {%- elif existing[name] != type -%}
                    {{ exceptions.raise_compiler_error(
                        relation.render() ~ ': the column "' ~ name ~ '" would change its type from ' ~ existing[name]
                        ~ ' to ' ~ type ~ '. Rows of earlier publications keep theirs: give the column a new name.'
                    ) }}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
        {%- call statement('index') -%}
            create unique index if not exists "{{ relation.identifier }}__key" on {{ relation }} ({{ key | join(', ') }})
        {%- endcall -%}
        {%- for index in indexes -%}
            {%- call statement('index') -%}
                create index if not exists "{{ relation.identifier }}__{{ index['columns'] | join('_') }}"
                on {{ relation }} ({{ index['columns'] | join(', ') }})
            {%- endcall -%}
        {%- endfor -%}
        {%- do persist_docs(relation, model) -%}
        {%- do record_definition(relation, digest) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}

{#- Refresh the planner's statistics where the table has grown by a tenth since they were taken: the next model would
    otherwise be planned for an empty table. Takes no lock that a reader waits for. -#}
{% macro analyze_if_grown(relation, rows) -%}
    {%- set estimate = lookup("select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass('"
        ~ relation.render() ~ "')")[0][0] | int -%}
    {%- if rows > 0 and rows * 10 >= estimate -%}
        {%- call statement('analyze') -%}analyze {{ relation }}{%- endcall -%}
    {%- endif -%}
{%- endmacro %}
