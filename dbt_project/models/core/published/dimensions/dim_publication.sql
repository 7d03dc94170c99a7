select
    v.publication_id,
    v.as_of_date,
    v.reference_version,
    v.published_at
from {{ source('ops', 'visible') }} as v
