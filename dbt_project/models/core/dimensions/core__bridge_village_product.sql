{{ config(
    unique_key=['village_key', 'product_key'], indexes=[{'columns': ['publication_id', 'product_key']}]
) }}

-- The leading products that a village's latest ledger names, in its order; what is in no list is the unknown product.
select
    v.publication_id,
    v.village_key,
    coalesce(p.product_code, '-1') as product_key,
    min(c.product_no)::integer as product_no,
    v.county_code
from {{ ref('core__dim_village') }} as v
cross join
    lateral unnest(string_to_array(v.main_product_codes, ';')) with ordinality as c (product_code, product_no)
left join
    (
        select distinct g.product_code
        from {{ source('reference', 'products') }} as g
        where g.version_from <= {{ visible_reference_version() }}
    ) as p
    on c.product_code = p.product_code
where v.publication_id = {{ visible_publication() }}
group by v.publication_id, v.village_key, coalesce(p.product_code, '-1'), v.county_code
