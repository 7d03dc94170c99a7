select
    v.publication_id,
    t.target_code,
    t.target_name,
    t.definition,
    t.numerator,
    t.denominator,
    t.unit,
    t.comparison,
    t.province_value,
    t.deadline_date,
    t.plan_clause,
    t.forms
from {{ source('ops', 'visible') }} as v
cross join {{ source('reference', 'programme_targets') }} as t
where {{ holds_in_version('t') }}
