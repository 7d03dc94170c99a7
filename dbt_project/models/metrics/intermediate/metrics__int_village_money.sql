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
    coalesce(a.village_key, f.village_key) as village_key,
    coalesce(a.award_amount_yuan, 0)::numeric(20, 4) as award_amount_yuan,
    coalesce(a.award_households, 0)::integer as award_households,
    coalesce(f.fund_projects, 0)::integer as fund_projects,
    coalesce(f.fund_amount_yuan, 0)::numeric(20, 4) as fund_amount_yuan,
    f.fund_spent_yuan::numeric(20, 4) as fund_spent_yuan
from awards as a
full join funds as f on a.village_key = f.village_key
