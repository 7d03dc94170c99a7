-- One cooperative in two rows of one county and period, whichever files they came in.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by b.county_code, b.period, b.uscc
    having count(*) > 1
) as d
group by d.county_code
