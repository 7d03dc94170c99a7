-- A region that has not reported, and has a figure nevertheless.
select
    coalesce(b.county_code, '') as county_code,
    '' as form,
    count(*) as violations
from {batch} as b
where not b.has_reported and b.actual_value is not null
group by 1
