{#- One column per parameter, over grouped rows of dim_parameter: the county's own value, else the province's. -#}
{% macro bounds(parameters, alias, county_code) -%}
    {%- for name in parameters %}
    coalesce(
        max({{ alias }}.value) filter (
            where {{ alias }}.parameter = '{{ name }}' and {{ alias }}.county_code = {{ county_code }}
        ),
        max({{ alias }}.value) filter (where {{ alias }}.parameter = '{{ name }}' and {{ alias }}.county_code = '-1')
    )::numeric(20, 4) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
