{{ config(unique_key=['village_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Everything that the forms say of one village of the poor-village base, side by side. Each subject is brought to one
-- row per village first; a column is empty where its form has not come in from the county.
with reported as (
    {{ reported_forms([
        'household_awards', 'registered_persons', 'household_shares', 'cooperatives',
        'farms_growers', 'insurance_policies', 'insurance_claims', 'training_attendance',
        'cold_stores', 'fund_projects', 'supervision', 'rectifications',
    ]) }}
),

registered as (
    select
        p.village_key,
        count(distinct p.household_key) as registered_households,
        count(distinct p.person_key) filter (where p.exit_status in ('未脱贫', '返贫')) as unexited_people
    from {{ ref('fct_registered_persons') }} as p
    where p.is_latest_period
    group by p.village_key
),

shares as (
    select
        s.village_key,
        count(distinct s.household_key) as share_households,
        sum(s.share_amount_yuan) filter (where s.is_in_force) as in_force_yuan
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period
    group by s.village_key
),

coops as (
    select
        c.village_key,
        count(distinct c.entity_key) as cooperatives,
        count(distinct c.entity_key) filter (where c.operation_status in ('规范运营', '运行一般'))
            as coops_operating
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period
    group by c.village_key
),

growers as (
    select
        f.village_key,
        count(distinct f.entity_key) as farms
    from {{ ref('fct_farms_growers') }} as f
    where f.is_latest_period
    group by f.village_key
),

policies as (
    select
        p.village_key,
        count(distinct p.household_key) as insured_households,
        sum(p.premium_yuan) as premium_yuan
    from {{ ref('fct_insurance_policies') }} as p
    group by p.village_key
),

claims as (
    select
        c.village_key,
        sum(c.payout_yuan) as payout_yuan
    from {{ ref('fct_insurance_claims') }} as c
    group by c.village_key
),

training as (
    select
        a.village_key,
        count(distinct a.person_key) filter (where a.person_key <> -1) as trained_people
    from {{ ref('fct_training_attendance') }} as a
    group by a.village_key
),

stores as (
    select
        s.village_key,
        count(*) as stores,
        sum(s.capacity_tonnes) as capacity_tonnes
    from {{ ref('fct_cold_stores') }} as s
    where s.is_latest_period
    group by s.village_key
),

supervised as (
    select
        s.village_key,
        string_agg(distinct s.supervision_level, '、' order by s.supervision_level) as supervision_level,
        bool_or(s.exit_date is null and s.deadline_date < d.as_of_date) as is_supervision_overdue
    from {{ ref('fct_supervision') }} as s
    cross join {{ ref('dim_publication') }} as d
    where s.is_latest_period and s.village_key <> '-1'
    group by s.village_key
),

rectified as (
    select
        n.village_key,
        count(*) as problems,
        count(*) filter (where not coalesce(q.is_closed, false)) as unclosed_problems
    from {{ ref('fct_rectifications') }} as q
    cross join lateral unnest(string_to_array(q.village_codes, ';')) as n (village_key)
    where q.is_latest_period
    group by n.village_key
),

ledger as (
    select
        v.village_key,
        max(v.farmland_mu) as farmland_mu
    from {{ ref('fct_village_base') }} as v
    where v.is_latest_period
    group by v.village_key
)

select
    v.publication_id,
    v.village_key,
    d.village_name,
    d.region_key,
    d.township_name,
    v.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    v.is_deep_poverty,
    v.is_exited,
    v.exit_year,
    v.hh_total,
    v.pop_total,
    v.poor_hh,
    v.poor_people,
    v.left_hh,
    v.left_people,
    v.poverty_rate_pct,
    b.farmland_mu,
    v.main_product,
    v.main_product_codes,
    v.has_advisor,
    v.has_store_need,
    v.income_prev_yuan,
    v.income_all_yuan,
    v.income_without_subsidy_yuan,
    v.income_operating_net_yuan,
    v.is_2wan_all,
    v.is_2wan_without_subsidy,
    v.is_2wan_operating_net,
    v.income_basis,
    v.income_tested_yuan,
    v.is_2wan_met,
    v.support_amount_yuan,
    (case when r.has_household_awards then coalesce(m.award_households, 0) end)::integer as award_households,
    (case when r.has_household_awards then coalesce(m.award_amount_yuan, 0) end)::numeric(20, 4) as award_amount_yuan,
    (case when r.has_registered_persons then coalesce(g.registered_households, 0) end)::integer
        as registered_households,
    (case when r.has_registered_persons then coalesce(g.unexited_people, 0) end)::integer as unexited_people,
    (case when r.has_household_shares then coalesce(s.share_households, 0) end)::integer as share_households,
    (case when r.has_household_shares then coalesce(s.in_force_yuan, 0) end)::numeric(20, 4) as in_force_yuan,
    (case when r.has_cooperatives then coalesce(c.cooperatives, 0) end)::integer as cooperatives,
    (case when r.has_cooperatives then coalesce(c.coops_operating, 0) end)::integer as operating_coops,
    (case when r.has_farms_growers then coalesce(f.farms, 0) end)::integer as farms,
    (case when r.has_insurance_policies then coalesce(p.insured_households, 0) end)::integer as insured_households,
    (case when r.has_insurance_policies then coalesce(p.premium_yuan, 0) end)::numeric(20, 4) as premium_yuan,
    (case when r.has_insurance_claims then coalesce(l.payout_yuan, 0) end)::numeric(20, 4) as payout_yuan,
    (case when r.has_training_attendance then coalesce(t.trained_people, 0) end)::integer as trained_people,
    (case when r.has_cold_stores then coalesce(k.stores, 0) end)::integer as stores,
    (case when r.has_cold_stores then coalesce(k.capacity_tonnes, 0) end)::numeric(20, 4) as capacity_tonnes,
    (case when r.has_fund_projects then coalesce(m.fund_projects, 0) end)::integer as fund_projects,
    (case when r.has_fund_projects then coalesce(m.fund_amount_yuan, 0) end)::numeric(20, 4) as fund_amount_yuan,
    (case when r.has_fund_projects then m.fund_spent_yuan end)::numeric(20, 4) as fund_spent_yuan,
    u.supervision_level,
    (case when r.has_supervision then coalesce(u.is_supervision_overdue, false) end)::boolean as is_supervision_overdue,
    (case when r.has_rectifications then coalesce(z.problems, 0) end)::integer as problems,
    (case when r.has_rectifications then coalesce(z.unclosed_problems, 0) end)::integer as unclosed_problems
from {{ ref('metrics__int_poor_villages') }} as v
left join {{ ref('dim_village') }} as d on v.village_key = d.village_key
left join reported as r on v.county_code = r.county_code
left join registered as g on v.village_key = g.village_key
left join shares as s on v.village_key = s.village_key
left join coops as c on v.village_key = c.village_key
left join growers as f on v.village_key = f.village_key
left join policies as p on v.village_key = p.village_key
left join claims as l on v.village_key = l.village_key
left join training as t on v.village_key = t.village_key
left join stores as k on v.village_key = k.village_key
left join {{ ref('metrics__int_village_money') }} as m on v.village_key = m.village_key
left join supervised as u on v.village_key = u.village_key
left join rectified as z on v.village_key = z.village_key
left join ledger as b on v.village_key = b.village_key
where v.is_in_base
