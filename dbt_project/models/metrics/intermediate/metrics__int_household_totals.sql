-- What each household got in all: what it had before the earliest period that is here, every award since, and the
-- shares that it holds by the newest ledger. An award that was given as shares stands in that ledger too and counts
-- once. The cap is per person and per household.
with ordered as (
    select
        a.publication_id,
        a.household_key,
        a.county_code,
        a.period_end,
        a.household_size,
        a.prior_amount_yuan,
        a.award_amount_yuan,
        a.support_mode,
        min(a.period_end) over (partition by a.household_key) as first_period_end,
        max(a.period_end) over (partition by a.household_key) as last_period_end
    from {{ ref('fct_household_awards') }} as a
    where a.household_key <> -1
),

awards as (
    select
        o.publication_id,
        o.household_key,
        max(o.county_code) filter (where o.period_end = o.last_period_end) as county_code,
        max(o.household_size) filter (where o.period_end = o.last_period_end) as household_size,
        coalesce(max(o.prior_amount_yuan) filter (where o.period_end = o.first_period_end), 0) as prior_amount_yuan,
        coalesce(sum(o.award_amount_yuan), 0) as award_amount_yuan,
        coalesce(sum(o.award_amount_yuan) filter (where o.support_mode = '入股配股'), 0) as share_award_yuan
    from ordered as o
    group by o.publication_id, o.household_key
),

shares as (
    select
        s.publication_id,
        s.household_key,
        max(s.county_code) as county_code,
        sum(s.share_amount_yuan) as share_amount_yuan
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period and s.is_in_force and s.household_key <> -1
    group by s.publication_id, s.household_key
),

totals as (
    select
        coalesce(a.publication_id, s.publication_id) as publication_id,
        coalesce(a.household_key, s.household_key) as household_key,
        coalesce(a.county_code, s.county_code) as county_code,
        coalesce(a.household_size, h.household_size) as household_size,
        coalesce(a.prior_amount_yuan, 0)::numeric(20, 4) as prior_amount_yuan,
        coalesce(a.award_amount_yuan, 0)::numeric(20, 4) as award_amount_yuan,
        coalesce(s.share_amount_yuan, 0)::numeric(20, 4) as share_amount_yuan,
        greatest(coalesce(s.share_amount_yuan, 0) - coalesce(a.share_award_yuan, 0), 0) as further_shares_yuan
    from awards as a
    full join shares as s on a.household_key = s.household_key
    left join {{ ref('dim_household') }} as h on coalesce(a.household_key, s.household_key) = h.household_key
),

capped as (
    select
        t.*,
        (t.prior_amount_yuan + t.award_amount_yuan + t.further_shares_yuan)::numeric(20, 4) as total_amount_yuan,
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
        as is_near_cap,
    c.share_amount_yuan
from capped as c
