-- The bounds that the rules on shares use, per county: its own where the reference data has one, else the province's.
select
    c.county_code,
    coalesce(
        max(p.value) filter (where p.parameter = 'dividend_tolerance_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'dividend_tolerance_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as dividend_tolerance_yuan,
    coalesce(
        max(p.value) filter (where p.parameter = 'dividend_overdue_days' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'dividend_overdue_days' and p.county_code = '-1')
    )::numeric(20, 4) as dividend_overdue_days,
    coalesce(
        max(p.value) filter (where p.parameter = 'principal_return_years' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'principal_return_years' and p.county_code = '-1')
    )::numeric(20, 4) as principal_return_years,
    coalesce(
        max(p.value) filter (where p.parameter = 'share_total_tolerance_yuan' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = 'share_total_tolerance_yuan' and p.county_code = '-1')
    )::numeric(20, 4) as share_total_tolerance_yuan
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county'
group by c.county_code
