{#- The publication that the session sees. A sub-select on purpose: a function in its place would run once per row. -#}
{% macro visible_publication() -%}
    (select v.publication_id from {{ source('ops', 'visible') }} as v)
{%- endmacro %}

{#- The version of the reference data that this publication names. -#}
{% macro visible_reference_version() -%}
    (select v.reference_version from {{ source('ops', 'visible') }} as v)
{%- endmacro %}

{#- Whether the login may read the province. -#}
{% macro province_is_visible() -%}
    (select not v.is_restricted from {{ source('ops', 'visible') }} as v)
{%- endmacro %}

{#- Rows of the counties that the login may read. Unknown members belong to everyone; where '-1' stands for rows that a
    county sent and nobody could tell which, `with_unknown` leaves them to those who read the province. -#}
{% macro county_is_visible(county_code, with_unknown=true) -%}
    (
        {{ province_is_visible() }}
        or {{ county_code }} in (select vc.county_code from {{ source('ops', 'visible_counties') }} as vc)
        {%- if with_unknown %}
        or {{ county_code }} = '-1'
        {%- endif %}
    )
{%- endmacro %}

{#- Whether a row of reference data holds in the visible publication's version. -#}
{% macro holds_in_version(row) -%}
    {{ row }}.version_from <= {{ visible_reference_version() }}
    and ({{ row }}.version_to is null or {{ row }}.version_to > {{ visible_reference_version() }})
{%- endmacro %}
