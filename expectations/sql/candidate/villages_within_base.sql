-- Counties with more villages over the income line than the register of poor villages has.
select
    b.county_code,
    'village_income' as form,
    (b.actual_value - b.target_value)::bigint as violations
from {batch} as b
where b.target_code = 'T08' and b.region_level = 'county' and b.actual_value > b.target_value
