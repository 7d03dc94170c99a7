-- The bounds that metrics use, per county: its own where the reference data has one, else the province's. A parameter
-- is a column of its name; a further one goes to the end of the list, and to the end of the yml.
{% set parameters = [
    'household_cap_per_person_yuan',
    'household_cap_yuan',
    'village_income_goal_yuan',
    'report_backfill_days',
] -%}

select
    c.county_code,
    {{ bounds(parameters, 'p', 'c.county_code') }}
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county'
group by c.county_code
