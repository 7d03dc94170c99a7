-- A single amount beyond what any county could mean.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
inner join {limits} as l on b.county_code = l.county_code
where greatest({columns}) > l.money_max
group by b.county_code
