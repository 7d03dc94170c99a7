-- The median project of a county has an amount that only a mixed-up unit explains.
select
    m.county_code,
    '{form}' as form,
    m.n_rows as violations
from (
    select
        b.county_code,
        count(*) as n_rows,
        percentile_cont(0.5) within group (order by b.amount_yuan) as median_yuan
    from {batch} as b
    where b.is_latest_period and b.amount_yuan > 0
    group by b.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.median_yuan < l.low_yuan or m.median_yuan > l.high_yuan
