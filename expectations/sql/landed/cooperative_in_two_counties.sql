-- One credit code in the newest registers of two counties: every county that names it is told.
with registered as (
    select distinct
        b.county_code,
        b.uscc
    from {batch} as b
    where b.is_latest_period
)

select
    r.county_code,
    '{form}' as form,
    count(*) as violations
from registered as r
where exists (select 1 from registered as o where o.uscc = r.uscc and o.county_code <> r.county_code)
group by r.county_code
