-- Counties whose payouts are an unusual share of their premiums, where both forms are there.
with premiums as (
    select
        r.county_code,
        sum(r.premium_yuan) as premium_yuan
    from raw.insurance_policies as r
    inner join ops.visible_parts as p
        on p.form = 'insurance_policies' and r.reading_id = p.reading_id and r.part_code = p.part_code
    group by r.county_code
)

select
    m.county_code,
    '{form}' as form,
    m.n_claims as violations
from (
    select
        b.county_code,
        count(*) as n_claims,
        sum(b.payout_yuan) as payout_yuan
    from {batch} as b
    group by b.county_code
) as m
inner join premiums as s on m.county_code = s.county_code and s.premium_yuan > 0
inner join {limits} as l on m.county_code = l.county_code
where m.payout_yuan * 100 < s.premium_yuan * l.low_pct or m.payout_yuan * 100 > s.premium_yuan * l.high_pct
