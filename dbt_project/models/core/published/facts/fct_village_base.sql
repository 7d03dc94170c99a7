select
    p.publication_id,
    p.period,
    p.period_end,
    p.is_latest_period,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.county_code,
    f.region_key,
    f.village_key,
    f.is_deep_poverty,
    f.exit_year,
    f.is_exited,
    f.hh_total,
    f.pop_total,
    f.poor_hh,
    f.poor_people,
    f.left_hh,
    f.left_people,
    f.poverty_rate_pct,
    f.farmland_mu,
    f.main_product,
    f.coop_count
from {{ ref('core__fct_village_base') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'village_base'
where {{ county_is_visible('f.county_code') }}
