select
    v.publication_id,
    c.rule_id,
    c.title,
    c.severity,
    c.forms,
    c.sentence,
    c.origin,
    c.since_date,
    c.trips
from {{ source('ops', 'visible') }} as v
cross join {{ source('reference', 'cross_checks') }} as c
where {{ holds_in_version('c') }}
