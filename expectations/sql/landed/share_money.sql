-- Counties that put more than the usual part of the households' money into shares: the newest ledger of shares against
-- it and the awards together. Awards that were given as shares stand in that ledger too and count once.
with shares as (
    select
        b.county_code,
        count(*) as n_rows,
        sum(b.share_amount_yuan) as shares_yuan
    from {batch} as b
    where b.is_latest_period
    group by b.county_code
),

awards as (
    select
        r.county_code,
        sum(r.award_amount_yuan) as awards_yuan
    from raw.household_awards as r
    inner join ops.visible_parts as p
        on p.form = 'household_awards' and r.reading_id = p.reading_id and r.part_code = p.part_code
    where r.support_mode is distinct from '入股配股'
    group by r.county_code
)

select
    s.county_code,
    '{form}' as form,
    s.n_rows as violations
from shares as s
inner join awards as a on s.county_code = a.county_code
inner join {limits} as l on s.county_code = l.county_code
where s.shares_yuan > (s.shares_yuan + a.awards_yuan) * l.ratio_max
