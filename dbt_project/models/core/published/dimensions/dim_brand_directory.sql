select
    v.publication_id,
    g.directory_year,
    g.entry_kind,
    g.entry_name,
    g.product_keyword,
    g.origin
from {{ source('ops', 'visible') }} as v
cross join {{ source('reference', 'ganwei_directory') }} as g
where {{ holds_in_version('g') }}
