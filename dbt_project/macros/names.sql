{#- Schemas are named by layer, the same on every server: no prefix of the target's schema. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{#- Two models may describe one thing on two sides of the publication boundary: `core__dim_village` holds the rows of
    every publication, `dim_village` shows those of one. What stands before the double underscore is the layer. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set name = custom_alias_name or node.name -%}
    {%- for layer in ('core__', 'metrics__') -%}
        {%- if not custom_alias_name and name.startswith(layer) -%}
            {{ return(name[layer | length:]) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(name | trim) }}
{%- endmacro %}
