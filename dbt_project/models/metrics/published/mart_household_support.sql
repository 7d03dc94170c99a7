select
    d.publication_id,
    d.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.region_key,
    d.township_name,
    d.village_key,
    d.village_name,
    d.support_mode,
    d.product_key,
    d.product_name,
    d.product_class,
    d.households,
    d.awards,
    d.award_amount_yuan,
    d.mean_award_yuan,
    d.area_mu,
    d.head_count,
    d.near_cap_households,
    d.over_cap_households
from {{ ref('metrics__mart_household_support') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
