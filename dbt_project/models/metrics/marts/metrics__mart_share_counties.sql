{{ config(unique_key=['county_code']) }}

-- A county that sent one of the two forms has a row; what the other would say stays empty.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'household_shares') as has_shares,
        bool_or(f.form = 'dividend_payments') as has_dividends
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('household_shares', 'dividend_payments')
    group by f.county_code
),

shares as (
    select
        s.county_code,
        count(*) as shares,
        count(distinct s.household_key) as share_households,
        count(distinct s.entity_key) as share_bodies,
        sum(s.share_amount_yuan) as share_amount_yuan,
        sum(s.share_amount_yuan) filter (where s.is_in_force) as in_force_yuan,
        count(*) filter (where s.has_agreement) as agreed_shares,
        count(*) filter (where s.is_in_force) as in_force_shares,
        count(*) filter (where s.is_in_force and s.has_certificate) as certified_shares
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period
    group by s.county_code
),

payments as (
    select
        p.county_code,
        count(distinct p.household_key) filter (where p.dividend_paid_yuan > 0) as dividend_households,
        sum(p.dividend_due_yuan) as due_yuan,
        sum(p.dividend_paid_yuan) as paid_yuan,
        -- Where the parts are not told, all went to the household.
        sum(
            case
                when p.household_part_yuan is null and p.village_part_yuan is null then p.dividend_paid_yuan
                else coalesce(p.household_part_yuan, p.dividend_paid_yuan - p.village_part_yuan)
            end
        ) as household_paid_yuan,
        count(*) filter (where p.is_conditions_met) as payments_with_conditions,
        count(*) filter (where p.is_conditions_met is not null) as payments_asked
    from {{ ref('fct_dividend_payments') }} as p
    group by p.county_code
),

late as (
    select
        d.county_code,
        sum(d.arrears_yuan) as arrears_yuan,
        count(distinct d.household_key) filter (where d.is_dividend_overdue) as overdue_households
    from {{ ref('metrics__int_dividend_periods') }} as d
    group by d.county_code
)

select
    v.publication_id,
    q.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    (case when q.has_shares then coalesce(s.shares, 0) end)::integer as shares,
    (case when q.has_shares then coalesce(s.share_households, 0) end)::integer as share_households,
    (case when q.has_shares then coalesce(s.share_bodies, 0) end)::integer as share_bodies,
    (case when q.has_shares then coalesce(s.share_amount_yuan, 0) end)::numeric(20, 4) as share_amount_yuan,
    (case when q.has_shares then coalesce(s.in_force_yuan, 0) end)::numeric(20, 4) as in_force_yuan,
    (100.0 * s.agreed_shares / nullif(s.shares, 0))::numeric(12, 2) as agreement_pct,
    (100.0 * s.certified_shares / nullif(s.in_force_shares, 0))::numeric(12, 2) as certificate_pct,
    (case when q.has_dividends then coalesce(p.dividend_households, 0) end)::integer as dividend_households,
    (case when q.has_dividends then coalesce(p.due_yuan, 0) end)::numeric(20, 4) as dividend_due_yuan,
    (case when q.has_dividends then coalesce(p.paid_yuan, 0) end)::numeric(20, 4) as dividend_paid_yuan,
    (case when q.has_dividends then coalesce(l.arrears_yuan, 0) end)::numeric(20, 4) as arrears_yuan,
    (case when q.has_dividends then coalesce(l.overdue_households, 0) end)::integer as overdue_households,
    (case when q.has_dividends then coalesce(p.household_paid_yuan, 0) end)::numeric(20, 4) as household_paid_yuan,
    (case when q.has_dividends then coalesce(p.paid_yuan - p.household_paid_yuan, 0) end)::numeric(20, 4)
        as village_paid_yuan,
    (100.0 * p.payments_with_conditions / nullif(p.payments_asked, 0))::numeric(12, 2) as conditions_met_pct
from reported as q
left join shares as s on q.county_code = s.county_code
left join payments as p on q.county_code = p.county_code
left join late as l on q.county_code = l.county_code
left join {{ ref('dim_region') }} as r on q.county_code = r.region_key
cross join {{ ref('dim_publication') }} as v
