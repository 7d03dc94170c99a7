-- Rows of one county and period that agree in the columns that should tell them apart, whichever files they came in.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by b.county_code, b.period, {columns}
    having count(*) > 1
) as d
group by d.county_code
