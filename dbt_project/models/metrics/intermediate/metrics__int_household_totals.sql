-- What each household got in all: what it had before the earliest period that is here, and every award since. The cap
-- is per person and per household.
with ordered as (
    select
        a.publication_id,
        a.household_key,
        a.county_code,
        a.period_end,
        a.household_size,
        a.prior_amount_yuan,
        a.award_amount_yuan,
        min(a.period_end) over (partition by a.household_key) as first_period_end,
        max(a.period_end) over (partition by a.household_key) as last_period_end
    from {{ ref('fct_household_awards') }} as a
    where a.household_key <> -1
),

totals as (
    select
        o.publication_id,
        o.household_key,
        max(o.county_code) filter (where o.period_end = o.last_period_end) as county_code,
        max(o.household_size) filter (where o.period_end = o.last_period_end) as household_size,
        coalesce(max(o.prior_amount_yuan) filter (where o.period_end = o.first_period_end), 0)::numeric(20, 4)
            as prior_amount_yuan,
        coalesce(sum(o.award_amount_yuan), 0)::numeric(20, 4) as award_amount_yuan
    from ordered as o
    group by o.publication_id, o.household_key
),

capped as (
    select
        t.*,
        (t.prior_amount_yuan + t.award_amount_yuan)::numeric(20, 4) as total_amount_yuan,
        least(p.household_cap_per_person_yuan * t.household_size, p.household_cap_yuan)::numeric(20, 4) as cap_yuan
    from totals as t
    left join {{ ref('metrics__int_county_parameters') }} as p on t.county_code = p.county_code
)

select
    c.publication_id,
    c.household_key,
    c.county_code,
    c.household_size,
    c.prior_amount_yuan,
    c.award_amount_yuan,
    c.total_amount_yuan,
    c.cap_yuan,
    c.total_amount_yuan > c.cap_yuan as is_over_cap,
    c.total_amount_yuan >= c.cap_yuan * {{ var('near_cap_ratio') }} and c.total_amount_yuan <= c.cap_yuan
        as is_near_cap
from capped as c
