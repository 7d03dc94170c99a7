{#- Observations, append-only by reading: the rows of those readings of the session's publication that this table does
    not hold yet. Which ones it holds is read from ops.core_loads, and what is appended is recorded there in the same
    transaction, under a lock: a killed or repeated build appends each reading once. The readings' numbers stand in the
    statement as literals, so that the server reads only their rows through the index of the raw table.
    `meta.form` names the contract, `unique_key` the row within a reading. -#}
{% materialization append_readings, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set key = ['reading_id'] + config.require('unique_key') -%}
    {%- set form = model.config.meta['form'] -%}
    {%- set ledger = source('ops', 'core_loads') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- set names = ensure_table(target_relation, sql, key, config.get('indexes', []), key) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- do lock_relation(target_relation) -%}
    {%- set pending = lookup(
        "select string_agg(distinct pp.reading_id::text, ',') from " ~ source('ops', 'publication_parts') ~ " as pp"
        ~ " where pp.publication_id = " ~ visible_publication() ~ " and pp.form = '" ~ form ~ "' and not exists ("
        ~ "select from " ~ ledger ~ " as l where l.model = '" ~ model.alias ~ "' and l.reading_id = pp.reading_id)"
    )[0][0] -%}
    {%- if pending -%}
        {%- call statement('main') -%}
            insert into {{ target_relation }} ({{ names | join(', ') }})
            select {{ names | join(', ') }} from (
                {{ sql }}
            ) as observed
            where observed.reading_id = any('{ {{- pending -}} }'::bigint [])
        {%- endcall -%}
        {%- set appended = load_result('main').response.rows_affected -%}
        {%- call statement('ledger') -%}
            insert into {{ ledger }} (model, reading_id, publication_id)
            select '{{ model.alias }}', reading_id, {{ visible_publication() }}
            from unnest('{ {{- pending -}} }'::bigint []) as pending (reading_id)
        {%- endcall -%}
        {%- do analyze_if_grown(target_relation, appended) -%}
    {%- else -%}
        {%- call noop_statement('main', 'NOTHING NEW', 'NOTHING NEW', 0) -%}
            -- {{ target_relation }} holds every reading of the publication
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
