-- What a county may give for a store: its own rule where the reference data has one, else the province's of 2018.
select
    c.county_code,
    {{- bounds(
        ['store_subsidy_per_100t_yuan', 'store_subsidy_max_yuan', 'store_mobile_max_yuan', 'store_idle_months'],
        'p', 'c.county_code'
    ) }}
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county'
group by c.county_code
