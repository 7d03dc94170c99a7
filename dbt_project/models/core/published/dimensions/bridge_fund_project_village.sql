select
    d.publication_id,
    d.fund_project_key,
    d.village_key,
    d.share_ratio,
    d.county_code
from {{ ref('core__bridge_fund_project_village') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
