-- A county's mean of all industry money per household: awards, earlier money (which is repeated on each row, counted
-- once) and what the newest ledger of shares says that the household holds.
with households as (
    select
        b.county_code,
        b.head_id_token,
        coalesce(max(b.prior_amount_yuan), 0) + coalesce(sum(b.award_amount_yuan), 0) as money_yuan
    from {batch} as b
    group by b.county_code, b.head_id_token
),

shares as (
    select
        r.county_code,
        r.head_id_token,
        sum(r.share_amount_yuan) as shares_yuan
    from raw.household_shares as r
    inner join ops.visible_parts as p
        on
            p.form = 'household_shares'
            and r.reading_id = p.reading_id
            and r.part_code = p.part_code
            and p.is_latest_period
    group by r.county_code, r.head_id_token
)

select
    m.county_code,
    '{form}' as form,
    m.n_households as violations
from (
    select
        h.county_code,
        count(*) as n_households,
        avg(h.money_yuan + coalesce(s.shares_yuan, 0)) as mean_yuan
    from households as h
    left join shares as s on h.county_code = s.county_code and h.head_id_token = s.head_id_token
    group by h.county_code
) as m
inner join {limits} as l on m.county_code = l.county_code
where m.mean_yuan < l.low_yuan or m.mean_yuan > l.high_yuan
