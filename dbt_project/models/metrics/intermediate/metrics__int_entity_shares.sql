-- What households hold in each body, county by county, by the newest share ledgers, and what it has paid on it.
select
    s.county_code,
    s.entity_key,
    count(distinct s.household_key) filter (where s.is_in_force)::integer as share_households,
    sum(s.share_amount_yuan)::numeric(20, 4) as share_amount_yuan,
    coalesce(sum(s.share_amount_yuan) filter (where s.is_in_force), 0)::numeric(20, 4) as in_force_yuan,
    sum(s.dividend_due_yuan)::numeric(20, 4) as dividend_due_yuan,
    sum(s.dividend_paid_yuan)::numeric(20, 4) as dividend_paid_yuan
from {{ ref('fct_household_shares') }} as s
where s.is_latest_period and s.entity_key <> -1
group by s.county_code, s.entity_key
