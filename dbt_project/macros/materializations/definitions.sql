{#- What the materializations share: a definition (columns, comments, keys, grants) is touched only where its digest in
    ops.view_definitions differs, in a transaction of its own that gives up soon rather than make a reader wait. Rows
    are written in a second transaction. Nothing is ever dropped, truncated or renamed here. -#}

{#- Run a statement for its rows. It opens the transaction that the materialization commits. -#}
{% macro lookup(query) -%}
    {%- call statement('lookup', fetch_result=True) -%}{{ query }}{%- endcall -%}
    {{ return(load_result('lookup').table.rows) }}
{%- endmacro %}

{#- Two builds take turns at a relation: its row of ops.view_definitions, locked for the rest of the transaction. A login
    that only reads cannot lock it. How long a build waits is set by warehouse/dbt_runner.py, which also shows meanwhile who
    is in the way. -#}
{% macro lock_relation(relation) -%}
    {%- call statement('lock') -%}
        do $lock$
        begin
            perform
                set_config('application_name', coalesce(current_setting('longcang.build', true), 'longcang build'), true),
                set_config('lock_timeout', coalesce(current_setting('longcang.rows_patience', true), '1h'), true);
            insert into ops.view_definitions (schema_name, view_name, digest)
            values ('{{ relation.schema }}', '{{ relation.identifier }}', '') on conflict do nothing;
            perform from ops.view_definitions
            where schema_name = '{{ relation.schema }}' and view_name = '{{ relation.identifier }}' for no key update;
            set local lock_timeout = 0;
        exception when lock_not_available then
            raise exception using errcode = 'lock_not_available', message = format(
                'Held up: {{ relation.schema }}.{{ relation.identifier }} is being built by %s. Let it end, and run again.',
                ops.sessions_using(to_regclass('{{ relation.render() }}'), true)
            );
        end
        $lock$
    {%- endcall -%}
{%- endmacro %}

{#- Begin the transaction that changes a definition. What none of its readers waits for (an index, a comment) may wait for
    writers a while; what they would wait for runs `without_queueing`. -#}
{% macro begin_definition(relation) -%}
    {%- do lock_relation(relation) -%}
    {%- call statement('begin_definition') -%}set local lock_timeout = '60s'{%- endcall -%}
{%- endmacro %}

{#- A statement that needs a relation for itself, without making readers queue behind it: it asks for the lock for an
    instant and lets go, again and again, until no reader has the relation. Readers who hold it after a minute
    (warehouse/dbt_runner.py) are put out (`ops.end_readers_of`): a transaction left open must not stop the night. Where
    that may not be, or somebody else holds it, it gives up a little later and names who. -#}
{% macro without_queueing(relation, statement) -%}
    do $instants$
    declare
        out_of_patience timestamptz := clock_timestamp()
            + coalesce(current_setting('longcang.definition_patience', true), '60s')::interval;
        before text := current_setting('lock_timeout');
    begin
        loop
            begin
                set local lock_timeout = '20ms';
                execute $statement$ {{ statement }} $statement$;
                perform set_config('lock_timeout', before, true);
                exit;
            exception when lock_not_available then
                if clock_timestamp() > out_of_patience + interval '2s' then
                    raise exception using errcode = 'lock_not_available', message = format(
                        'Held up: {{ relation.schema }}.{{ relation.identifier }} has to be changed, and is in use by %s. '
                        || 'Have that transaction ended, and run again; as the database''s owner: '
                        || 'select pg_terminate_backend(<server process>).',
                        ops.sessions_using(to_regclass('{{ relation.render() }}'), false)
                    );
                elsif clock_timestamp() > out_of_patience then
                    perform ops.end_readers_of('{{ relation.render() }}');
                end if;
                perform pg_sleep(0.2);
            end;
        end loop;
    end
    $instants$
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
                    {%- call statement('add') -%}
                        {{ without_queueing(relation, 'alter table ' ~ relation ~ ' add column "' ~ name ~ '" ' ~ type) }}
                    {%- endcall -%}
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
