{{ config(unique_key=['county_code']) }}

-- The programme's year, county by county: what is not reported is empty, not zero.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'insurance_policies') as has_policies,
        bool_or(f.form = 'insurance_claims') as has_claims,
        bool_or(f.form = 'household_awards') as has_awards
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('insurance_policies', 'insurance_claims', 'household_awards')
    group by f.county_code
),

policies as (
    select
        p.county_code,
        count(*) as policies,
        count(distinct p.household_key) filter (where p.household_key <> -1) as insured_households,
        count(distinct p.household_key) filter (where p.is_poor and p.household_key <> -1) as insured_poor_households,
        sum(p.premium_yuan) as premium_yuan,
        sum(p.farmer_paid_yuan) as farmer_paid_yuan,
        count(*) filter (where p.is_published is not true) as unpublished_policies,
        count(*) filter (where p.is_policy_delivered is not true) as undelivered_policies
    from {{ ref('fct_insurance_policies') }} as p
    where extract(year from p.period_end) = {{ var('programme_year') }}
    group by p.county_code
),

claims as (
    select
        c.county_code,
        count(*) as claims,
        sum(c.payout_yuan) as payout_yuan,
        count(*) filter (where c.paid_date_key = -1) as unpaid_claims,
        avg(c.paid_days) as paid_days_mean,
        max(c.paid_days) as paid_days_max
    from {{ ref('fct_insurance_claims') }} as c
    where extract(year from c.period_end) = {{ var('programme_year') }}
    group by c.county_code
),

willing as (
    select
        w.county_code,
        count(*) as willing_households,
        count(*) filter (where w.is_covered) as covered_households
    from {{ ref('metrics__int_willing_households') }} as w
    group by w.county_code
),

counties as (
    select
        c.county_code,
        c.county_name,
        c.prefecture_code,
        c.prefecture_name,
        coalesce(r.has_policies, false) as has_policies,
        coalesce(r.has_claims, false) as has_claims,
        coalesce(r.has_awards, false) as has_awards
    from {{ ref('dim_region') }} as c
    left join reported as r on c.county_code = r.county_code
    where c.region_level = 'county' and c.is_listed
)

select
    v.publication_id,
    c.county_code,
    c.county_name,
    c.prefecture_code,
    c.prefecture_name,
    c.has_policies as has_policies_reported,
    c.has_claims as has_claims_reported,
    (case when c.has_awards then coalesce(w.willing_households, 0) end)::integer as willing_poor_households,
    (case when c.has_awards and c.has_policies then coalesce(w.covered_households, 0) end)::integer
        as covered_poor_households,
    (case when c.has_policies then w.covered_households * 100.0 / nullif(w.willing_households, 0) end)::numeric(12, 2)
        as covered_share_pct,
    (case when c.has_policies then coalesce(p.policies, 0) end)::integer as policies,
    (case when c.has_policies then coalesce(p.insured_households, 0) end)::integer as insured_households,
    (case when c.has_policies then coalesce(p.insured_poor_households, 0) end)::integer as insured_poor_households,
    (case when c.has_policies then coalesce(p.premium_yuan, 0) end)::numeric(20, 4) as premium_yuan,
    (p.premium_yuan / nullif(p.insured_households, 0))::numeric(20, 2) as premium_per_household_yuan,
    (case when c.has_policies then coalesce(p.farmer_paid_yuan, 0) end)::numeric(20, 4) as farmer_paid_yuan,
    (case when c.has_policies then coalesce(p.unpublished_policies, 0) end)::integer as unpublished_policies,
    (case when c.has_policies then coalesce(p.undelivered_policies, 0) end)::integer as undelivered_policies,
    (case when c.has_claims then coalesce(m.claims, 0) end)::integer as claims,
    (case when c.has_claims then coalesce(m.payout_yuan, 0) end)::numeric(20, 4) as payout_yuan,
    (m.payout_yuan / nullif(p.premium_yuan, 0) * 100)::numeric(12, 2) as loss_ratio_pct,
    (case when c.has_claims then coalesce(m.unpaid_claims, 0) end)::integer as unpaid_claims,
    m.paid_days_mean::numeric(12, 1) as paid_days_mean,
    m.paid_days_max::integer as paid_days_max
from counties as c
left join policies as p on c.county_code = p.county_code
left join claims as m on c.county_code = m.county_code
left join willing as w on c.county_code = w.county_code
cross join {{ ref('dim_publication') }} as v
