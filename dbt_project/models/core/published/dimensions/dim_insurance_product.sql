-- Products are the province's, put together from what all counties wrote. A login of some counties sees those that its
-- counties wrote, without what was counted over the others.
{%- set counted = {} -%}
{%- for name, type in [
    ('insurers', 'integer'), ('insuring_counties', 'integer'), ('unit_sum_min_yuan', 'numeric(20, 4)'),
    ('unit_sum_max_yuan', 'numeric(20, 4)'), ('rate_min_pct', 'numeric(20, 4)'), ('rate_max_pct', 'numeric(20, 4)')
] -%}
    {%- do counted.update({name: '(case when ' ~ province_is_visible() ~ ' then d.' ~ name ~ ' end)::' ~ type}) -%}
{%- endfor %}
select
    {{- described_columns('d', counted) }}
from {{ ref('core__dim_insurance_product') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and (
        {{ province_is_visible() }}
        or d.insurance_product_key = -1
        or d.insurance_product_key in (
            select p.insurance_product_key from {{ ref('fct_insurance_policies') }} as p
            union all
            select c.insurance_product_key from {{ ref('fct_insurance_claims') }} as c
        )
    )
