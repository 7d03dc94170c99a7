select
    v.publication_id,
    c.form,
    c.form_code,
    c.frequency,
    c.due_days,
    c.origin,
    c.since_date
from {{ source('ops', 'visible') }} as v
cross join {{ source('reference', 'reporting_calendar') }} as c
where {{ holds_in_version('c') }}
