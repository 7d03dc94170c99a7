select
    d.publication_id,
    d.entity_key,
    d.entity_name,
    d.credit_code,
    d.entity_type,
    d.identified_by,
    d.is_registered,
    d.is_in_several_counties,
    d.main_product,
    d.county_code,
    d.region_key
from {{ ref('core__dim_entity') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
