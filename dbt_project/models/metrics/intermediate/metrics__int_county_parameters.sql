-- The bounds that metrics use, per county: its own where the reference data has one, else the province's.
select
    c.county_code,
    coalesce(
        max(p.value) filter (where p.parameter = 'household_cap_per_person_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'household_cap_per_person_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as household_cap_per_person_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'household_cap_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'household_cap_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as household_cap_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'village_income_goal_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'village_income_goal_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as village_income_goal_yuan
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county'
group by c.county_code
