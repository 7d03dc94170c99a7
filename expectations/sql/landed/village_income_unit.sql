-- The median village of a county earns what only a mixed-up unit explains. The median, since a single village with a
-- wrong unit is the clerk's own issue and must not hide or shift the picture of the county.
select
    m.county_code,
    '{form}' as form,
    m.n_rows as violations
from (
    select
        b.county_code,
        count(*) as n_rows,
        percentile_cont(0.5) within group (order by b.inc_total_yuan) as median_yuan
    from {batch} as b
    where b.is_latest_period and b.inc_total_yuan > 0
    group by b.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.median_yuan < l.low_yuan or m.median_yuan > l.high_yuan
