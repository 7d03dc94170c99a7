{{ config(
    unique_key=['village_key', 'product_key'], indexes=[{'columns': ['publication_id', 'product_key']}]
) }}

-- The leading products that a village's latest ledger names, in its order; what is in no list is the unknown product.
with lists as (
    select
        v.publication_id,
        v.village_key,
        v.county_code,
        string_to_array(v.main_product_codes, ';') as product_codes
    from {{ ref('core__dim_village') }} as v
    where v.publication_id = {{ visible_publication() }}
),

named as (
    select
        l.publication_id,
        l.village_key,
        l.county_code,
        n.product_no,
        l.product_codes[n.product_no] as product_code
    from lists as l
    cross join lateral generate_series(1, cardinality(l.product_codes)) as n (product_no)
),

products as (
    select distinct g.product_code
    from {{ source('reference', 'products') }} as g
    where g.version_from <= {{ visible_reference_version() }}
)

select
    n.publication_id,
    n.village_key,
    coalesce(p.product_code, '-1') as product_key,
    min(n.product_no)::integer as product_no,
    n.county_code
from named as n
left join products as p on n.product_code = p.product_code
group by n.publication_id, n.village_key, coalesce(p.product_code, '-1'), n.county_code
