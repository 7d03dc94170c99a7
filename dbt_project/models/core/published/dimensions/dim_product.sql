select
    v.publication_id,
    p.product_code as product_key,
    p.product_code,
    p.product_name,
    p.product_class,
    p.is_livestock,
    p.sort_order
from {{ source('ops', 'visible') }} as v
cross join (
    select distinct on (g.product_code) g.*
    from {{ source('reference', 'products') }} as g
    where g.version_from <= {{ visible_reference_version() }}
    order by g.product_code asc, g.version_from desc
) as p
union all
select
    v.publication_id,
    '-1' as product_key,
    '-1' as product_code,
    '未知产业' as product_name,
    '未知' as product_class,
    false as is_livestock,
    999 as sort_order
from {{ source('ops', 'visible') }} as v
