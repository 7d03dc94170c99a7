-- What households of each county have: awards, shares and dividends, and who is registered.
with reported as (
    {{ reported_forms(['household_awards', 'registered_persons', 'household_shares', 'dividend_payments']) }}
),

awards as (
    select
        a.county_code,
        count(distinct a.household_key) as award_households,
        sum(a.award_amount_yuan) as award_amount_yuan
    from {{ ref('fct_household_awards') }} as a
    group by a.county_code
),

over_cap as (
    select
        t.county_code,
        count(*) as over_cap_households
    from {{ ref('metrics__int_household_totals') }} as t
    where t.is_over_cap
    group by t.county_code
),

registered as (
    select
        p.county_code,
        count(distinct p.household_key) as registered_households,
        count(distinct p.person_key) filter (where p.exit_status in ('未脱贫', '返贫')) as unexited_people,
        count(distinct p.person_key) filter (
            where p.exit_status_year = {{ var('programme_year') }} and p.is_exit_by_industry
        ) as people_exited_by_industry
    from {{ ref('fct_registered_persons') }} as p
    where p.is_latest_period
    group by p.county_code
),

shares as (
    select
        s.county_code,
        count(distinct s.household_key) as share_households,
        sum(s.share_amount_yuan) filter (where s.is_in_force) as in_force_yuan,
        count(*) filter (where s.is_in_force and s.has_certificate) * 100.0
        / nullif(count(*) filter (where s.is_in_force), 0) as certificate_pct
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period
    group by s.county_code
),

dividends as (
    select
        d.county_code,
        sum(d.dividend_due_yuan) as dividend_due_yuan,
        sum(d.dividend_paid_yuan) as dividend_paid_yuan,
        sum(d.arrears_yuan) as arrears_yuan
    from {{ ref('metrics__int_dividend_periods') }} as d
    group by d.county_code
)

select
    r.county_code,
    (case when r.has_household_awards then coalesce(a.award_households, 0) end)::integer as award_households,
    (case when r.has_household_awards then coalesce(a.award_amount_yuan, 0) end)::numeric(20, 4) as award_amount_yuan,
    (case when r.has_household_awards then coalesce(o.over_cap_households, 0) end)::integer as households_over_cap,
    (case when r.has_registered_persons then coalesce(p.registered_households, 0) end)::integer
        as registered_households,
    (case when r.has_registered_persons then coalesce(p.unexited_people, 0) end)::integer as unexited_people,
    (case when r.has_registered_persons then coalesce(p.people_exited_by_industry, 0) end)::integer
        as people_exited_by_industry,
    (case when r.has_household_shares then coalesce(s.share_households, 0) end)::integer as share_households,
    (case when r.has_household_shares then coalesce(s.in_force_yuan, 0) end)::numeric(20, 4) as in_force_yuan,
    (case when r.has_household_shares then s.certificate_pct end)::numeric(12, 2) as certificate_pct,
    (case when r.has_dividend_payments then coalesce(d.dividend_due_yuan, 0) end)::numeric(20, 4) as dividend_due_yuan,
    (case when r.has_dividend_payments then coalesce(d.dividend_paid_yuan, 0) end)::numeric(20, 4)
        as dividend_paid_yuan,
    (case when r.has_dividend_payments then coalesce(d.arrears_yuan, 0) end)::numeric(20, 4) as arrears_yuan
from reported as r
left join awards as a on r.county_code = a.county_code
left join over_cap as o on r.county_code = o.county_code
left join registered as p on r.county_code = p.county_code
left join shares as s on r.county_code = s.county_code
left join dividends as d on r.county_code = d.county_code
