-- Households whose money over all files and periods is beyond the cap. The reader knows one file at a time.
with households as (
    select
        b.county_code,
        b.head_id_token,
        max(b.household_size) as household_size,
        coalesce(max(b.prior_amount_yuan), 0) + coalesce(sum(b.award_amount_yuan), 0) as money_yuan
    from {batch} as b
    group by b.county_code, b.head_id_token
)

select
    h.county_code,
    '{form}' as form,
    count(*) as violations
from households as h
inner join {limits} as l on h.county_code = l.county_code
where h.money_yuan > least(l.per_person_yuan * h.household_size, l.per_household_yuan)
group by h.county_code
