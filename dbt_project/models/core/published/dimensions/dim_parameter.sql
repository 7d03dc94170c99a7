select
    v.publication_id,
    p.parameter,
    coalesce(nullif(p.county_code, ''), '-1') as county_code,
    p.value,
    p.text_value,
    p.unit,
    p.meaning,
    p.origin,
    p.since_date
from {{ source('ops', 'visible') }} as v
cross join {{ source('reference', 'parameters') }} as p
where {{ holds_in_version('p') }}
