{{ config(unique_key=['village_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

with awards as (
    select
        a.village_key,
        sum(a.award_amount_yuan) as award_amount_yuan,
        count(distinct a.household_key) as award_households
    from {{ ref('fct_household_awards') }} as a
    group by a.village_key
),

projects as (
    select
        f.fund_project_key,
        sum(f.amount_yuan) as amount_yuan,
        sum(f.spent_yuan) as spent_yuan
    from {{ ref('fct_fund_allocations') }} as f
    where f.is_latest_period
    group by f.fund_project_key
),

-- A project that names several villages is divided among them, so that villages add up to projects.
funds as (
    select
        b.village_key,
        count(*) as fund_projects,
        sum(p.amount_yuan * b.share_ratio) as fund_amount_yuan,
        sum(p.spent_yuan * b.share_ratio) as fund_spent_yuan
    from projects as p
    inner join {{ ref('bridge_fund_project_village') }} as b on p.fund_project_key = b.fund_project_key
    group by b.village_key
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
    v.is_in_base,
    v.has_income_reported,
    v.is_poor_in_income_ledger,
    v.is_deep_poverty,
    v.is_exited,
    v.exit_year,
    v.is_unexited_at_start,
    v.is_exited_in_programme_year,
    v.hh_total,
    v.pop_total,
    v.poor_hh,
    v.poor_people,
    v.left_hh,
    v.left_people,
    v.poverty_rate_pct,
    v.main_product,
    v.coop_count,
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
    coalesce(a.award_amount_yuan, 0)::numeric(20, 4) as award_amount_yuan,
    coalesce(a.award_households, 0)::integer as award_households,
    coalesce(f.fund_projects, 0)::integer as fund_projects,
    coalesce(f.fund_amount_yuan, 0)::numeric(20, 4) as fund_amount_yuan,
    f.fund_spent_yuan::numeric(20, 4) as fund_spent_yuan
from {{ ref('metrics__int_poor_villages') }} as v
left join {{ ref('dim_village') }} as d on v.village_key = d.village_key
left join awards as a on v.village_key = a.village_key
left join funds as f on v.village_key = f.village_key
