{#- Models that hand on the rows of another one name their columns once, in their yml: in its order, which is the order of
    the view or table. A column that the other model lacks is an error of the database, which names it. -#}

{#- The columns of the model at hand, as `alias.column` unless `instead` gives another expression for one. A unit test is a
    node of its own and does not know the yml of the model that it tests: it gets every column that there is. -#}
{% macro described_columns(alias, instead={}) -%}
    {%- if model.resource_type == 'unit_test' %}
    {{ alias }}.*
        {%- for name, expression in instead.items() %},
    {{ expression }} as {{ name }}
        {%- endfor %}
    {%- elif execute and not model.columns -%}
        {{ exceptions.raise_compiler_error(model.name ~ ': its yml names no column, and its query takes them from there') }}
    {%- endif -%}
    {%- for name in model.columns %}
    {{ instead.get(name, alias ~ '.' ~ name) }}{{ ' as ' ~ name if name in instead }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- A fact's observations: the rows of a staging model as they are; `last_copies` leaves out rows that a later one of the
    same file repeats. -#}
{% macro observations(staged, last_copies=false) -%}
select
    {{- described_columns('s') }}
from {{ staged }} as s
{%- if last_copies %}
where s.is_last_copy
{%- endif %}
{%- endmacro %}

{#- A fact as published: the observations of those readings and parts that speak in the publication, with their period.
    `entities` and `households` are the alias tables that lead from what a row names to the body or household that the
    publication knows; the fact's entity_key or household_key is then what they say. `entity` names the fact's body where it
    is one of a kind: custody_entity. `progress` holds, per publication and row, how far the rows of an accumulating snapshot
    have come: the columns named in `progressed` are taken from there. -#}
{% macro published_fact(fact, form, entities=none, households=none, entity='entity', progress=none, progressed=[]) -%}
{%- set instead = {} -%}
{%- for name in ('publication_id', 'period', 'period_end', 'is_latest_period') -%}
    {%- do instead.update({name: 'p.' ~ name}) -%}
{%- endfor -%}
{%- if entities -%}{%- do instead.update({entity ~ '_key': 'coalesce(a.entity_key, -1)'}) -%}{%- endif -%}
{%- if households -%}{%- do instead.update({'household_key': 'coalesce(h.household_key, -1)'}) -%}{%- endif -%}
{%- for name in progressed -%}
    {%- do instead.update({name: 'coalesce(g.' ~ name ~ ', -1)' if name.endswith('_key') else 'g.' ~ name}) -%}
{%- endfor -%}
select
    {{- described_columns('f', instead) }}
from {{ fact }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = '{{ form }}'
{%- if entities %}
left join {{ entities }} as a
    on f.{{ entity }}_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
{%- endif %}
{%- if households %}
left join {{ households }} as h
    on f.household_alias_key = h.household_alias_key and h.publication_id = {{ visible_publication() }}
{%- endif %}
{%- if progress %}
left join {{ progress }} as g
    on
        f.reading_id = g.reading_id and f.sheet_no = g.sheet_no and f.row_no = g.row_no
        and g.publication_id = {{ visible_publication() }}
{%- endif %}
where {{ county_is_visible('f.county_code') }}
{%- endmacro %}

{#- A dimension or mart as published: the rows of the visible publication, of the counties that the login may read. -#}
{% macro published_rows(rows) -%}
select
    {{- described_columns('d') }}
from {{ rows }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
{%- endmacro %}
