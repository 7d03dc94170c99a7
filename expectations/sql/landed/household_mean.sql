-- A county's mean of all industry money per household (earlier money, which is repeated on each row, counted once).
with households as (
    select
        b.county_code,
        b.head_id_token,
        coalesce(max(b.prior_amount_yuan), 0) + coalesce(sum(b.award_amount_yuan), 0) as money_yuan
    from {batch} as b
    group by b.county_code, b.head_id_token
)

select
    m.county_code,
    '{form}' as form,
    m.n_households as violations
from (
    select
        h.county_code,
        count(*) as n_households,
        avg(h.money_yuan) as mean_yuan
    from households as h
    group by h.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.mean_yuan < l.low_yuan or m.mean_yuan > l.high_yuan
