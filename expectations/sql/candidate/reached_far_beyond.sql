-- Targets reached far beyond the whole in a county.
select
    b.county_code,
    '' as form,
    count(*) as violations
from {batch} as b
inner join {limits} as l on b.county_code = l.county_code
where b.region_level = 'county' and b.reached_pct > l.high_pct
group by b.county_code
