{#- A query with one row per county that sent any of the forms, and has_<form> for each: what it did not send is not
    known, which is not zero. -#}
{% macro reported_forms(forms) -%}
select
    f.county_code,
    {%- for form in forms %}
    bool_or(f.form = '{{ form }}') as has_{{ form }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('fct_form_readings') }} as f
where f.form in ('{{ forms | join("', '") }}')
group by f.county_code
{%- endmacro %}
