{#- A view that stands still: touched only when its text, comments or grants changed, and then by `create or replace`, so
    that what analysts built on it stays. dbt's own view renames and drops with cascade each time. Columns may be added
    at the end, and stay there as null where an earlier version of the project does not have them; any other change to a
    column is refused with the names of both. -#}
{% materialization stable_view, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set is_published = target_relation.schema == 'marts' -%}
    {%- set readers = [
        'bi_reader', 'longcang_auditor', 'longcang_operator', 'longcang_readers'
    ] if is_published else [] -%}
    {%- set text = text_of(target_relation, sql) -%}
    {%- set note = demonstration_note() if is_published else '' -%}
    {%- set digest = local_md5(['view 1', readers | join(','), text, note ~ documentation_of(model)] | join('\n')) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if stands_as_defined(target_relation, digest) -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) -%}
            -- {{ target_relation }} stands as defined
        {%- endcall -%}
    {%- else -%}
        {%- do begin_definition(target_relation) -%}
        {%- set wanted = shape_of_query(target_relation, sql) -%}
        {%- set existing = columns_with_types(target_relation.render()) -%}
        {%- do refuse_incompatible(target_relation, existing, wanted) -%}
        {%- call statement('main') -%}
            {{ without_queueing(
                target_relation, create_view(target_relation, wanted, existing[wanted | length:], sql, is_published)
            ) }}
        {%- endcall -%}
        {#- The view is locked against readers until here, and no longer. -#}
        {%- do adapter.commit() -%}
        {%- for reader in readers -%}
            {%- call statement('grant') -%}grant select on {{ target_relation }} to {{ reader }}{%- endcall -%}
        {%- endfor -%}
        {%- do persist_docs(target_relation, model) -%}
        {%- if note -%}
            {%- do run_query(alter_relation_comment(target_relation, note ~ model.description)) -%}
        {%- endif -%}
        {%- do record_definition(target_relation, digest) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- `kept` are columns that the view has behind those of the query: [name, type]. -#}
{% macro create_view(relation, columns, kept, query, is_published) -%}
    create or replace view {{ relation }} (
        {% for name, type in columns -%}"{{ name }}"{{ ', ' if not loop.last }}{%- endfor %}
        {%- for name, type in kept %}, "{{ name }}"{% endfor %}
    ) {{ 'with (security_barrier)' if is_published }} as (
        {%- if kept %}
        select *{% for name, type in kept %}, null::{{ type }}{% endfor %} from (
        {{ query }}
        ) as known
        {%- else %}
        {{ query }}
        {%- endif %}
    )
{%- endmacro %}

{#- What the comment of a published view begins with where the warehouse is a demonstration, so that BI tools show it. -#}
{% macro demonstration_note() -%}
    {{ return('【演示数据，不是真实情况 / demonstration】' if lookup('select 1 from ops.demonstration') | length else '') }}
{%- endmacro %}

{% macro refuse_incompatible(relation, existing, wanted) -%}
    {%- for name, type in existing[:wanted | length] -%}
        {%- set new = wanted[loop.index0] -%}
        {%- if new[0] != name or new[1] != type -%}
            {{ exceptions.raise_compiler_error(
                relation.render() ~ ': column ' ~ loop.index ~ ' is "' ~ name ~ '" ' ~ type ~ ' and would become "' ~ new[0]
                ~ '" ' ~ new[1] ~ '. A view keeps its columns, their order and their types, since others read it; add '
                ~ 'new columns at the end. To give it up: dbt run-operation retire_view --args "{schema: '
                ~ relation.schema ~ ', name: ' ~ relation.identifier ~ '}" (refused while anything depends on it).'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Drop a view on an engineer's word, never at night; refused by the server while another object depends on it. -#}
{% macro retire_view(schema, name) -%}
    {%- call statement('retire') -%}
        set local lock_timeout = '2s';
        drop view "{{ schema }}"."{{ name }}" restrict;
        delete from ops.view_definitions where schema_name = '{{ schema }}' and view_name = '{{ name }}'
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
