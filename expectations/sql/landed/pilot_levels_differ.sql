-- Counties whose newest registers state more than one pilot level: it is the county's own, the same in every row.
select
    b.county_code,
    '{form}' as form,
    count(distinct b.pilot_level) - 1 as violations
from {batch} as b
where b.is_latest_period and b.pilot_level is not null
group by b.county_code
having count(distinct b.pilot_level) > 1
