{#- A product of insurance as it is compared: 马铃薯种植保险, 马铃薯保险 and 马铃薯 are one. -#}
{% macro insurance_product(expression) -%}
    coalesce(
        nullif(regexp_replace({{ normalised_name(expression) }}, '(种植|养殖)?保?险$', ''), ''),
        {{ normalised_name(expression) }}
    )
{%- endmacro %}

{#- The keys by which a claim finds its policy: the policy as a document, and one household's cover of one product by it. -#}
{% macro policy_no_key(row) -%}
    {{ hashed_key("'policy:' || " ~ row ~ ".county_code || ':' || " ~ row ~ ".policy_no") }}
{%- endmacro %}

{% macro policy_key(row) -%}
    {{ hashed_key(
        "'cover:' || " ~ row ~ ".county_code || ':' || " ~ row ~ ".policy_no || ':' || "
        ~ household_natural_key(row ~ '.head_id_token', row ~ '.household_code', row ~ '.county_code')
        ~ " || ':' || coalesce(" ~ row ~ ".product_code, '-1')"
    ) }}
{%- endmacro %}
