select
    d.publication_id,
    d.village_key,
    d.village_name,
    d.village_full_name,
    d.village_kind,
    d.region_key,
    d.township_name,
    d.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.is_listed,
    d.is_in_poor_village_base,
    d.is_deep_poverty,
    d.is_exited,
    d.exit_year,
    d.main_product
from {{ ref('core__dim_village') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
