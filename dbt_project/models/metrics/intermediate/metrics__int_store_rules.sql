-- What a county may give for a store: its own rule where the reference data has one, else the province's of 2018.
select
    c.county_code,
    coalesce(
        max(p.value) filter (where p.parameter = 'store_subsidy_per_100t_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'store_subsidy_per_100t_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as per_100t_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'store_subsidy_max_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'store_subsidy_max_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as per_store_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'store_mobile_max_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'store_mobile_max_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as per_mobile_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'store_idle_months' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'store_idle_months' and p.county_code = '-1')
    )::integer as long_idle_months
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county' and p.parameter like 'store\_%'
group by c.county_code
