-- Counties that put more than the usual share of the households' money into shares.
select
    m.county_code,
    '{form}' as form,
    m.n_rows as violations
from (
    select
        b.county_code,
        count(*) filter (where b.support_mode = '入股配股') as n_rows,
        sum(b.award_amount_yuan) as whole_yuan,
        coalesce(sum(b.award_amount_yuan) filter (where b.support_mode = '入股配股'), 0) as shares_yuan
    from {batch} as b
    group by b.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.whole_yuan > 0 and m.shares_yuan > m.whole_yuan * l.ratio_max
