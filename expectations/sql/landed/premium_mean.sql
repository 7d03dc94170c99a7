-- A county's mean premium of an insured household, over all its policies.
select
    m.county_code,
    '{form}' as form,
    m.n_households as violations
from (
    select
        b.county_code,
        count(distinct b.head_id_token) as n_households,
        sum(b.premium_yuan) / nullif(count(distinct b.head_id_token), 0) as mean_yuan
    from {batch} as b
    group by b.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.mean_yuan < l.low_yuan or m.mean_yuan > l.high_yuan
