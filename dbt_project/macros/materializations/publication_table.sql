{#- A table that holds one set of rows per publication. Building it replaces the rows of the session's publication, by
    DELETE and INSERT in one transaction: readers of other publications wait for nothing, and a killed build leaves
    either the old set or the new one. `unique_key` names the key within a publication. -#}
{% materialization publication_table, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set key = ['publication_id'] + config.require('unique_key') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- set names = ensure_table(target_relation, sql, key, config.get('indexes', []), key) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- do lock_relation(target_relation) -%}
    {%- call statement('replace') -%}
        delete from {{ target_relation }} where publication_id = {{ visible_publication() }}
    {%- endcall -%}
    {%- call statement('main') -%}
        insert into {{ target_relation }} ({{ names | join(', ') }})
        select {{ names | join(', ') }} from (
            {{ sql }}
        ) as built
    {%- endcall -%}
    {%- do analyze_if_grown(target_relation, load_result('main').response.rows_affected) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
